"""Uploads from the import page: a session with its CSRF check, which programs with a token don't have."""

import gzip
import json

import pytest

from annotate.exports.actions import request_export
from annotate.exports.build import build
from tests.cast import Browser

LINE = {"problem": {"statement": "What is $1+1$?"}, "steps": ["Two."]}
TYPES = ["application/x-ndjson", "application/json", "application/x-www-form-urlencoded", "text/plain"]


@pytest.fixture
def page(cast):
    """Max, in a browser that is checked as a real one is."""
    browser = Browser(cast.max, enforce_csrf_checks=True)
    browser.get("session/")
    return browser


def upload(page, data, content_type, **headers):
    token = page.cookies["csrftoken"].value
    return page.post(
        "projects/algebra/traces/", data, content_type=content_type, headers={"X-CSRFToken": token, **headers}
    )


@pytest.mark.parametrize("content_type", TYPES)
def test_the_whole_body_reaches_the_importer(page, content_type):
    answer = upload(page, json.dumps([LINE]).encode(), content_type)
    report = answer.json()
    assert report == {**report, "accepted": 1, "duplicates": 0, "rejected": 0, "errors": []}


def test_gzip_does_too(page):
    data = gzip.compress(json.dumps(LINE).encode())
    answer = upload(page, data, "application/x-ndjson", **{"Content-Encoding": "gzip"})
    assert answer.json()["accepted"] == 1


def test_it_is_larger_than_any_other_body_may_be(page, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    lines = [{**LINE, "id": str(i)} for i in range(100)]
    answer = upload(page, "\n".join(map(json.dumps, lines)).encode(), "application/json")
    assert answer.json()["accepted"] == 100


def test_without_the_token_it_is_refused(page):
    answer = page.post("projects/algebra/traces/", json.dumps(LINE).encode(), content_type="application/x-ndjson")
    assert answer.status_code == 403


def test_licence_and_source_go_with_the_data_into_manifests(page, cast):
    max_ = Browser(cast.max)
    at = "projects/algebra/traces/?licence=mit&source=Doe,%0A2024"
    sent = max_.post(at, json.dumps(LINE).encode(), content_type="application/x-ndjson").json()
    assert max_.get(f"imports/{sent['import']}/").json()["source"] == "Doe, 2024"
    changed = max_.patch(f"imports/{sent['import']}/", {"licence": "cc-by-4.0"}, content_type="application/json").json()
    assert (changed["licence"], changed["source"]) == ("cc-by-4.0", "Doe, 2024")
    assert (
        max_.patch(f"imports/{sent['import']}/", {"licence": "x" * 201}, content_type="application/json").status_code
        == 400
    )
    made = request_export(actor=cast.max, project=cast.project, options={"format": "native"})
    assert build(made.pk)
    made.refresh_from_db()
    of = {"formats": ["native"], "accepted": 1, "licence": "cc-by-4.0", "source": "Doe, 2024"}
    assert made.manifest["imports"] == [{"name": "", **of}]
