"""Who may call what: every route of the API, by every kind of person. A route that the table lacks fails."""

import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from annotate.accounts.actions import create_token
from annotate.corpus.media.store import keep_bytes
from annotate.exports.build import build
from annotate.exports.links import sign
from annotate.exports.models import Export
from annotate.imports.actions import open_import
from annotate.labeling.actions import claim
from annotate.labeling.answers import submit
from annotate.labeling.finding import parse
from annotate.labeling.notes import write_note
from annotate.labeling.selection_work import ask
from annotate.projects.models import Role
from annotate.scoring.models import Scorer
from tests.cast import Browser
from tests.factories import PASSWORD, make_choice, make_member, make_project, make_tasks, make_trace, make_user

# Columns: nobody is signed in; charlie is in no project; olga is admin of another one; alice is annotator,
# rita reviewer and max admin of the project. The assignment is alice's, the token charlie's; dora is a member.
PEOPLE = ("nobody", "charlie", "olga", "alice", "rita", "max")


class Route(NamedTuple):
    method: str
    route: str  # as in the URL configuration
    statuses: tuple[int, int, int, int, int, int]
    body: Any = None
    query: str = ""


def everybody(status: int) -> tuple[int, int, int, int, int, int]:
    return (status,) * 6


def signed_in(status: int) -> tuple[int, int, int, int, int, int]:
    return (401, *(status,) * 5)


def from_role(role: Role, status: int) -> tuple[int, int, int, int, int, int]:
    """`status` for members with at least this role, 403 for the others, 404 for outsiders."""
    may = [status if mine.includes(role) else 403 for mine in (Role.ANNOTATOR, Role.REVIEWER, Role.ADMIN)]
    return (401, 404, 404, *may)


def owner(status: int) -> tuple[int, int, int, int, int, int]:
    """For alice alone: what somebody says is theirs, whatever the others' role."""
    return (401, 404, 404, status, 404, 404)


P = "projects/<slug:slug>/"
A = "assignments/<int:assignment_id>/"
SIGN_IN = {"username": "alice", "password": "not the one"}
QUESTION = {"key": "5a1f0c1e-8a55-4d5a-9f0e-2f8f6d0c7a11", "kind": "question", "text": "Do units count?"}
PICTURE = b"GIF89a, more or less"
LINE = {"problem": {"statement": "2 + 2?"}, "steps": ["4"]}

