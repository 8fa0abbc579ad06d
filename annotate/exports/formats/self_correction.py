"""Texts in which a wrong step is noticed and put right, for training models to correct themselves as in S³c-Math
(Yan et al., 2024), where the wrong step adds nothing to the loss.

`{"question", "prefix": [text], "wrong_step", "reflection", "corrected_step", "text", "loss_mask_spans": [[start,
end]]}`. `text` is what the model is to say: the steps before the error, the wrong step, the reflection, the right
step, each on a line of its own. `loss_mask_spans` are the parts of it that are not to be trained on, the wrong
step: 0-based, the end not included, in code points, so that Python's `text[start:end]` is the wrong step.

`reflection` is the annotator's comment on the error. Nobody's words are made up: without a comment there is no
row ("no reflection"). Several rewrites of one step are a row each. Left out, too: traces without a rewrite ("no
rewrite"), repeated rows ("the same step again"). Not carried: choices; ids; generator; answers and the
reference; kinds of steps, media; error types; who said it.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports.formats.base import Format, Takes, start_with
from annotate.exports.items import BAD, Item, TraceItem
from annotate.exports.stretch import SEPARATOR
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    question: str
    prefix: list[str]
    wrong_step: str
    reflection: str
    corrected_step: str
    text: str
    loss_mask_spans: list[list[int]]


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    seen: set[tuple[int, str, str]] = set()
    for said in item.said:
        if not said.rewrites or BAD not in said.values:
            tally.leave_out("no rewrite")
            continue
        if not said.comment.strip():
            tally.leave_out("no reflection")
            continue
        tally.use(item, said)
        wrong = said.values.index(BAD)
        for rewrite in said.rewrites:
            key = (wrong, said.comment, rewrite.text)
            if key in seen:
                tally.leave_out("the same step again")
                continue
            seen.add(key)
            yield _row(item, wrong, said.comment, rewrite.text)


def _row(item: TraceItem, wrong: int, reflection: str, corrected: str) -> Row:
    prefix = [step.text for step in item.steps[:wrong]]
    step = item.steps[wrong].text
    start = sum(len(text) + len(SEPARATOR) for text in prefix)
    return Row(
        question=item.problem.statement,
        prefix=prefix,
        wrong_step=step,
        reflection=reflection,
        corrected_step=corrected,
        text=SEPARATOR.join([*prefix, step, reflection, corrected]),
        loss_mask_spans=[[start, start + len(step)]],
    )


FORMAT = Format(
    "self-correction",
    "Self-correction: a wrong step, a reflection and the right step, with loss masks",
    start=start_with(rows),
    rows=(Row,),
    takes=Takes.REWRITTEN,
)
