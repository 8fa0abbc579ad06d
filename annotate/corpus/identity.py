"""The keys of problems, steps, traces and choices: digests of their content, computed without asking the database.

A key is 16 bytes. A step's begins with the first 32 bits of its problem's, so that a problem's nodes lie together in
the index and on disk; the other 96 bits are its own digest. Two steps don't come to one key by accident (that takes
about 2^48 steps of one problem), and whoever does it on purpose is refused: the importer compares contents before it
shares a node.
"""

import hashlib
import uuid
from decimal import Decimal
from typing import Any

import msgspec

from annotate.core.digests import digest

_encode = msgspec.json.Encoder(order="sorted").encode

PROBLEM_BYTES = 4
NO_PARENT = bytes(16)


def problem_key(project: int, external_id: str | None, statement: str, media: list[Any] | None = None) -> bytes:
    """By external id where there is one, otherwise by statement and media."""
    kind, name = (b"statement", statement) if external_id is None else (b"id", external_id)
    parts = [b"problem", str(project).encode(), kind, name.encode()]
    if media and external_id is None:
        parts.append(_canonical(media))
    return digest(parts)[:16]


def step_key(
    problem: bytes,
    parent: bytes | None,
    kind: str,
    text: str,
    media: list[Any] | None = None,
    data: dict[str, Any] | None = None,
) -> bytes:
    """By problem, the step before it (None at a root), kind and text; and media and data, where there are any."""
    content = problem + (parent or NO_PARENT) + kind.encode() + b"\0" + text.encode()
    if media or data:  # behind a NUL, which no text has
        content += b"\0" + _canonical([media or None, data or None])
    own = hashlib.sha256(content).digest()
    return problem[:PROBLEM_BYTES] + own[: 16 - PROBLEM_BYTES]


def step_id(problem: uuid.UUID, parent: uuid.UUID | None, kind: str, text: str) -> uuid.UUID:
    """`step_key` of a plain text, for those who hold rows."""
    return uuid.UUID(bytes=step_key(problem.bytes, parent.bytes if parent else None, kind, text))


def _canonical(value: Any) -> bytes:
    """The same bytes for what Postgres, which keeps 1e20 as an integer and drops the sign of zero, gives back."""
    return _encode(_plain_numbers(value))


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    if isinstance(value, dict):
        return {key: _plain_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain_numbers(inner) for inner in value]
    return value


def trace_key(project: int, external_id: str | None, leaf: bytes, generator: str, version: int = 1) -> bytes:
    """By external id and version where there is an id, otherwise by path (which its leaf stands for) and generator."""
    if external_id is not None:
        return named_key("trace", project, external_id, version)
    return digest((b"trace", str(project).encode(), b"path", leaf, generator.encode()))[:16]


def choice_key(project: int, external_id: str | None, candidates: list[bytes], version: int = 1) -> bytes:
    """By external id and version where there is an id, otherwise by the set of candidates (each names its prefix)."""
    if external_id is not None:
        return named_key("choice", project, external_id, version)
    return digest((b"choice", str(project).encode(), b"candidates", *sorted(candidates)))[:16]


def named_key(kind: str, project: int, external_id: str, version: int = 1) -> bytes:
    """Of a trace or choice (`kind`) that has an external id."""
    parts = [kind.encode(), str(project).encode(), b"id", external_id.encode()]
    if version > 1:
        parts.append(str(version).encode())
    return digest(parts)[:16]
