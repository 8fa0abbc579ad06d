"""A query whose rows become Python objects later, and elsewhere."""

import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format

_NAMED = re.compile(r"%\((\w+)\)s")


class Asked:
    """What came back from Postgres, as it was sent.

    While libpq waits for all of it, no other thread waits for this one: psycopg's own way takes Python's lock for
    each piece that arrives, and gets it only when the other thread lets go.
    """

    def __init__(self, connection: psycopg.Connection, sql: str, params: Mapping[str, str | int | None]) -> None:
        """`sql` names its parameters as psycopg knows them."""
        names = list(dict.fromkeys(_NAMED.findall(sql)))
        numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
        values = [None if (value := params[name]) is None else str(value).encode() for name in names]
        self._connection = connection
        self._result = connection.pgconn.exec_params(numbered.encode(), values, result_format=Format.BINARY)
        if self._result.status != ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(self._result)
        self._rows: list[tuple[Any, ...]] | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        if self._rows is None:
            reader = Transformer(self._connection)
            reader.set_pgresult(self._result)
            self._rows = reader.load_rows(0, self._result.ntuples, tuple)
        return self._rows

    def column(self, index: int) -> list[bytes | None]:
        """As it was sent: of a text, its UTF-8. A negative index counts from the last column."""
        get = self._result.get_value
        index %= self._result.nfields
        return [get(row, index) for row in range(self._result.ntuples)]
