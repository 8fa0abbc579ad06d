"""Where people differ: from each other, from labels that came with the data, from gold. Pure.

The figures of `annotate.quality.agreement` lead to these conditions, so both count the same: what was concluded from
another trace's judgement never counts by itself.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from collections.abc import Callable

from annotate.labeling.finding.sql import Scope
from annotate.labeling.verdicts import GOLD_KINDS, gold_verdict, verdict

WRONG = "wrong"
KINDS = (*GOLD_KINDS, WRONG)

Is = Callable[[str], str]
"""Makes of an SQL text the condition that it is what was asked for."""


def _said(alias: str, person: str) -> str:
    return f"""labeling_judgement {alias} JOIN accounts_user {alias}_user ON {alias}_user.id = {alias}.annotator_id
        AND {alias}.trace_id = o.id AND {alias}.superseded_at IS NULL AND {person}"""


def differs(scope: Scope, person: str, other: Is) -> str:
    """Two people, the second one any that `other` lets pass, see the first error in different places."""
    if scope.kind == "choice":
        return "false"
    one = _said("a", f"a_user.username = {scope.add(person)}")
    two = _said("b", other("b_user.username"))
    return f"""EXISTS (SELECT FROM {one} JOIN ({two}) ON a.derived_from_id IS NULL OR b.derived_from_id IS NULL
        WHERE {verdict("a.values", "o.path")} <> {verdict("b.values", "o.path")})"""


def contradicts(scope: Scope, source: str, person: Is) -> str:
    """A person sees the first error elsewhere than the label of a source."""
    if scope.kind == "choice":
        return "false"
    said = _said("a", person("a_user.username"))
    return f"""EXISTS (SELECT FROM {said} AND a.derived_from_id IS NULL
        JOIN corpus_sourcelabel l ON l.trace_id = o.id AND l.source = {scope.add(source)}
        WHERE {verdict("a.values", "o.path")} <> {verdict("l.values", "o.path")})"""


def against_gold(scope: Scope, person: str, kind: str) -> str:
    """A person's verdict stands to gold's like this."""
    if scope.kind == "choice":
        return "false"
    said = _said("a", f"a_user.username = {scope.add(person)}")
    how = "said <> gold" if kind == WRONG else GOLD_KINDS[kind].format(said="said", gold="gold")
    return f"""EXISTS (SELECT FROM (
        SELECT {verdict("a.values", "o.path")} AS said, {gold_verdict("o")} AS gold
        FROM {said} AND a.derived_from_id IS NULL) v WHERE {how})"""
