// Next steps from the connected model: asked for, and looked for until all are there.

import { signal } from "@preact/signals";
import { ApiError, api } from "../../api/client";
import { t } from "../../i18n/desk";
import { wrongStep } from "../../model/answer";
import type { Alternative, Id } from "../../model/claim";
import type { DeskAction } from "../../model/desk";
import { depthOf, wayOf } from "../../model/walk";
import type { Work } from "../../model/work";

export interface Suggested {
  id: number;
  state: "waiting" | "asking" | "done" | "failed";
  model: string;
  wanted: number;
  /** The key of the step that they follow. */
  parent: Id | null;
  candidates: readonly { step: Id; text: string; kind: string }[];
  /** Why there are fewer than wanted. */
  error: string;
}

export interface Offer extends Pick<Suggested, "model" | "candidates" | "error"> {
  busy: boolean;
}

/** By task and by place in it. */
const offers = signal<Readonly<Record<string, Offer>>>({});
const asking = new Set<string>();
const LOOK_EVERY_MS = 600;

/** What names the place that suggestions are for: the wrong step of a trace, the way of a walk. */
function placeOf(work: Work): { key: string; body: Record<string, unknown> } | null {
  const { claim, answer } = work;
  if (answer.mode === "walk" && claim.kind === "walk") {
    const prefix = wayOf(claim, answer).map(({ id, text }, index) =>
      answer.steps[index]?.chosen === null ? { text } : { id },
    );
    return { key: `${claim.assignment} ${JSON.stringify(prefix)}`, body: { prefix } };
  }
  const step = wrongStep(answer);
  return step === undefined ? null : { key: `${claim.assignment} ${step}`, body: { step } };
}

export function offered(work: Work): Offer | undefined {
  const place = placeOf(work);
  return place ? offers.value[place.key] : undefined;
}

/** Taking a suggestion makes it the better step. */
export const pickAction = (text: string): DeskAction[] => [
  { type: "write", field: "rewrite", text },
  { type: "open", panel: null },
];

/** Asks for more at the place where the work is. On a walk they join the alternatives as they come. */
export async function askFor(work: Work, dispatch: (action: DeskAction) => void): Promise<void> {
  const place = placeOf(work);
  if (!place || asking.has(place.key)) return;
  const before = offers.value[place.key]?.candidates ?? [];
  const show = (offer: Offer) => {
    offers.value = { ...offers.value, [place.key]: offer };
  };
  asking.add(place.key);
  show({ model: "", candidates: before, error: "", busy: true });
  const path = `assignments/${work.claim.assignment}/suggestions/`;
  try {
    let row = await api.post<Suggested>(path, place.body);
    for (;;) {
      const known = new Set(before.map(({ text }) => text.trim()));
      const fresh = row.candidates.filter(({ text }) => !known.has(text.trim()));
      const busy = row.state === "waiting" || row.state === "asking";
      show({ model: row.model, candidates: [...before, ...fresh], error: row.error, busy });
      if (work.answer.mode === "walk" && row.candidates.length) {
        const depth = depthOf(work.answer);
        const steps = row.candidates.map(
          ({ step, text, kind }): Alternative => ({
            id: step,
            text,
            kind,
            judged: true,
            parent: row.parent,
            suggested: true,
          }),
        );
        dispatch({ type: "alternatives", depth, parent: row.parent, steps });
      }
      if (!busy) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      row = await api.get<Suggested>(`${path}${row.id}/`);
    }
  } catch (error) {
    const why = error instanceof ApiError ? error.detail : t("suggestions.server-cant-reached-try");
    show({ model: "", candidates: offers.value[place.key]?.candidates ?? before, error: why, busy: false });
  } finally {
    asking.delete(place.key);
  }
}
