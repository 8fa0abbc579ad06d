import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n/desk";
import type { Piece } from "../../model/claim";
import { StepContent } from "../content/StepContent";
import { useDesk } from "./useDesk";

/** Of a long prefix the last steps are shown: they are what comes next follows. */
const PREFIX_SHOWN = 3;

/** The steps so far. */
export function Prefix({
  prefix,
  raw,
  open,
}: {
  prefix: readonly Piece[];
  raw: boolean;
  /** Whether a key has opened it. */
  open?: boolean;
}) {
  const { desk } = useDesk();
  const [all, setAll] = useState(false);
  useEffect(() => {
    if (open !== undefined) setAll(open);
  }, [open]);
  const short = prefix.length <= PREFIX_SHOWN + 1;
  const hidden = all || short ? 0 : prefix.length - PREFIX_SHOWN;
  return (
    <div class="prefix">
      <h2>{t("prefix.steps-so-far")}</h2>
      {!short && (
        <Button
          variant="quiet"
          size="small"
          aria-expanded={all}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setAll(!all)}
        >
          {all ? t("prefix.fold-earlier-steps") : t("prefix.show-earlier-steps", { n: hidden })}
        </Button>
      )}
      <ol>
        {prefix.slice(hidden).map((piece, index) => (
          <li key={piece.id} class="prefix-step">
            <span class="step-number num">{hidden + index + 1}</span>
            <StepContent slug={desk.value.project.slug} content={piece} raw={raw} />
          </li>
        ))}
      </ol>
    </div>
  );
}
