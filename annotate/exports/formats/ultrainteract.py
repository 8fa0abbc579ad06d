"""UltraInteract_pair (Yuan et al., 2024): a better and a worse next action after the same turns.

`{"task", "dataset", "trajectory": [{"from", "value"}], "chosen", "rejected", "id", "parent_id"}`. The first turn is
the user's, with the problem; then each step is a turn of the assistant's, each observation one of the user's. `task`
and `dataset` are the project. `id` is made of what is compared and `parent_id` of where they part, so pairs after
the same turns have the same `parent_id`.

Pairs come from where the options say (`annotate.exports.pairs`): choices and rewrites unless they say otherwise.
Left out: ties and none acceptable without a rewrite ("no pair"); first errors without a rewrite ("no rewrite"). Not
carried: what came after; the reference; strength; who said it; ids; kinds of steps but observations, media.

Coming back, turns that are blank are no steps, and those of the assistant are reasoning.
"""

from msgspec import Struct, field

from annotate.core.digests import digest
from annotate.exports.formats.of_pairs import format_of
from annotate.exports.items import Item
from annotate.exports.options import Options
from annotate.exports.pairs import Pair, Tree


class Turn(Struct, gc=False):
    who: str = field(name="from")
    value: str


class Row(Struct, gc=False):
    task: str
    dataset: str
    trajectory: list[Turn]
    chosen: str
    rejected: str
    id: str
    parent_id: str


def row(project: str, item: Item, pair: Pair, tree: Tree, options: Options) -> Row:
    turns = [Turn("user", item.problem.statement)]
    turns += [Turn("assistant" if step.judged else "user", step.text) for step in pair.prefix]
    said = [turn.value.encode() for turn in turns]
    return Row(
        task=project,
        dataset=project,
        trajectory=turns,
        chosen=pair.chosen.text,
        rejected=pair.rejected.text,
        id=_name([*said, pair.chosen.text.encode(), pair.rejected.text.encode()]),
        parent_id=_name(said),
    )


def _name(texts: list[bytes]) -> str:
    return digest(texts).hex()[:32]


FORMAT = format_of("ultrainteract", "UltraInteract: a better and a worse next action", row, Row, imports_back=True)
