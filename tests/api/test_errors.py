"""Errors leave as problem details, also where no view was reached."""

import pytest
from django.test import Client


def test_an_unknown_address_of_the_api_is_a_problem():
    response = Client().get("/api/v1/nothing-here/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not-found"


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
