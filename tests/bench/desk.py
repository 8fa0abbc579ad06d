"""How fast the annotate page answers on a trace of 200 steps with 2,000 formulas, in a real browser.

    SITE=<data folder of a running installation> python -m tests.bench.desk [slowdown…]

Slowdowns (1 and 4 if none are given) are the browser's own throttling of its processor. Times are milliseconds; what is
"computed" is processor time of the page's thread, which a busy machine changes least. Beside ours stands the floor: the
same keys on an empty page and on plain HTML of the same text, since a browser that draws by software takes its time.
"""

import json
import os
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.floor import plain_page, show
from tests.chromium import NAMES
from tests.e2e.conftest import QUIET
from tests.e2e.desk import Desk
from tests.e2e.long_trace import long_trace
from tests.site import Site

KEYS = 30
FLOORS = ("empty", "plain HTML")
# Watches from the first script on: long tasks, when the first formula was there, and for each key the time until the
# frame after it was made (a message behind the frame's own callbacks comes when style and layout are done).
WATCH = """
    window.seen = { long: [], first: 0, keys: [], frames: [], events: [] };
    new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.long.push(e.duration); })
        .observe({ type: "longtask" });
    new PerformanceObserver((list) => {
        for (const e of list.getEntries()) if (e.name === "keydown") seen.events.push(e.duration);
    }).observe({ type: "event", durationThreshold: 16 });
    const look = () => {
        if (document.querySelector("[data-place='0'] .katex")) seen.first = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => seen.keys.push(performance.now() - timeStamp);
        port2.postMessage(0);
    }), true);
"""
# Every frame while the page is scrolled: longer than one and a half of the screen's is at least one that was dropped.
FRAMES = """() => {
    seen.frames = []; seen.long = []; seen.source = 0;
    let last = performance.now();
    seen.scrolling = true;
    const frame = (now) => {
        seen.frames.push(now - last);
        last = now;
        // A step in sight whose formulas are still their source.
        const step = document.elementFromPoint(700, 400)?.closest(".step");
        if (step && !step.querySelector(".katex")) seen.source += 1;
        if (seen.scrolling) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
}"""
FRAME_MS = 1000 / 60


def main() -> None:
    site = Site(Path(os.environ["SITE"]))
    slowdowns = [float(one) for one in sys.argv[1:]] or [1.0, 4.0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for chinese in (False, True):
            for slowdown in slowdowns:
                name = "Chinese" if chinese else "English"
                lines = [long_trace(f"long-{k}", chinese=chinese) for k in range(3)]
                slug = site.project(lines)
                context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 800})
                sign_in(context, site, site.person(slug))
                page = context.new_page()
                figures = measure(page, slug, slowdown)
                print(f"{name}, slowed {slowdown:g} times", *rows(figures), sep="\n    ", flush=True)
                floors = {kind: floor(context.new_page(), page, slowdown, empty=kind == "empty") for kind in FLOORS}
                print(*verdict(figures, floors), sep="\n    ", flush=True)
                context.close()
        browser.close()


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def sign_in(context: Any, site: Site, person: tuple[str, str]) -> None:
    context.request.get(f"{site.url}/api/v1/session/")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    body = {"username": person[0], "password": person[1]}
    answer = context.request.post(f"{site.url}/api/v1/session/", data=body, headers={"X-CSRFToken": token})
    assert answer.ok, answer.text()


def measure(page: Page, slug: str, slowdown: float) -> dict[str, Any]:
    cdp = page.context.new_cdp_session(page)
    # What the page's thread computed, however busy the machine is with other things.
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(WATCH)
    desk = Desk(page, slug).open()
    page.wait_for_function("() => seen.first")
    opened = {"first": page.evaluate("seen.first"), "formulas": count(page), "opening": page.evaluate("seen.long")}
    desk.expect_next_fetched()
    rest(page)
    figures: dict[str, Any] = {"opened": opened, "before": weight(cdp, page)}
    figures["scroll down"] = scroll(page, cdp)
    rest(page)
    figures["after"] = weight(cdp, page)
    figures["scroll up"] = scroll(page, cdp, up=True)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    rest(page)
    figures["j"] = press(page, cdp, ["j"] * KEYS)
    figures["j again"] = press(page, cdp, ["k"] * KEYS)
    figures["x"] = press(page, cdp, ["x", "z"] * 10)
    page.wait_for_timeout(1500)
    page.keyboard.press("a")
    rest(page)
    figures["Enter"] = press(page, cdp, ["Enter"])
    figures["next"] = {
        "shown": page.evaluate("document.querySelectorAll('[data-place]').length"),
        "formulas": count(page),
    }
    return figures


