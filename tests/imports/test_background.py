"""Imports whose file is kept here: read once, stopped, gone on with, given up."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotate.corpus import containers, ingest
from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Trace
from annotate.imports import background, batches, intake
from annotate.imports.background import MAX_STALLS, give_up_on_exhausted, run
from annotate.imports.files import file_of, folder
from annotate.imports.intake import take_in
from annotate.imports.jobs import clear_files, run_import, wake_queued
from annotate.imports.models import Import
from annotate.labeling.models import Task
from tests.cast import Browser, Cast
from tests.imports.material import gz, line, ndjson, table

State = Import.State
BATCH, LINES = 100, 250  # three batches
BAD = b'{"problem": {"statement": "x"}, "steps": []}\n'
AT = "projects/algebra/imports/"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_LINES", BATCH)


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to Celery."""
    sent: list[str] = []
    monkeypatch.setattr(run_import, "apply_async", lambda args: sent.append(*args))
    return sent


def upload(browser: Browser, data: bytes, query: str = "", name: str = "lines.jsonl") -> Import:
    address = f"{AT}?background=1&name={name}{query}"
    answer = browser.post(address, data, content_type="application/octet-stream")
    assert answer.status_code == 202, answer.content
    return Import.objects.get(pk=answer.json()["id"])


def test_a_file_is_kept_then_read_and_then_gone(
    max_: Browser, messages: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    data = ndjson([line(i) for i in range(LINES)]) + BAD + ndjson([line(0)])
    with django_capture_on_commit_callbacks(execute=True):
        import_ = upload(max_, data, "&format=auto")
    assert messages == [str(import_.pk)]
    assert file_of(import_).read_bytes() == data
    assert (import_.state, import_.size, import_.name) == (State.QUEUED, len(data), "lines.jsonl")

    run_import(str(import_.pk))
    told = max_.get(f"imports/{import_.pk}/").json()
    assert told["state"] == "done"
    assert (told["accepted"], told["duplicates"], told["rejected"], told["lines"]) == (LINES, 1, 1, LINES + 2)
    assert told["bytes_read"] == told["size"]
    assert told["recognised"][0]["format"] == "native"
    assert told["created_by"] == "max"
    assert not file_of(import_).exists()
    assert Task.objects.count() == LINES
    assert not run(import_.pk)

    rejected = max_.get(f"imports/{import_.pk}/rejected/")
    (row,) = [json.loads(text) for text in b"".join(rejected).splitlines()]
    assert (row["line"], row["field"], row["code"]) == (LINES + 1, "steps", "step-count")
    assert row["content"].encode() == BAD.strip()
    table_ = b"".join(max_.get(f"imports/{import_.pk}/rejected/?format=csv")).decode().splitlines()
    assert len(table_) == 2
    assert table_[0] == "file,line,field,code,message,content"


def test_a_form_is_as_good_as_a_body(max_: Browser) -> None:
    data = gz(ndjson([line(i) for i in range(8)]))
    file = SimpleUploadedFile("lines.jsonl.gz", data, "application/gzip")
    answer = super(Browser, max_).post(f"/api/v1/{AT}?background=1&format=auto", {"file": file})
    assert answer.status_code == 202, answer.content
    import_ = Import.objects.get()
    assert (import_.name, file_of(import_).read_bytes()) == ("lines.jsonl.gz", data)
    assert run(import_.pk)
    assert Trace.objects.count() == 8
    wrong = super(Browser, max_).post(f"/api/v1/{AT}?background=1", {"other": file, "atomic": "1"})
    assert wrong.status_code == 400
    assert not list(folder().iterdir())


def test_nothing_sent_is_told(max_: Browser) -> None:
    answer = max_.post(f"{AT}?background=1", b"", content_type="application/octet-stream")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert not Import.objects.exists()


@pytest.mark.parametrize("data", [ndjson, lambda lines: gz(ndjson(lines)), lambda lines: table(lines, 10)])
def test_paused_it_stops_behind_a_batch_and_goes_on_from_there(
    max_: Browser, monkeypatch: pytest.MonkeyPatch, data: Any
) -> None:
    import_ = upload(max_, data([line(i) for i in range(LINES)]))
    stored = []
    real = batches.store

    def paused(what: Import, batch: Any) -> Any:
        stored.append(batch.lines)
        if len(stored) == 2:
            assert max_.post(f"imports/{import_.pk}/pause/").json()["state"] == "paused"
        return real(what, batch)

    monkeypatch.setattr(background, "store", paused)
    assert run(import_.pk)
    told = max_.get(f"imports/{import_.pk}/").json()
    assert (told["state"], told["lines"], told["accepted"]) == ("paused", BATCH, BATCH)
    assert Trace.objects.count() == BATCH
    assert not run(import_.pk)

    assert max_.post(f"imports/{import_.pk}/resume/").json()["state"] == "queued"
    assert run(import_.pk)
    told = max_.get(f"imports/{import_.pk}/").json()
    assert (told["state"], told["accepted"], told["duplicates"]) == ("done", LINES, 0)
    assert stored[:3] == [BATCH] * 3, "and the second batch was written again"


def test_a_worker_that_dies_leaves_a_lease_and_the_next_goes_on(
    max_: Browser, monkeypatch: pytest.MonkeyPatch, messages: list[str]
) -> None:
    import_ = upload(max_, ndjson([line(i) for i in range(LINES)]))
    messages.clear()
    real = batches.write
    calls = []

    def one_batch(what: Import, batch: Any) -> Any:
        calls.append(batch)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return real(what, batch)

    monkeypatch.setattr(batches, "write", one_batch)
    with pytest.raises(KeyboardInterrupt):
        run(import_.pk)
    monkeypatch.setattr(batches, "write", real)
    assert not run(import_.pk), "the lease still holds"
    Import.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    wake_queued()
    assert messages == [str(import_.pk)]
    assert run(import_.pk)
    import_.refresh_from_db()
    assert (import_.state, import_.accepted, import_.duplicates, import_.turn) == (State.DONE, LINES, 0, 2)
    assert Trace.objects.count() == Task.objects.count() == LINES


def test_one_that_takes_every_worker_down_is_given_up_and_can_be_resumed(max_: Browser, messages: list[str]) -> None:
    import_ = upload(max_, ndjson([line(0)]))
    messages.clear()
    past = timezone.now() - timedelta(seconds=1)
    Import.objects.update(state=State.RUNNING, turn=3, stalls=MAX_STALLS, lease_until=past)
    wake_queued()
    import_.refresh_from_db()
    assert (import_.state, messages) == (State.FAILED, [])
    assert "stopped 3 times" in import_.error
    assert max_.post(f"imports/{import_.pk}/resume/").status_code == 200
    assert run(import_.pk)
    assert Trace.objects.count() == 1


def test_all_or_nothing_in_the_background(max_: Browser) -> None:
    broken = upload(max_, ndjson([line(i) for i in range(LINES)]) + BAD, "&atomic=1")
    assert run(broken.pk)
    told = max_.get(f"imports/{broken.pk}/").json()
    assert (told["state"], told["accepted"], told["rejected"], told["rejected_kept"]) == ("failed", 0, 1, 1)
    assert "nothing is in" in told["error"]
    assert not Trace.objects.exists()
    whole = upload(max_, ndjson([line(i) for i in range(LINES)]), "&atomic=1")
    assert run(whole.pk)
    assert (Trace.objects.count(), Task.objects.count()) == (LINES, LINES)


def test_a_format_that_is_not_recognised_fails_with_the_names_of_those_that_are(max_: Browser) -> None:
    import_ = upload(max_, b'{"a": 1}\n', "&format=auto")
    assert run(import_.pk)
    told = max_.get(f"imports/{import_.pk}/").json()
    assert told["state"] == "failed"
    assert "processbench" in told["error"]


def test_one_at_a_time_of_a_project(max_: Browser, messages: list[str]) -> None:
    first, second = (upload(max_, ndjson([line(i)])) for i in range(2))
    Import.objects.filter(pk=first.pk).update(
        state=State.RUNNING, turn=1, lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert not run(second.pk)
    Import.objects.filter(pk=first.pk).update(state=State.DONE)
    assert run(second.pk)


def test_batches_may_be_added_to_one_import_until_it_is_closed(max_: Browser) -> None:
    opened = max_.post(f"{AT}?on_conflict=new-version&name=nightly").json()
    assert opened["state"] == "open"
    at = f"projects/algebra/traces/?import={opened['id']}"
    for i in range(3):
        answer = max_.post(at, ndjson([line(i), line(0)]), content_type="application/x-ndjson")
        assert answer.json()["import"] == opened["id"]
    told = max_.get(f"imports/{opened['id']}/").json()
    assert (told["accepted"], told["duplicates"], told["lines"]) == (3, 3, 6)
    for _ in range(2):  # the first answer may be lost on its way
        assert max_.post(f"imports/{opened['id']}/close/").json()["state"] == "done"
    assert max_.post(at, ndjson([line(9)]), content_type="application/x-ndjson").status_code == 409
    assert [one["id"] for one in max_.get(AT).json()["results"]] == [opened["id"]]


def test_files_of_uploads_that_were_cut_off_are_cleared(max_: Browser) -> None:
    import os

    old = folder() / "left.part"
    old.write_bytes(b"half")
    os.utime(old, (1, 1))
    waiting = file_of(upload(max_, ndjson([line(0)])))
    os.utime(waiting, (1, 1))
    clear_files()
    assert list(folder().iterdir()) == [waiting]


def test_a_withdrawal_asked_for_meanwhile_outlives_what_goes_wrong(
    max_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = upload(max_, ndjson([line(0)]))

    def withdrawn(what: Import, batch: Any) -> Any:
        assert max_.post(f"imports/{import_.pk}/withdraw/").status_code == 202
        raise RuntimeError

    monkeypatch.setattr(background, "store", withdrawn)
    assert run(import_.pk)
    import_.refresh_from_db()
    assert (import_.state, import_.lease_until) == (State.WITHDRAWING, None)
    assert run(import_.pk)
    import_.refresh_from_db()
    assert import_.state == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_asked_for_meanwhile_stops_one_that_is_all_or_nothing(
    max_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = upload(max_, ndjson([line(0)]), "&atomic=1")
    monkeypatch.setattr(background, "KEEP_SECONDS", 0.02)

    def long(what: Import, reader: Any, report: Any, progress: Any) -> None:
        assert max_.post(f"imports/{import_.pk}/withdraw/").status_code == 202
        for _ in range(100):
            sleep(0.02)
            progress(1)

    monkeypatch.setattr(background, "all_or_nothing", long)
    told: list[str] = []
    monkeypatch.setattr(background.log, "info", lambda text, *args: told.append(text))
    assert run(import_.pk)
    assert told == ["import %s: stopped here"]
    import_.refresh_from_db()
    assert (import_.state, import_.lease_until) == (State.WITHDRAWING, None), "and a worker may take it now"


@pytest.mark.parametrize("atomic", [False, True])
def test_a_request_that_goes_on_is_never_given_up(cast: Cast, atomic: bool) -> None:
    def late() -> Iterator[bytes]:
        for i in range(0, LINES, 50):
            Import.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            yield ndjson([line(i) for i in range(i, i + 50)])

    report = take_in(
        cast.project, FORMATS["native"], late(), atomic=atomic, progress=lambda lines: give_up_on_exhausted()
    )
    import_ = Import.objects.get()
    assert (import_.state, import_.lease_until, report.accepted) == (State.DONE, None, LINES)


def test_what_still_comes_in_renews_the_lease_of_its_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "RENEWED_AFTER", -1)

    def slow() -> Iterator[bytes]:
        yield b""
        Import.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        yield ndjson([line(0)])[:10]
        give_up_on_exhausted()
        yield ndjson([line(0)])[10:]

    assert take_in(cast.project, FORMATS["native"], slow(), atomic=True).accepted == 1
    assert Import.objects.get().state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_renews_the_lease_of_its_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "RENEWED_AFTER", 0.01)
    renewed = []

    def until_renewed(lines: int) -> None:
        before = Import.objects.get().lease_until
        deadline = time.monotonic() + 30
        while Import.objects.get().lease_until == before:
            assert time.monotonic() < deadline, "nobody renewed it"
        renewed.append(lines)

    assert take_in(cast.project, FORMATS["native"], [ndjson([line(0)])], atomic=True, progress=until_renewed).accepted
    assert renewed == [1, 1], "while it is checked, and while it is written"
    assert Import.objects.get().lease_until is None


def test_a_refused_upload_adds_its_lines_to_an_open_import(max_: Browser) -> None:
    opened = max_.post(f"{AT}?atomic=1").json()
    at = f"projects/algebra/traces/?import={opened['id']}"
    assert max_.post(at, ndjson([line(0)]), content_type="application/x-ndjson").json()["accepted"] == 1
    clash = ndjson([line(0), line(1), line(0, answer="another")])
    told = max_.post(at, clash, content_type="application/x-ndjson").json()
    assert (told["accepted"], told["duplicates"], told["rejected"]) == (0, 0, 1)
    told = max_.get(f"imports/{opened['id']}/").json()
    assert (told["lines"], told["accepted"], told["duplicates"], told["rejected"]) == (4, 1, 0, 1)


def test_a_form_is_refused_while_it_comes_when_the_disk_is_full(max_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    monkeypatch.setattr("annotate.api.imports.keep_upload", lambda **how: pytest.fail("all of it was written"))
    file = SimpleUploadedFile("lines.jsonl", b"x" * (9 * 1024**2))
    answer = super(Browser, max_).post(f"/api/v1/{AT}?background=1", {"file": file})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert "disk is nearly full" in answer.json()["errors"][0]["message"]
