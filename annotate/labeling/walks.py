"""Walks: somebody goes step by step through a problem, rates every alternative at each depth and goes on with one.

The alternatives after a prefix are the next steps that the data has there: of the problem's traces, and of its choices.
What other people wrote is none of them; what the connected model suggested to the person in this task is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from annotate.core.errors import Invalid
from annotate.corpus.identity import step_id
from annotate.corpus.models import Problem, Step, StepKind, StepValue
from annotate.labeling.models import Assignment, Judgement, Suggestion
from annotate.labeling.validation import CHOICE_FIELDS, TRACE_FIELDS, VALUES, comment_of, only

SOLVED, STUCK, GIVEN_UP, BAD_PROBLEM = FINISHES = ("solved", "stuck", "given_up", "bad_problem")
WORDS = {value: name for name, value in VALUES.items()}
MAX_DEPTH = 500
MAX_NODES = 500
"""So many nodes come with a claim; what lies deeper is asked for when somebody gets there."""

# Every edge (parent, step) of the problem's tree that a trace or a choice goes along. A choice's prefix is no path of
# its own, so its steps are looked up.
_EDGES = """WITH RECURSIVE up AS (
    SELECT s.id, s.parent_id FROM corpus_choice c JOIN corpus_step s ON s.id = ANY(c.candidates || c.prefix_id)
    WHERE c.problem_id = %(problem)s
    UNION SELECT s.id, s.parent_id FROM up JOIN corpus_step s ON s.id = up.parent_id
), edges AS (
    SELECT id FROM up
    UNION SELECT unnest(path) FROM corpus_trace WHERE problem_id = %(problem)s
) SELECT s.id FROM edges e JOIN corpus_step s ON s.id = e.id"""


def tree(problem: Problem, assignment: Assignment) -> dict[str, Any]:
    """What a page needs to begin with: `{"steps": [content and `parent`], "complete": whether this is all of them}`,
    the ones near the root first, each parent's in the person's own order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_EDGES} ORDER BY s.depth, s.id LIMIT %(limit)s",
            {"problem": problem.pk, "limit": MAX_NODES + 1},
        )
        ids = [step for (step,) in cursor.fetchall()]
    complete = len(ids) <= MAX_NODES
    steps = list(Step.objects.filter(pk__in=ids).order_by("depth"))
    if not complete:
        # The deepest level may be there in part, and nobody could tell: it is left for later.
        deepest = steps[-1].depth
        steps = [step for step in steps if step.depth < deepest] or steps
    return {"steps": in_order(steps, assignment), "complete": complete}


