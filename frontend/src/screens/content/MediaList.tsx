import { useEffect, useRef, useState } from "preact/hooks";
import { API_ROOT } from "../../api/client";
import { Button } from "../../components/Button";
import { Later } from "../../components/Later";
import { wantedPart } from "../../effects/playing";
import { t } from "../../i18n";
import { clock, type Media } from "../../model/content";
import { visibleControls } from "../../render/markdown";

interface MediaListProps {
  slug: string;
  media: readonly Media[];
  /** The part that the step speaks of, in seconds. */
  time?: { start?: number; end?: number } | null;
  /** These are the problem's: steps may ask for a part of their first recording. */
  asked?: boolean;
}

/** Pictures, sounds and films. What is kept here is shown; an address is only told, never fetched. */
export function MediaList({ slug, media, time, asked }: MediaListProps) {
  const first = media.findIndex(({ type, sha256 }) => sha256 && (type === "audio" || type === "video"));
  return (
    <ul class="media plain-list">
      {media.map((one, index) => (
        <li key={`${index}-${one.sha256 ?? one.url}`}>
          {!one.sha256 ? (
            <Address media={one} />
          ) : one.type === "image" ? (
            <Picture src={source(slug, one)} alt={one.alt ?? ""} />
          ) : one.type === "audio" || one.type === "video" ? (
            <Recording slug={slug} media={one} time={time} asked={asked === true && index === first} />
          ) : (
            <Address media={one} />
          )}
        </li>
      ))}
    </ul>
  );
}

const source = (slug: string, { sha256 = "" }: Media): string =>
  `${API_ROOT}projects/${encodeURIComponent(slug)}/media/${encodeURIComponent(sha256)}/`;

/** Fetching it would tell a stranger that this is being read. */
function Address({ media }: { media: Media }) {
  return (
    <p class="small media-address" dir="auto">
      {t("content.elsewhere", { type: media.type })} <code dir="ltr">{visibleControls(media.url ?? "")}</code>{" "}
      {media.alt && visibleControls(media.alt)}
    </p>
  );
}

const loadZoom = () => import("./Zoom");

function Picture({ src, alt }: { src: string; alt: string }) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  if (failed) return <p class="small muted">{t("content.no-picture", { alt })}</p>;
  const name = visibleControls(alt);
  return (
    <>
      <button
        type="button"
        class="media-picture"
        aria-haspopup="dialog"
        aria-label={name ? t("content.enlarge", { alt: name }) : t("content.enlarge-unnamed")}
        onClick={() => setOpen(true)}
      >
        <img src={src} alt={name} loading="lazy" decoding="async" onError={() => setFailed(true)} />
      </button>
      {open && <Later load={loadZoom} props={{ src, alt: name, onClose: () => setOpen(false) }} />}
    </>
  );
}

interface RecordingProps {
  slug: string;
  media: Media;
  time: MediaListProps["time"];
  asked: boolean;
}

function Recording({ slug, media, time, asked }: RecordingProps) {
  const ref = useRef<HTMLMediaElement>(null);
  const until = useRef<number | null>(null);
  const [failed, setFailed] = useState(false);
  const range = time ?? (media.start !== undefined || media.end !== undefined ? media : null);
  // Frame by frame: a player tells the time four times a second only, and the next word may begin before that.
  const watch = () => {
    const player = ref.current;
    if (until.current === null || !player) return;
    if (player.currentTime < until.current) requestAnimationFrame(watch);
    else stop(player);
  };
  const stop = (player: HTMLMediaElement) => {
    until.current = null;
    player.pause();
  };
  const play = (part: { start?: number; end?: number }) => {
    const player = ref.current;
    if (!player) return;
    until.current = part.end ?? null;
    player.currentTime = part.start ?? 0;
    watch();
    player.play().catch(() => {}); // refused, or not to be played: the controls say so
  };
  useEffect(() => {
    if (!asked) return;
    return wantedPart.subscribe((part) => {
      if (!part || !ref.current) return;
      ref.current.scrollIntoView({ block: "nearest" });
      play(part);
    });
  }, [asked]);
  // What was asked of one task's recording isn't asked of the next one's.
  useEffect(
    () => () => {
      if (asked) wantedPart.value = null;
    },
    [asked],
  );
  if (failed) return <p class="small muted">{t("content.no-recording", { alt: media.alt ?? "" })}</p>;
  const shared = {
    ref: ref as never,
    controls: true,
    preload: "metadata",
    src: source(slug, media) + fragment(range),
    "aria-label": media.alt ? visibleControls(media.alt) : t(`content.${media.type as "audio" | "video"}`),
    onError: () => setFailed(true),
    // A part that was asked for ends where it ends; going on is the reader's own wish.
    onTimeUpdate: (event: Event) => {
      const player = event.currentTarget as HTMLMediaElement;
      if (until.current !== null && player.currentTime >= until.current) stop(player);
    },
    onSeeking: (event: Event) => {
      const at = (event.currentTarget as HTMLMediaElement).currentTime;
      if (until.current !== null && at > until.current) until.current = null;
    },
  } as const;
  return (
    <>
      {media.type === "audio" ? <audio {...shared} /> : <video {...shared} />}
      {range && (
        <Button size="small" variant="quiet" class="badge media-part" onClick={() => play(range)}>
          ▶ {t("content.part", { range: inWords(range) })}
        </Button>
      )}
    </>
  );
}

/** A media fragment: where the player begins and ends by itself. */
function fragment(range: { start?: number; end?: number } | null): string {
  if (!range) return "";
  return `#t=${range.start ?? 0}${range.end === undefined ? "" : `,${range.end}`}`;
}

function inWords({ start = 0, end }: { start?: number; end?: number }): string {
  return end === undefined ? t("content.from", { start: clock(start) }) : `${clock(start)}–${clock(end)}`;
}

/** For a step that speaks of a part of the problem's recording: plays that part there. */
export function PartOfProblem({ time }: { time: { start?: number; end?: number } }) {
  return (
    <Button
      size="small"
      variant="quiet"
      class="badge media-part"
      onClick={() => {
        wantedPart.value = { ...time };
      }}
    >
      ▶ {t("content.part-of-problem", { range: inWords(time) })}
    </Button>
  );
}
