"""Datasets written in the background."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from annotate.exports import build as building
from annotate.exports.actions import request_export
from annotate.exports.build import MAX_ATTEMPTS, build, place_of
from annotate.exports.jobs import build_export, wake_queued
from annotate.exports.models import Export
from annotate.exports.shelf import workspace
from annotate.exports.stream import Stream
from tests.cast import Cast
from tests.exports.tree import Tree, export

State = Export.State


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def queued(judged: Tree, cast: Cast) -> Export:
    return request_export(actor=cast.max, project=judged.project, options={"format": "native"})


def file_of(export: Export) -> Path:
    return workspace() / place_of(export, export.files[0]["name"])


def everything_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_file_is_what_the_stream_gives_with_its_digest_and_size(queued: Export, folder: Path) -> None:
    assert build(queued.pk)
    queued.refresh_from_db()
    content = file_of(queued).read_bytes()
    assert [path.name for path in everything_in(folder)] == ["data.jsonl", "items.jsonl.gz"]
    assert content.decode() == export(queued.project, "native")
    assert (queued.state, queued.rows, queued.bytes) == (State.DONE, 8, len(content))
    assert queued.sha256 == hashlib.sha256(content).hexdigest()
    assert queued.finished_at is not None
    assert queued.manifest["rows"] == 8
    assert queued.manifest["guidelines"] == queued.manifest["label_schema"] == 1


def test_whoever_is_woken_how_often_it_is_written_once(queued: Export) -> None:
    assert [build(queued.pk), build(queued.pk)] == [True, False]
    queued.refresh_from_db()
    assert queued.attempts == 1


def test_one_being_written_is_left_to_its_worker_while_the_lease_holds(queued: Export) -> None:
    running(queued, attempts=1, lease=timedelta(minutes=1))
    assert not build(queued.pk)


def test_one_whose_worker_died_is_written_by_the_next(queued: Export, folder: Path) -> None:
    running(queued, attempts=1, lease=timedelta(seconds=-1))
    left_behind = folder / str(queued.pk) / "1"
    left_behind.mkdir(parents=True)
    (left_behind / "data.jsonl").write_text("half a ")
    assert build(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (State.DONE, 2)
    assert [path.parent for path in everything_in(folder)] == [file_of(queued).parent] * 2
    assert not left_behind.exists()


def test_one_that_takes_every_worker_down_is_given_up(queued: Export, messages: list[str]) -> None:
    running(queued, attempts=MAX_ATTEMPTS, lease=timedelta(seconds=-1))
    wake_queued()
    queued.refresh_from_db()
    assert queued.state == State.FAILED
    assert "stopped 3 times" in queued.error
    assert messages == []


def test_a_lost_message_is_made_good_by_the_beat(queued: Export, messages: list[str]) -> None:
    wake_queued()
    assert messages == [str(queued.pk)]
    build_export(messages[0])
    queued.refresh_from_db()
    assert queued.state == State.DONE
    wake_queued()
    assert len(messages) == 1


def test_it_says_why_it_failed_and_leaves_nothing_behind(
    queued: Export, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(stream: Stream) -> Any:
        yield []
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Stream, "pages", full)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert build(queued.pk)
        queued.refresh_from_db()
        assert (queued.state, queued.attempts) == (
            State.FAILED if attempt == MAX_ATTEMPTS else State.QUEUED,
            attempt,
        )
    assert queued.error == "The file could not be written: No space left on device."
    assert list(folder.iterdir()) == []
    assert not build(queued.pk)


def test_a_worker_that_was_too_slow_finds_out_and_keeps_its_hands_off(
    queued: Export, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(stream: Stream) -> Any:
        running(queued, attempts=2, lease=timedelta(minutes=1))
        yield []

    monkeypatch.setattr(Stream, "pages", overtaken)
    assert build(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.sha256) == (State.RUNNING, 2, "")
    assert list(folder.iterdir()) == []


def test_progress_shows_and_keeps_the_lease(queued: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(stream: Stream) -> Any:
        stream.tally.rows = 5
        Export.objects.filter(pk=queued.pk).update(lease_until=timezone.now())
        yield []
        told = Export.objects.get(pk=queued.pk)
        seen.append((told.rows, told.lease_until > timezone.now() + timedelta(minutes=1)))

    monkeypatch.setattr(building, "TELL_SECONDS", -1)
    monkeypatch.setattr(Stream, "pages", watched)
    build(queued.pk)
    assert seen == [(5, True)]


def test_a_source_that_is_gone_fails_at_once(queued: Export) -> None:
    Export.objects.filter(pk=queued.pk).update(options={"labels": "imported", "source": "gone"})
    build(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (State.FAILED, 1)
    assert "No labels came with" in queued.error


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to Celery."""
    sent: list[str] = []
    monkeypatch.setattr(build_export, "apply_async", lambda args: sent.append(*args))
    return sent


def running(export: Export, *, attempts: int, lease: timedelta) -> None:
    Export.objects.filter(pk=export.pk).update(
        state=State.RUNNING, attempts=attempts, lease_until=timezone.now() + lease
    )
