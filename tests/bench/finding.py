"""Finding: pages of the query language at the beginning, further on and near the end, in time and pages touched.

There is no floor to measure against: what counts is that a page costs the same wherever it is and however many traces
there are. So the same is measured with several numbers of traces, side by side.
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS
from annotate.imports.intake import take_in
from annotate.labeling.finding import parse
from annotate.labeling.finding.blocks import fill_in
from annotate.labeling.finding.pages import found_page
from annotate.projects.models import Project
from tests.bench.report import fresh_project

EACH, STEPS, WORDS = 5, 10, 14
"""Traces of a problem, steps of a trace on average, words of a step beside its number."""
VOCABULARY, BATCH = 50_000, 1000
PAGE = 50
DEEP = UUID(int=int(2**128 * 0.95))
GENERATORS = ["llama-3-8b", "qwen-math-7b", "qwen-math-72b", "deepseek-r1", "gpt-4o", "mistral-7b", "gemma-2-9b"]

# Frequencies of words fall like one over their rank, so these are in nearly all traces, in some, in next to none.
QUERIES = {
    "everything": "",
    "a source": "source:prm800k",
    "generator": "generator:mistral-*",
    "rare generator": "generator:rare",
    "outcome": "outcome:wrong",
    "kind": "kind:tool_call",
    "scores that some have": "score.my-prm<0.4",
    "scores that few have": "score.my-prm<0.1",
    "labelled": "label:first_error",
    "unlabelled": "label:unlabelled",
    "agreement": "agreement<1",
    "tag": "tag:hard",
    "task": "task:open",
    "very common word": "{0}",
    "word in 13 %": "{120}",
    "word in 3 %": "{450}",
    "word in 1 %": "{1430}",
    "word in 1 of 700": "{8000}",
    "rare word": "{30000}",
    "word of one trace": "{unique}",
    "phrase": '"{0} {1}"',
    "without a very common word": "-{0}",
    "without a rare word": "-{30000}",
    "word in 3 % and wrong": "{450} outcome:wrong",
    "common and a rare generator": "{0} generator:rare",
    "either of two rare words": "{30000} OR {29999}",
    "a rare word or a tag": "{30000} OR tag:hard",
    "all kinds at once": "{2} outcome:wrong steps>=9 -label:labelled score.my-prm<0.5",
}


def word(rank: int) -> str:
    """A word of its own for each rank."""
    syllables = ["ba", "ke", "di", "lo", "mu", "na", "re", "si", "to", "vu"]
    return "".join(syllables[int(digit)] for digit in str(rank)) + "n"


def lines(traces: int) -> Iterator[bytes]:
    """NDJSON: words with frequencies as a language has them, numbers, and a share of whatever can be asked for."""
    random = np.random.default_rng(1)
    words = np.array([word(rank) for rank in range(VOCABULARY)], dtype=object)
    odds = 1 / (np.arange(VOCABULARY) + 2.7) ** 1.07
    bounds = np.cumsum(odds / odds.sum())
    problem: dict[str, Any] = {}
    common = ""
    for first in range(0, traces, BATCH):
        drawn = words[np.searchsorted(bounds, random.random(BATCH * (STEPS + 3) * WORDS)).clip(max=VOCABULARY - 1)]
        texts = (" ".join(row) for row in drawn.reshape(-1, WORDS))
        luck = random.random((BATCH, 8))
        values = random.beta(5, 1, (BATCH, STEPS + 2)).round(3)
        for n in range(min(BATCH, traces - first)):
            i = first + n
            if i % EACH == 0:
                problem = {"id": f"p{i // EACH}", "statement": next(texts), "answer": str(i % 97)}
                common = f"{next(texts)} = {i // EACH}"
            yield _line(i, problem, common, texts, luck[n].tolist(), values[n].tolist())


def _line(
    i: int, problem: dict[str, Any], common: str, texts: Iterator[str], luck: list[float], values: list[float]
) -> bytes:
    length = STEPS - 1 + int(luck[0] * 3)
    steps: list[Any] = [f"{next(texts)} = {i * 13 + k}" for k in range(length)]
    if luck[1] < 0.5:
        steps[0] = common
    if luck[2] < 0.03:
        steps[2:4] = [{"text": steps[2], "kind": "tool_call"}, {"text": steps[3], "kind": "observation"}]
    steps[-1] = f"{steps[-1]} unique{i}"
    wrong = length // 2 if luck[3] < 0.5 else None
    trace: dict[str, Any] = {
        "id": f"t{i}",
        "problem": problem,
        "generator": "rare" if luck[4] < 0.0005 else GENERATORS[int(luck[4] ** 2 * 7)],
        "steps": steps,
        "answer": str(i % 89),
    }
    if luck[3] < 0.9:
        trace["correct"] = wrong is None
    if luck[6] < 0.3:
        trace["scores"] = {"my-prm": values[:length]}
    if luck[7] < 0.06:
        trace["tags"] = ["hard"] if luck[7] < 0.01 else ["easy"]
    if luck[5] < 0.05 and luck[2] >= 0.03:
        trace["labels"] = [{"source": "prm800k" if luck[5] < 0.03 else "processbench", "first_error": wrong}]
    return json.dumps(trace).encode() + b"\n"


def fill(project: Project, traces: int) -> None:
    """Takes them in, has one in fifty judged by two people, and fills in the index of words."""
    take_in(project, FORMATS["native"], lines(traces))
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE)
        cursor.execute(_ASSIGNMENTS, [project.pk])
        cursor.execute(_JUDGEMENTS, [project.pk])
    while fill_in():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_PEOPLE = """INSERT INTO accounts_user (username, password, is_active, is_staff, is_superuser, first_name, last_name,
        email, date_joined, preferences)
    SELECT 'finder-' || n, '', true, false, false, '', '', '', now(), '{}' FROM generate_series(1, 2) n
    ON CONFLICT DO NOTHING"""

_ASSIGNMENTS = """INSERT INTO labeling_assignment (project_id, task_id, annotator_id, state, lease_until, active_ms,
        skip_reason, skip_comment, claimed_at, finished_at)
    SELECT t.project_id, t.id, u.id, 'submitted', now(), 0, '', '', now(), now()
    FROM labeling_task t JOIN accounts_user u ON u.username LIKE 'finder-%%'
    WHERE t.project_id = %s AND t.id %% 50 = 0"""

# The second of them disagrees about one in four.
_JUDGEMENTS = """INSERT INTO labeling_judgement (project_id, assignment_id, annotator_id, trace_id, values, error_types,
        comment, details, active_ms, guideline_id, label_schema_id, created_at)
    SELECT a.project_id, a.id, a.annotator_id, t.trace_id, CASE
            WHEN t.id %% 100 = 0 OR u.username = 'finder-2' AND t.id %% 200 = 50 THEN '{1,-1}' ELSE '{1,1}'
        END::smallint[],
        '{}', '', '{}', 0, g.id, s.id, now()
    FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id JOIN accounts_user u ON u.id = a.annotator_id
    JOIN projects_guideline g ON g.project_id = a.project_id JOIN projects_labelschema s ON s.project_id = a.project_id
    WHERE a.project_id = %s"""


def measure(traces: int) -> Iterator[str]:
    """A table of all queries: milliseconds and pages touched of their pages."""
    with fresh_project() as project:
        fill(project, traces)
        yield from table(project, traces)


def table(project: Project, traces: int) -> Iterator[str]:
    name = f"finding among {traces:,} traces, {PAGE} a page"
    yield f"{name:<44}{'first page':>20}{'tenth':>20}{'behind 95 %':>20}"
    for label, text in QUERIES.items():
        query = re.sub(r"\{(\d+)\}", lambda found: word(int(found[1])), text).format(unique=f"unique{traces * 2 // 3}")
        try:
            cells = "".join(f"{cell:>20}" for cell in _pages(project, query))
        except Invalid:
            cells = f"{'too slow: refused':>20}"
        yield f"  {label:<42}{cells}"


def _pages(project: Project, text: str) -> list[str]:
    query = parse(text)

    def page(after: UUID | None) -> list[UUID]:
        return found_page(project, query, "trace", after=after, limit=PAGE + 1)

    place: UUID | None = None
    for _ in range(9):
        found = page(place)
        if len(found) <= PAGE:
            break
        place = found[PAGE - 1]
    else:
        return [_cost(page, None), _cost(page, place), _cost(page, DEEP)]
    return [_cost(page, None), "", _cost(page, DEEP)]


def _cost(page: Callable[[UUID | None], list[UUID]], after: UUID | None) -> str:
    """The median of three, and the pages of tables and indexes that one touched."""
    touched = 0

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal touched
        if not sql.lstrip().startswith("SELECT o.id"):
            return execute(sql, params, many, context)
        with context["connection"].wrap_database_errors, context["cursor"].connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]["Plan"]
        touched += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return execute(sql, params, many, context)

    times = []
    for _ in range(3):
        begin = time.perf_counter()
        found = page(after)
        times.append(time.perf_counter() - begin)
    with connection.execute_wrapper(explained):
        page(after)
    short = "" if len(found) > PAGE else f"{len(found)}: "
    return f"{short}{statistics.median(times) * 1000:.1f} ms {touched:,}"
