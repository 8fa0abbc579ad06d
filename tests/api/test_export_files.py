"""Finished exports over the API: files, ranges, links, manifests, cancelling and deleting, and what differs."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from annotate.audit.models import Event
from annotate.exports.build import build
from annotate.exports.models import Export
from annotate.labeling.models import Assignment, Judgement, Task
from tests.cast import Browser, Cast
from tests.exports.conftest import judged, tree
from tests.exports.tree import Tree, export

__all__ = ["judged", "tree"]

EXPORTS = "projects/algebra/exports/"


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "exports"


def made(browser: Browser, **options: Any) -> dict[str, Any]:
    """A finished export."""
    asked = browser.post(EXPORTS, {"format": "native", **options})
    assert asked.status_code == 202, asked.json()
    assert build(Export.objects.get(pk=asked.json()["id"]).pk)
    done = browser.get(f"exports/{asked.json()['id']}/").json()
    assert done["state"] == "done", done["error"]
    return done


def test_a_broken_download_is_resumed(max_: Browser, judged: Tree) -> None:
    done = made(max_)
    whole = max_.get(done["file"]).getvalue()
    first = max_.get(done["file"], headers={"Range": "bytes=0-99"})
    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-99/{len(whole)}")
    assert first["Content-Length"] == "100"
    rest = max_.get(done["file"], headers={"Range": "bytes=100-", "If-Range": first["ETag"]})
    assert first.getvalue() + rest.getvalue() == whole
    last = max_.get(done["file"], headers={"Range": "bytes=-10"})
    assert (last.status_code, last.getvalue()) == (206, whole[-10:])


@pytest.mark.parametrize("text", ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=x-y"])
def test_what_is_no_single_range_gets_the_whole(max_: Browser, judged: Tree, text: str) -> None:
    done = made(max_)
    response = max_.get(done["file"], headers={"Range": text})
    assert (response.status_code, len(response.getvalue())) == (200, done["bytes"])


def test_a_range_of_another_version_gets_the_whole_and_one_behind_the_end_none(max_: Browser, judged: Tree) -> None:
    done = made(max_)
    other = max_.get(done["file"], headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (other.status_code, len(other.getvalue())) == (200, done["bytes"])
    behind = max_.get(done["file"], headers={"Range": f"bytes={done['bytes']}-"})
    assert (behind.status_code, behind["Content-Range"]) == (416, f"bytes */{done['bytes']}")


def test_a_link_downloads_without_a_session_until_it_expires_or_the_export_is_deleted(
    max_: Browser, nobody: Browser, judged: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(max_)
    link = max_.post(f"exports/{done['id']}/link/", {"hours": 2}).json()
    address = link["url"].removeprefix("http://testserver")
    assert hashlib.sha256(nobody.get(address).getvalue()).hexdigest() == done["sha256"]
    assert nobody.get(address, headers={"Range": "bytes=0-3"}).status_code == 206
    assert nobody.get(address[:-3] + "xx/").status_code == 404
    assert Event.objects.get(verb="export.link").data["hours"] == 2
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600 + 1)
    assert nobody.get(address).status_code == 404
    monkeypatch.setattr(time, "time", lambda: now)
    assert max_.delete(f"exports/{done['id']}/").status_code == 204
    assert nobody.get(address).status_code == 404


def test_several_files_have_names(max_: Browser, judged: Tree) -> None:
    done = made(max_, shards=2, container="parquet")
    assert done["file"] is None
    assert [file["name"] for file in done["files"]] == [f"data-0000{i}-of-00002.parquet" for i in (0, 1)]
    for file in done["files"]:
        response = max_.get(file["url"])
        assert response["Content-Type"] == "application/vnd.apache.parquet"
        assert hashlib.sha256(response.getvalue()).hexdigest() == file["sha256"]
    without = max_.get(f"exports/{done['id']}/file/")
    assert (without.status_code, "data-00000-of-00002.parquet" in without.json()["detail"]) == (400, True)


def test_the_manifest_goes_with_the_files(max_: Browser, judged: Tree) -> None:
    done = made(max_, format="prm800k", neutral="as-bad")
    manifest = max_.get(f"exports/{done['id']}/manifest/").json()
    assert manifest["options"] == {
        "format": "prm800k",
        "labels": "resolved",
        "neutral": "as-bad",
        "after_first_error": "unlabelled",
        "container": "ndjson",
    }
    assert manifest["sha256"] == manifest["files"][0]["sha256"] == done["sha256"]
    assert manifest["counts"] == {"first_error": 4, "no_error": 1}
    assert manifest["left_out"] == {"trace: no label": 1}


def test_it_is_cancelled_and_its_worker_stops(max_: Browser, judged: Tree, folder: Path) -> None:
    asked = max_.post(EXPORTS, {"format": "native"}).json()
    assert max_.post(f"exports/{asked['id']}/cancel/").json()["state"] == "cancelled"
    assert max_.post(f"exports/{asked['id']}/cancel/").status_code == 200
    assert not build(Export.objects.get(pk=asked["id"]).pk)
    assert max_.get(f"exports/{asked['id']}/file/").status_code == 409


def test_one_that_is_cancelled_in_the_middle_leaves_nothing(
    max_: Browser, judged: Tree, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = max_.post(EXPORTS, {"format": "native"}).json()
    monkeypatch.setattr("annotate.exports.build.TELL_SECONDS", -1)

    def cancelled_meanwhile(export: Export, tally: Any, *lease: Any) -> None:
        max_.post(f"exports/{asked['id']}/cancel/")
        tell(export, tally, *lease)

    from annotate.exports import build as building

    tell = building._tell
    monkeypatch.setattr(building, "_tell", cancelled_meanwhile)
    build(Export.objects.get(pk=asked["id"]).pk)
    assert Export.objects.get(pk=asked["id"]).state == "cancelled"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_deleting_takes_the_files_along(max_: Browser, judged: Tree, folder: Path) -> None:
    done = made(max_)
    assert any(path.is_file() for path in folder.rglob("*"))
    assert max_.delete(f"exports/{done['id']}/").status_code == 204
    assert not any(path.is_file() for path in folder.rglob("*"))
    assert max_.get(f"exports/{done['id']}/").status_code == 404
    assert Event.objects.get(verb="export.delete").data["sha256"] == done["sha256"]


def test_a_preview_shows_rows_counts_and_what_is_left_out(max_: Browser, judged: Tree) -> None:
    body = max_.post(f"{EXPORTS}preview/", {"format": "step-dpo"}).json()
    assert body["complete"] is True
    assert (body["rows"], len(body["first"])) == (6, 5)
    assert body["first"][0]["chosen"] == " x = 7"
    assert body["counts"] == {"first_error": 2, "preferred": 1}
    assert body["pairs_from"] == {"choice": 2, "rewrite": 4}
    assert body["left_out"] == {"no pair": 1, "the same pair again": 1, "trace: no rewrite": 4}
    table = max_.post(f"{EXPORTS}preview/", {"format": "csv"}).json()
    assert table["first"][0][0] == "p-1"
    assert not Export.objects.exists()


def test_a_preview_takes_no_longer_than_it_may(max_: Browser, judged: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.exports.fetching.FIRST_PAGE", 2)
    monkeypatch.setattr("annotate.exports.preview.SECONDS", -1.0)
    body = max_.post(f"{EXPORTS}preview/", {"format": "native"}).json()
    assert (body["complete"], body["items"], body["total"]) == (False, 2, 8)


def test_the_difference_names_rows_and_people(max_: Browser, judged: Tree, cast: Cast) -> None:
    Task.objects.update(wanted=5, free=0)
    judged.say(cast.bob, judged.unlabelled, first_error=0)
    old = made(max_, format="prm800k")
    judged.say(cast.bob, judged.right, first_error=2)  # a draw: no label stands
    mine = Judgement.objects.get(annotator=cast.alice, trace=judged.wrong_start, superseded_at=None)
    assert max_.post(f"judgements/{mine.pk}/withdraw/").json() == {"judgements": 1}
    judged.say(cast.bob, judged.wrong_start, first_error=1)
    assert max_.post(f"projects/{cast.project.slug}/members/bob/withdraw/", {"reason": "a bot"}).json() == {
        "judgements": 3
    }
    judged.say(cast.rita, judged.wrong_start, first_error=None)
    new = made(max_, format="prm800k")
    one = max_.get(f"exports/{new['id']}/diff/", {"against": old["id"], "limit": 1}).json()
    assert len(one["changes"]) == 1
    body = max_.get(f"exports/{new['id']}/diff/", {"against": old["id"]}).json()
    counts = {name: body[name] for name in ("added", "removed", "relabelled", "changed", "same")}
    assert counts == {"added": 0, "removed": 1, "relabelled": 1, "changed": 0, "same": 4}
    by_item = {change["item"]: change for change in body["changes"]}
    assert by_item["t-6"] | {"kind": "", "problem": ""} == {
        "change": "removed",
        "kind": "",
        "problem": "",
        "item": "t-6",
        "before": "first error 1",
        "after": None,
        "rows_before": 1,
        "rows_after": 0,
        "gone": ["bob"],
    }
    assert (by_item["t-2"]["before"], by_item["t-2"]["after"], by_item["t-2"]["gone"]) == (
        "first error 1",
        "no error",
        ["alice"],
    )
    assert body["people"] == [
        {"name": "bob", "before": 1, "after": 0},
        {"name": "alice", "before": 5, "after": 4},
        {"name": "rita", "before": 0, "after": 1},
    ]
    told = [(w["annotator"], w["judgements"], w["reason"], w["by"]) for w in body["withdrawn"]]
    assert told == [("alice", 1, "", "max"), ("bob", 3, "a bot", "max")]
    lines = max_.get(f"exports/{new['id']}/diff/file/", {"against": old["id"]}).getvalue().splitlines()
    assert [json.loads(line) for line in lines] == body["changes"]
    assert '"bob"' not in export(judged.project, "native", "all")


def test_what_was_withdrawn_goes_to_others_and_never_back(max_: Browser, judged: Tree, cast: Cast) -> None:
    Task.objects.update(wanted=5, free=4)
    task = Task.objects.get(trace=judged.right)
    assert max_.post("projects/algebra/members/alice/withdraw/").json()["judgements"] == 7
    task.refresh_from_db()
    assert task.free == 5
    assert set(Assignment.objects.filter(annotator=cast.alice).values_list("state", flat=True)) == {"skipped"}
    assert not Judgement.objects.filter(annotator=cast.alice, superseded_at=None).exists()
    assert Judgement.objects.filter(annotator=cast.alice).count() == 7
    again = Judgement.objects.filter(annotator=cast.alice).first()
    assert again is not None
    assert max_.post(f"judgements/{again.pk}/withdraw/").status_code == 409


def test_only_finished_exports_of_one_format_are_compared(max_: Browser, judged: Tree) -> None:
    one, other = made(max_), made(max_, format="prm800k")
    waiting = max_.post(EXPORTS, {"format": "native"}).json()
    for against, status in ((other["id"], 400), (waiting["id"], 409), ("x", 400)):
        assert max_.get(f"exports/{one['id']}/diff/", {"against": against}).status_code == status
