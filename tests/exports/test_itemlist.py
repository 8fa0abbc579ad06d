"""What was said of an item, in a few words by which two datasets are compared."""

import pytest

from annotate.exports.itemlist import in_words
from annotate.exports.items import ChoiceItem, Label, Problem, Ranking, Step, TraceItem

PROBLEM = Problem("p", "p-1", "?", None, None, None)
STEPS = [Step("a", "reasoning", "a"), Step("b", "observation", "b"), Step("c", "reasoning", "c")]
TRACE = TraceItem(PROBLEM, "t", "t-1", STEPS, "", None, None, None, None, None, [])
CHOICE = ChoiceItem(PROBLEM, "c", "c-1", [], STEPS, [{}, {}, {}], None, [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, None, 1], "no error"),
        ([1, None, -1], "first error 3"),
        ([-1, None, None], "first error 1"),
        # Not the same as the first error alone: a change between these is a change of labels.
        ([0, None, -1], "0·−"),
        ([None, None, -1], "··−"),
        ([-1, None, 1], "−·+"),
        ([2, None, None], "?··"),
    ],
)
def test_a_label_is_told_as_a_first_error_only_where_that_says_all_of_it(values: list[int | None], words: str) -> None:
    assert in_words(TRACE, Label(by="person:alice", values=values)) == words


@pytest.mark.parametrize(("groups", "words"), [([[1], [0, 2]], "2 > 1 = 3"), ([], "none acceptable")])
def test_a_ranking_names_candidates_from_one(groups: list[list[int]], words: str) -> None:
    assert in_words(CHOICE, Ranking(by="person:alice", groups=groups)) == words
