"""Plain solutions that nobody has cut into steps: JSON lines of `{"problem", "solution"}`, both texts.

The solution is cut at its blank lines, which go (as do those at its ends); everything else is kept to the byte. A
program with blank lines in it is cut there, too: send it as `native`, with steps of your own. `id` names the trace,
`generator` what wrote it, and all else is its metadata.
"""

import re
from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    others,
    text_steps,
)

BLANK_LINES = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")


class _Line(Struct):
    problem: str
    solution: str
    id: str | None = None
    generator: str = ""


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.problem)
    check_problem(problem)
    check_text(raw.id, "id")
    check_text(raw.generator, "generator")
    texts = [text for text in BLANK_LINES.split(raw.solution) if text.strip()]
    return [TraceIn(problem, text_steps(texts, "solution"), raw.id, raw.generator, metadata=others(line, _Line))]


def looks(row: dict[str, Any]) -> str:
    plain = isinstance(row.get("problem"), str) and isinstance(row.get("solution"), str) and "steps" not in row
    return "has `problem` and `solution` that are texts, and no `steps`" if plain else ""


FORMAT = Format("text", "Plain solutions, cut into steps at blank lines", parse, looks)
