"""A query whose rows become Python objects later, and elsewhere."""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

_number = count()
_NAMED = re.compile(r"%\((\w+)\)s")


class Asked:
    """What came back from Postgres, as it was sent.

    While libpq waits for all of it, no other thread waits for this one: psycopg's own way takes Python's lock for
    each piece that arrives, and gets it only when the other thread lets go.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        sql: str,
        params: Mapping[str, str | int | None],
        prepared: dict[str, bytes],
    ) -> None:
        """`sql` names its parameters as psycopg knows them. `prepared`: SQL → name of what this connection has planned
        already, to which this is added: a page's queries are small, and planning each anew would be a fifth of them.
        """
        names = list(dict.fromkeys(_NAMED.findall(sql)))
        numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
        values = [None if (value := params[name]) is None else str(value).encode() for name in names]
        self._connection = connection
        pg = connection.pgconn
        if sql not in prepared:
            prepared[sql] = name = b"asked_%d" % next(_number)
            self._check(pg.prepare(name, numbered.encode()))
        # None is NULL here, too, which the types don't know.
        given: Sequence[Any] = values
        self._result = self._check(pg.exec_prepared(prepared[sql], given, result_format=Format.BINARY))
        self._rows: list[tuple[Any, ...]] | None = None

    @staticmethod
    def _check(result: PGresult) -> PGresult:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.errors.error_from_result(result)
        return result

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
