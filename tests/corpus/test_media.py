"""Media of lines: found where they were uploaded, known by their bytes, never fetched from anywhere."""

import base64
import hashlib
import io
import json
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotate.core.errors import Conflict, DomainError
from annotate.corpus.formats import FORMATS
from annotate.corpus.ingest import Report
from annotate.corpus.media.sniff import sniff
from annotate.corpus.media.store import keep, storage
from annotate.corpus.models import Media, Problem, Step
from annotate.imports.background import run
from annotate.imports.intake import take_in
from annotate.imports.jobs import sweep_media
from annotate.imports.models import Import
from annotate.projects.models import Project
from tests.cast import Cast
from tests.factories import make_project

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0"
OF_PNG = {
    "type": "image",
    "sha256": hashlib.sha256(PNG).hexdigest(),
    "mime": "image/png",
    "bytes": len(PNG),
}


@pytest.fixture
def project(cast: Cast) -> Project:
    return make_project("pictures", admin=cast.max)


def send(project: Project, *lines: dict[str, Any]) -> Report:
    return take_in(project, FORMATS["native"], ["\n".join(map(json.dumps, lines)).encode()])


def line(*media: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"problem": {"statement": "What is it?"}, "steps": [{"text": "See:", "media": list(media)}], **more}


def test_a_file_is_named_by_path_digest_or_its_own_content(project: Project) -> None:
    keep(project, [PNG[:10], PNG[10:]], name="./images/1.png")
    url = "data:image/jpeg;base64," + base64.b64encode(PNG).decode()
    ways = [{"file": "images/1.png"}, {"sha256": OF_PNG["sha256"]}, OF_PNG, {"type": "image", "url": url}]
    report = send(project, *(line(way) for way in ways))
    assert (report.accepted, report.duplicates, report.rejected) == (1, 3, 0)
    assert Step.objects.get(problem__project=project).media == [OF_PNG]
    with storage().open(Media.objects.get(project=project).path) as file:
        assert file.read() == PNG


def test_content_beside_the_text_makes_another_step(project: Project) -> None:
    keep(project, [PNG], name="a.png")
    keep(project, [WAV], name="a.wav")
    call: dict[str, Any] = {"text": "See:", "data": {"tool": "zoom", "arguments": {"by": 2.0}}}
    steps = [
        "See:",
        {"text": "See:", "media": [{"file": "a.png"}]},
        {"text": "See:", "media": [{"file": "a.wav", "start": 0.5, "end": 1}]},
        call,
        {**call, "data": {"tool": "zoom", "arguments": {"by": 3}}},
    ]
    report = send(project, *({"problem": {"statement": "?"}, "steps": [step]} for step in steps))
    assert report.accepted == 5
    assert Step.objects.filter(problem__project=project).count() == 5
    again = send(
        project, {"problem": {"statement": "?"}, "steps": [call | {"data": call["data"] | {"arguments": {"by": 2}}}]}
    )
    assert again.accepted == 0, "2 and 2.0 are one number to Postgres"
    assert send(project, {"problem": {"statement": "?"}, "steps": [call]}).duplicates == 1


def test_two_pictures_with_the_same_question_are_two_problems(project: Project) -> None:
    keep(project, [PNG], name="a.png")
    keep(project, [WAV], name="a.wav")
    for name in ("a.png", "a.wav"):
        send(project, {"problem": {"statement": "", "media": [{"file": name}]}, "steps": ["A dot."]})
    assert Problem.objects.filter(project=project).count() == 2


def test_an_address_is_kept_as_it_is(project: Project) -> None:
    ref = {"type": "video", "url": "https://example.org/a.mp4", "alt": "A ball falls", "start": 3}
    assert send(project, line(ref)).accepted == 1
    assert Step.objects.get(problem__project=project).media == [ref]


@pytest.mark.parametrize(
    ("ref", "code", "field"),
    [
        ({"file": "b.png"}, "no-media", "steps[0].media[0]"),
        ({"file": "../a.png"}, "bad-name", "steps[0].media[0]"),
        ({"sha256": "0" * 64}, "no-media", "steps[0].media[0]"),
        ({"sha256": "0"}, "invalid", "steps[0].media[0].sha256"),
        ({"file": "a.png", "type": "audio"}, "other-media", "steps[0].media[0].type"),
        ({"file": "a.png", "url": "https://example.org"}, "invalid", "steps[0].media[0]"),
        ({"url": "https://example.org/a.png"}, "invalid", "steps[0].media[0].url"),
        ({"type": "image", "url": "javascript:alert(1)"}, "bad-url", "steps[0].media[0].url"),
        ({"url": "data:image/svg+xml,<svg/>"}, "not-media", "steps[0].media[0]"),
        ({"url": "data:image/png;base64,?"}, "bad-base64", "steps[0].media[0].url"),
        ({"file": "a.png", "start": 2, "end": 1}, "invalid", "steps[0].media[0].end"),
        ({}, "invalid", "steps[0].media[0]"),
    ],
)
def test_what_is_missing_or_wrong_is_told_for_that_line(
    project: Project, ref: dict[str, Any], code: str, field: str
) -> None:
    keep(project, [PNG], name="a.png")
    report = send(project, line(ref), line({"file": "a.png"}))
    assert (report.accepted, report.rejected) == (1, 1)
    assert [(n, e.code, e.field) for n, e in report.errors] == [(1, code, field)]


