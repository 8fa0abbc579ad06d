"""A table for people and their spreadsheets: CSV as in RFC 4180, in UTF-8 with a byte order mark, a header
in words.

A row for each step of each label, in order, so that the table reads like the solution and filters by
verdict: "good", "neutral", "bad" or "unsure", or of all votes together "good: 67%"; "not labelled" where
nobody said anything, as after a first error; "context" for what is not judged. A choice's rows are the steps
before it, as context, and its candidates, which have the same step number: "preferred", "tied" for the best,
"worse", or "not acceptable", and their rank, without one where they were left out of the ranking. Steps and
ranks count from 1.

What was said once for a label stands in one row only, so that columns add up: comment, rewrites, error
types, seconds and details (what else the project asks, as JSON, where steps count from 0) in the row of the
first wrong step; without one, in that of the last step labelled; in a choice, in that of the first of the
best candidates.

A text that has pictures, sounds or films ends with their kind and place, as in "[image: media/1f2e…]", which is their
SHA-256, or their address.

A cell that a spreadsheet could take for a formula (it begins with = + - @, their full-width forms, a tab or
a line break) begins with an apostrophe. A cell of more than 32,767 characters would be torn apart on
opening: it ends early, and says so. So this is a table to read: for texts to the byte, take another format.

Nothing is left out. Not carried: metadata, scores, the reference solution, versions of guidelines and label
schema.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from annotate.core.spreadsheets import inert
from annotate.corpus.models import StepValue
from annotate.exports import options as o
from annotate.exports.formats.base import Format, Layout, start_with
from annotate.exports.items import BAD, ChoiceItem, Item, Label, Ranking, Said, Step, TraceItem
from annotate.exports.media import media_of
from annotate.exports.tally import Tally

ITEM_HEADER = ("Problem ID", "Problem", "Reference answer", "Item", "ID", "Answer", "Answer is right")
STEP_HEADER = ("Generator", "Step", "Kind", "Text", "Verdict", "Rank")
SAID_HEADER = ("Labelled by", "Labelled at (UTC)")
ONCE_HEADER = ("Error types", "Comment", "Rewrite", "Seconds", "Details")
HEADER = (*ITEM_HEADER, *STEP_HEADER, *SAID_HEADER, *ONCE_HEADER)

CONTEXT = "context"
VERDICTS: dict[int | None, str] = {None: "not labelled", **{int(value): value.name.lower() for value in StepValue}}

Cells = tuple[str, ...]


def rows(item: Item, tally: Tally) -> Iterator[Cells]:
    about = _about(item)
    for said in item.said:
        tally.use(item, said)
        if isinstance(item, TraceItem):
            assert isinstance(said, Label)  # noqa: S101
            steps, at = list(_steps(item, said)), _said_at_step(said.as_said or said.values)
        else:
            assert isinstance(said, Ranking)  # noqa: S101
            steps, at = list(_candidates(item, said)), len(item.prefix) + _first_best(said)
        by = (said.by, (said.said_at or "")[:19].replace("T", " "))
        for i, step in enumerate(steps):
            yield (*about, *step, *by, *(_once(said) if i == at else ("",) * len(ONCE_HEADER)))


def _about(item: Item) -> Cells:
    statement = _with_media(item.problem.statement, item.problem.media)
    problem = (item.problem.external_id or "", statement, item.problem.answer or "")
    id = item.key
    if isinstance(item, ChoiceItem):
        return (*problem, "choice", id, "", "")
    right = {None: "", True: "yes", False: "no"}[item.correct]
    return (*problem, "trace", id, item.answer or "", right)


def _steps(item: TraceItem, label: Label) -> Iterator[Cells]:
    for i, (step, value) in enumerate(zip(item.steps, label.values, strict=True)):
        share = label.shares[i] if label.shares else None
        verdict = VERDICTS[value] if share is None else f"good: {share:.0%}"
        yield _step(item.generator, i, step, verdict if step.judged else CONTEXT)


def _candidates(item: ChoiceItem, ranking: Ranking) -> Iterator[Cells]:
    for i, step in enumerate(item.prefix):
        yield _step("", i, step, CONTEXT)
    ranks = {i: rank for rank, group in enumerate(ranking.groups, 1) for i in group}
    for i, (step, info) in enumerate(zip(item.candidates, item.info, strict=True)):
        if not ranking.groups:
            verdict = "not acceptable"
        elif ranks.get(i) == 1:
            verdict = "preferred" if len(ranking.groups[0]) == 1 else "tied"
        else:
            verdict = "worse"
        generator = msgspec.json.decode(info["generator"], type=str) if "generator" in info else ""
        yield _step(generator, len(item.prefix), step, verdict, str(ranks.get(i, "")))


def _step(generator: str, index: int, step: Step, verdict: str, rank: str = "") -> Cells:
    return (generator, str(index + 1), step.kind, _with_media(step.text, step.media), verdict, rank)


def _with_media(text: str, media: msgspec.Raw | None) -> str:
    """With the pictures, sounds and films that belong to it, by what kind they are and where."""
    return " ".join(filter(None, (text, *(f"[{one.type}: {one.path}]" for one in media_of(media)))))


def _said_at_step(values: list[int | None]) -> int:
    """The 0-based index of the step whose row holds what was said once."""
    if BAD in values:
        return values.index(BAD)
    return max((i for i, value in enumerate(values) if value is not None), default=0)


def _first_best(ranking: Ranking) -> int:
    return ranking.groups[0][0] if ranking.groups else 0


def _once(said: Said) -> Cells:
    error_types = said.error_types if isinstance(said, Label) else []
    seconds = "" if said.active_ms is None else str(round(said.active_ms / 1000))
    rewrites = "\n\n".join(step.text for step in said.rewrites)
    details = bytes(said.details).decode() if isinstance(said, Label) and said.details is not None else ""
    return (", ".join(error_types), said.comment, rewrites, seconds, details)


MOST = 32_767  # UTF-16 units: what Excel can keep in a cell
CUT = " … (cut: too long for a spreadsheet)"


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs or tears apart."""
    text = inert(text)
    if len(text) > MOST // 2:  # otherwise it fits, however many of its characters take two units
        units = text.encode("utf-16-le")
        if len(units) > 2 * MOST:
            text = units[: 2 * (MOST - len(CUT))].decode("utf-16-le", "ignore") + CUT
    return text


class _Line:
    """A file for `csv.writer`, whose `writerow` returns what `write` does."""

    def write(self, line: str) -> bytes:
        return line.encode()


_writer = csv.writer(_Line())


def encode(cells: Iterable[str]) -> bytes:
    line: bytes = _writer.writerow([harmless(cell) for cell in cells])
    return line


def _layout(header: Sequence[str]) -> Layout:
    start = "\ufeff".encode() + encode(header)
    return Layout("csv", "text/csv", encode, start=start, between=b"", end=b"", empty=start)


FORMAT = Format(
    "csv",
    "CSV: a table of steps and verdicts to read in a spreadsheet",
    start=start_with(rows),
    kinds=("trace", "choice"),
    by_problem=True,
    names_media=True,
    text=_layout(HEADER),
    labels=(o.RESOLVED, o.IMPORTED, o.ALL, o.ANNOTATOR, o.SOFT),
    neutral=(o.KEEP, o.DROP, o.AS_GOOD, o.AS_BAD),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
    containers=(o.CSV,),
)
