"""Traces and choices as scorers see them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from annotate.corpus.models import Choice, Problem, Step, StepKind, Trace
from annotate.scoring.claims import Claim
from annotate.scoring.models import Scorer, StepScore
from annotate.scoring.scorers.base import Failed, Opinion, Scored, StepText, TraceText

K = TypeVar("K")
Loaded = tuple[TraceText, list[uuid.UUID]]
"""A text and the keys of its steps, by 0-based index."""


@dataclass(frozen=True, slots=True)
class Job:
    """What there is to do for one claim: one text for a trace; for a choice one for each candidate, which is its last
    step. `scored`: candidates, by their index in the choice, that this scorer has scored already.
    """

    claim: Claim
    texts: list[Loaded]
    scored: dict[int, Opinion]
    indexes: list[int]
    """Of the texts' candidates in the choice; empty for a trace."""
    path: list[uuid.UUID]

    def result(self, outcomes: Sequence[Scored | Failed]) -> Scored | Failed:
        """One outcome out of those of the texts."""
        if self.claim.trace_id is not None:
            return outcomes[0]
        failures = [one for one in outcomes if isinstance(one, Failed)]
        if failures:
            return max(failures, key=lambda one: (not one.final, one.wait))
        steps = {}
        remarks = []
        for index, (text, _), outcome in zip(self.indexes, self.texts, outcomes, strict=True):
            last = outcome.steps.get(len(text.steps) - 1) if isinstance(outcome, Scored) else None
            if last:
                steps[index] = last
            elif isinstance(outcome, Scored) and outcome.remark:
                remarks.append(outcome.remark)
        return Scored(steps=steps, remark="; ".join(dict.fromkeys(remarks)))


def jobs(row: Scorer, claims: Sequence[Claim], reads: Sequence[str] = ()) -> list[Job | Claim]:
    """What to do for each claim, in order; the claim itself if a step of its path is missing.

    `reads`: keys of the scorers whose scores go into `TraceText.scores`.
    """
    traces = load([c.trace_id for c in claims if c.trace_id], reads, row.project_id)
    choices = load_choices([c.choice_id for c in claims if c.choice_id], reads, row.project_id)
    nodes = {path[-1] for found in choices.values() for _, _, (_, path) in found}
    known = {
        score.step_id: Opinion(score.value, score.reason)
        for score in (StepScore.objects.filter(scorer=row, step__in=nodes) if nodes else ())
    }
    result: list[Job | Claim] = []
    for claimed in claims:
        if claimed.trace_id:
            found = traces.get(claimed.trace_id)
            result.append(Job(claimed, [found], {}, [], found[1]) if found else claimed)
            continue
        candidates = choices.get(claimed.choice_id) if claimed.choice_id else None
        if candidates is None:
            result.append(claimed)
            continue
        # One that a trace brought here before is scored: steps are scored once.
        fresh = [(i, one) for i, judged, one in candidates if judged and one[1][-1] not in known]
        scored = {i: known[one[1][-1]] for i, _, one in candidates if one[1][-1] in known}
        nodes_here = [one[1][-1] for _, _, one in candidates]
        result.append(Job(claimed, [one for _, one in fresh], scored, [i for i, _ in fresh], nodes_here))
    return result


def load(trace_ids: Sequence[uuid.UUID], reads: Sequence[str] = (), project_id: int = 0) -> dict[uuid.UUID, Loaded]:
    """The traces by key, without those of which a step is missing. Two queries; a step that traces share is read
    once.
    """
    traces = list(Trace.objects.filter(pk__in=trace_ids).select_related("problem"))
    steps = _steps({step for trace in traces for step in trace.path})
    found = {
        trace.pk: (_text(trace.problem, [steps[step] for step in trace.path], trace.answer), trace.path)
        for trace in traces
        if all(step in steps for step in trace.path)
    }
    return _with_scores(found, reads, project_id)


def load_choices(
    choice_ids: Sequence[uuid.UUID], reads: Sequence[str] = (), project_id: int = 0
) -> dict[uuid.UUID, list[tuple[int, bool, Loaded]]]:
    """For each choice: (index of the candidate, whether it is judged, the prefix with the candidate as last step)."""
    choices = list(Choice.objects.filter(pk__in=choice_ids).select_related("problem"))
    if not choices:
        return {}
    parents = _ancestors([choice.prefix_id for choice in choices if choice.prefix_id])
    steps = _steps({*parents, *(key for choice in choices for key in choice.candidates)})
    texts: dict[tuple[uuid.UUID, int], Loaded] = {}
    for choice in choices:
        prefix: list[uuid.UUID] = []
        node = choice.prefix_id
        while node is not None:
            prefix.insert(0, node)
            node = parents[node]
        for i, candidate in enumerate(choice.candidates):
            path = [*prefix, candidate]
            if all(key in steps for key in path):
                texts[choice.pk, i] = (_text(choice.problem, [steps[key] for key in path], None), path)
    texts = _with_scores(texts, reads, project_id)
    return {
        choice.pk: [
            (i, texts[choice.pk, i][0].steps[-1].judged, texts[choice.pk, i]) for i in range(len(choice.candidates))
        ]
        for choice in choices
        if all((choice.pk, i) in texts for i in range(len(choice.candidates)))
    }


def _text(problem: Problem, steps: list[StepText], answer: str | None) -> TraceText:
    return TraceText(problem=problem.statement, steps=steps, reference=problem.answer, answer=answer)


def _steps(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, StepText]:
    return {
        pk: StepText(text, kind, StepKind(kind).judged)
        for pk, text, kind in Step.objects.filter(pk__in=keys).values_list("pk", "text", "kind")
    }


def _ancestors(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """The nodes and all above them: key → parent's key. One query."""
    steps = Step.objects.raw(
        """WITH RECURSIVE up AS (
            SELECT id, parent_id FROM corpus_step WHERE id = ANY(%s)
            UNION SELECT s.id, s.parent_id FROM corpus_step s JOIN up ON s.id = up.parent_id
        ) SELECT id, parent_id FROM up""",
        [list(keys)],
    )
    return {step.pk: step.parent_id for step in steps}


def _with_scores(texts: dict[K, Loaded], reads: Sequence[str], project_id: int) -> dict[K, Loaded]:
    if not reads or not texts:
        return texts
    nodes = {node for _, path in texts.values() for node in path}
    values: dict[str, dict[uuid.UUID, float]] = defaultdict(dict)
    scores = StepScore.objects.filter(
        scorer__project=project_id, scorer__enabled=True, scorer__key__in=reads, step__in=nodes
    )
    for key, node, value in scores.values_list("scorer__key", "step_id", "value"):
        values[key][node] = value
    return {
        name: (replace(text, scores={key: [values[key].get(node) for node in path] for key in reads}), path)
        for name, (text, path) in texts.items()
    }