def test_a_name_stands_for_one_file(project: Project) -> None:
    keep(project, [PNG], name="a")
    assert keep(project, [PNG], name="a")[1] is False
    with pytest.raises(Conflict):
        keep(project, [WAV], name="a")
    assert keep(project, [WAV], name="a", data_set="of a zip")[0].type == "audio"


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"<html>", b"%PDF-1.7", b"RIFF1234AVI ", b"\0\0\0\x18ftypheic"])
def test_what_browsers_might_run_or_nobody_can_show_is_not_kept(project: Project, content: bytes) -> None:
    with pytest.raises(DomainError, match="png"):
        keep(project, [content])
    assert not Media.objects.filter(project=project).exists()


def test_what_is_too_large_is_not_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.corpus.media.store.MAX_BYTES", {"image": 100, "audio": 10, "video": 10})
    with pytest.raises(DomainError) as refused:
        keep(project, [PNG, bytes(100)])
    assert refused.value.code == "too-large"


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    ],
)
def test_a_type_is_what_the_bytes_say(head: bytes, mime: str) -> None:
    kind = sniff(head)
    assert kind is not None
    assert kind.mime == mime


def test_a_zip_brings_its_files_with_it(project: Project) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data/lines.jsonl", json.dumps(line({"file": "images/1.png"})) + "\n")
        archive.writestr("lines.jsonl", json.dumps(line({"file": "data/images/1.png"}, id="2")) + "\n")
        archive.writestr("data/images/1.png", PNG)
        archive.writestr("data/images/2.PNG", b"<svg/>")
    report = take_in(project, FORMATS["native"], [packed.getvalue()])
    assert (report.accepted, report.rejected) == (2, 1)
    [(number, error)] = report.errors
    assert (number, error.code, error.member) == (0, "refused-file", "data/images/2.PNG")
    assert Step.objects.get(problem__project=project).media == [OF_PNG]
    # Another zip's names are its own.
    assert send(project, line({"file": "data/images/1.png"}, id="3")).rejected == 1


def test_what_nothing_points_to_is_swept_and_what_comes_again_stays(project: Project) -> None:
    keep(project, [PNG], name="a.png")
    wav, _ = keep(project, [WAV])
    send(project, line({"file": "a.png"}))
    path = wav.path
    Media.objects.update(created_at=timezone.now() - timedelta(days=40))
    keep(project, [WAV])
    assert sweep_media() == 0, "it was just brought again"
    Media.objects.update(created_at=timezone.now() - timedelta(days=40))
    Import.objects.update(state=Import.State.RUNNING)
    assert sweep_media() == 0, "an import is about to name something"
    Import.objects.update(state=Import.State.DONE)
    assert sweep_media() == 0, "an import ended while media were looked for, and may have named something"
    Import.objects.update(finished_at=timezone.now() - timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        assert sweep_media() == 1
    looked, locked = (next(i for i, q in enumerate(asked) if word in q["sql"]) for word in ("WITH old", "LOCK TABLE"))
    assert looked < locked, "no import has to wait for the long look"
    assert [one.mime for one in Media.objects.all()] == ["image/png"]
    assert not storage().exists(path)
    again, new = keep(project, [WAV])
    assert new
    assert storage().exists(again.path)


def test_a_withdrawn_import_takes_along_the_media_that_it_alone_brought(project: Project) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.png", PNG)
        archive.writestr("a.wav", WAV)
        archive.writestr("lines.jsonl", json.dumps(line({"file": "a.png"}, {"file": "a.wav"})))
    keep(project, [WAV], name="of somebody.wav")
    report = take_in(project, FORMATS["native"], [packed.getvalue()])
    assert (report.accepted, report.rejected) == (1, 0), report.errors
    Import.objects.update(state=Import.State.WITHDRAWING, lease_until=None, stalls=0)
    assert run(uuid.UUID(report.import_id))
    Import.objects.update(finished_at=timezone.now() - timedelta(days=1))
    assert sweep_media() == 1
    assert [one.mime for one in Media.objects.all()] == ["audio/wav"]
