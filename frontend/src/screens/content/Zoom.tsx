import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { t } from "../../i18n";

const STEPS = [1, 1.5, 2, 3, 4, 6, 8] as const;

/** A picture by itself, as large as one likes: `+`, `-` and `0`, arrows and the pointer to look around. */
export default function Zoom({ src, alt, onClose }: { src: string; alt: string; onClose: () => void }) {
  const [at, setAt] = useState(0);
  const view = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const zoom = STEPS[at] ?? 1;
  const by = (change: number) => setAt((now) => Math.max(0, Math.min(STEPS.length - 1, now + change)));
  // A style set by script: the page's policy allows no style attribute.
  useEffect(() => {
    const box = view.current;
    if (!box || !picture.current) return;
    const middle = [
      (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth,
      (box.scrollTop + box.clientHeight / 2) / box.scrollHeight,
    ] as const;
    picture.current.style.inlineSize = `${100 * zoom}%`;
    box.scrollTo(
      middle[0] * box.scrollWidth - box.clientWidth / 2,
      middle[1] * box.scrollHeight - box.clientHeight / 2,
    );
  }, [zoom]);
  useEffect(() => view.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") by(1);
    else if (event.key === "-") by(-1);
    else if (event.key === "0") setAt(0);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={alt || t("content.picture")} onClose={onClose} wide>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys beside the buttons that do the same */}
      <div class="zoom" onKeyDown={onKeyDown}>
        <div class="row zoom-bar">
          <Button size="small" disabled={at === 0} onClick={() => by(-1)} aria-label={t("content.smaller")}>
            −
          </Button>
          <output class="num">{Math.round(100 * zoom)} %</output>
          <Button
            size="small"
            disabled={at === STEPS.length - 1}
            onClick={() => by(1)}
            aria-label={t("content.larger")}
          >
            +
          </Button>
          <span class="small muted">{t("content.zoom-keys")}</span>
        </div>
        {/* biome-ignore lint/a11y: it scrolls, so it must be reachable by keyboard */}
        <div class="zoom-view" ref={view} tabIndex={0} role="group" aria-label={t("content.picture")}>
          <img ref={picture} src={src} alt={alt} />
        </div>
      </div>
    </Dialog>
  );
}
