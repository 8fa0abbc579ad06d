"""Looking at an upload before it is imported: what would come, what would be refused, and nothing written."""

import base64
import io
import json
import zipfile
from typing import Any

from annotate.corpus.models import Media, Problem, Step, Trace
from annotate.imports.models import Import
from tests.cast import Browser
from tests.corpus.test_media import OF_PNG, PNG

PATH = "projects/algebra/imports/preview/"
SOLUTION = {"problem": "2 + 3?", "solution": "Step 1: add\n\nthem\nStep 2: 5"}


def look(browser: Browser, body: bytes | str, query: str = "?format=auto") -> Any:
    answer = browser.post(f"{PATH}{query}", body, content_type="application/octet-stream")
    return answer.json()


def test_the_first_items_are_shown_as_the_segmenter_cuts_them(max_: Browser) -> None:
    lines = "\n".join([json.dumps(SOLUTION), "{", *[json.dumps(SOLUTION)] * 100])
    found = look(max_, lines, "?format=auto&items=2")
    assert [(one["format"], one["file"]) for one in found["recognised"]] == [("text", "")]
    assert (found["lines"], len(found["items"])) == (3, 2)
    assert [step["text"] for step in found["items"][0]["steps"]] == ["Step 1: add", "them\nStep 2: 5"]
    assert [(one["line"], one["code"]) for one in found["errors"]] == [(2, "not-json")]
    by_step = look(max_, lines, "?format=text&segmenter=step")
    assert [step["text"] for step in by_step["items"][0]["steps"]] == ["Step 1: add\n\nthem", "Step 2: 5"]
    assert max_.post(f"{PATH}?format=native&segmenter=step").status_code == 400
    assert max_.post(f"{PATH}?format=text&segmenter=word").status_code == 400


def test_nothing_is_written(max_: Browser) -> None:
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    step = {"text": "See", "media": [{"url": url}, {"file": "a.png"}], "premises": []}
    native = {"problem": {"statement": "?"}, "steps": [step], "labels": [{"source": "s", "first_error": 0}]}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lines.jsonl", json.dumps(native) + "\n" + json.dumps({**native, "steps": []}))
        archive.writestr("a.png", PNG)
    found = look(max_, packed.getvalue())
    [item] = found["items"]
    assert item["steps"][0]["media"] == [OF_PNG, OF_PNG]
    assert item["labels"] == [{"source": "s", "first_error": 0, "values": [-1]}]
    assert [(one["file"], one["line"], one["code"]) for one in found["errors"]] == [("lines.jsonl", 2, "step-count")]
    for model in (Problem, Step, Trace, Media, Import):
        assert not model.objects.exists()


def test_a_refused_file_of_a_zip_is_told_also_when_there_is_enough_to_show(max_: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../out.jsonl", "{}")
        archive.writestr("lines.jsonl", "\n".join([json.dumps(SOLUTION)] * 20))
    found = look(max_, packed.getvalue(), "?format=text")
    assert len(found["items"]) == 5
    assert [(one["file"], one["code"]) for one in found["errors"]] == [("../out.jsonl", "refused-file")]


def test_the_end_of_a_beginning_is_no_error(max_: Browser) -> None:
    whole = "\n".join([json.dumps(SOLUTION)] * 3)
    assert look(max_, whole[:-5], "?format=text&partial=1")["errors"] == []
    assert len(look(max_, whole[:-5], "?format=text")["errors"]) == 1
    array = json.dumps([SOLUTION] * 3)
    found = look(max_, array[:-5], "?format=text&partial=1")
    assert (found["errors"], len(found["items"])) == ([], 2)