TABLE = [
    Route("GET", "session/", everybody(200)),
    Route("POST", "session/", everybody(400), SIGN_IN),
    Route("DELETE", "session/", everybody(204)),
    Route("POST", "session/password/", signed_in(204), {"old": PASSWORD, "new": "another horse battery"}),
    Route("PATCH", "session/preferences/", signed_in(200), {"single_keys": False}),
    Route("GET", "tokens/", signed_in(200)),
    Route("POST", "tokens/", signed_in(201), {"name": "nightly"}),
    Route("DELETE", "tokens/<int:token_id>/", (401, 204, 404, 404, 404, 404)),
    Route("GET", "schema/", everybody(200)),
    Route("GET", "formats/", signed_in(200)),
    Route("GET", "projects/", signed_in(200)),
    # Making projects is for the installation's admins, which has nothing to do with roles in projects.
    Route("POST", "projects/", (401, 403, 201, 403, 403, 201), {"slug": "new", "name": "New"}),
    Route("GET", P, from_role(Role.ANNOTATOR, 200)),
    Route("PATCH", P, from_role(Role.ADMIN, 200), {"name": "Algebra 2"}),
    Route("GET", f"{P}stats/", from_role(Role.ANNOTATOR, 200)),
    Route("GET", f"{P}members/", from_role(Role.ADMIN, 200)),
    Route("POST", f"{P}members/", from_role(Role.ADMIN, 201), {"username": "eve", "role": "annotator"}),
    Route("PATCH", f"{P}members/<str:username>/", from_role(Role.ADMIN, 200), {"role": "reviewer"}),
    Route("DELETE", f"{P}members/<str:username>/", from_role(Role.ADMIN, 204)),
    Route("GET", f"{P}audit/", from_role(Role.ADMIN, 200)),
    Route("GET", f"{P}traces/", from_role(Role.REVIEWER, 200)),
    Route("GET", f"{P}fields/", from_role(Role.REVIEWER, 200)),
    Route("POST", f"{P}traces/", from_role(Role.ADMIN, 200), LINE, "?format=native"),
    Route("POST", f"{P}imports/preview/", from_role(Role.ADMIN, 200), LINE),
    Route("POST", "traces/<uuid:trace_id>/split/", from_role(Role.ADMIN, 400), {"step": 0, "at": [1]}),
    Route("POST", "traces/<uuid:trace_id>/merge/", from_role(Role.ADMIN, 200), {"first": 0, "last": 1}),
    Route("POST", f"{P}media/", from_role(Role.ADMIN, 201), PICTURE),
    Route("GET", f"{P}media/<str:sha256>/", from_role(Role.ANNOTATOR, 200)),
    Route("GET", "traces/<uuid:trace_id>/", from_role(Role.REVIEWER, 200)),
    Route("GET", f"{P}choices/", from_role(Role.REVIEWER, 200)),
    Route("GET", "choices/<uuid:choice_id>/", from_role(Role.REVIEWER, 200)),
    Route("GET", f"{P}tasks/", from_role(Role.REVIEWER, 200)),
    Route("POST", f"{P}tasks/", from_role(Role.ADMIN, 200), {"query": "", "dry_run": True}),
    Route("POST", f"{P}tasks/retire/", from_role(Role.ADMIN, 200), {"query": "", "dry_run": True}),
    Route("POST", f"{P}tags/", from_role(Role.ADMIN, 200), {"query": "", "add": ["hard"], "dry_run": True}),
    Route("POST", f"{P}tasks/next/", from_role(Role.ANNOTATOR, 200)),
    Route("GET", A, owner(200)),
    Route("PUT", f"{A}draft/", owner(200), {"draft": {"comment": "hm"}}),
    Route("POST", f"{A}submit/", owner(200), {"first_error": None}),
    Route("POST", f"{A}skip/", owner(200), {"reason": "cant_judge"}),
    Route("POST", f"{A}reopen/", owner(200)),
    Route("POST", f"{A}revision/", owner(200)),
    Route("DELETE", f"{A}revision/", owner(204)),
    Route("POST", f"{A}next-steps/", owner(400)),  # of a walk; this one is none
    # No model is connected (tests/api/test_suggestions.py).
    Route("POST", f"{A}suggestions/", owner(409), {"step": 0}),
    Route("GET", f"{A}suggestions/<int:suggestion_id>/", owner(404)),
    Route("GET", f"{P}suggester/", from_role(Role.ADMIN, 200)),
    Route("PUT", f"{P}suggester/", from_role(Role.ADMIN, 400), {"settings": {}}),
    Route("DELETE", f"{P}suggester/", from_role(Role.ADMIN, 204)),
    Route("GET", f"{P}suggestions/", from_role(Role.ADMIN, 200)),
    Route("GET", f"{P}history/", from_role(Role.ANNOTATOR, 200)),
    Route("GET", "judgements/<int:judgement_id>/", owner(200)),
    Route("GET", f"{P}notes/", from_role(Role.ANNOTATOR, 200)),
    Route("POST", f"{P}notes/", from_role(Role.ANNOTATOR, 201), QUESTION),
    # The note is alice's; other annotators don't see it (tests/api/test_notes.py).
    Route("GET", "notes/<int:note_id>/", from_role(Role.ANNOTATOR, 200)),
    Route("PATCH", "notes/<int:note_id>/", from_role(Role.ANNOTATOR, 200), {"state": "closed"}),
    Route("POST", "notes/<int:note_id>/messages/", from_role(Role.ANNOTATOR, 201), {"text": "And?"}),
    Route("POST", "notes/<int:note_id>/seen/", from_role(Role.ANNOTATOR, 204)),
    Route("GET", f"{P}scorers/", from_role(Role.ADMIN, 200)),
    Route("POST", f"{P}scorers/", from_role(Role.ADMIN, 201), {"kind": "embedded", "key": "length"}),
    Route("PATCH", "scorers/<int:scorer_id>/", from_role(Role.ADMIN, 200), {"settings": {}}),
    Route("DELETE", "scorers/<int:scorer_id>/", from_role(Role.ADMIN, 204)),
    Route("POST", "scorers/<int:scorer_id>/pause/", from_role(Role.ADMIN, 200)),
    Route("POST", "scorers/<int:scorer_id>/resume/", from_role(Role.ADMIN, 200)),
    Route("POST", "scorers/<int:scorer_id>/rescore/", from_role(Role.ADMIN, 200), {"only": "failed"}),
    Route("GET", "scorers/<int:scorer_id>/failures/", from_role(Role.ADMIN, 200)),
    Route("GET", f"{P}scorers/evaluation/", from_role(Role.REVIEWER, 200)),
    Route("POST", f"{P}scorers/evaluation/", from_role(Role.REVIEWER, 202), {"labels": "people"}),
    Route("GET", f"{P}agreement/", from_role(Role.REVIEWER, 200)),
    Route("GET", f"{P}export/", from_role(Role.ADMIN, 200), query="?format=native"),
    Route("GET", f"{P}exports/", from_role(Role.ADMIN, 200)),
    Route("POST", f"{P}exports/", from_role(Role.ADMIN, 202), {"format": "native"}),
    Route("GET", f"{P}selections/", from_role(Role.ADMIN, 200)),
    Route("GET", "selections/<int:work_id>/", from_role(Role.ADMIN, 200)),
    Route("GET", f"{P}imports/", from_role(Role.ADMIN, 200)),
    Route("POST", f"{P}imports/", from_role(Role.ADMIN, 201)),
    Route("GET", "imports/<uuid:import_id>/", from_role(Role.ADMIN, 200)),
    Route("PATCH", "imports/<uuid:import_id>/", from_role(Role.ADMIN, 200), {"licence": "mit"}),
    Route("POST", "imports/<uuid:import_id>/pause/", from_role(Role.ADMIN, 409)),
    Route("POST", "imports/<uuid:import_id>/resume/", from_role(Role.ADMIN, 409)),
    Route("POST", "imports/<uuid:import_id>/close/", from_role(Role.ADMIN, 200)),
    Route("POST", "imports/<uuid:import_id>/withdraw/", from_role(Role.ADMIN, 202)),
    Route("GET", "imports/<uuid:import_id>/rejected/", from_role(Role.ADMIN, 200)),
    Route("GET", "exports/<uuid:export_id>/", from_role(Role.ADMIN, 200)),
    # dora never said anything, which is told to those who may know.
    Route("POST", f"{P}members/<str:username>/withdraw/", from_role(Role.ADMIN, 404), {"reason": "left"}),
    Route("POST", "judgements/<int:judgement_id>/withdraw/", from_role(Role.ADMIN, 200)),
    Route("POST", f"{P}exports/preview/", from_role(Role.ADMIN, 200), {"format": "native"}),
    Route("DELETE", "exports/<uuid:export_id>/", from_role(Role.ADMIN, 204)),
    Route("POST", "exports/<uuid:export_id>/cancel/", from_role(Role.ADMIN, 409)),
    Route("GET", "exports/<uuid:export_id>/manifest/", from_role(Role.ADMIN, 200)),
    Route("GET", "exports/<uuid:export_id>/file/", from_role(Role.ADMIN, 200)),
    Route("POST", "exports/<uuid:export_id>/link/", from_role(Role.ADMIN, 201), {"hours": 1}),
    Route("GET", "exports/<uuid:export_id>/diff/", from_role(Role.ADMIN, 400)),
    Route("GET", "exports/<uuid:export_id>/diff/file/", from_role(Role.ADMIN, 400)),
    Route("GET", "downloads/<str:token>/", everybody(200)),
]
NAMES = [f"{row.method} {row.route}" for row in TABLE]


