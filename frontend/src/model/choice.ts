// The part of `updateWork` for a choice among next steps.

import { t } from "../i18n/desk";
import type { ChoiceAnswer } from "./answer";
import type { ChoiceClaim, Id } from "./claim";
import { change, type Outcome, quiet, type Work, type WorkAction } from "./work";

const without = ({ groups }: ChoiceAnswer, id: Id): Id[][] =>
  groups.map((group) => group.filter((one) => one !== id)).filter((group) => group.length > 0);

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
      if (at < 0) return { work, says: t("choice.there-no-such-candidate") };
      const again = answer.groups.length === 1 && best?.length === 1 && best[0] === action.id;
      if (again)
        return say(
          { groups: [], strength: null },
          t("choice.candidate-no-longer-preferred", { n: at + 1 }),
          at,
        );
      return say(
        { groups: [[action.id]], noneAcceptable: false },
        t("choice.candidate-preferred", { n: at + 1 }),
        at,
      );
    }
    case "tie-all": {
      const all = claim.candidates.map(({ id }) => id);
      if (best?.length === all.length) return say({ groups: [] }, t("choice.tie-taken-back"));
      return say(
        { groups: [all], noneAcceptable: false, strength: null },
        t("choice.all-candidates-equally-good"),
      );
    }
    case "tie-with-best": {
      const at = place(action.id);
      if (at < 0) return quiet(work);
      const others = answer.groups.map((group) => group.filter((id) => id !== action.id));
      const wasBest = best?.includes(action.id) ?? false;
      const groups = [wasBest ? (others[0] ?? []) : [...(others[0] ?? []), action.id], ...others.slice(1)];
      const says = wasBest
        ? t("choice.candidate-no-longer-among", { n: at + 1 })
        : t("choice.candidate-among-best", { n: at + 1 });
      return say({ groups: groups.filter((group) => group.length > 0), noneAcceptable: false }, says, at);
    }
    case "rank-behind": {
      const at = place(action.id);
      if (at < 0) return quiet(work);
      const last = answer.groups.at(-1);
      const again = last?.length === 1 && last[0] === action.id;
      const groups = without(answer, action.id);
      if (again) return say({ groups }, t("choice.candidate-not-ranked", { n: at + 1 }), at);
      const says = t("choice.candidate-place", { n: at + 1, n2: groups.length + 1 });
      return say({ groups: [...groups, [action.id]], noneAcceptable: false }, says, at);
    }
    case "tie-with-last": {
      const at = place(action.id);
      const others = without(answer, action.id);
      const last = others.at(-1);
      if (at < 0 || !last) return { work, says: t("choice.there-nothing-ranked-yet") };
      const says = t("choice.candidate-place-too", { n: at + 1, others: others.length });
      return say({ groups: [...others.slice(0, -1), [...last, action.id]], noneAcceptable: false }, says, at);
    }
    case "none-acceptable": {
      const noneAcceptable = !answer.noneAcceptable;
      const says = noneAcceptable
        ? t("choice.none-candidates-acceptable")
        : t("choice.none-acceptable-taken-back");
      return say({ groups: [], strength: null, noneAcceptable }, says);
    }
    case "fold":
      // The only thing that folds here are the steps so far.
      return quiet({ ...work, toggled: work.toggled.length ? [] : [0] });
    case "set-strength":
      return say({ strength: action.value }, "");
    default:
      return quiet(work);
  }
}
