"""The demo project: small problems, traces that begin alike, choices and guidelines, all of our own writing.

`traces.ndjson` and `choices.ndjson` hold native lines. They carry no labels, because finding the first
errors is what the demo is for. `answers.json` is the key to them, read by tests only: `traces` maps a trace
id to its `first_error` (0-based, or null when every step is right) with an `error_type` and why; `choices`
maps a choice id to a `ranking` (groups of 0-based candidate indexes, best first; a group is a tie) or to
`none_acceptable`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.accounts.models import User

SLUG = "demo"
NAME = "Demo: first errors in short proofs and sums"
DESCRIPTION = (
    "Seventeen small problems with several solutions each. Find the first wrong step of a solution, "
    "or say which next step is best."
)

FOLDER = Path(__file__).resolve().parent
TRACES = FOLDER / "traces.ndjson"
CHOICES = FOLDER / "choices.ndjson"
GUIDELINES = FOLDER / "guidelines.md"
ANSWERS = FOLDER / "answers.json"


def load(actor: "User") -> str:
    """Make the demo project with `actor` as its admin. Returns what it holds, in words."""
    # Imported here, since the constants above are read without Django.
    from annotate.corpus.formats import FORMATS
    from annotate.imports.intake import take_in
    from annotate.projects.actions import create_project
    from annotate.scoring.planning import ensure_default_scorers

    project = create_project(
        actor=actor, slug=SLUG, name=NAME, description=DESCRIPTION, guidelines=GUIDELINES.read_text("utf-8")
    )
    ensure_default_scorers(project)
    traces, choices = (
        take_in(project, FORMATS["native"], [path.read_bytes()], atomic=True).accepted for path in (TRACES, CHOICES)
    )
    return f"{traces} traces, {choices} choices"
