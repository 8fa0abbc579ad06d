"""Finished exports in a bucket instead of the data folder: against a server that speaks S3."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from annotate.exports.models import Export
from annotate.exports.shelf import _storage
from tests.api.test_export_files import made
from tests.cast import Browser
from tests.exports.tree import Tree

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
BUCKET = "datasets"


@pytest.fixture
def bucket(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    running = server.ThreadedMotoServer(port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    settings.DATA_DIR = tmp_path
    settings.EXPORT_STORAGE = f"s3://{BUCKET}/of/stepmark"
    settings.EXPORT_ENDPOINT = f"http://{host}:{port}"
    found = boto3.resource("s3", endpoint_url=settings.EXPORT_ENDPOINT).Bucket(BUCKET)
    found.create()
    yield found
    _storage.cache_clear()
    running.stop()


def test_files_are_kept_read_in_ranges_compared_and_deleted(
    bucket: Any, judged: Tree, max_: Browser, tmp_path: Path
) -> None:
    done = made(max_)
    names = sorted(found.key for found in bucket.objects.all())
    assert names == [f"of/stepmark/{done['id']}/1/{name}" for name in ("data.jsonl", "items.jsonl.gz")]
    assert [path for path in (tmp_path / "exports").rglob("*") if path.is_file()] == []
    whole = max_.get(done["file"]).getvalue()
    assert hashlib.sha256(whole).hexdigest() == done["sha256"]
    assert max_.get(done["file"], headers={"Range": "bytes=10-19"}).getvalue() == whole[10:20]
    again = made(max_)
    difference = max_.get(f"exports/{again['id']}/diff/", {"against": done["id"]}).json()
    assert (difference["same"], difference["changes"]) == (8, [])
    assert max_.delete(f"exports/{done['id']}/").status_code == 204
    assert {found.key.split("/")[2] for found in bucket.objects.all()} == {again["id"]}
    bucket.objects.all().delete()
    assert max_.get(again["file"]).status_code == 404


def test_a_bucket_that_is_gone_is_told(bucket: Any, judged: Tree, max_: Browser) -> None:
    bucket.delete()
    asked = max_.post("projects/algebra/exports/", {"format": "native"}).json()
    from annotate.exports.build import build

    build(Export.objects.get(pk=asked["id"]).pk)
    export = Export.objects.get(pk=asked["id"])
    assert export.state == "queued"
    assert "the bucket says" in export.error