@pytest.fixture
def world(cast, settings, tmp_path):
    """Browsers by name, and the arguments of routes that lead to something in the project."""
    settings.DATA_DIR = tmp_path
    olga = make_user("olga", is_staff=True)
    make_project("botany", admin=olga)
    make_member(cast.project, make_user("dora"))
    make_tasks(cast.project, 3)
    # One row changes passwords.
    people = {"charlie": cast.charlie, "olga": olga, "alice": cast.alice, "rita": cast.rita, "max": cast.max}
    for user in people.values():
        user.set_password(PASSWORD)
        user.save()
    export = Export.objects.create(project=cast.project, format="native")
    assert build(export.pk)
    judgement_id = a_judgement(cast)
    arguments = {
        "judgement_id": judgement_id,
        "suggestion_id": 2**40,
        "slug": cast.project.slug,
        "username": "dora",
        "assignment_id": claim(user=cast.alice, project=cast.project).pk,
        "trace_id": make_trace(cast.project).pk,
        "choice_id": make_choice(cast.project).pk,
        "note_id": write_note(
            user=cast.alice, project=cast.project, key=uuid.uuid4(), kind="question", text="Do units count?"
        ).pk,
        "token_id": create_token(user=cast.charlie, name="one")[0].pk,
        "export_id": export.pk,
        "import_id": open_import(actor=cast.max, project=cast.project, format="native").pk,
        "work_id": ask(actor=cast.max, project=cast.project, verb="tag", query=parse("")).pk,
        "scorer_id": Scorer.objects.create(project=cast.project, key="answer", version="1").pk,
        "token": sign(export, "data.jsonl", hours=1)[0],
        "sha256": keep_bytes(cast.project, b"GIF89a, another one").sha256,
    }
    return {"nobody": Browser(), **{name: Browser(user) for name, user in people.items()}}, arguments


