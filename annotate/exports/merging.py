"""What several people who gave the same answer said beyond it, as one. Pure.

Of single things (a tag, an error type, a premise, a marked stretch, an answer, a rating, a project's own word) those
stand that more than half of them said; of comments all. What only a source understands stands where all said the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Raw

_LISTS = ("error_types", "tags", "premises", "spans", "problem_spans")
_REPLIES = ("rubric", "answers")


def merged(said: Sequence[Raw | None]) -> Raw | None:
    """One `details` (see `labeling.models.Judgement`) of those of all who agreed, None for who said nothing more; None
    where nothing is left.
    """
    if len({bytes(one or b"") for one in said}) == 1:
        return said[0]
    all_said = [msgspec.json.decode(one) if one else {} for one in said]
    found = _of_one(all_said)
    by_step = [{one["step"]: one for one in details.get("steps", ())} for details in all_said]
    steps = []
    for step in sorted(set().union(*by_step)):
        of_step = _of_one([of.get(step, {}) for of in by_step])
        if of_step.keys() - {"step"}:
            steps.append({"step": step, **of_step})
    if steps:
        found["steps"] = steps
    return Raw(msgspec.json.encode(found)) if found else None


def _of_one(all_said: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a step, or of the trace as a whole."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for said in all_said for name in said):
        values = [said.get(name) for said in all_said]
        if name in ("steps", "step"):
            continue
        if name == "comment":
            found[name] = "\n\n".join(dict.fromkeys(filter(None, values)))
        elif name in _LISTS:
            found[name] = most([one for value in values for one in value or ()], len(values))
        elif name in _REPLIES:
            keys = dict.fromkeys(key for value in values for key in value or {})
            replies = {
                key: most([value[key] for value in values if value and key in value], len(values)) for key in keys
            }
            found[name] = {key: reply[0] for key, reply in replies.items() if reply}
        elif name == "value":
            found[name] = next(iter(most([value for value in values if value is not None], len(values))), None)
        elif all(value == values[0] for value in values):
            found[name] = values[0]
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def common(values: Iterable[Any]) -> Any:
    """What all said, None where they differ. Of values that can be hashed."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def most(said: Iterable[Any], people: int) -> list[Any]:
    """What more than half of so many people said, each once, in the order in which it was first said."""
    texts = Counter(msgspec.json.encode(one, order="sorted") for one in said)
    return [msgspec.json.decode(text) for text, n in texts.items() if 2 * n > people]
