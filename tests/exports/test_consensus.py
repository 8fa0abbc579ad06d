import pytest

from annotate.quality.consensus import consensus


@pytest.mark.parametrize(
    ("answers", "stands"),
    [
        ([], []),
        (["a"], [0]),
        (["a", "a"], [0, 1]),
        (["a", "b"], []),
        (["a", "b", "a"], [0, 2]),
        (["a", "b", "c"], []),
        (["b", "a", "a", "b"], []),
        ([(1, None), (1, None), (1, 1)], [0, 1]),
    ],
)
def test_only_the_one_answer_or_more_than_half_of_them_stand(answers: list, stands: list[int]) -> None:
    assert consensus(answers) == stands
