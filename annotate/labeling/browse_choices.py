"""Choices as reviewers and admins look at them: with the candidates' scores and every preference."""

import uuid
from collections.abc import Iterable
from typing import Any

from annotate.corpus.models import Choice, SourcePreference
from annotate.labeling.browse import about_problem, scores_of, why_there, work_on
from annotate.labeling.finding import Query
from annotate.labeling.finding.excerpts import excerpts
from annotate.labeling.finding.pages import found_page
from annotate.labeling.models import Judgement, Task
from annotate.labeling.selectors import prefix_and_candidates, step_content
from annotate.projects.models import Project


def choices_page(
    project: Project, query: Query, *, after: uuid.UUID | None = None, limit: int
) -> tuple[list[dict[str, Any]], uuid.UUID | None]:
    """Rows of the choices that the query finds, as `browse.traces_page` gives those of traces."""
    keys = found_page(project, query, "choice", after=after, limit=limit + 1)
    page = keys[:limit]
    shown = excerpts(query, "choice", page)
    choices = Choice.objects.filter(pk__in=page).select_related("problem", "prefix").order_by("id")
    rows = [{**row, "excerpt": shown[row["id"]]} for row in _rows(list(choices))]
    return rows, page[-1] if len(keys) > limit else None


def _rows(choices: list[Choice]) -> list[dict[str, Any]]:
    """One row for each choice, in order. Three queries, if `problem` and `prefix` were selected with them."""
    work = work_on("choice", [choice.pk for choice in choices])
    return [
        {
            "id": choice.pk,
            "external_id": choice.external_id,
            "problem": {"id": choice.problem.external_id, "statement": choice.problem.statement},
            "steps": choice.prefix.depth + 1 if choice.prefix else 0,
            "candidates": len(choice.candidates),
            "tags": choice.tags,
            **work[choice.pk],
        }
        for choice in choices
    ]


def choice_detail(choice: Choice) -> dict[str, Any]:
    """The row, with the steps before the choice, its candidates in the order of the data, and every preference, which
    speaks of the candidates by their 0-based places in that order. Eight queries.
    """
    prefix, nodes = prefix_and_candidates(choice)
    scores = scores_of(choice.candidates)
    row = _rows([choice])[0]
    task = Task.objects.filter(choice=choice).select_related("project").first()
    place = {str(key): i for i, key in enumerate(choice.candidates)}
    said = [
        {
            "by": j.annotator.username,
            "judgement": j.pk,
            **_preference(j),
            "ranking": [_places(place, group) for group in j.ranking or []],
            "shown": _places(place, j.assignment.candidate_order) if j.assignment.candidate_order else None,
        }
        for j in Judgement.objects.filter(choice=choice, superseded_at=None)
        .select_related("annotator", "assignment", "rewrite")
        .order_by("id")
    ]
    came = [
        {"source": s.source, **_preference(s), "ranking": s.ranking, "shown": s.shown}
        for s in SourcePreference.objects.filter(choice=choice).select_related("rewrite").order_by("source")
    ]
    return {
        **row,
        "problem": row["problem"] | about_problem(choice.problem),
        "task": why_there(task) if task else None,
        "prefix": [step_content(step) for step in prefix],
        "candidates": [
            {
                **step_content(nodes[key]),
                "generator": info.get("generator") or "",
                "scores": scores.get(key, {}),
                "values": info.get("values") or {},
            }
            for key, info in zip(choice.candidates, choice.candidate_info, strict=True)
        ],
        "preferences": said + came,
    }


def _places(place: dict[str, int], steps: Iterable[object]) -> list[int]:
    return [place[str(step)] for step in steps]


def _preference(said: Judgement | SourcePreference) -> dict[str, Any]:
    return {
        "strength": said.strength,
        "comment": said.comment,
        "rewrite": said.rewrite.text if said.rewrite else None,
    }
