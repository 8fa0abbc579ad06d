"""How far people said the same: as each other, as labels that came with the data, as gold."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from annotate.labeling.finding.syntax import Condition, Value, render
from annotate.labeling.verdicts import GOLD_KINDS, gold_verdict, verdict
from annotate.projects.models import LabelSchema, Project
from annotate.quality.agreeing import Pair, alpha, compared, wilson
from annotate.quality.beyond import Beyond, Opinion, things
from annotate.quality.reading import MAX_TRACES


def exact_agreement(project: Project) -> dict[str, Any] | None:
    """`{"tasks", "exact"}`: tasks with two or more standing judgements, and the share of them, in [0, 1], in which
    all said the same of every step, or ranked the candidates the same way. Walks are not among them: two
    people who go different ways through a problem contradict each other nowhere. None when there is no such task. Where
    every judgement is derived from another trace's there is none: it would count that one again. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), avg((different = 1)::int)::float8 FROM (
                SELECT count(DISTINCT (j.values, j.ranking)) AS different
                FROM labeling_judgement j
                WHERE j.project_id = %s AND j.superseded_at IS NULL AND j.problem_id IS NULL
                GROUP BY j.trace_id, j.choice_id HAVING count(*) > 1 AND bool_or(j.derived_from_id IS NULL)
            ) judged""",
            [project.pk],
        )
        tasks, exact = cursor.fetchone()
    return {"tasks": tasks, "exact": exact} if tasks else None


# What each person says of each trace; without a verdict there is nothing to compare. Here and below, what is asked for
# several times is materialised: Postgres would look it up anew for each time.
_SAID = f"""said AS MATERIALIZED (
    SELECT j.trace_id, u.username AS who, j.derived_from_id IS NOT NULL AS derived,
        {verdict("j.values", "t.path")} AS verdict
    FROM labeling_judgement j JOIN corpus_trace t ON t.id = j.trace_id JOIN accounts_user u ON u.id = j.annotator_id
    WHERE j.project_id = %(project)s AND j.superseded_at IS NULL
)"""


def among_people(project: Project) -> dict[str, Any]:
    """`{"traces", "alpha", "pairs"}`: traces with verdicts of two or more, Krippendorff's alpha of the place of the
    first error, and for each two people `{"person", "other", …}` with the figures of `compared` and `query`, which
    finds the traces on which they differ. Two judgements that are both derived are left out. Two queries.
    """
    rows = _rows(
        f"""WITH {_SAID}
        SELECT u.who[a], u.who[b], u.verdicts[a], u.verdicts[b], count(*) FROM (
            SELECT array_agg(who ORDER BY who) AS who, array_agg(verdict ORDER BY who) AS verdicts,
                array_agg(derived ORDER BY who) AS derived
            FROM said WHERE verdict IS NOT NULL GROUP BY trace_id HAVING count(*) > 1
        ) u CROSS JOIN LATERAL generate_subscripts(u.who, 1) a
        CROSS JOIN LATERAL generate_series(a + 1, cardinality(u.who)) b
        WHERE NOT (u.derived[a] AND u.derived[b]) GROUP BY 1, 2, 3, 4""",
        project,
    )
    pairs = [
        {"person": one, "other": other, **compared(table), "query": _asks("differs", one, other)}
        for (one, other), table in sorted(_tables(rows).items())
    ]
    answers = _rows(
        f"""WITH {_SAID}, counted AS (
            SELECT verdict, count(*) AS n, sum(count(*)) OVER units AS m,
                bool_or(bool_or(NOT derived)) OVER units AS asked, row_number() OVER units AS place
            FROM said WHERE verdict IS NOT NULL GROUP BY trace_id, verdict WINDOW units AS (PARTITION BY trace_id)
        )
        SELECT verdict, sum(n)::float8, sum(n * (n - 1) / (m - 1))::float8, count(*) FILTER (WHERE place = 1)
        FROM counted WHERE m > 1 AND asked GROUP BY verdict""",
        project,
    )
    return {
        "traces": sum(units for *_, units in answers),
        "alpha": alpha(
            {
                pair: times
                for verdict, given, agreed, _ in answers
                for pair, times in (((verdict, verdict), agreed), ((verdict, "another"), given - agreed))
            }
        ),
        "pairs": pairs,
    }


def beyond_first_error(project: Project) -> dict[str, Any]:
    """`{"traces", "things", "confidence"}`: how many traces several people judged, one of whom at least was asked, of
    the newest 20,000; `Beyond.figures` of what the label schemas ask, and `Beyond.confidence`. Two queries.
    """
    schemas = LabelSchema.objects.filter(project=project).order_by("-version")
    found = Beyond({schema.pk: things(schema.error_types, schema.definition) for schema in schemas})
    rows = _rows(
        f"""WITH several AS MATERIALIZED (
            SELECT trace_id FROM labeling_judgement
            WHERE project_id = %(project)s AND superseded_at IS NULL AND trace_id IS NOT NULL
            GROUP BY trace_id HAVING count(*) > 1 AND bool_or(derived_from_id IS NULL)
            ORDER BY max(id) DESC LIMIT %(most)s
        )
        SELECT j.trace_id, j.values, j.error_types, j.details::text, j.label_schema_id,
            {verdict("j.values", "t.path")}, j.confidence, j.derived_from_id IS NOT NULL
        FROM several JOIN labeling_judgement j USING (trace_id) JOIN corpus_trace t ON t.id = j.trace_id
        WHERE j.superseded_at IS NULL ORDER BY j.trace_id, j.id""",
        project,
        most=MAX_TRACES,
    )
    for trace, judgements in groupby(rows, itemgetter(0)):
        said = [Opinion(values, types, json.loads(of), *rest) for _, values, types, of, *rest in judgements]
        found.see(said, trace)
    return {"traces": found.traces, "things": found.figures(), "confidence": found.confidence()}


def with_sources(project: Project) -> list[dict[str, Any]]:
    """For each source of imported labels `{"source", "person", …}`: each person with the figures of `compared`, the
    person first, and `query`; before them everybody together (`person` is None), where a trace counts once for each
    person. Derived judgements don't count. One query.
    """
    rows = _rows(
        f"""WITH {_SAID}, pairs AS MATERIALIZED (
            SELECT l.source, s.who, s.verdict AS said, {verdict("l.values", "t.path")} AS came
            FROM said s JOIN corpus_sourcelabel l ON l.trace_id = s.trace_id JOIN corpus_trace t ON t.id = s.trace_id
            WHERE NOT s.derived AND s.verdict IS NOT NULL
        )
        SELECT source, who, said, came, count(*) FROM pairs WHERE came IS NOT NULL GROUP BY 1, 2, 3, 4""",
        project,
    )
    tables = _tables(rows)
    together: dict[str, Counter[Pair]] = {}
    for (source, _), table in tables.items():
        together.setdefault(source, Counter()).update(table)
    found = []
    for source in sorted(together):
        people = sorted(person for of, person in tables if of == source)
        found.append(_with(source, None, together[source]))
        found += [_with(source, person, tables[source, person]) for person in people]
    return found


def with_gold(project: Project) -> dict[str, Any]:
    """`{"sources", "traces", "contradictory", "people"}`: the project's gold sources; how many traces have gold, and
    how many have none because its sources contradict each other; and for each person who judged some with gold
    `{"person", "traces", kinds as in GOLD_KINDS, "unsure", "share", "low", "high", "queries"}`. `share` is of exact
    ones, with its 95 % interval; `unsure` have no verdict and are not among `traces`; `queries` find the traces of each
    kind. Derived judgements don't count. Two queries.
    """
    if not project.gold_sources:
        return {"sources": [], "traces": 0, "contradictory": 0, "people": []}
    ((traces, contradictory),) = _rows(
        f"""SELECT count(*) FILTER (WHERE low = high), count(*) FILTER (WHERE low < high) FROM (
            SELECT min(verdict) AS low, max(verdict) AS high FROM (
                SELECT l.trace_id, {verdict("l.values", "t.path")} AS verdict
                FROM corpus_sourcelabel l JOIN corpus_trace t ON t.id = l.trace_id
                WHERE t.project_id = %(project)s AND l.source = ANY(%(gold)s)
            ) v GROUP BY trace_id) g""",
        project,
        gold=project.gold_sources,
    )
    kinds = ", ".join(f"count(*) FILTER (WHERE {how.format(said='said', gold='gold')})" for how in GOLD_KINDS.values())
    rows = _rows(
        f"""WITH {_SAID}, known AS MATERIALIZED (
            SELECT s.trace_id, {gold_verdict("t")} AS gold
            FROM (SELECT DISTINCT trace_id FROM said) s JOIN corpus_trace t ON t.id = s.trace_id
        ), pairs AS (
            SELECT s.who, s.verdict AS said, k.gold FROM said s JOIN known k USING (trace_id)
            WHERE NOT s.derived AND k.gold IS NOT NULL
        )
        SELECT who, count(said), count(*) - count(said), {kinds} FROM pairs GROUP BY who ORDER BY who COLLATE "C\"""",
        project,
    )
    people = []
    for person, judged, unsure, *counts in rows:
        numbers = dict(zip(GOLD_KINDS, counts, strict=True))
        interval = wilson(numbers["exact"], judged)
        people.append(
            {
                "person": person,
                "traces": judged,
                "unsure": unsure,
                **numbers,
                "share": numbers["exact"] / judged if judged else None,
                "low": interval[0] if interval else None,
                "high": interval[1] if interval else None,
                "queries": {kind: _asks("gold", person, kind) for kind in GOLD_KINDS},
            }
        )
    return {
        "sources": list(project.gold_sources),
        "traces": traces,
        "contradictory": contradictory,
        "people": people,
    }


def _with(source: str, person: str | None, table: Counter[Pair]) -> dict[str, Any]:
    return {"source": source, "person": person, **compared(table), "query": _asks("contradicts", source, person)}


def _tables(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], Counter[Pair]]:
    """From rows of two names, two verdicts and a count."""
    tables: dict[tuple[str, str], Counter[Pair]] = {}
    for one, other, first, second, n in rows:
        tables.setdefault((one, other), Counter())[first, second] = n
    return tables


def _asks(field: str, name: str, value: str | None) -> str:
    """The query `field.name:value`, with `*` for None."""
    return render(Condition(f"{field}.{name}", ":", Value(value or "", prefix=value is None)))


def _rows(sql: str, project: Project, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project.pk, **params})
        return list(cursor.fetchall())