def next_steps(problem: Problem, assignment: Assignment, parent: UUID | None) -> list[Step]:
    """The alternatives after one step (None: at the beginning), in this person's order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_EDGES} WHERE s.parent_id IS NOT DISTINCT FROM %(parent)s",
            {"problem": problem.pk, "parent": parent},
        )
        ids = [step for (step,) in cursor.fetchall()]
    return in_order(list(Step.objects.filter(pk__in=ids)), assignment)


def suggestions_as_steps(assignment: Assignment, parent: UUID | None = None, *, everywhere: bool = False) -> list[Step]:
    """What the model said to this person on this walk, in the order in which it came: after `parent`, or everywhere.
    Nodes that are not in the tree unless they were rated in a walk that was submitted.
    """
    problem = assignment.task.problem
    assert problem is not None  # noqa: S101
    return [
        Step(
            id=UUID(key),
            problem=problem,
            parent_id=one["parent"],
            kind=one["kind"],
            text=one["text"],
        )
        for key, one in suggested_to(assignment).items()
        if everywhere or one["parent"] == parent
    ]


def in_order(steps: list[Step], assignment: Assignment) -> list[Step]:
    """By depth, and within it shuffled: for one person always alike, for two persons not."""

    def place(step: Step) -> tuple[int, bytes]:
        told = f"{assignment.annotator_id} {assignment.task_id} {step.pk}".encode()
        return step.depth, hashlib.sha256(told).digest()

    return sorted(steps, key=place)


def suggested_to(assignment: Assignment) -> dict[str, dict[str, Any]]:
    """What the model said to this person in this task: `{step key: {parent, kind, text}}`."""
    return {
        one["step"]: {"parent": row.parent_id, "kind": row.kind, "text": one["text"]}
        for row in Suggestion.objects.filter(assignment=assignment).only("parent_id", "kind", "candidates")
        for one in row.candidates
    }


def walk_said(answer: Mapping[str, Any], assignment: Assignment) -> dict[str, Any]:
    """The fields of a judgement. Makes the nodes of what was written, and of suggestions that were rated. Raises
    Invalid.

    `answer["walk"]` is `{"finish", "reason", "steps": [{"ratings": [{"step", "value"}], "chosen", "written"}]}`: at
    each depth every alternative with its value, and either the one to go on with or a step of the person's own. Only at
    the last depth may both be missing, and when giving up also ratings.
    """
    problem = assignment.task.problem
    assert problem is not None  # noqa: S101
    said = answer.get("walk")
    if not said:
        raise Invalid.field("walk", "This is a walk: send walk, with finish and steps.", "required")
    foreign = (*TRACE_FIELDS, *CHOICE_FIELDS, "rewrite")
    only(answer, foreign, "This is a walk task, which takes walk and comment.")
    finish, reason, steps = said["finish"], (said.get("reason") or "").strip(), said.get("steps") or []
    if finish == GIVEN_UP and not reason:
        raise Invalid.field("walk", "Say why you give up: send a reason.", "say-why")
    if finish in (SOLVED, STUCK) and not steps:
        raise Invalid.field("walk", f"A walk that is {finish} has steps.", "required")
    walker = _Walker(problem, assignment, steps)
    stored = [walker.step(one, last=i == len(steps) - 1, finish=finish, depth=i) for i, one in enumerate(steps)]
    walker.keep()
    return {
        "walk": {"finish": finish, **({"reason": reason} if reason else {}), "steps": stored},
        "comment": comment_of(answer),
    }


def _alternatives(problem: Problem, parents: Sequence[UUID]) -> dict[UUID | None, dict[str, Step]]:
    """The alternatives at the beginning and after each of `parents`, by key. Two queries, however long the walk."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_EDGES} WHERE s.parent_id IS NULL OR s.parent_id = ANY(%(parents)s)",
            {"problem": problem.pk, "parents": list(parents)},
        )
        ids = [step for (step,) in cursor.fetchall()]
    found: dict[UUID | None, dict[str, Step]] = {}
    for step in Step.objects.filter(pk__in=ids):
        found.setdefault(step.parent_id, {})[str(step.pk)] = step
    return found


