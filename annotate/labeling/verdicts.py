"""What a label says of a trace as a whole: its first error, or that there is none. In SQL, for sets of them. Pure.

A *verdict* is the 0-based index of the first wrong step, -1 for "no error", NULL where the label tells neither: a step
that can be judged, before the first wrong one or in a trace without one, was left out or called unsure. Neutral is not
wrong. So it is for people and sources, and whether the first error was asked for or every step.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

NONE_WRONG = -1

GOLD_KINDS = {
    "exact": "{said} = {gold}",
    "earlier": "{said} >= 0 AND {said} < {gold}",
    "later": "{gold} >= 0 AND {said} > {gold}",
    "missed": "{gold} >= 0 AND {said} < 0",
    "false_alarm": "{gold} < 0 AND {said} >= 0",
}
"""How a verdict stands to gold's, in SQL: each pair of verdicts is of exactly one kind."""


def verdict(values: str, path: str) -> str:
    """The verdict of an array of StepValues, an SQL expression like the array of the trace's step keys."""
    wrong = f"array_position({values}, -1::smallint)"
    before = f"({values})[:coalesce({wrong} - 1, cardinality({values}))]"
    # Observations are never labelled, so a gap is looked up before it counts as one.
    return f"""CASE
        WHEN 2 = ANY({before}) THEN NULL
        WHEN array_position({before}, NULL) IS NOT NULL AND EXISTS (
            SELECT FROM unnest({before}, ({path})[:cardinality({before})]) v(value, step)
            JOIN corpus_step s ON s.id = v.step WHERE v.value IS NULL AND s.kind <> 'observation') THEN NULL
        ELSE coalesce({wrong} - 1, {NONE_WRONG}) END"""


def gold_verdict(trace: str) -> str:
    """Gold's verdict on a trace, the alias of a row of corpus_trace: what all those of its project's gold sources say
    that have one. NULL where there is none, and where they contradict each other.
    """
    return f"""(SELECT min(g.verdict) FROM (
            SELECT {verdict("l.values", f"{trace}.path")} AS verdict
            FROM corpus_sourcelabel l JOIN projects_project p ON p.id = {trace}.project_id
            WHERE l.trace_id = {trace}.id AND l.source = ANY(p.gold_sources)
        ) g HAVING min(g.verdict) = max(g.verdict))"""
