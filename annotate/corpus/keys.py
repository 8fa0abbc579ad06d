"""Finding a key that stands twice in one object of a line, which parsers would pass over, taking the last one."""

import json
import re
from typing import Any

import msgspec

from annotate.corpus.formats.base import LineError

_decode = msgspec.json.Decoder().decode
_APART = re.compile(rb'"\s+:')


def check_keys(line: bytes) -> None:
    """Raises LineError with the name of the key. For lines that are JSON; says nothing of others.

    Every key is followed by `":`, and so is some text perhaps. If there are no more of these than keys were kept, then
    no key was lost and all is well; only otherwise the line is read once more, key by key.
    """
    try:
        kept = _count(_decode(line))
        if line.count(b'":') == kept and not _APART.search(line):
            return
        json.loads(line, object_pairs_hook=_unique, parse_int=str, parse_float=str)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, json.JSONDecodeError):
        return


def _count(value: Any) -> int:
    """How many keys are in all its objects."""
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if type(one) is dict:
            count += len(one)
            waiting += [inner for inner in one.values() if type(inner) in (dict, list)]
        elif type(one) is list:
            waiting += [inner for inner in one if type(inner) in (dict, list)]
    return count


def _unique(pairs: list[tuple[str, Any]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            message = f"The key {json.dumps(name)} stands twice in one object. Leave one of them out."
            raise LineError("duplicate-key", message, name)
        names.add(name)
