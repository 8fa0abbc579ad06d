"""What the same keys cost where there is no application: the least that this browser on this machine takes.

Two pages that move an outline from step to step by a few lines of script and nothing else: one with the very texts of
the trace, typeset, and one with 200 lines of plain text.
"""

from playwright.sync_api import Page, Route

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Floor</title>{head}
<style>
    body {{ max-width: 46rem; margin: 0 auto; font: 1rem/1.6 sans-serif; }}
    li {{ padding: 0.5rem; }}
    .here {{ outline: 2px solid blue; }}
    .wrong {{ background: mistyrose; }}
</style>
<ol>{steps}</ol>
<script>
    const steps = [...document.querySelectorAll("ol > li")];
    let at = 0;
    steps[at].classList.add("here");
    addEventListener("keydown", ({{ key }}) => {{
        if (key === "x") return steps[at].classList.toggle("wrong");
        steps[at].classList.remove("here");
        at = Math.max(0, Math.min(steps.length - 1, at + (key === "j" ? 1 : -1)));
        steps[at].classList.add("here");
        steps[at].scrollIntoView({{ block: "nearest" }});
    }});
</script>"""


def plain_page(desk: Page, *, empty: bool) -> str:
    """The page as text. `desk` shows the trace, and has typeset all of it afterwards."""
    if empty:
        return PAGE.format(head="", steps="".join(f"<li>Step {n}</li>" for n in range(200)))
    desk.evaluate("dispatchEvent(new Event('beforeprint'))")
    texts = desk.evaluate("[...document.querySelectorAll('[data-text] .prose')].map((one) => one.innerHTML)")
    styles = desk.evaluate("[...document.querySelectorAll('link[rel=stylesheet]')].map((one) => one.outerHTML)")
    steps = "".join(f"<li class='prose'>{text}</li>" for text in texts)
    return PAGE.format(head="".join(styles), steps=steps)


def show(page: Page, html: str) -> None:
    """Opens a page of our own at an address of the installation, so that its styles and fonts are found."""

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    page.route("**/floor", answer)
    page.goto("/floor")
    page.wait_for_load_state("networkidle")
    page.unroute("**/floor")
