"""What steps consist of beside prose: each is shown as it is best read, and none of it can do harm."""

import base64
import io
import re
import struct
import wave
import zlib
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.desk import Desk
from tests.e2e.test_hostile import ATTACKS, ELSEWHERE, assert_harmless
from tests.site import Site


def _png(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    grey = zlib.compress((b"\0" + b"\x80" * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", grey) + chunk(b"IEND", b"")


def _wav(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes([128, 160] * 4000 * seconds))
    return file.getvalue()


# A grey-blue square of 16 pixels: what a canvas gives as lossy WebP is a film's whole picture.
VP8 = base64.b64decode("cAEAnQEqEAAQAAQAaCWIAnQBQAAA/uQBStFdL94wmkjsAA==")


def _webm(seconds: int) -> bytes:
    """A square of 16 pixels, ten times a second; each picture is whole, so that any place is found at once."""

    def part(name: str, *content: bytes) -> bytes:
        body = b"".join(content)
        return bytes.fromhex(name) + (len(body) | 1 << 56).to_bytes(8, "big") + body

    def number(name: str, value: int) -> bytes:
        return part(name, value.to_bytes(4, "big"))

    head = part("1A45DFA3", number("42F7", 1), part("4282", b"webm"), number("4287", 2), number("4285", 2))
    info = part("1549A966", number("2AD7B1", 1_000_000), part("4489", struct.pack(">d", seconds * 1000)))
    size = part("E0", number("B0", 16), number("BA", 16))
    track = part("AE", number("D7", 1), number("73C5", 1), number("83", 1), part("86", b"V_VP8"), size)
    blocks = [part("A3", b"\x81", struct.pack(">hB", at, 0x80), VP8) for at in range(0, seconds * 1000, 100)]
    cluster = part("1F43B675", number("E7", 0), *blocks)
    return head + part("18538067", info, part("1654AE6B", track), cluster)


def _kept(content: bytes, mime: str, **more: Any) -> dict[str, Any]:
    return {"url": f"data:{mime};base64,{base64.b64encode(content).decode()}", **more}


CALL = {"tool": "search", "arguments": {"query": "<b>bold</b>", "__proto__": {"a": 1}, "deep": [{"a": [1, 2]}]}}
DIFF = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old <script>alert(1)</script>\n+new\n same"
STEPS: list[Any] = [
    {"text": "```python\nprint(1)\n```", "kind": "tool_call"},
    {"text": "search", "kind": "tool_call", "data": CALL},
    {"text": DIFF, "kind": "observation"},
    {"text": "theorem t : 1 = 1 := rfl", "kind": "formal"},
    {"text": "Look there.", "media": [{"type": "image", "url": f"{ELSEWHERE}/a.png", "alt": "a <i>map</i>"}]},
    {"text": "See.", "media": [_kept(_png(80), "image/png", alt="a <i>field</i>")]},
    {"text": "Hear.", "media": [_kept(_wav(3), "audio/wav", alt="a tone", start=0.5, end=1)]},
    {"text": "Watch.", "media": [_kept(_webm(4), "video/webm", alt="a square", start=1, end=2)]},
    {"text": "It sounds.", "data": {"time": {"start": 1, "end": 1.5}}},
    {"text": "\n".join(f"line {n}" for n in range(90)), "kind": "observation"},
]
PROBLEM = {
    "statement": "Why?",
    "solution": "So.",
    "reference_steps": [{"text": "print(2)", "kind": "code"}],
    "reference_states": [{"n": "<u>3</u>"}],
    "material": [ATTACKS["image"]],
    "media": [_kept(_wav(2), "audio/wav", alt="a lower tone")],
}
SCORES = {"lean": [None, None, None, {"value": 0, "reason": "unsolved <b>goals</b>"}, *[None] * (len(STEPS) - 4)]}


def _reads_well(page: Page) -> None:
    steps = page.get_by_role("listitem")
    expect(steps.filter(has_text="print(1)").first).not_to_contain_text("```")
    expect(page.locator("code [class*=hljs]").first).to_be_visible()
    call = page.locator(".call").first
    expect(call).to_contain_text("search")
    expect(call).to_contain_text("<b>bold</b>")
    expect(call).to_contain_text("__proto__")
    expect(page.locator(".diff-line[data-tone=removed]")).to_contain_text("old <script>alert(1)</script>")
    expect(page.get_by_text(f"{ELSEWHERE}/a.png")).to_be_visible()
    for title in ("Reference solution", "Reference steps", "What is reached after each step", "Related: text 1"):
        page.locator("summary", has_text=title).press("Enter")
    expect(page.get_by_text("<u>3</u>")).to_be_visible()
    assert_harmless(page)


def _enlarged(desk: Desk) -> None:
    picture = desk.page.get_by_role("button", name="Enlarge: a <i>field</i>")
    picture.focus()
    picture.press("Enter")
    dialog = desk.page.get_by_role("dialog", name="a <i>field</i>")
    large = dialog.get_by_role("img")
    expect(large).to_have_js_property("naturalWidth", 80)
    expect(dialog.get_by_role("group", name="Picture")).to_be_focused()
    before = large.evaluate("picture => picture.width")
    desk.keys("+", "+")
    expect(dialog.get_by_text("200 %")).to_be_visible()
    assert large.evaluate("picture => picture.width") == 2 * before
    desk.keys("Escape")
    expect(picture).to_be_focused()


def _played(page: Page) -> None:
    """A part begins and ends where its step says, in its own recording or in the problem's."""
    for part, name, end in (
        ("Play 0:00.5–0:01", "a tone", 1),
        ("Play 0:01–0:02", "a square", 2),
        ("0:01–0:01.5 of the recording", "a lower tone", 1.5),
    ):
        page.get_by_role("button", name=re.compile(re.escape(part))).press("Enter")
        # The sound card's clock may be late; that it stops by itself soon behind its end is what counts.
        page.wait_for_function(
            """([name, end]) => {
                const player = document.querySelector(`[aria-label="${name}"]`);
                return player.paused && player.currentTime >= end && player.currentTime < player.duration;
            }""",
            arg=[name, end],
        )
    assert page.locator("video").evaluate("film => [film.videoWidth, film.duration]") == [16, 4]


def _folded(desk: Desk) -> None:
    last = desk.places.last
    last.focus()
    expect(last).to_have_accessible_name(re.compile("observation.*folded$"))
    expect(last.get_by_role("button", name="Show all")).to_contain_text("709 characters")
    desk.keys("o")
    expect(last).to_have_accessible_name(re.compile("not judged$"))
    expect(last.get_by_role("button", name="Fold")).to_have_attribute("aria-expanded", "true")
    desk.keys("o")
    expect(last.get_by_role("button", name="Show all")).to_be_visible()


def test_steps_and_problems_show_what_they_hold(site: Site, sign_in: SignIn, page: Page):
    line = {"id": "t", "problem": PROBLEM, "steps": STEPS, "scores": SCORES}
    project = site.project([line])
    sign_in(site.admin)
    desk = Desk(page, project).open()
    _reads_well(page)
    expect(desk.places.nth(3)).to_contain_text("lean rejects it unsolved <b>goals</b>")
    _enlarged(desk)
    _played(page)
    _folded(desk)
    desk.places.nth(1).focus()
    desk.keys("x")
    desk.expect_offer("First error: step 2")
    desk.keys("Enter")
    desk.expect_finished()
    desk.expect_saved()
    page.goto(f"/p/{project}/history")
    page.locator("a.history-row").click()
    _reads_well(page)
    page.goto(f"/p/{project}/admin/traces")
    page.locator("main a[href*='/traces/']").first.click()
    _reads_well(page)


@pytest.mark.parametrize("kind", ["tool_call", "observation", "code", "formal"])
def test_no_kind_of_step_runs_what_it_shows(site: Site, sign_in: SignIn, page: Page, kind: str):
    names = ("script", "image", "svg", "frame", "styles", "links", "formula links", "table", "bidi", "one line")
    steps = [
        {"text": ATTACKS[name], "kind": kind, "data": {"name": name, "arguments": {name: ATTACKS[name]}}}
        for name in names
    ]
    project = site.project([{"problem": {"statement": "?"}, "steps": [*steps, "The last step."]}])
    sign_in(site.admin)
    desk = Desk(page, project).open()
    expect(desk.places).to_have_count(len(names) + 1)
    expect(desk.places.nth(0)).to_contain_text("<script>alert(1)</script>")
    desk.keys("j")
    expect(desk.places.nth(1)).to_be_focused()
    assert_harmless(page)
