"""Segmenters: where they cut, and that nothing is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.segment import SEGMENTERS, rejoined, segment, told

FENCED = "Run:\n```py\na = 1\n\nb = 2\n```\n\nDone."
DISPLAY = "So\n\\[\na\n\n= b\n\\]\nand $$x\n\n= y$$\n\nnext"


def steps(text: str, by: str) -> list[str]:
    return segment(text, by).steps


@pytest.mark.parametrize(
    ("by", "text", "found"),
    [
        ("blank-line", "a \n\n b\n \t\n\nc\n", ["a ", " b", "c\n"]),
        ("blank-line", FENCED, ["Run:\n```py\na = 1\n\nb = 2\n```", "Done."]),
        ("blank-line", DISPLAY, [DISPLAY[:-6], "next"]),
        ("blank-line", "$$ left open\n\nb", ["$$ left open", "b"]),
        ("blank-line", "\\begin{cases}a\n\nb\\end{cases}\n\nc", ["\\begin{cases}a\n\nb\\end{cases}", "c"]),
        ("line", "a\r\nb \n\nc\n", ["a", "b ", "c"]),
        ("line", FENCED, ["Run:", "```py\na = 1\n\nb = 2\n```", "Done."]),
        ("step", "We.\n\nStep 1: a\nb\n**Step 2:** c\n### step 3\nd",
         ["We.", "Step 1: a\nb", "**Step 2:** c", "### step 3\nd"]),
        ("step", "Step 1: a Step 2: is no head\nStep 2 was wrong", ["Step 1: a Step 2: is no head\nStep 2 was wrong"]),
        ("sentence", "It is 3.5. So x = 2! Is it?  Yes.", ["It is 3.5.", "So x = 2!", "Is it?", "Yes."]),
        ("sentence", "See e.g. Fig. 2 by J. Doe. and so on. Then", ["See e.g. Fig. 2 by J. Doe. and so on.", "Then"]),
        ("sentence", "1. First do it. Then\n2. Second", ["1. First do it.", "Then\n2. Second"]),
        ("sentence", "It is $a. B$. And \\(c. D\\) holds. End", ["It is $a. B$.", "And \\(c. D\\) holds.", "End"]),
        ("sentence", "好。然后呢？对", ["好。", "然后呢？", "对"]),
        ("sentence", "No stop\n\nhere", ["No stop", "here"]),
        ("sentence", "So $$a. `b`\n\nC. D$$ ends. F", ["So $$a. `b`\n\nC. D$$ ends.", "F"]),
        ("none", " a\n\nb ", [" a\n\nb "]),
        ("none", " \n", []),
    ],
)  # fmt: skip
def test_where_they_cut(by: str, text: str, found: list[str]) -> None:
    assert steps(text, by) == found
    pieces = segment(text, by)
    if found:
        assert rejoined(pieces.steps, told(by, pieces)) == text


PIECES = st.sampled_from(
    ["a", "B", " ", "\n", "\n\n", "\r\n", "\t", ".", "。", "? ", "Step 1: ", "\nStep 2: ", "```\n", "~~~", "$$", "$",
     "\\[", "\\]", "\\begin{a}", "\\end{a}", "\\(", "\\)", "`", "1. ", "e.g. ", "\u2028", "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60), st.sampled_from(sorted(SEGMENTERS)))
def test_joined_with_what_stood_between_them_they_are_the_text_again(text: str, by: str) -> None:
    pieces = segment(text, by)
    assert all(step.strip() for step in pieces.steps)
    assert len(pieces.between) == len(pieces.steps) + 1
    if pieces.steps:
        assert rejoined(pieces.steps, told(by, pieces)) == text
    else:
        assert not text.strip()


@pytest.mark.parametrize("by", sorted(SEGMENTERS))
@pytest.mark.parametrize(
    "part", ["$$", "$ ", "\\begin{a}", "\\[", "```\n", "\n", " \n", "\t", "a. ", ".", "\\(", "Step 1:", "`", "1. "]
)
def test_what_is_left_open_a_hundred_thousand_times_costs_no_more_than_its_length(by: str, part: str) -> None:
    start = time.process_time()
    segment(part * 100_000, by)
    assert time.process_time() - start < 5
