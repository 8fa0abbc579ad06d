import { API_ROOT } from "../../api/client";
import type { TraceDetail } from "../../api/types";

type Step = TraceDetail["steps"][number];

/** What a step has beside its text: pictures, sounds, films, structured data, and the steps it rests on. */
export function StepContent({ slug, step }: { slug: string; step: Step }) {
  const values = Object.entries(step.values);
  return (
    <>
      {step.media.map((one) => (
        <Media key={one.sha256 ?? one.url} slug={slug} media={one} />
      ))}
      {step.data && <pre class="text-verbatim small">{JSON.stringify(step.data, null, 2)}</pre>}
      {step.premises && (
        <p class="small muted">
          Rests on{" "}
          {step.premises.length ? `steps ${step.premises.map((k) => k + 1).join(", ")}` : "nothing before it"}
        </p>
      )}
      {values.length > 0 && (
        <p class="small muted">{values.map(([name, value]) => `${name} ${value}`).join(", ")}</p>
      )}
    </>
  );
}

/** What is kept here is shown; an address is only told, since fetching it would tell a stranger that it is read. */
function Media({ slug, media }: { slug: string; media: Step["media"][number] }) {
  if (!media.sha256) {
    return (
      <p class="small">
        {media.type}: <code>{media.url}</code> {media.alt}
      </p>
    );
  }
  const range =
    media.start !== undefined || media.end !== undefined
      ? `#t=${media.start ?? 0}${media.end === undefined ? "" : `,${media.end}`}`
      : "";
  const src = `${API_ROOT}projects/${encodeURIComponent(slug)}/media/${media.sha256}/${range}`;
  // biome-ignore lint/a11y/useMediaCaption: data sets bring no captions; `alt` says what is heard
  if (media.type === "audio") return <audio controls preload="metadata" src={src} aria-label={media.alt} />;
  // biome-ignore lint/a11y/useMediaCaption: the same
  if (media.type === "video") return <video controls preload="metadata" src={src} aria-label={media.alt} />;
  return <img class="step-picture" src={src} alt={media.alt ?? ""} loading="lazy" />;
}
