import pytest

from tests.corpus.formats.rows import change, refused, texts, trace

ROW = {"prompt": "What is 2+2?", "completions": [" Two and two. ", "5\n"], "labels": [True, False]}


def test_each_completion_has_its_label():
    item = trace("trl-stepwise", change(ROW, dataset="d"))
    assert (item.problem.statement, texts(item)) == ("What is 2+2?", [" Two and two. ", "5\n"])
    assert [(x.source, x.values) for x in item.labels] == [("trl-stepwise", [1, -1])]
    assert item.metadata == {"dataset": "d"}


@pytest.mark.parametrize("labels", [[1, 0], [1.0, 0.0]])
def test_numbers_are_taken_where_they_are_what_the_trainer_makes_of_them(labels):
    assert trace("trl-stepwise", change(ROW, labels=labels)).labels[0].values == [1, -1]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"labels": [True]}, "label-count", "labels"),
        ({"labels": [True, 1.5]}, "invalid", "labels[1]"),
        ({"labels": [True, None]}, "invalid", "labels[1]"),
        ({"completions": [], "labels": []}, "step-count", "completions"),
        ({"completions": ["a", " "]}, "empty-step", "completions[1]"),
        ({"prompt": [{"role": "user", "content": "x"}]}, "invalid", "prompt"),
    ],
)
def test_a_broken_row_is_refused(fields, code, field):
    assert refused("trl-stepwise", change(ROW, **fields)) == (code, field)


def test_soft_labels_are_scores():
    item = trace("trl-stepwise", {"prompt": "2?", "completions": ["a", "b"], "labels": [1, 0.9]})
    assert (item.labels, item.scores) == ([], {"trl-stepwise": [1.0, 0.9]})
