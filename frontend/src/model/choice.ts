// The part of `updateWork` for a choice among next steps.

import type { ChoiceAnswer } from "./answer";
import type { ChoiceClaim, Id } from "./claim";
import { change, type Outcome, quiet, type Work, type WorkAction } from "./work";

export function updateChoice(work: Work, claim: ChoiceClaim, action: WorkAction): Outcome {
  const { answer } = work;
  if (answer.mode !== "choice") return quiet(work);
  const say = (next: Partial<ChoiceAnswer>, says: string, focus = work.focus): Outcome => ({
    work: { ...change(work, { ...answer, ...next }), focus },
    says,
  });
  const place = (id: Id) => claim.candidates.findIndex((candidate) => candidate.id === id);
  const [best] = answer.groups;

  switch (action.type) {
    case "prefer": {
      const at = place(action.id);
      if (at < 0) return { work, says: "There is no such candidate." };
      const again = answer.groups.length === 1 && best?.length === 1 && best[0] === action.id;
      if (again) return say({ groups: [], strength: null }, `Candidate ${at + 1}: no longer preferred.`, at);
      return say({ groups: [[action.id]], noneAcceptable: false }, `Candidate ${at + 1} is preferred.`, at);
    }
    case "tie-all": {
      const all = claim.candidates.map(({ id }) => id);
      if (best?.length === all.length) return say({ groups: [] }, "Tie taken back.");
      return say(
        { groups: [all], noneAcceptable: false, strength: null },
        "All candidates are equally good.",
      );
    }
    case "tie-with-best": {
      const at = place(action.id);
      if (at < 0) return quiet(work);
      const others = answer.groups.map((group) => group.filter((id) => id !== action.id));
      const wasBest = best?.includes(action.id) ?? false;
      const groups = [wasBest ? (others[0] ?? []) : [...(others[0] ?? []), action.id], ...others.slice(1)];
      const says = wasBest
        ? `Candidate ${at + 1} is no longer among the best.`
        : `Candidate ${at + 1} is among the best.`;
      return say({ groups: groups.filter((group) => group.length > 0), noneAcceptable: false }, says, at);
    }
    case "none-acceptable": {
      const noneAcceptable = !answer.noneAcceptable;
      const says = noneAcceptable ? "None of the candidates is acceptable." : "“None acceptable” taken back.";
      return say({ groups: [], strength: null, noneAcceptable }, says);
    }
    case "set-strength":
      return say({ strength: action.value }, "");
    default:
      return quiet(work);
  }
}
