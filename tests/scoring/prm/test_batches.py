"""Plans are pure: every token of every trace is somewhere, and sees exactly what precedes it in its trace."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.scoring.scorers.prm.batches import Plan

tokens = st.lists(st.integers(0, 2), min_size=1, max_size=12)
inputs = st.lists(tokens, min_size=1, max_size=12)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inputs, st.integers(1, 60), st.booleans(), st.booleans(), st.sampled_from([0.0, 0.01, 1.0]))
def test_a_token_sees_its_own_trace_up_to_itself_and_nothing_else(lists, budget, share, packed, cost):
    traces = [np.array(ids) for ids in lists]
    batches = Plan(budget, share, packed, pair_cost=cost).batches(traces)
    seen = []
    for batch in batches:
        assert len(batch.rows) == 1 or batch.computed <= budget
        assert batch.unique <= batch.asked
        assert not (batch.packed and batch.branches)
        for row in batch.rows:
            place = np.arange(len(row))
            sees = (place[None, :] <= place[:, None]) & (place[:, None] < row.ends[None, :])
            for i, places in zip(row.traces, row.places, strict=True):
                seen.append(i)
                assert row.ids[places].tolist() == lists[i]
                assert row.depths[places].tolist() == list(range(len(places)))
                for depth, own in enumerate(places):
                    assert np.flatnonzero(sees[own]).tolist() == places[: depth + 1].tolist()
    assert sorted(seen) == list(range(len(lists)))


def test_what_traces_share_is_computed_once_and_like_lengths_meet():
    stem = list(range(100, 160))
    traces = [np.array(stem + [k] * (5 + k)) for k in range(8)] + [np.array([9] * n) for n in (300, 10, 290, 12)]
    batches = Plan(1000).batches(traces)
    tree = next(row for batch in batches for row in batch.rows if 0 in row.traces)
    assert sorted(tree.traces) == list(range(8))
    assert len(tree) == 60 + sum(5 + k for k in range(8))
    unshared = Plan(600, share=False).batches(traces[8:])
    assert [[len(row) for row in batch.rows] for batch in unshared] == [[300, 290], [12, 10]]
    assert Plan(1000, longest_shared=50).batches(traces[:8])[0].branches is False, "sliding windows share nothing"
