"""TRL's preference data, for its DPOTrainer and others, in both of its forms.

`trl-preference`, the standard one: `{"prompt": text, "chosen": text, "rejected": text}`. `prompt` is the problem
and the steps so far, each on a line of its own, and ends with a line break; `chosen` and `rejected` are one step
each, as they are. TRL puts prompt and answer together without anything between, so each makes one valid text.

`trl-preference-conversational`: lists of `{"role", "content"}`. `prompt` is the problem as the user's message;
where the world answered, what the assistant did up to then and the answer as the user's, in turns. `chosen` and
`rejected` are one message of the assistant's: the steps since then, the same on both sides, and the step. So every
chat template takes it, and what both sides share adds nothing to the loss of DPO.

Pairs come from where the options say (`annotate.exports.pairs`): choices and rewrites unless they say otherwise.
A pair that several judgements give is one row, two that contradict each other are both there with `labels=all`.

Left out: ties and none acceptable without a rewrite ("no pair"); first errors without a rewrite ("no
rewrite"). Not carried: what came after a wrong step; the reference; strength; who said it; ids; kinds of
steps, media.

Coming back, the steps of a standard prompt are part of the problem, and those that a conversational side begins
with are part of its step.
"""

from msgspec import Struct

from annotate.exports.formats.of_pairs import format_of
from annotate.exports.items import Item
from annotate.exports.options import Options
from annotate.exports.pairs import Pair, Tree
from annotate.exports.stretch import SEPARATOR, beginning


class Row(Struct, gc=False):
    prompt: str
    chosen: str
    rejected: str


class Message(Struct, gc=False):
    role: str
    content: str


class ConversationalRow(Struct, gc=False):
    prompt: list[Message]
    chosen: list[Message]
    rejected: list[Message]


def standard(project: str, item: Item, pair: Pair, tree: Tree, options: Options) -> Row:
    return Row(beginning(item.problem.statement, pair.prefix), pair.chosen.text, pair.rejected.text)


def conversational(project: str, item: Item, pair: Pair, tree: Tree, options: Options) -> ConversationalRow:
    prompt = [Message("user", item.problem.statement)]
    since: list[str] = []
    for step in pair.prefix:
        if step.judged:
            since.append(step.text)
            continue
        if since:
            prompt.append(Message("assistant", SEPARATOR.join(since)))
            since = []
        if prompt[-1].role == "user":
            prompt[-1].content += SEPARATOR + step.text
        else:
            prompt.append(Message("user", step.text))
    chosen, rejected = (SEPARATOR.join([*since, step.text]) for step in (pair.chosen, pair.rejected))
    return ConversationalRow(prompt, [Message("assistant", chosen)], [Message("assistant", rejected)])


FORMAT = format_of("trl-preference", "TRL preferences, for DPOTrainer", standard, Row, imports_back=True)
CONVERSATIONAL = format_of(
    "trl-preference-conversational",
    "TRL preferences as conversations, for DPOTrainer with chat templates",
    conversational,
    ConversationalRow,
)