class _Walker:
    """Goes the way that an answer describes, and refuses what is none."""

    def __init__(self, problem: Problem, assignment: Assignment, steps: Sequence[Mapping[str, Any]]) -> None:
        self.problem = problem
        self.there = _alternatives(problem, [UUID(str(one["chosen"])) for one in steps if one.get("chosen")])
        self.suggested = suggested_to(assignment)
        self.parent: UUID | None = None
        self.new: dict[UUID, Step] = {}

    def step(self, said: Mapping[str, Any], *, last: bool, finish: str, depth: int) -> dict[str, Any]:
        where = f"Depth {depth}"
        there = self.there.get(self.parent, {})
        from_model = {
            key: self._node(one["kind"], one["text"], depth)
            for key, one in self.suggested.items()
            if one["parent"] == self.parent and key not in there
        }
        ratings = self._ratings(said.get("ratings") or [], there | from_model, where)
        chosen, written = said.get("chosen"), (said.get("written") or "")
        values = {one["step"]: one["value"] for one in ratings}
        for key in values.keys() & from_model.keys():
            self.new[from_model[key].pk] = from_model[key]
        partial = last and finish in (GIVEN_UP, BAD_PROBLEM)
        missing = [k for k, s in there.items() if StepKind(s.kind).judged and values.get(k) is None]
        if missing and not partial:
            raise Invalid.field("walk", f"{where}: {missing[0]} is not rated.", "required")
        if chosen and written.strip():
            raise Invalid.field(
                "walk", f"{where}: go on with a step that is there or with your own, not with both.", "said-twice"
            )
        if chosen:
            return self._chosen(chosen, ratings, values, there | from_model, where, stuck=last and finish == STUCK)
        if written.strip():
            if last and finish == STUCK:
                raise Invalid.field("walk", f"{where}: who goes on with a step is not stuck.", "not-stuck")
            own = self._node(StepKind.REASONING, written, depth)
            if str(own.pk) in there or any(written.strip() == step.text.strip() for step in there.values()):
                raise Invalid.field(
                    "walk", f"{where}: the step that you wrote is among the alternatives. Choose it.", "same-as-step"
                )
            self.new[own.pk] = own
            self.parent = own.pk
            return {"ratings": ratings, "chosen": None, "written": str(own.pk)}
        if not last or finish == SOLVED:
            raise Invalid.field("walk", f"{where}: say which step the walk goes on with.", "required")
        if finish == STUCK and any(value == StepValue.GOOD for value in values.values()):
            raise Invalid.field("walk", f"{where}: an alternative is good, so the walk is not stuck.", "not-stuck")
        return {"ratings": ratings, "chosen": None, "written": None}

    def _ratings(
        self, said: Iterable[Mapping[str, Any]], there: Mapping[str, Step], where: str
    ) -> list[dict[str, Any]]:
        ratings: dict[str, int | None] = {}
        for one in said:
            key = str(one["step"])
            if key not in there:
                raise Invalid.field("walk", f"{where}: {key} is none of the alternatives there.", "outside")
            if key in ratings:
                raise Invalid.field("walk", f"{where}: {key} is rated twice.", "said-twice")
            value = one.get("value")
            if value is not None and not StepKind(there[key].kind).judged:
                raise Invalid.field(
                    "walk", f"{where}: {key} is an observation. Observations are never judged.", "not-judged"
                )
            ratings[key] = None if value is None else VALUES[value]
        return [{"step": key, "value": value} for key, value in ratings.items()]

    def _chosen(
        self,
        chosen: str,
        ratings: list[dict[str, Any]],
        values: Mapping[str, int | None],
        there: Mapping[str, Step],
        where: str,
        *,
        stuck: bool,
    ) -> dict[str, Any]:
        if chosen not in there:
            raise Invalid.field("walk", f"{where}: {chosen} is none of the alternatives there.", "outside")
        if stuck:
            raise Invalid.field("walk", f"{where}: who goes on with a step is not stuck.", "not-stuck")
        if values.get(chosen) == StepValue.BAD:
            raise Invalid.field("walk", f"{where}: a walk does not go on with a bad step.", "bad-step")
        if chosen not in values:
            if StepKind(there[chosen].kind).judged:
                raise Invalid.field("walk", f"{where}: {chosen} is not rated.", "required")
            ratings.append({"step": chosen, "value": None})
        self.parent = there[chosen].pk
        return {"ratings": ratings, "chosen": chosen, "written": None}

    def _node(self, kind: str, text: str, depth: int) -> Step:
        key = step_id(self.problem.pk, self.parent, kind, text)
        return Step(id=key, problem=self.problem, parent_id=self.parent, depth=depth, kind=kind, text=text)

    def keep(self) -> None:
        """Make the nodes. Somebody else may make the same ones now; whoever comes second finds them."""
        Step.objects.bulk_create(self.new.values(), ignore_conflicts=True)
        stored = {step.pk: step for step in Step.objects.filter(pk__in=self.new)}
        for key, step in self.new.items():
            if key not in stored or stored[key].text != step.text or stored[key].parent_id != step.parent_id:
                raise Invalid.field(
                    "walk", "The digest of a step that you wrote is another step's. Change a word.", "digest-taken"
                )


def walk_in_words(judgement: Judgement) -> dict[str, Any]:
    """A stored walk in the form of a submit."""
    walk = judgement.walk or {}
    written = [UUID(one["written"]) for one in walk["steps"] if one["written"]]
    texts = {str(step.pk): step.text for step in Step.objects.filter(pk__in=written)}
    steps: Sequence[dict[str, Any]] = [
        {
            "ratings": [
                {"step": r["step"], "value": None if r["value"] is None else WORDS[r["value"]]} for r in one["ratings"]
            ],
            **({"chosen": one["chosen"]} if one["chosen"] else {}),
            **({"written": texts[one["written"]]} if one["written"] else {}),
        }
        for one in walk["steps"]
    ]
    return {"walk": {**{k: v for k, v in walk.items() if k != "steps"}, "steps": steps}}