def floor(page: Page, desk: Page, slowdown: float, *, empty: bool) -> dict[str, Any]:
    """The same keys where there is no application."""
    html = plain_page(desk, empty=empty)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(WATCH)
    show(page, html)
    page.wait_for_timeout(2000)
    figures = {"j": press(page, cdp, ["j"] * KEYS), "x": press(page, cdp, ["x"] * KEYS)}
    page.close()
    return figures


def verdict(figures: dict[str, Any], floors: dict[str, dict[str, Any]]) -> list[str]:
    """Ours beside the floors, in few lines."""
    lines = [f"{'':14}{'computed each':>14}{'to the frame':>14}{'worst':>8}"]
    for key in ("j", "x", "Enter"):
        for name, one in (("ours", figures), *floors.items()):
            if key in one:
                took = one[key]
                name = f"{key} {name}"
                lines.append(f"{name:14}{took['computed, each']:14.1f}{took['median']:14.1f}{took['worst']:8.1f}")
    scrolled = figures["scroll down"]
    lines.append(f"scrolling: {scrolled['dropped']} dropped of {scrolled['frames'] + scrolled['dropped']} frames")
    return lines


def count(page: Page) -> int:
    return page.evaluate("document.querySelectorAll('[data-place] .katex').length")


def rest(page: Page) -> None:
    """Until the page has had nothing to do for a while: everything that is made in idle time is made."""
    page.evaluate(
        """async () => { for (let quiet = 0; quiet < 8;) {
            const left = await new Promise((done) =>
                requestIdleCallback((deadline) => done(deadline.timeRemaining()), { timeout: 2000 }));
            quiet = left > 8 ? quiet + 1 : 0;
            await new Promise((done) => setTimeout(done, 100));
        } }"""
    )


def weight(cdp: CDPSession, page: Page) -> dict[str, float]:
    cdp.send("HeapProfiler.collectGarbage")
    now = metrics(cdp)
    return {
        "heap MB": now["JSHeapUsedSize"] / 1e6,
        "nodes": now["Nodes"],
        "laid out": now["LayoutObjects"],
        "formulas": count(page),
    }


def scroll(page: Page, cdp: CDPSession, *, up: bool = False) -> dict[str, float]:
    """By the wheel, from one end to the other: a notch of 120 pixels every 16 ms, as fast as a wheel is turned."""
    page.mouse.move(800, 400)
    page.evaluate(FRAMES)
    before = busy(cdp)
    at, stuck = -1.0, 0
    while stuck < 8:
        cdp.send(
            "Input.dispatchMouseEvent",
            {"type": "mouseWheel", "x": 800, "y": 400, "deltaX": 0, "deltaY": -120 if up else 120},
        )
        now = page.evaluate("new Promise((done) => requestAnimationFrame(() => done(scrollY)))")
        stuck = stuck + 1 if now == at else 0
        at = now
    page.evaluate("seen.scrolling = false")
    computed = busy(cdp) - before
    frames, long = page.evaluate("[seen.frames, seen.long]")
    missed = sum(max(0, round(one / FRAME_MS) - 1) for one in frames)
    return {
        "frames": len(frames),
        "dropped": missed,
        "worst": max(frames),
        "p99": sorted(frames)[int(len(frames) * 0.99)],
        "long tasks": len(long),
        "longest": max(long, default=0),
        "computed, each frame": computed / len(frames),
        "source in sight": page.evaluate("seen.source"),
    }


def press(page: Page, cdp: CDPSession, keys: list[str]) -> dict[str, float]:
    page.evaluate("seen.keys = []; seen.events = []; seen.long = []")
    before = busy(cdp)
    for key in keys:
        page.keyboard.press(key)
        time.sleep(0.1)
    computed = busy(cdp) - before
    page.wait_for_timeout(300)
    times, events = page.evaluate("[seen.keys, seen.events]")
    return {
        "median": statistics.median(times),
        "worst": max(times),
        "painted, worst": max(events, default=0),
        "over a frame and a half": sum(one > 24 for one in events),
        "computed, each": computed / len(keys),
    }


def busy(cdp: CDPSession) -> float:
    """Milliseconds that the page's thread has computed so far."""
    return metrics(cdp)["TaskDuration"] * 1000


def metrics(cdp: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}


def rows(figures: dict[str, Any]) -> list[str]:
    return [f"{name}: {json.dumps(rounded(values))}" for name, values in figures.items()]


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return round(value, 1) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
