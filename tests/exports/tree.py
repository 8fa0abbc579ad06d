"""A small project that holds every case once, and what people and data said about it."""

import json
from collections.abc import Mapping
from typing import Any

from annotate.accounts.models import User
from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.corpus.models import Choice, Trace
from annotate.exports.stream import Stream, Wish, checked
from annotate.imports.intake import take_in
from annotate.labeling.actions import open_tasks
from annotate.labeling.answers import submit
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.projects.models import Project
from tests.factories import make_choice, make_problem, make_trace

CJK = "小明有３个苹果。 "
LATEX = "So \\(x = \\frac{1}{2}\\), \\n is no line break here, \\\\ neither.  "
SEARCH = ('search("x")', "tool_call")
RESULT = ("x is 7\n", "observation")


class Tree:
    """Problem p-1 (with a reference) has traces and choices that begin alike; p-2 is bare."""

    def __init__(self, project: Project) -> None:
        self.project = project
        p1 = make_problem(
            project,
            "What is x?",
            id="p-1",
            answer="7",
            solution="Look it up.",
            metadata={"level": 3, "a": [1.5]},
        )
        p2 = make_problem(project, "苹果?", id="p-2")
        self.right = make_trace(project, (CJK, LATEX, "7"), p1, id="t-1", generator="m", answer="7", correct=True)
        self.wrong_start = make_trace(project, ("No.", "8"), p1, id="t-2", generator="m", answer="8", correct=False)
        self.wrong_middle = make_trace(
            project, (CJK, "x = 8", "So 8"), p1, id="t-3", generator="m", scores={"prm": [0.9, None, 0.25]}
        )
        self.wrong_end = make_trace(project, (CJK, LATEX, "8"), p1, id="t-4", metadata={"seed": 1})
        self.agent = make_trace(
            project,
            (SEARCH, RESULT, "x = 7", ("done", "observation")),
            p2,
            id="t-5",
            step_metadata=[{"tool": "search"}, None, None, {}],
        )
        self.unlabelled = make_trace(project, ("A guess",), p2, id="t-6")
        self.after_prefix = make_choice(project, (LATEX, "x = 8", "x = 9"), (CJK,), p1, id="c-1")
        self.at_start = make_choice(
            project,
            ("One.", "Two."),
            (),
            p2,
            id="c-2",
            candidate_info=[{"generator": "m", "scores": {"prm": 0.5}, "metadata": {"k": 1}}, {}],
        )
        open_tasks(
            project.pk,
            list(Trace.objects.filter(project=project).values_list("pk", flat=True)),
            list(Choice.objects.filter(project=project).values_list("pk", flat=True)),
        )

    def say(self, user: User, what: Trace | Choice, **answer: Any) -> Judgement:
        """Submitted as through the page; a choice's candidates are named by their 0-based index."""
        kind = "trace" if isinstance(what, Trace) else "choice"
        task = Task.objects.get(**{kind: what})
        assignment, _ = Assignment.objects.get_or_create(
            task=task,
            annotator=user,
            defaults={"project": self.project, "lease_until": "2100-01-01T00:00:00Z"},
        )
        if isinstance(what, Choice):
            named = [str(c) for c in what.candidates]
            if "preferred" in answer:
                answer["preferred"] = named[answer["preferred"]]
            if "ranking" in answer:
                answer["ranking"] = [[named[i] for i in group] for group in answer["ranking"]]
        active_ms = answer.pop("active_ms", 0)
        return submit(user=user, assignment_id=assignment.pk, answer=answer, active_ms=active_ms)

    def say_everything(self, user: User) -> None:
        """Every kind of answer once."""
        self.say(user, self.right, first_error=None, active_ms=1500)
        self.say(user, self.wrong_start, first_error=0, error_types=["calculation"], comment="Not even close")
        self.say(user, self.wrong_middle, first_error=1, rewrite="x = 7")
        self.say(user, self.wrong_end, first_error=2)
        self.say(user, self.agent, first_error=2, rewrite="Found 7")
        self.say(user, self.after_prefix, preferred=0, rewrite="x = 7")
        self.say(user, self.at_start, ranking=[[0, 1]])


def take_in_native(project: Project, *lines: str) -> None:
    """As if uploaded. Every line must be taken."""
    report = take_in(project, IMPORT_FORMATS["native"], ["\n".join(lines).encode()])
    assert report.accepted == len(lines), report.as_dict()


def wish(project: Project, format: str, **options: Any) -> Wish:
    return checked(project, {"format": format, **options})


def export(project: Project, format: str, labels: str = "resolved", source: str = "", **options: Any) -> str:
    """The whole file's text."""
    return b"".join(Stream(wish(project, format, labels=labels, source=source, **options)).chunks()).decode()


def rows(project: Project, format: str, labels: str = "resolved", source: str = "", **options: Any) -> list[Any]:
    text = export(project, format, labels, source, **options)
    return json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


def by_id(found: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    assert len({row["id"] for row in found}) == len(found)
    return {row["id"]: row for row in found}
