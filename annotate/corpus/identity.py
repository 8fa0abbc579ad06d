"""The keys of problems, steps, traces and choices: digests of their content, computed without asking the database.

A key is 16 bytes. A step's begins with the first 32 bits of its problem's, so that a problem's nodes lie together in
the index and on disk; the other 96 bits are its own digest. Two steps don't come to one key by accident (that takes
about 2^48 steps of one problem), and whoever does it on purpose is refused: the importer compares contents before it
shares a node.
"""

import hashlib
import uuid

from annotate.core.digests import digest

PROBLEM_BYTES = 4
NO_PARENT = bytes(16)


def problem_key(project: int, external_id: str | None, statement: str) -> bytes:
    """By external id where there is one, otherwise by statement."""
    kind, name = (b"statement", statement) if external_id is None else (b"id", external_id)
    return digest((b"problem", str(project).encode(), kind, name.encode()))[:16]


def step_key(problem: bytes, parent: bytes | None, kind: str, text: str) -> bytes:
    """By problem, the step before it (None at a root), kind and text."""
    own = hashlib.sha256(problem + (parent or NO_PARENT) + kind.encode() + b"\0" + text.encode()).digest()
    return problem[:PROBLEM_BYTES] + own[: 16 - PROBLEM_BYTES]


def step_id(problem: uuid.UUID, parent: uuid.UUID | None, kind: str, text: str) -> uuid.UUID:
    """`step_key` for those who hold rows."""
    return uuid.UUID(bytes=step_key(problem.bytes, parent.bytes if parent else None, kind, text))


def trace_key(project: int, external_id: str | None, leaf: bytes, generator: str) -> bytes:
    """By external id where there is one, otherwise by path (which its leaf stands for) and generator."""
    if external_id is not None:
        return digest((b"trace", str(project).encode(), b"id", external_id.encode()))[:16]
    return digest((b"trace", str(project).encode(), b"path", leaf, generator.encode()))[:16]


def choice_key(project: int, external_id: str | None, candidates: list[bytes]) -> bytes:
    """By external id where there is one, otherwise by the set of candidates (each of which names its prefix)."""
    if external_id is not None:
        return digest((b"choice", str(project).encode(), b"id", external_id.encode()))[:16]
    return digest((b"choice", str(project).encode(), b"candidates", *sorted(candidates)))[:16]
