"""Datasets over the API: streamed, or written in the background and fetched."""

import hashlib
import json
import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import StreamingHttpResponse

from annotate.audit.models import Event
from annotate.exports import fetching
from annotate.exports.build import build
from annotate.exports.formats import FORMATS
from annotate.exports.jobs import build_export
from annotate.exports.models import Export
from annotate.projects.models import Role
from tests.cast import Browser, Cast
from tests.exports.conftest import judged, tree
from tests.exports.tree import Tree, export, take_in_native
from tests.factories import make_member, make_project

__all__ = ["judged", "tree"]

DOWNLOAD = "projects/algebra/export/"
EXPORTS = "projects/algebra/exports/"
LABELLED = '{"problem": {"statement": "?"}, "steps": ["a"], "labels": [{"source": "x y/é", "first_error": 0}]}'


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def problem(response) -> tuple[int, str, list[str]]:  # type: ignore[no-untyped-def]
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    return response.status_code, body["detail"], [error["field"] for error in body.get("errors", [])]


def test_formats_are_listed(alice: Browser) -> None:
    found = alice.get("formats/").json()
    assert {"name": "native", "title": "Stepmark's own: one trace or choice a line"} in found["import"]
    exports = {format.pop("name"): format for format in found["export"]}
    assert set(exports) == set(FORMATS)
    assert exports["processbench"] == {
        "title": "ProcessBench: solutions with the earliest wrong step",
        "kinds": ["trace"],
        "extension": "json",
        "imports_back": True,
        "choices": {
            "labels": ["resolved", "imported", "all", "annotator"],
            "neutral": ["as-good", "as-bad", "drop"],
            "after_first_error": ["unlabelled", "truncate"],
            "container": ["json", "ndjson", "parquet", "hf"],
            "pairs": [],
        },
        "per_problem": False,
        "scorer": "no",
        "columns": True,
    }


def test_a_dataset_streams_as_a_file(max_: Browser, judged: Tree) -> None:
    response = max_.get(DOWNLOAD, {"format": "prm800k"})
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="algebra-prm800k-resolved.jsonl"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue().decode() == export(judged.project, "prm800k")


def test_processbench_is_one_json_document(max_: Browser, judged: Tree) -> None:
    response = max_.get(DOWNLOAD, {"format": "processbench", "labels": "all"})
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert len(json.loads(response.getvalue())) == 5


def test_csv_is_a_file_for_spreadsheets(max_: Browser, judged: Tree) -> None:
    response = max_.get(DOWNLOAD, {"format": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="algebra-csv-resolved.csv"'
    assert response.getvalue() == export(judged.project, "csv").encode()


def test_the_file_name_is_safe_whatever_the_source_is_called(max_: Browser, tree: Tree) -> None:
    take_in_native(tree.project, LABELLED)
    response = max_.get(DOWNLOAD, {"format": "processbench", "labels": "imported", "source": "x y/é"})
    assert response["Content-Disposition"] == ('attachment; filename="algebra-processbench-imported-x_y__.json"')
    assert len(json.loads(response.getvalue())) == 1


@pytest.mark.parametrize("accept", ["application/x-ndjson", "text/html", "*/*"])
def test_what_the_client_accepts_does_not_matter(max_: Browser, judged: Tree, accept: str) -> None:
    response = max_.get(DOWNLOAD, {"format": "native"}, headers={"accept": accept})
    assert response.status_code == 200
    assert response.getvalue()


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ({}, "format", "Known are: native"),
        ({"format": "yaml"}, "format", "Known are: native, prm800k"),
        ({"format": "native", "labels": "best"}, "labels", "resolved, imported, all"),
        ({"format": "prm800k", "labels": "imported"}, "source", "Known are: x y/é"),
        ({"format": "prm800k", "labels": "imported", "source": "me"}, "source", "Known are: x y/é"),
        ({"format": "prm800k", "source": "me"}, "source", "labels=imported"),
    ],
)
def test_a_wrong_wish_is_answered_before_the_first_byte(
    max_: Browser, tree: Tree, query: dict[str, str], field: str, says: str
) -> None:
    take_in_native(tree.project, LABELLED)
    for response in (max_.get(DOWNLOAD, query), max_.post(EXPORTS, query)):
        status, detail, fields = problem(response)
        assert (status, fields) == (400, [field])
        if query or response.request["REQUEST_METHOD"] == "GET":
            assert says in detail or "valid choice" in detail
    assert not Export.objects.exists()


