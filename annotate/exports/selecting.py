"""Which traces and choices an export is of, in which order, and how many are left out at once and why: as SQL.

The order depends on content only (external ids first, digests of content where there are none), never on keys,
on when something was imported, or by which plan it was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotate.exports.formats.base import Format, Takes
from annotate.exports.options import CHOICE, EACH, IMPORTED, REWRITE, SIBLINGS, SUGGESTED, VALUES, Options

LOT_BITS = 52
# A number in [0, 2**LOT_BITS) for each problem, from the seed and what names the problem: the same wherever it is
# imported, and whatever else comes later.
_LOT = """('x' || left(encode(sha256(convert_to(%(seed)s || E'\\x1f' ||
    CASE WHEN p.external_id IS NULL THEN 'statement' || p.statement ELSE 'id' || p.external_id END, 'UTF8')),
    'hex'), 13))::bit(52)::bigint"""
_REFS = """
SELECT {rank} AS rank, o.id, o.ctid AS place, {lot} AS lot, p.external_id COLLATE "C" AS problem,
    o.external_id COLLATE "C" AS own, o.digest,
    CASE WHEN p.external_id IS NULL THEN md5(p.statement) COLLATE "C" END AS statement
FROM {table} o JOIN corpus_problem p ON p.id = o.problem_id
WHERE o.project_id = %(project)s AND {wanted}
"""
_ORDER = {
    False: "rank, problem NULLS LAST, statement, own NULLS LAST, digest, id",
    True: "problem NULLS LAST, statement, rank, own NULLS LAST, digest, id",
}
_TABLE = {"trace": "corpus_trace", "choice": "corpus_choice"}
# Siblings are in traces; in choices is what they must not go against.
_ORIGINS = {"trace": (REWRITE, SUGGESTED, SIBLINGS), "choice": (CHOICE, REWRITE, SUGGESTED, SIBLINGS)}
_IMPORTED = {"trace": "corpus_sourcelabel", "choice": "corpus_sourcepreference"}


@dataclass(frozen=True)
class Selection:
    """`by`: the one annotator's id, if only theirs are asked for. `matching`: for each kind the condition on `o`
    that the query comes to, with its named parameters.
    """

    project_id: int
    format: Format
    options: Options
    by: int | None = None
    matching: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        start, end = 0.0, 1.0
        if self.options.part not in ("", EACH):
            start, end = self.options.bounds()[self.options.part]
        own = {
            "project": self.project_id,
            "source": self.options.source,
            "by": self.by,
            "seed": self.options.seed,
            "lot_from": round(start * 2**LOT_BITS),
            "lot_to": round(end * 2**LOT_BITS),
        }
        for _, params in self.matching.values():
            own.update(params)
        return own

    def ordered(self) -> str:
        """SQL for rows of kind (an index into the format's kinds), key, lot, how many there are in all, and place in
        the table.
        """
        parts = [
            _REFS.format(
                rank=rank,
                lot=self.lot(),
                table=_TABLE[kind],
                wanted=f"({self._labelled(kind)}) AND ({self._matching(kind)}) AND ({self._drawn()})",
            )
            for rank, kind in enumerate(self.format.kinds)
        ]
        order = _ORDER[self.format.by_problem]
        return (
            f"SELECT rank, id::text, lot, count(*) OVER (), place::text"  # noqa: S608
            f" FROM ({' UNION ALL '.join(parts)}) o ORDER BY {order}"
        )

    def left_out(self) -> dict[str, str]:
        """For each kind SQL for one row: how many have nothing that the format could write, how many of the others
        the query does not match, and how many of the rest are in another part.
        """
        return {kind: self._left_out(kind) for kind in self.format.kinds}

    def _left_out(self, kind: str) -> str:
        # Each by itself, where Postgres can join the labels instead of looking them up one by one; what can't be
        # (without a filter, say) costs nothing.
        labelled, matching, drawn = (f"({sql})" for sql in (self._labelled(kind), self._matching(kind), self._drawn()))
        reasons = (f"NOT {labelled}", f"{labelled} AND NOT {matching}", f"{labelled} AND {matching} AND NOT {drawn}")
        counts = (
            f"(SELECT count(*) FROM {_TABLE[kind]} o JOIN corpus_problem p ON p.id = o.problem_id"  # noqa: S608
            f" WHERE o.project_id = %(project)s AND {reason})"
            for reason in reasons
        )
        return f"SELECT {', '.join(counts)}"

    def walks(self) -> str:
        """SQL for the keys of the walks that are asked for, in canonical order: a walk is found by the traces and
        choices of its problem.
        """
        found = " UNION ALL ".join(
            f"SELECT o.problem_id FROM {_TABLE[kind]} o WHERE o.project_id = %(project)s AND {where}"  # noqa: S608
            for kind, (where, _) in self.matching.items()
        )
        return f"""SELECT j.id FROM labeling_judgement j JOIN corpus_problem p ON p.id = j.problem_id
            JOIN accounts_user u ON u.id = j.annotator_id
            WHERE j.project_id = %(project)s AND {self.standing()} AND ({self._drawn()})
                AND {f"p.id IN ({found})" if found else "true"}
            ORDER BY p.external_id COLLATE "C" NULLS LAST, md5(p.statement) COLLATE "C",
                u.username COLLATE "C" """  # noqa: S608

    def lot(self) -> str:
        """SQL for the number of the problem `p` by which it is dealt out."""
        return _LOT if self.options.split or self.options.shards > 1 else "0::bigint"

    def why_unlabelled(self, kind: str) -> str:
        return f"{kind}: no rewrite" if self._rewrites_only(kind) else f"{kind}: no label"

    def standing(self) -> str:
        """The condition on `labeling_judgement j`."""
        one = "" if self.by is None else " AND j.annotator_id = %(by)s"
        return f"j.superseded_at IS NULL{one}"

    def _labelled(self, kind: str) -> str:
        takes, pairs = self.format.takes, self.options.pairs
        if takes is Takes.EVERYTHING or (takes is Takes.PAIRS and VALUES in pairs):
            return "true"
        if takes is Takes.PAIRS and not set(_ORIGINS[kind]).intersection(pairs):
            return "false"
        if self.options.labels == IMPORTED:
            said = f"{_IMPORTED[kind]} j WHERE j.{kind}_id = o.id AND j.source = %(source)s"
        else:
            said = f"labeling_judgement j WHERE j.{kind}_id = o.id AND {self.standing()}"
        if self._rewrites_only(kind):
            said += " AND j.rewrite_id IS NOT NULL"
        return f"EXISTS (SELECT FROM {said})"

    def _rewrites_only(self, kind: str) -> bool:
        if kind != "trace":
            return False
        of_pairs = self.format.takes is Takes.PAIRS and not {SIBLINGS, VALUES}.intersection(self.options.pairs)
        return of_pairs or self.format.takes is Takes.REWRITTEN

    def _matching(self, kind: str) -> str:
        # Of what is not known (no score, say) a condition is null.
        return f"{self.matching[kind][0]} IS TRUE" if kind in self.matching else "true"

    def _drawn(self) -> str:
        if self.options.part in ("", EACH):
            return "true"
        return f"{_LOT} >= %(lot_from)s AND {_LOT} < %(lot_to)s"
