"""The program that reads Parquet: `parquet_child.py MEGABYTES`, the file as standard input, a line of JSON for each row
out. A process of its own with bounded memory, since a few kB of Parquet can unpack to any size while they are read.

Ends with 1 and a sentence on the standard error when the file can't be read. Needs nothing of Stepmark.
"""

import resource
import sys
from typing import Any

import msgspec
import pyarrow
from pyarrow import parquet

ROWS = 256  # read at a time; fewer where these take too much memory

encode = msgspec.json.Encoder().encode


def main(megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, resource.RLIM_INFINITY))
    done, at_a_time = 0, ROWS
    while True:
        try:
            for line in lines(at_a_time, done):
                sys.stdout.buffer.write(line)
                done += 1
            sys.stdout.buffer.flush()
            return
        except MemoryError:
            if at_a_time == 1:
                sys.exit(f"a row takes more than {megabytes} MB of memory.")
            at_a_time //= 16
        except (pyarrow.ArrowException, OSError, KeyError, UnicodeDecodeError, RecursionError) as error:
            sys.exit(str(error) or type(error).__name__)
        except (TypeError, ValueError) as error:
            sys.exit(f"a value can't be written as JSON: {error}")


def lines(at_a_time: int, skip: int) -> Any:
    """The rows from the one with the 0-based number `skip` on."""
    table = parquet.ParquetFile(sys.stdin.buffer, memory_map=False, pre_buffer=False)
    before = 0
    for batch in table.iter_batches(batch_size=at_a_time, use_threads=False):
        left_out = min(len(batch), max(0, skip - before))
        before += len(batch)
        for row in batch.slice(left_out).to_pylist(maps_as_pydicts="strict"):
            yield encode(checked(row)) + b"\n"


def checked(value: Any) -> Any:
    """The same; a float that is no number is a missing one, as tables mean it."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {name: checked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [checked(inner) for inner in value]
    return value


if __name__ == "__main__":
    main(int(sys.argv[1]))
