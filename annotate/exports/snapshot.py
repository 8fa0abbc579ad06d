"""One consistent look at the database, however long it takes to write it down."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[psycopg.Connection]:
    """A read-only transaction that sees the database as it is now, until it ends, while everybody goes on
    working.

    It has a connection of its own: whoever writes the dataset down can write their progress meanwhile.
    Inside a transaction of a test, the test's own connection is the only one that sees its data, and is
    used as it is; any other surrounding transaction is a RuntimeError, because its changes would be
    missing.
    """
    if connection.in_atomic_block:
        with transaction.atomic(durable=True):  # only checks; left at once, as the reader may not come to the end
            pass
        yield connection.connection
        return
    own = connection.copy()
    try:
        own.connect()
        raw: psycopg.Connection = own.connection
        with raw.transaction():
            raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # The order of a whole project is sorted in memory up to this size; all of a cursor is read, not
            # its start.
            raw.execute("SET LOCAL work_mem = '64MB'")
            raw.execute("SET LOCAL cursor_tuple_fraction = 1")
            raw.execute("SET LOCAL jit = off")
            yield raw
    finally:
        own.close()
