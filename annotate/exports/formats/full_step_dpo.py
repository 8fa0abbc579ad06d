"""Full-Step-DPO (Xu et al., 2025): all solutions of a problem, each with a reward for every step.

`{"prompt", "gold_answer", "responses": [text], "rewards": [0 | 1], "rewards_list": [[number]]}`, one row for each
problem. A response is its judged steps, each on a line of its own, with observations before the step that answers
to them; `rewards_list` has a number in [0, 1] for each of these steps. With `scorer` they are that scorer's, or the
values that came with the data by this name; otherwise 1 for a right step and 0 for a wrong one, so that all after
the first wrong step counts as wrong, unless the options say otherwise. With `labels=soft` they are shares of votes.

`rewards` says of each response whether its final answer is right; where the data does not say, whether no step of
it is called wrong. Equal responses are there once, with the first one's rewards.

Left out: traces of which a judged step has no reward ("partial"), or of which nobody knows whether they are right
("unknown outcome"); problems with fewer than two responses, or whose responses are all right or all wrong ("nothing
to compare"). Not carried: choices; ids; generator; error types, comments, rewrites; media; who said it.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, ProblemRows, Takes
from annotate.exports.items import BAD, GOOD, Item, Label, TraceItem, first_error
from annotate.exports.options import Options
from annotate.exports.pairs import Tree
from annotate.exports.rows import Marked
from annotate.exports.stretch import SEPARATOR, labelled_start
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    prompt: str
    gold_answer: str
    responses: list[str]
    rewards: list[int]
    rewards_list: list[list[float]]


def start(project: str, options: Options) -> ProblemRows:
    def rows(items: list[Item], tally: Tally) -> Iterator[Marked]:
        values = Tree(items).values(options.scorer) if options.scorer else None
        told: dict[str, tuple[int, list[float]]] = {}
        standing: list[tuple[Item, Label]] = []
        for item in items:
            assert isinstance(item, TraceItem)  # noqa: S101
            for said in item.said:
                found = _steps(item, said, values)
                right = _right(item, said)
                if found is None or right is None:
                    tally.leave_out("partial" if found is None else "unknown outcome")
                    continue
                told.setdefault(SEPARATOR.join(text for text, _ in found), (int(right), [r for _, r in found]))
                standing.append((item, said))
        rewards = [reward for reward, _ in told.values()]
        if len(set(rewards)) < 2:
            tally.leave_out("nothing to compare", len(standing))
            return
        for used, said in standing:
            tally.use(used, said)
        problem = items[0].problem
        row = Row(problem.statement, problem.answer or "", list(told), rewards, [of for _, of in told.values()])
        yield Marked(row, said=[said for _, said in standing])

    return rows


def _steps(item: TraceItem, said: Label, values: dict[str, float] | None) -> list[tuple[str, float]] | None:
    """Each judged step's text and reward; None if one has none."""
    rewards: Sequence[float | None]
    if values is not None:
        rewards = [values.get(step.id) for step in item.steps]
    elif said.shares is not None:
        rewards = said.shares
    else:
        rewards = [{GOOD: 1.0, BAD: 0.0}.get(-2 if value is None else value) for value in said.values]
    found = labelled_start(item.steps, rewards)
    return found if len(found) == sum(step.judged for step in item.steps) else None


def _right(item: TraceItem, said: Label) -> bool | None:
    if item.correct is not None:
        return item.correct
    wrong = first_error(item.steps, said.values if said.as_said is None else said.as_said)
    return None if wrong is None else wrong == -1


FORMAT = Format(
    "full-step-dpo",
    "Full-Step-DPO: all solutions of a problem with a reward for every step",
    start=start,
    rows=(Row,),
    soft_rows=(Row,),
    takes=Takes.LABELLED,
    by_problem=True,
    whole_problems=True,
    may_be_scored=True,
    labels=(o.RESOLVED, o.IMPORTED, o.ALL, o.ANNOTATOR, o.SOFT),
    neutral=(o.AS_BAD, o.AS_GOOD, o.DROP),
    after_first_error=(o.AS_WRONG, o.AS_SAID),
)
