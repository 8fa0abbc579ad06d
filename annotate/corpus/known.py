"""Which of a batch's lines are in the project already, with the same content or with another one."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from annotate.corpus.formats.base import LineError, TraceIn
from annotate.corpus.identity import named_key

if TYPE_CHECKING:
    from annotate.corpus.merge import Prepared

TABLES = {"trace": "corpus_trace", "choice": "corpus_choice"}


def kind_of(prepared: Prepared) -> str:
    return "trace" if isinstance(prepared.item, TraceIn) else "choice"


class Known:
    """The lines' keys with the digests that are stored under them, and grows with the batch.

    What comes again under its external id with other content is a conflict, or the next version: a row of its own under
    a key of its own. Which version a content is depends on what came before it; that it comes again does not, so all
    versions are asked whether they are it.
    """

    def __init__(self, cursor: psycopg.Cursor, project: int, batch: list[Prepared]) -> None:
        self.project = project
        self.digests: dict[bytes, bytes] = {}
        for kind, table in TABLES.items():
            mine = [p for p in batch if kind_of(p) == kind]
            keys = [p.key.hex() for p in mine]
            keys += [self.key(kind, p.item.external_id, 1).hex() for p in mine if p.version > 1 and p.item.external_id]
            if keys:
                cursor.execute(f"SELECT id, digest FROM {table} WHERE id = ANY(%s::uuid[])", (keys,))
                self.digests.update((i.bytes, d.bytes) for i, d in cursor)
        # (kind, external id) → digest → version, of those of which the batch may have another content than is known.
        self.versions: dict[tuple[str, str], dict[bytes, int]] = {}
        first: dict[bytes, bytes] = {}
        for p in batch:
            name = p.item.external_id
            there = self.digests.get(p.key) or first.setdefault(p.key, p.digest)
            if name is not None and (there != p.digest or p.version > 1):
                oldest = self.digests.get(self.key(kind_of(p), name, 1))
                self.versions[kind_of(p), name] = {oldest: 1} if oldest else {}
        for kind, table in TABLES.items():
            names = [name for of, name in self.versions if of == kind]
            if names:
                cursor.execute(
                    f"SELECT external_id, version, digest FROM {table}"
                    " WHERE project_id = %s AND version > 1 AND external_id = ANY(%s)",
                    (project, names),
                )
                for name, version, digest in cursor:
                    self.versions[kind, name][digest.bytes] = version

    def key(self, kind: str, external_id: str, version: int) -> bytes:
        return named_key(kind, self.project, external_id, version)

    def has(self, prepared: Prepared) -> bool:
        """Whether the line is there already, to the last byte; its key is then that of the version it is."""
        if self.digests.get(prepared.key) == prepared.digest:
            return True
        kind, name = kind_of(prepared), prepared.item.external_id
        version = None if name is None else self.versions.get((kind, name), {}).get(prepared.digest)
        if name is None or version is None:
            return False
        prepared.key, prepared.version = self.key(kind, name, version), version
        return True

    def place(self, prepared: Prepared, new_versions: bool) -> None:
        """Finds the new line a key of its own. Raises LineError where that one is another line's."""
        if prepared.key not in self.digests:
            return
        kind, name = kind_of(prepared), prepared.item.external_id
        if name is None:
            message = f"This {kind} is here already with other data beside its steps. Give it an id of its own."
        elif new_versions:
            prepared.version = max(self.versions[kind, name].values(), default=1) + 1
            prepared.key = self.key(kind, name, prepared.version)
            return
        else:
            message = (
                f"The {kind} {name} is here already with other content. Give it another id, or send it with"
                " on_conflict=new-version to have it beside the old one."
            )
        raise LineError("conflict", f"{message} Nothing was changed.", "id")

    def take(self, prepared: Prepared) -> None:
        self.digests[prepared.key] = prepared.digest
        name = prepared.item.external_id
        if name is not None and (kind_of(prepared), name) in self.versions:
            self.versions[kind_of(prepared), name][prepared.digest] = prepared.version

    def before(self, prepared: Prepared) -> list[bytes]:
        """The keys of all earlier versions."""
        name = prepared.item.external_id
        if name is None or prepared.version == 1:
            return []
        return [self.key(kind_of(prepared), name, version) for version in range(1, prepared.version)]
