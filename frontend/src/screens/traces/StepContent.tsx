import { API_ROOT } from "../../api/client";
import type { TraceDetail } from "../../api/types";
import { Markdown } from "../../components/Markdown";

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
          {step.premises.length
            ? `${step.premises.length > 1 ? "steps" : "step"} ${step.premises.map((k) => k + 1).join(", ")}`
            : "nothing before it"}
        </p>
      )}
      {values.length > 0 && (
        <p class="small muted">{values.map(([name, value]) => `${name} ${value}`).join(", ")}</p>
      )}
    </>
  );
}

/** What a problem has beside its statement: media, what is to be read beside it, its solution and reference steps. */
export function ProblemContent({ slug, problem }: { slug: string; problem: TraceDetail["problem"] }) {
  const { media, material, solution, reference_steps, reference_states } = problem;
  return (
    <>
      {media.map((one) => (
        <Media key={one.sha256 ?? one.url} slug={slug} media={one} />
      ))}
      {material.map((piece, i) => (
        <details key={i}>
          <summary>
            {[piece.title || "Material", piece.kind, piece.source].filter(Boolean).join(" · ")}
          </summary>
          <Markdown text={piece.text} />
          {piece.media?.map((one) => (
            <Media key={one.sha256 ?? one.url} slug={slug} media={one} />
          ))}
        </details>
      ))}
      {solution && (
        <details>
          <summary>Reference solution</summary>
          <Markdown text={solution} />
        </details>
      )}
      {reference_steps && (
        <details>
          <summary>Reference steps</summary>
          <ol class="stack-small">
            {reference_steps.map((step, i) => (
              <li key={i}>
                <Markdown text={step.text} />
              </li>
            ))}
          </ol>
        </details>
      )}
      {reference_states && (
        <details>
          <summary>Reference states</summary>
          <pre class="text-verbatim small">{JSON.stringify(reference_states, null, 2)}</pre>
        </details>
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