def a_judgement(cast) -> int:
    """One of alice's."""
    assignment = claim(user=cast.alice, project=cast.project)
    assert assignment is not None
    return submit(user=cast.alice, assignment_id=assignment.pk, answer={"first_error": None}).pk


def path(route: str, arguments: dict[str, Any]) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda found: str(arguments[found[1]]), route)


def call(browser: Browser, row: Route, arguments: dict[str, Any]) -> Any:
    address = path(row.route, arguments) + row.query
    body = {} if row.body is None and row.method != "GET" else row.body
    cookies = deepcopy(browser.cookies)  # a session that ends here goes on after the rollback
    response = getattr(browser, row.method.lower())(address, body, content_type="application/json")
    browser.cookies = cookies
    if response.streaming:
        b"".join(response)  # a stream holds its transaction until its end
    return response


def each(rows: list[Route]) -> Iterator[Route]:
    """Every one finds the same rows in the database: a world for each would take ten times as long. Files that go stay
    gone, so deleting comes last.
    """
    for row in sorted(rows, key=lambda row: row.method == "DELETE"):
        before = transaction.savepoint()
        yield row
        transaction.savepoint_rollback(before)


def test_who_may_call_what(world):
    browsers, arguments = world
    found = {}
    for row in each(TABLE):
        statuses = []
        for who, _ in zip(PEOPLE, each([row] * len(PEOPLE)), strict=True):
            response = call(browsers[who], row, arguments)
            statuses.append(response.status_code)
            if response.status_code >= 400:
                assert response["Content-Type"].startswith("application/problem+json"), row
        found[f"{row.method} {row.route}"] = dict(zip(PEOPLE, statuses, strict=True))
    assert found == {name: dict(zip(PEOPLE, row.statuses, strict=True)) for name, row in zip(NAMES, TABLE, strict=True)}


# A link is for whoever holds it.
OBJECTS = [row for row in TABLE if "<" in row.route and "<str:token>" not in row.route]
NOWHERE = {
    "slug": "nowhere",
    "username": "dora",
    "assignment_id": 2**40,
    "trace_id": uuid.UUID(int=1),
    "choice_id": uuid.UUID(int=1),
    "judgement_id": 2**40,
    "suggestion_id": 2**40,
    "note_id": 2**40,
    "token_id": 2**40,
    "export_id": uuid.UUID(int=1),
    "import_id": uuid.UUID(int=1),
    "scorer_id": 2**40,
    "work_id": 2**40,
    "token": "forged",
    "sha256": "0" * 64,
}


def test_what_is_not_mine_looks_like_what_is_not_there(world):
    browsers, arguments = world
    for row in each(OBJECTS):
        foreign, missing = (call(browsers["olga"], row, given) for given in (arguments, NOWHERE))
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content), row
        assert foreign.status_code == 404, row


def test_what_is_not_there_is_said_to_members_too(world):
    browsers, _ = world
    for row in each(OBJECTS):
        assert call(browsers["max"], row, NOWHERE).status_code == 404, row


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_member_is_looked_for_in_that_project_only(world, method):
    browsers, arguments = world
    row = Route(method, f"{P}members/<str:username>/", everybody(404), {"role": "reviewer"})
    assert call(browsers["olga"], row, {**arguments, "slug": "botany"}).status_code == 404


WRITES = [row for row in TABLE if row.method != "GET" and row.route != "session/"]


def test_a_browser_writes_only_with_its_csrf_token(cast, world):
    for row in each(WRITES):
        response = call(Browser(cast.max, enforce_csrf_checks=True), row, world[1])
        assert (response.status_code, response.json()["code"]) == (403, "permission-denied"), row


def test_the_table_has_every_route():
    missing = sorted(set(_routes(get_resolver("annotate.api.urls").url_patterns)) - set(NAMES))
    assert missing == [], "say in the table who may call them"
    assert len(NAMES) == len(set(NAMES))


def test_the_table_has_nothing_else():
    assert sorted(set(NAMES) - set(_routes(get_resolver("annotate.api.urls").url_patterns))) == []


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """ "METHOD route" of each method of each view."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
            continue
        view: type[APIView] = pattern.callback.view_class
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                yield f"{method.upper()} {route}"
