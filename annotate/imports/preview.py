"""What an import would bring, before anything is written: its first items as the pages show them, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict
from typing import Any

from annotate.corpus.containers import members
from annotate.corpus.formats.base import ChoiceIn, Format, Item, LineError, ProblemIn, StepIn, TraceIn
from annotate.corpus.ingest import Batch, Reader, Rejected
from annotate.corpus.labels import first_error_of
from annotate.corpus.media.resolve import Resolver
from annotate.corpus.models import StepKind
from annotate.imports.files import folder
from annotate.projects.models import Project

ITEMS = 5
MAX_ITEMS = 50
MAX_ERRORS = 20
MAX_LINES = 2000  # that are read while all of them are wrong
MAX_STEPS = 200  # of an item that are shown


class _Enough(Exception):
    pass


class _Looking(Reader):
    """Reads until it has enough; keeps what Reader would hand on to be stored."""

    def __init__(self, project: Project, *args: Any, items: int, **options: Any) -> None:
        super().__init__(project, *args, keys=False, **options)
        self.media = Resolver(project, dry=True)
        self.wanted = items
        self.items: list[tuple[int, str, Item]] = []
        self.rejected: list[Rejected] = []
        self.last: tuple[str, int] = ("", 0)

    def _take(self, batch: Batch, member: str, number: int, line: bytes | LineError, parse: Any) -> None:
        self.last = (member, number)
        try:
            if isinstance(line, LineError):
                raise line
            self.items += [(number, member, self.media.resolve(item)) for item in parse(line)]
        except LineError as error:
            self.rejected.append(Rejected(number, error, member))
        if len(self.items) >= self.wanted or len(self.rejected) >= MAX_ERRORS or self.lines >= MAX_LINES:
            self.rejected += batch.rejected  # the files that were refused on the way here
            raise _Enough


def preview(
    project: Project,
    format: Format | None,
    chunks: Iterable[bytes],
    *,
    segmenter: str = "",
    items: int = ITEMS,
    partial: bool = False,
) -> dict[str, Any]:
    """`partial`: the chunks are only how the upload begins, so it is no error that they end in the middle.

    Raises Invalid when it is one file that is not recognised, or has nothing to cut.
    """
    with closing(members(chunks, folder())) as files:
        reader = _Looking(project, files, format, items=items, segmenter=segmenter)
        with suppress(_Enough):
            for batch in reader:
                reader.rejected += batch.rejected
            if partial:
                reader.rejected = [one for one in reader.rejected if not _cut_off(one, reader.last)]
    return {
        "recognised": [{"file": r.member, "format": r.format, "reason": r.reason} for r in reader.recognised],
        "lines": reader.lines,
        "items": [{"line": n, "file": member} | _shown(item) for n, member, item in reader.items[:items]],
        "errors": [
            {"line": one.line, "file": one.member, "code": one.error.code, "field": one.error.field}
            | {"message": one.error.message}
            for one in sorted(reader.rejected, key=lambda one: (one.member, one.line))[:MAX_ERRORS]
        ],
    }


def _cut_off(one: Rejected, last: tuple[str, int]) -> bool:
    end = one.error.code == "not-json" and (one.member, one.line) == last
    return one.error.code == "broken-input" or end


def _shown(item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": item.external_id, "problem": _problem(item.problem), "tags": item.tags}
    if isinstance(item, ChoiceIn):
        preferences = [asdict(preference) for preference in item.preferences]
        return shown | {
            "kind": "choice",
            "prefix": [_step(step) for step in item.prefix[:MAX_STEPS]],
            "candidates": [_step(step) for step in item.candidates],
            "preferences": preferences,
        }
    return shown | {
        "kind": "trace",
        "generator": item.generator,
        "answer": item.answer,
        "correct": item.correct,
        "steps": _steps(item),
        "steps_in_all": len(item.steps),
        "labels": [
            {"source": label.source, "first_error": first_error_of(label.values), "values": label.values[:MAX_STEPS]}
            for label in item.labels
        ],
    }


def _steps(item: TraceIn) -> list[dict[str, Any]]:
    premises = item.premises or [None] * len(item.steps)
    return [_step(step) | {"premises": named} for step, named in zip(item.steps[:MAX_STEPS], premises, strict=False)]


def _problem(problem: ProblemIn) -> dict[str, Any]:
    names = ("statement", "answer", "solution", "reference_steps", "reference_states")
    about = {name: getattr(problem, name) for name in names}
    lists = {name: getattr(problem, name) or [] for name in ("material", "media")}
    return {"id": problem.external_id, **about, **lists}


def _step(step: StepIn) -> dict[str, Any]:
    judged = StepKind(step.kind).judged
    return {"text": step.text, "kind": step.kind, "judged": judged, "media": step.media or [], "data": step.data}
