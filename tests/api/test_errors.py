"""Errors leave as problem details, also where no view was reached."""

import ast
import base64
import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework import serializers

from annotate.accounts.models import User
from annotate.local.runtime import REPOSITORY


def test_an_unknown_address_of_the_api_is_a_problem():
    response = Client().get("/api/v1/nothing-here/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not-found"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_without_its_slash_is_told_and_never_redirected(max_, method):
    response = getattr(max_, method)("projects/algebra/traces")
    assert (response.status_code, response.json()["code"]) == (404, "not-found")
    assert "slash" in response.json()["detail"]


def test_what_nobody_foresaw_is_a_problem_that_shows_nothing_of_the_inside(monkeypatch, nobody):
    def broken(*args, **kwargs):
        raise RuntimeError("the inside")

    monkeypatch.setattr("annotate.api.session.session", broken)
    nobody.raise_request_exception = False
    response = nobody.get("session/")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert b"inside" not in response.content


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"username": 5}', b"\xff"])
def test_a_body_that_is_not_what_was_asked_for_is_told(nobody, body):
    response = nobody.post("session/", body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_misspelt_field_of_a_sign_in_is_told(nobody):
    response = nobody.post("session/", {"username": "dora", "password": "x", "remember": True})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "remember")


PLACES = {
    "exports/": ["yesterday\x1f00000000-0000-0000-0000-000000000000", "2026-01-01T00:00:00+00:00"],
    "tasks/": ["0.5", "much\x1f1", "0.5\x1f1\x1f1"],
    "traces/": ["t-1", ""],
}


@pytest.mark.parametrize(("path", "place"), [(path, place) for path, places in PLACES.items() for place in places])
def test_a_cursor_that_is_none_of_ours_is_told(max_, path, place):
    cursor = base64.urlsafe_b64encode(b"\x1f" if place == "" else place.encode()).decode()
    response = max_.get(f"projects/algebra/{path}", {"cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "cursor")


@pytest.mark.parametrize("limit", ["0", "501", "-1", "a", "1" * 5000, "٣"])
def test_a_limit_that_is_no_number_in_bounds_is_told(max_, limit):
    response = max_.get("projects/algebra/tasks/", {"limit": limit})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "limit")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "projects/algebra/history/?q=%00"),
        ("get", "projects/algebra/scorers/evaluation/?labels=imported:%00"),
        ("get", "projects/algebra/media/%00/"),
        ("post", "projects/algebra/imports/?name=a%00b"),
        ("post", "projects/algebra/members/%00/withdraw/"),
        ("delete", "projects/algebra/members/%00/"),
    ],
)
def test_a_character_that_no_database_keeps_is_refused_in_an_address(max_, method, path):
    response = getattr(max_, method)(path)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_no_answer_is_kept_on_its_way(max_, nobody):
    for browser in (max_, nobody):
        for path in ("session/", "tokens/", "projects/algebra/", "projects/algebra/export/?format=native", "nothing/"):
            assert browser.get(path)["Cache-Control"] == "no-store"


def test_every_code_has_a_sentence_for_translators():
    """A page in another language says what went wrong by its code: the server's own sentences are English."""
    sentences = (REPOSITORY / "frontend" / "src" / "i18n" / "en" / "problems.ts").read_text()
    known = set(re.findall(r'"problem\.([a-z-]+)"', sentences))
    sources = "".join(file.read_text() for file in sorted((REPOSITORY / "annotate").rglob("*.py")))
    raised = set(re.findall(r'\b(?:Conflict|Denied|TooMany|Invalid|BadCredentials)\(\s*"([a-z0-9-]+)"', sources))
    raised |= set(re.findall(r'\b(?:problem|body_of)\(\s*\d+, "([a-z-]+)"', sources))
    assert {"lease-expired", "server-error", "bad-credentials"} <= raised
    assert raised <= known


def refused_password(password: str, user: User) -> list[ValidationError]:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return refused.error_list
    return []


def test_what_is_wrong_with_a_field_has_a_sentence_for_translators():
    """Wherever a code is given, and for all that the fields and passwords of a form say by themselves."""
    sentences = (REPOSITORY / "frontend" / "src" / "i18n" / "en" / "problems.ts").read_text()
    known = set(re.findall(r'"field\.([a-z-]+)"', sentences))
    calls = (
        node
        for file in sorted((REPOSITORY / "annotate").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Invalid.field", "_refuse")
    )
    given = {said.value for call in calls for said in call.args[2:] if isinstance(said, ast.Constant)}
    kinds = (
        serializers.Field,
        serializers.CharField,
        serializers.IntegerField,
        serializers.ListField,
        serializers.DictField,
    )
    of_forms = {code for kind in kinds for code in kind().error_messages}
    of_passwords = {
        error.code
        for password in ("1", "password", "alice-in-algebra")
        for error in refused_password(password, User(username="alice-in-algebra"))
    }
    # "invalid" may be anything: the server's own words say more.
    codes = {code.replace("_", "-") for code in given | of_forms | of_passwords} - {"invalid"}
    assert {"no-longer-asked", "max-length", "password-too-short"} <= codes
    assert codes <= known


def test_a_wrong_field_is_told_by_code_and_in_words(alice):
    response = alice.post("session/password/", {"old": "not the one", "new": "another horse battery"})
    assert response.json()["errors"] == [
        {"field": "old", "message": "This is not your present password.", "code": "wrong-password"}
    ]
    response = alice.post("projects/algebra/notes/", {"key": "not a key", "kind": "question"})
    assert {one["field"]: one["code"] for one in response.json()["errors"]} == {"key": "invalid", "text": "required"}
