"""Something done from time to time while something else takes long, such as renewing the lease on it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection


@contextmanager
def meanwhile(do: Callable[[], object], *, every: float, name: str) -> Iterator[None]:
    """Until the block is left, `do` is called every so many seconds, by a thread with a connection of its own: what is
    written within a long transaction would be seen only when that is over.

    An error of the database is passed over: the next time may be luckier, and if not, the lease runs out.
    """
    over = threading.Event()

    def keep() -> None:
        try:
            while not over.wait(every):
                try:
                    do()
                except DatabaseError:
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=keep, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
