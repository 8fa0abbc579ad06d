"""Cutting one text into steps, to the byte: what stands between two steps is kept, and joined with it they are the
text again. Pure.

Code in fences, displayed formulas and LaTeX environments are never cut, and by sentences neither are formulas and code
inside of a line; so an unclosed one protects nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]

BLANK_LINES = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")
LINE_ENDS = re.compile(r"\r?\n(?:[ \t]*\r?\n)*")
HEADER = re.compile(r"^[ \t]{0,8}(?:[#>*_]{1,6}[ \t]?)?step[ \t]{1,4}\d{1,6}[ \t]{0,4}(?:[:.)*–—-]|$)", re.I | re.M)
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*_]{0,4}(?=\s)|[。！？][\"”’」』）]{0,4}")
SPACE = re.compile(r"\s*")
LAST_WORD = re.compile(r"[\w.]{1,12}\Z")
ABBREVIATIONS = {
    "approx", "cf", "dr", "e.g", "eq", "eqs", "etc", "fig", "figs", "i.e", "mr", "mrs", "ms", "no", "nos", "prof",
    "resp", "st", "thm", "vs", "w.r.t", "s.t", "w.l.o.g",
}  # fmt: skip

_BLOCKS = re.compile(
    r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})|(?P<dollars>\$\$)|(?P<open>\\\[)|(?P<close>\\\])"
    r"|\\(?P<edge>begin|end)\{(?P<name>[A-Za-z]{1,30}\*?)\}",
    re.MULTILINE,
)
_INLINE = re.compile(r"(?<![\\$])\$(?=\S)[^$\n]{1,400}?(?<=\S)\$(?!\d)|\\\([^\n]{1,400}?\\\)|`[^`\n]{1,400}`")


@dataclass(frozen=True)
class Segmenter:
    """`cuts` gives the separators of a text in order, each from where to before where; it may be empty."""

    name: str
    title: str
    cuts: Callable[[str], list[Span]]


@dataclass(frozen=True)
class Pieces:
    """`between[i]` stands before step i, and the last one behind all: one more than there are steps."""

    steps: list[str]
    between: list[str]


def segment(text: str, by: str) -> Pieces:
    """The steps of a text by the segmenter of that name. A piece without a visible character is part of what stands
    between; so there is no step in a blank text.
    """
    steps: list[str] = []
    between: list[str] = []
    start = end = 0  # of what stands between
    for cut_start, cut_end in [*SEGMENTERS[by].cuts(text), (len(text), len(text))]:
        piece = text[end:cut_start]
        if piece.strip():
            between.append(text[start:end])
            steps.append(piece)
            start = cut_start
        end = cut_end
    between.append(text[start:])
    return Pieces(steps, between)


def told(by: str, pieces: Pieces) -> dict[str, Any]:
    """What is kept beside the steps so that nothing is lost: `{"by", "between"?, "before"?, "after"?}`; `between` is
    one text where all are the same, otherwise a list of one less than there are steps.
    """
    first, *inner, last = pieces.between
    said: dict[str, Any] = {"by": by}
    if inner:
        said["between"] = inner[0] if len(set(inner)) == 1 else inner
    return said | {name: text for name, text in (("before", first), ("after", last)) if text}


def rejoined(steps: Sequence[str], said: dict[str, Any]) -> str:
    """The text that the steps were cut from. `said`: from `told`."""
    between = said.get("between", "")
    inner = [between] * (len(steps) - 1) if isinstance(between, str) else between
    whole = [text for pair in zip(steps, [*inner, said.get("after", "")], strict=True) for text in pair]
    return "".join([said.get("before", ""), *whole])


def _nowhere(text: str) -> list[Span]:
    return []


def _outside_blocks(pattern: re.Pattern[str]) -> Callable[[str], list[Span]]:
    return lambda text: _outside([match.span() for match in pattern.finditer(text)], list(_blocks(text)))


def _before_headers(text: str) -> list[Span]:
    cuts = []
    done = 0
    for match in HEADER.finditer(text):
        start = match.start()
        while start > done and text[start - 1].isspace():
            start -= 1
        cuts.append((start, match.start()))
        done = match.end()
    return _outside(cuts, list(_blocks(text)))


def _after_sentences(text: str) -> list[Span]:
    cuts = [match.span() for match in BLANK_LINES.finditer(text)]
    for match in SENTENCE_END.finditer(text):
        gap = SPACE.match(text, match.end())
        assert gap  # noqa: S101
        if gap.end() < len(text) and not text[gap.end()].islower() and not _abbreviates(text, match):
            cuts.append(gap.span())
    protected = _merged(sorted([*_blocks(text), *(match.span() for match in _INLINE.finditer(text))]))
    return _outside(_merged(sorted(cuts)), protected)


def _abbreviates(text: str, end: re.Match[str]) -> bool:
    """Whether the full stop is one of "e.g.", of "J. Doe", or of the number at the head of a line."""
    if end[0][0] != ".":
        return False
    word = LAST_WORD.search(text, max(0, end.start() - 12), end.start())
    if word is None:
        return False
    line_start = text.rfind("\n", max(0, word.start() - 8), word.start()) + 1 or (0 if word.start() < 8 else -1)
    numbers_line = word[0].isdigit() and line_start >= 0 and not text[line_start : word.start()].strip(" \t*-#>(")
    initial = len(word[0]) == 1 and word[0].isalpha() and word[0].isupper() and word[0] != "I"
    return numbers_line or initial or word[0].lower() in ABBREVIATIONS


def _merged(spans: list[Span]) -> list[Span]:
    """Those that overlap or touch as one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _outside(cuts: list[Span], protected: list[Span]) -> list[Span]:
    """The cuts that are in none of the protected spans; both sorted."""
    starts = [start for start, _ in protected]
    kept = []
    for start, end in cuts:
        k = bisect_right(starts, start) - 1
        if k < 0 or end > protected[k][1] or start == protected[k][1]:
            kept.append((start, end))
    return kept


def _blocks(text: str) -> Iterator[Span]:
    """From each opening to its closing. One look at each mark, however many are left open."""
    marks = [(*_role(match), match.start(), match.end()) for match in _BLOCKS.finditer(text)]
    last = {closes: i for i, (_, closes, _, _) in enumerate(marks) if closes}
    i = 0
    while i < len(marks):
        opens, _, start, _ = marks[i]
        if opens and last.get(opens, -1) > i:
            i = next(j for j in range(i + 1, len(marks)) if marks[j][1] == opens)
            yield start, marks[i][3]
        i += 1


def _role(match: re.Match[str]) -> tuple[str, str]:
    """What the mark opens, and what it closes; the same for those that do both."""
    if fence := match["fence"]:
        return fence[0], fence[0]
    if match["dollars"]:
        return "$$", "$$"
    if match["edge"]:
        return (match["name"], "") if match["edge"] == "begin" else ("", match["name"])
    return ("[", "") if match["open"] else ("", "[")


SEGMENTERS: dict[str, Segmenter] = {
    one.name: one
    for one in (
        Segmenter("blank-line", "At blank lines", _outside_blocks(BLANK_LINES)),
        Segmenter("line", "At every line", _outside_blocks(LINE_ENDS)),
        Segmenter("step", 'Before each "Step k:"', _before_headers),
        Segmenter("sentence", "After every sentence", _after_sentences),
        Segmenter("none", "Not at all", _nowhere),
    )
}