def test_what_goes_wrong_in_the_middle_breaks_the_download_off(
    max_: Browser, judged: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FIRST_PAGE", 1)
    whole_page, pages = fetching.Fetcher._page, iter([True])

    def once(reader, refs):  # type: ignore[no-untyped-def]
        if next(pages, None) is None:
            raise ConnectionError("the database is gone")
        return whole_page(reader, refs)

    monkeypatch.setattr(fetching.Fetcher, "_page", once)
    response = max_.get(DOWNLOAD, {"format": "native"})
    parts = iter(response.streaming_content)
    assert next(parts)
    with pytest.raises(ConnectionError):
        next(parts)
    response.close()


def test_only_admins_get_datasets(
    alice: Browser, rita: Browser, charlie: Browser, nobody: Browser, judged: Tree
) -> None:
    made = Export.objects.create(project=judged.project, format="native")
    urls = [f"{DOWNLOAD}?format=native", EXPORTS, f"exports/{made.pk}/", f"exports/{made.pk}/file/"]
    for url in urls:
        got = [browser.get(url).status_code for browser in (alice, rita, charlie, nobody)]
        assert got == [403, 403, 404, 401], url
    wish = {"format": "native"}
    assert [b.post(EXPORTS, wish).status_code for b in (alice, rita, charlie, nobody)] == [403, 403, 404, 401]
    assert Export.objects.count() == 1


def test_an_admin_elsewhere_is_an_outsider_here(charlie: Browser, cast: Cast, judged: Tree) -> None:
    other = make_project("other", admin=cast.max)
    make_member(other, cast.charlie, Role.ADMIN)
    made = Export.objects.create(project=judged.project, format="native")
    assert charlie.get(f"exports/{made.pk}/").status_code == 404
    assert charlie.get("projects/other/export/?format=native").getvalue() == b""


def test_a_dataset_is_asked_for_watched_and_fetched(max_: Browser, judged: Tree) -> None:
    response = max_.post(EXPORTS, {"format": "processbench"})
    assert response.status_code == 202
    asked = response.json()
    assert (asked["state"], asked["format"], asked["labels"]) == ("queued", "processbench", "resolved")
    assert asked["file"] is None
    status, detail, _ = problem(max_.get(f"exports/{asked['id']}/file/"))
    assert (status, detail) == (409, "There is no file: this export is queued.")

    build(uuid.UUID(asked["id"]))
    done = max_.get(f"exports/{asked['id']}/").json()
    assert (done["state"], done["rows"], done["error"]) == ("done", 5, "")
    assert done["manifest"]["counts"] == {"first_error": 4, "no_error": 1}
    file = max_.get(done["file"])
    content = file.getvalue()
    assert hashlib.sha256(content).hexdigest() == done["sha256"]
    assert len(content) == done["bytes"] == int(file["Content-Length"])
    assert file["Content-Disposition"].startswith('attachment; filename="algebra-processbench-')
    assert file["X-Content-Type-Options"] == "nosniff"
    assert content.decode() == export(judged.project, "processbench")
    assert [event.data["export"] for event in Event.objects.filter(verb="export.request")] == [asked["id"]]


def test_a_file_that_is_gone_from_disk_is_told(max_: Browser, judged: Tree) -> None:
    files = [{"name": "data.jsonl", "rows": 1, "bytes": 9, "sha256": "0" * 64}]
    made = Export.objects.create(project=judged.project, format="native", state=Export.State.DONE, files=files)
    assert problem(max_.get(f"exports/{made.pk}/file/"))[0] == 404


def test_asking_wakes_a_worker_and_does_without_redis(
    max_: Browser,
    judged: Tree,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    woken = []

    def lost(args: tuple[str]) -> None:
        woken.extend(args)
        raise ConnectionError("no Redis")

    monkeypatch.setattr(build_export, "apply_async", lost)
    with django_capture_on_commit_callbacks(execute=True):
        asked = max_.post(EXPORTS, {"format": "native"})
    assert asked.status_code == 202
    assert woken == [asked.json()["id"]]


def test_the_list_is_paged_newest_first(max_: Browser, judged: Tree) -> None:
    ids = [max_.post(EXPORTS, {"format": "native"}).json()["id"] for _ in range(3)]
    first = max_.get(EXPORTS, {"limit": 2}).json()
    second = max_.get(EXPORTS, {"limit": 2, "cursor": first["next"]}).json()
    assert [e["id"] for e in first["results"] + second["results"]] == ids[::-1]
    assert second["next"] is None
