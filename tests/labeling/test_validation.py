"""The rules of an answer that need no database. Those that a client meets are in `tests/api/test_assignments.py`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import Invalid
from annotate.corpus.models import StepValue
from annotate.labeling.details import Asked
from annotate.labeling.validation import VALUES, choice_verdict, trace_verdict
from annotate.projects.schema import DEFAULTS


def test_the_words_are_the_stored_values():
    assert {name.upper(): value for name, value in VALUES.items()} == {v.name: v.value for v in StepValue}


@given(judged=st.lists(st.booleans(), min_size=1, max_size=12), data=st.data())
def test_nothing_after_the_first_error_is_labelled(judged, data):
    index = data.draw(st.sampled_from([None, *range(len(judged))]))
    answer = {"first_error": index}
    if index is not None and not judged[index]:
        with pytest.raises(Invalid):
            trace_verdict(answer, asked=Asked(DEFAULTS, [], judged), every_step=False)
        return

    verdict = trace_verdict(answer, asked=Asked(DEFAULTS, [], judged), every_step=False)

    assert verdict.first_error == index
    assert len(verdict.values) == len(judged)
    for i, value in enumerate(verdict.values):
        if not judged[i] or (index is not None and i > index):
            assert value is None
        else:
            assert value == (-1 if i == index else 1)


@given(data=st.data(), size=st.integers(2, 6))
def test_a_ranking_says_the_same_however_it_is_written(data, size):
    candidates = [f"step-{i}" for i in range(size)]
    order = data.draw(st.permutations(candidates))
    cuts = sorted(data.draw(st.sets(st.integers(1, size - 1), max_size=size - 1)))
    groups = [order[a:b] for a, b in zip([0, *cuts], [*cuts, size], strict=True)]

    verdict = choice_verdict({"ranking": groups}, candidates=candidates)

    assert verdict.ranking == [sorted(group) for group in groups]
    if len(groups[-1]) == 1:
        assert choice_verdict({"ranking": groups[:-1]}, candidates=candidates) == verdict
    if len(groups) == 2 and len(groups[0]) == 1 and size == 2:
        assert choice_verdict({"preferred": groups[0][0]}, candidates=candidates) == verdict


def test_error_types_come_in_the_schemas_order_once():
    verdict = trace_verdict(
        {"first_error": 0, "error_types": ["b", "a", "b"]},
        asked=Asked(DEFAULTS, ["a", "b", "c"], [True]),
        every_step=False,
    )
    assert verdict.error_types == ["a", "b"]
