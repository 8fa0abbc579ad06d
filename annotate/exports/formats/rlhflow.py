"""RLHFlow's PRM data: a conversation in which each step is answered with "+" or "-".

`{"conversations": [{"role": "user", "content": step}, {"role": "assistant", "content": "+" | "-"}, …]}`. The
first turn is the problem and the first step. Between them is a space where the step says "Step 1:", as in
the data made with Mistral, and a blank line where it does not: nobody could tell afterwards where the
problem ends. Steps are as they are, without numbers that they don't have.

One row for each label. Its steps end where the labels end, and observations stand before the step that
answers to them, as in `annotate.exports.stretch`. "+" says that a step is not wrong, so neutral is "+".

Left out: labels that don't label the first step ("partial"). Not carried: choices; ids; generator; answers
and the reference; kinds of steps; error types, comments, rewrites; who said it. A first step with a blank
line in it, or a problem that says "Step 1:", trains as well as any other, but is not read back as it was.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import BAD, Item, TraceItem
from annotate.exports.stretch import labelled_start
from annotate.exports.tally import Tally


class Turn(Struct, gc=False):
    role: str
    content: str


class Row(Struct, gc=False):
    conversations: list[Turn]


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    for said in item.said:
        labelled = labelled_start(item.steps, said.values)
        if not labelled:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        yield Row(_turns(item.problem.statement, labelled))


def _turns(statement: str, labelled: list[tuple[str, int]]) -> list[Turn]:
    between = " " if labelled[0][0].startswith("Step 1:") else "\n\n"
    texts = [text for text, _ in labelled]
    texts[0] = f"{statement}{between}{texts[0]}"
    turns = []
    for text, (_, value) in zip(texts, labelled, strict=True):
        turns += [Turn("user", text), Turn("assistant", "-" if value == BAD else "+")]
    return turns


FORMAT = Format(
    "rlhflow",
    "RLHFlow: conversations that answer each step with + or -",
    start=start_with(rows),
    nodes=False,
    rows=(Row,),
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
    imports_back=True,
)
