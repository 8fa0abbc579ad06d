"""Lines that share problems and steps, and what a project's tree holds, told by content."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

import pyarrow
from pyarrow import parquet

from annotate.corpus.models import Choice, Problem, SourceLabel, Step, Trace
from annotate.projects.models import Project

Line = dict[str, Any]


def line(i: int, **more: Any) -> Line:
    """Four to a problem, the first step of which is shared by all four, the second by two."""
    p = i // 4
    return {
        "id": f"t{i}",
        "problem": {"id": f"p{p}", "statement": f"What is {p} + 1?"},
        "steps": [f"Begin with {p}.", f"Half {i // 2}.", f"It is {i}."],
        **more,
    }


def ndjson(lines: Iterable[Line]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zst(data: bytes) -> bytes:
    return bytes(pyarrow.Codec("zstd").compress(data, asbytes=True))


def table(lines: list[Line], rows_in_group: int = 7) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(lines), out, row_group_size=rows_in_group)
    return out.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data)


def tree(project: Project) -> dict[str, Any]:
    """All that is in the project, without keys that depend on it, in an order of its own."""
    steps = {s.pk: s for s in Step.objects.filter(problem__project=project)}

    def path(ids: Iterable[Any]) -> list[tuple[str, str]]:
        return [(steps[i].kind, steps[i].text) for i in ids]

    def upward(step: Step | None) -> list[tuple[str, str]]:
        above: list[tuple[str, str]] = []
        while step is not None:
            above.insert(0, (step.kind, step.text))
            step = steps[step.parent_id] if step.parent_id else None
        return above

    problems = Problem.objects.filter(project=project)
    return {
        "problems": sorted(
            (p.external_id or "", p.statement, p.answer or "", p.solution or "", json.dumps(p.metadata, sort_keys=True))
            for p in problems
        ),
        "steps": sorted((s.problem.statement, upward(s)) for s in steps.values()),
        "traces": sorted(
            (t.external_id or "", t.version, t.generator, t.problem.statement, path(t.path), t.answer or "")
            for t in Trace.objects.filter(project=project).select_related("problem")
        ),
        "choices": sorted(
            (c.external_id or "", c.version, c.problem.statement, path(c.candidates))
            for c in Choice.objects.filter(project=project).select_related("problem")
        ),
        "labels": sorted(
            (x.trace.external_id or "", x.source, str(x.values))
            for x in SourceLabel.objects.filter(trace__project=project).select_related("trace")
        ),
    }
