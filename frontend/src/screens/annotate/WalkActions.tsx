import { t } from "../../i18n/desk";
import type { WalkAnswer } from "../../model/walkAnswer";
import type { Work } from "../../model/work";
import { CommandButton } from "./CommandButton";

/** What the action bar offers on a walk. */
export function WalkActions({ work, answer }: { work: Work; answer: WalkAnswer }) {
  return (
    <>
      <CommandButton id="rate-alternative-1" />
      <CommandButton id="rate-alternative-2" />
      <CommandButton id="rate-alternative-3" />
      <CommandButton id="alternative-unsure" variant="quiet" />
      <CommandButton id="go-on" />
      <CommandButton id="go-back" variant="quiet" />
      <CommandButton id="rewrite" variant="quiet">
        {t("walk-actions.write-your-own")}
      </CommandButton>
      {work.claim.suggestions && <CommandButton id="suggest-alternatives" variant="quiet" />}
      <CommandButton id="solved" pressed={answer.finish === "solved"} />
      <CommandButton id="stuck" variant="quiet" pressed={answer.finish === "stuck"} />
      <CommandButton id="give-up" variant="quiet" pressed={answer.finish === "given_up"} />
      <CommandButton id="bad-problem" variant="quiet" pressed={answer.finish === "bad_problem"} />
      <CommandButton id="comment" variant="quiet" />
    </>
  );
}
