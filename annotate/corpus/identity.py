"""The keys of problems, steps, traces and choices: digests of their content, computed without asking the database.

A step's key begins with the first 32 bits of its problem's, so that a problem's nodes lie together in the index and on
disk; the other 96 bits are its own digest. Nobody finds two steps with one key by accident (2^48 steps of one problem),
and whoever does it on purpose is refused: the importer compares contents before it shares a node.
"""

import uuid

from annotate.core.digests import digest, digest_uuid

PROBLEM_BYTES = 4


def problem_id(project: int, external_id: str | None, statement: str) -> uuid.UUID:
    """By external id where there is one, otherwise by statement."""
    kind, name = (b"statement", statement) if external_id is None else (b"id", external_id)
    return digest_uuid(b"problem", str(project).encode(), kind, name.encode())


def step_id(problem: uuid.UUID, parent: uuid.UUID | None, kind: str, text: str) -> uuid.UUID:
    own = digest((b"step", problem.bytes, parent.bytes if parent else b"", kind.encode(), text.encode()))
    return uuid.UUID(bytes=problem.bytes[:PROBLEM_BYTES] + own[: 16 - PROBLEM_BYTES])


def trace_id(project: int, external_id: str | None, leaf: uuid.UUID, generator: str) -> uuid.UUID:
    """By external id where there is one, otherwise by path (which its leaf stands for) and generator."""
    if external_id is not None:
        return digest_uuid(b"trace", str(project).encode(), b"id", external_id.encode())
    return digest_uuid(b"trace", str(project).encode(), b"path", leaf.bytes, generator.encode())


def choice_id(project: int, external_id: str | None, candidates: list[uuid.UUID]) -> uuid.UUID:
    """By external id where there is one, otherwise by the set of candidates (which name their prefix)."""
    if external_id is not None:
        return digest_uuid(b"choice", str(project).encode(), b"id", external_id.encode())
    return digest_uuid(b"choice", str(project).encode(), b"candidates", *sorted(c.bytes for c in candidates))
