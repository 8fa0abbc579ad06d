"""A snapshot is repeatable to the byte: whatever order things came in, whatever keys they have, whoever works."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from annotate.accounts.models import User
from annotate.corpus.models import Choice, Trace
from annotate.exports.actions import request_export
from annotate.exports.build import build, place_of
from annotate.exports.formats import FORMATS
from annotate.exports.models import Export
from annotate.exports.shelf import workspace
from annotate.labeling.models import Judgement
from annotate.projects.models import Project
from tests.cast import Cast
from tests.exports.tree import Tree, export, take_in_native
from tests.factories import make_member, make_problem, make_project, make_trace, make_user, open_all

OPTIONS: list[dict[str, Any]] = [
    {},
    {"labels": "all", "provenance": True, "split": "train:0.5,test:0.5"},
    {"container": "parquet", "provenance": True},
]


def lines() -> list[str]:
    """Traces and choices, with and without ids of their own, of problems with and without."""
    found = []
    for i in range(6):
        problem = {"statement": f"Problem {i}"} | ({"id": f"p-{i}"} if i % 2 else {})
        for j in range(3):
            steps = ["Begin.", f"Step {i}", f"End {i}-{j}"]
            values = {"q": [1, i, j]}
            trace = {"problem": problem, "steps": steps, "generator": f"m{j}", "values": values} | (
                {"id": f"t-{i}-{j}"} if j else {}
            )
            found.append(json.dumps(trace))
        found.append(json.dumps({"problem": problem, "prefix": ["Begin."], "candidates": [f"Step {i}", "No."]}))
    return found


def judge(project: Project, people: list[User], order: random.Random) -> None:
    """Everybody says the same of the same things, in any order, at times that depend on what they are said of."""
    tree = Tree.__new__(Tree)
    tree.project = project
    work: list[tuple[User, Trace | Choice]] = [
        (user, what)
        for user in people
        for what in [*Trace.objects.filter(project=project), *Choice.objects.filter(project=project)]
    ]
    work.sort(key=lambda one: (one[0].username, content(one[1])))
    order.shuffle(work)
    for user, what in work:
        n = sum(content(what).encode())
        n += user.username == "bob" and n % 4 == 0  # mostly of one mind
        wrong = {"first_error": 2, "rewrite": f"End {n}"} if n % 2 else {"first_error": None}
        answer = {"preferred": n % 2} if isinstance(what, Choice) else wrong
        said = tree.say(user, what, comment=f"{n}", **answer)
        at = f"2026-01-01T00:00:{n % 60:02}Z"
        Judgement.objects.filter(pk=said.pk).update(created_at=at)
        Judgement.objects.filter(derived_from=said.pk).update(created_at=at)


def content(what: Trace | Choice) -> str:
    """Something that the two projects have in common."""
    name = what.generator if isinstance(what, Trace) else "choice"
    return f"{what.problem.statement} {name} {what.external_id}"


def test_another_order_and_other_keys_give_the_same_digests(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    wishes = [{"format": format, **needed(format), **options} for format in FORMATS for options in options_of(format)]
    digests = []
    for seed in (1, 2):
        Project.objects.filter(slug="twin").update(slug="first-twin")
        project = make_project("twin", admin=cast.max, random_share=0)  # who is drawn depends on a database's keys
        for user in (cast.alice, cast.bob):
            make_member(project, user)
        order = random.Random(seed)
        given = lines()
        order.shuffle(given)
        take_in_native(project, *given)
        judge(project, [cast.alice, cast.bob], order)
        digests.append({str(options): snapshot(cast, project, options) for options in wishes})
    assert digests[0] == digests[1]


def needed(format: str) -> dict[str, Any]:
    if FORMATS[format].scored:
        return {"scorer": "q"}
    return {"pairs": "choice,rewrite,siblings,values", "scorer": "q"} if FORMATS[format].pairs else {}


def options_of(format: str) -> list[dict[str, Any]]:
    return OPTIONS if FORMATS[format].rows else OPTIONS[:1]


def snapshot(cast: Cast, project: Project, options: dict[str, Any]) -> str:
    made = request_export(actor=cast.max, project=project, options=options)
    assert build(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("done", "")
    assert made.rows
    return made.sha256


@pytest.mark.django_db(transaction=True)
def test_while_twenty_people_submit_it_is_one_state(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """Whoever is counted in it said all of what they had said at that moment, and nothing later."""
    settings.DATA_DIR = tmp_path
    project = make_project("busy", admin=cast.max)
    problem = make_problem(project, "?", id="p")
    traces = [make_trace(project, (f"{i}", "b"), problem, id=f"t-{i:03}") for i in range(40)]
    open_all(project)
    people = [make_user(f"person-{n:02}") for n in range(20)]
    for user in people:
        make_member(project, user)
    tree = Tree.__new__(Tree)
    tree.project = project

    def work(user: User) -> None:
        try:
            for trace in traces[:12]:
                tree.say(user, trace, first_error=None)
        finally:
            connection.close()

    def export_meanwhile() -> list[str]:
        try:
            return [export(project, "native", "all") for _ in range(3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        working = [pool.submit(work, user) for user in people]
        exports = pool.submit(export_meanwhile).result()
        for one in working:
            one.result()
    for text in [*exports, export(project, "native", "all")]:
        # In order of submission: nobody's third answer is there without their second.
        by_place = [{label["source"] for label in json.loads(line).get("labels", [])} for line in text.splitlines()]
        for earlier, later in itertools.pairwise(by_place):
            assert later <= earlier
    assert sum(line.count('"person:') for line in export(project, "native", "all").splitlines()) == 240


def test_a_file_of_each_part_and_shard(judged: Tree, cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    options = {"format": "native", "split": "train:0.5,test:0.5", "part": "*", "shards": 2}
    made = request_export(actor=cast.max, project=judged.project, options=options)
    assert build(made.pk)
    made = Export.objects.get(pk=made.pk)
    names = [file["name"] for file in made.files]
    assert names == [f"{part}-{i:05}-of-00002.jsonl" for part in ("train", "test") for i in (0, 1)]
    texts = [(workspace() / place_of(made, name)).read_text() for name in names]
    assert sorted("".join(texts).splitlines()) == sorted(export(judged.project, "native").splitlines())
    assert sum(file["rows"] for file in made.files) == made.rows == 8
    problems = [{json.loads(line)["problem"]["id"] for line in text.splitlines()} for text in texts]
    assert sum(map(len, problems)) == 2
