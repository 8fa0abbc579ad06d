"""Sending lines in, batch by batch."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from stepmark_client.http import Http

Line = dict[str, Any] | str | bytes
# The server lists so many rejected lines of one call.
LISTED = 100


@dataclass(frozen=True)
class RejectedLine:
    """`index` is the line's place in what was handed in, from 0. `code` is stable; `line` is what was sent."""

    index: int
    code: str
    message: str
    field: str | None
    line: Line


@dataclass
class IngestReport:
    """What became of all lines. `accepted` and `duplicates` count traces and choices, `rejected` lines.

    What was accepted in a call whose answer was lost counts as a duplicate when the call is made again.
    """

    import_id: str | None = None
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    rejected_lines: list[RejectedLine] = field(default_factory=list)


@dataclass
class Batch:
    lines: list[tuple[int, Line, bytes]] = field(default_factory=list)
    size: int = 0


def ingest(
    http: Http,
    path: str,
    lines: Iterable[Line],
    *,
    params: dict[str, Any],
    batch_lines: int,
    batch_bytes: int,
    report: IngestReport,
    on_rejected: Callable[[RejectedLine], None],
    progress: Callable[[int], None],
) -> None:
    """Send everything to `path`, and say in `report` what became of it. One batch is in memory at a time."""

    def reject(rejected: RejectedLine) -> None:
        report.rejected += 1
        on_rejected(rejected)

    for batch in _batches(lines, batch_lines, batch_bytes, reject, report):
        if batch.lines:
            answer = _send(http, path, params, batch.lines)
            report.accepted += answer["accepted"]
            report.duplicates += answer["duplicates"]
            report.rejected += answer["rejected"]
            for rejected in _told(http, path, params, batch.lines, answer):
                on_rejected(rejected)
        progress(report.lines)


def _batches(
    lines: Iterable[Line],
    most: int,
    most_bytes: int,
    reject: Callable[[RejectedLine], None],
    report: IngestReport,
) -> Iterator[Batch]:
    batch = Batch()
    for index, line in enumerate(lines):
        report.lines = index + 1
        try:
            encoded = _encoded(line)
        except (TypeError, ValueError, RecursionError) as error:
            reject(RejectedLine(index, "not-json", f"This can't be written as JSON: {error}", None, line))
            continue
        if not encoded:
            continue
        batch.lines.append((index, line, encoded))
        batch.size += len(encoded)
        if len(batch.lines) >= most or batch.size >= most_bytes:
            yield batch
            batch = Batch()
    yield batch


def _encoded(line: Line) -> bytes:
    """One line of NDJSON; a text is taken as it is, but for line breaks, which JSON has only between its parts."""
    if isinstance(line, dict):
        return json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    raw = line.encode() if isinstance(line, str) else line
    return raw.strip().replace(b"\r", b" ").replace(b"\n", b" ")


def _send(http: Http, path: str, params: dict[str, Any], lines: list[tuple[int, Line, bytes]]) -> dict[str, Any]:
    content = gzip.compress(b"\n".join(encoded for _, _, encoded in lines), 5, mtime=0)
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    # The server knows what it has: sending the same twice changes nothing.
    answer: dict[str, Any] = http.call("POST", path, params=params, content=content, headers=headers, repeatable=True)
    return answer


def _told(
    http: Http, path: str, params: dict[str, Any], lines: list[tuple[int, Line, bytes]], answer: dict[str, Any]
) -> Iterator[RejectedLine]:
    """Every rejected line. Where the answer does not list them all, few enough are sent again at a time."""
    if answer.get("truncated_errors") and len(lines) > LISTED // 2:
        for i in range(0, len(lines), LISTED // 2):
            part = lines[i : i + LISTED // 2]
            yield from _told(http, path, params, part, _send(http, path, params, part))
        return
    for error in answer["errors"]:
        place = min(max(error["line"] - 1, 0), len(lines) - 1)
        index, line, _ = lines[place]
        yield RejectedLine(index, error["code"], error["message"], error.get("field"), line)
