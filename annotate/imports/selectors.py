"""Shaped reads over imports."""

import csv
import io
import uuid
from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.db.models import Q

from annotate.core.spreadsheets import inert
from annotate.imports.models import Import, RejectedLine
from annotate.projects.models import Project

FIELDS = ("file", "line", "field", "code", "message", "content")
PAGE = 2000


def imports_page(project: Project, before: tuple[datetime, uuid.UUID] | None, limit: int) -> list[Import]:
    """The newest first, from behind `before`: time of creation and id of the last one seen."""
    found = Import.objects.filter(project=project).select_related("created_by").order_by("-created_at", "-pk")
    if before is not None:
        created_at, pk = before
        found = found.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
    return list(found[:limit])


def rejected_as_ndjson(import_: Import) -> Iterator[bytes]:
    for rows in _rejected(import_):
        lines = (msgspec.json.encode(dict(zip(FIELDS, row, strict=True))) for row in rows)
        yield b"".join(line + b"\n" for line in lines)


def rejected_as_csv(import_: Import) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    yield out.getvalue().encode()
    for rows in _rejected(import_):
        out = io.StringIO()
        csv.writer(out).writerows([inert(value) if isinstance(value, str) else value for value in row] for row in rows)
        yield out.getvalue().encode()


def _rejected(import_: Import) -> Iterator[list[tuple[object, ...]]]:
    after = 0
    while True:
        found = RejectedLine.objects.filter(import_of=import_, pk__gt=after).order_by("pk")
        rows = list(found.values_list("pk", *FIELDS)[:PAGE])
        if not rows:
            return
        after = rows[-1][0]
        yield [row[1:] for row in rows]
