"""Rows into Postgres by COPY, and JSON to and from its columns."""

from collections.abc import Iterable
from typing import Any

import msgspec
import psycopg

encoded = msgspec.json.Encoder(order="sorted").encode


def as_json(value: object) -> str | None:
    return None if value is None else encoded(value).decode()


def from_json(value: Any) -> Any:
    """Django's connections leave jsonb as text."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def as_array(texts: list[str]) -> str:
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"


def text_cell(value: str) -> str:
    """A text in COPY's text format. The backslash first: the others' escapes hold one. (`replace` is several times
    quicker than `translate`.)
    """
    value = value.replace("\\", "\\\\")
    return value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _cell(value: object) -> str:
    """One value in COPY's text format. Written by hand: it runs for every cell of an import."""
    if isinstance(value, str):
        return text_cell(value)
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return value.hex()
    if value is True:
        return "t"
    if value is False:
        return "f"
    return str(value)


def copy(
    cursor: psycopg.Cursor, table: str, columns: str, rows: Iterable[tuple[object, ...]], *, stamp: bool = False
) -> None:
    """COPY the rows into the table; `stamp` adds the transaction's time as the last column. Bytes are uuids."""
    lines: list[str] = []
    end = "\n"
    if stamp:
        cursor.execute("SELECT now()::text")
        row = cursor.fetchone()
        assert row  # noqa: S101
        end = f"\t{row[0]}\n"
    for row in rows:
        lines.append("\t".join([_cell(value) for value in row]) + end)
    copy_lines(cursor, table, columns, lines)


def copy_lines(cursor: psycopg.Cursor, table: str, columns: str, lines: list[str]) -> None:
    """COPY what is in COPY's text format already, each line with its end."""
    if not lines:
        return
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for i in range(0, len(lines), 512):
            stream.write("".join(lines[i : i + 512]))
