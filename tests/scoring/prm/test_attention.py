"""Attention of packages that only a GPU has: how they are called, seen by stand-ins that do what is asked, slowly."""

from itertools import pairwise

import pytest

torch = pytest.importorskip("torch")

import transformers.modeling_flash_attention_utils as flash  # noqa: E402
from transformers import PreTrainedModel, modeling_utils  # noqa: E402

from annotate.scoring.scorers.prm import loading  # noqa: E402
from tests.scoring.prm import oracle  # noqa: E402
from tests.scoring.prm.conftest import FAMILIES  # noqa: E402
from tests.scoring.prm.test_equality import BOUND, apart, make, traces, values  # noqa: E402


def attention(query, key, value, scale):
    """[tokens, heads, size] of one sequence, causal; several heads of a query share one of a key."""
    each = query.shape[1] // key.shape[1]
    key, value = (x.repeat_interleave(each, dim=1) for x in (key, value))
    weights = torch.einsum("qhd,khd->hqk", query, key) * scale
    seen = torch.ones(weights.shape[1:], dtype=torch.bool).tril()
    return torch.einsum("hqk,khd->qhd", weights.masked_fill(~seen, float("-inf")).softmax(-1), value)


@pytest.fixture
def installed(monkeypatch):
    """As with the package flash-attn: answers the bounds of the sequences that it was given, a list for each call."""
    calls = []

    def flash_attn_func(q, k, v, *, softmax_scale, causal, window_size=(-1, -1)):
        assert causal
        return torch.stack([attention(*one, softmax_scale) for one in zip(q, k, v, strict=True)])

    def flash_attn_varlen_func(
        q, k, v, *, cu_seqlens_q, cu_seqlens_k, max_seqlen_q, max_seqlen_k, softmax_scale, causal, window_size=(-1, -1)
    ):
        assert causal
        assert cu_seqlens_q.dtype == cu_seqlens_k.dtype == torch.int32
        bounds = cu_seqlens_q.tolist()
        assert (bounds[0], bounds[-1]) == (0, len(q))
        assert max_seqlen_q == max_seqlen_k == max(b - a for a, b in pairwise(bounds))
        calls.append(bounds)
        own = pairwise(bounds)
        return torch.cat([attention(q[a:b], k[a:b], v[a:b], softmax_scale) for a, b in own])

    functions = (flash_attn_func, flash_attn_varlen_func, None, None, None)
    process = flash._lazy_define_process_function(flash_attn_varlen_func)
    for module in (flash, modeling_utils):
        monkeypatch.setattr(module, "lazy_import_flash_attention", lambda *_, **__: (functions, (process, dict)))
    monkeypatch.setattr(PreTrainedModel, "_flash_attn_can_dispatch", lambda *_, **__: True)
    monkeypatch.setattr(loading, "best_attention", lambda device, dtype: "flash_attention_2")
    return calls


@pytest.mark.parametrize("family", FAMILIES)
def test_flash_attention_is_given_traces_end_to_end_with_their_bounds(checkpoints, installed, family):
    texts = traces()
    expected = [oracle.scores(checkpoints[family], trace) for trace in texts]
    scorer = make(checkpoints[family], share=False)
    assert (scorer.loaded.engine.packed, scorer.loaded.engine.parts[0][0].attention) == (True, "flash_attention_2")
    installed.clear()
    assert apart(values(scorer.score(texts)), expected) <= BOUND
    assert max(map(len, installed)) > 4, "several in a pass"
    assert scorer.stats()["padding_share"] == 0

    # What begins alike needs a mask, which it has not: those passes are PyTorch's own, between the others.
    sharing = make(checkpoints[family], budget=600)
    alone = traces(seed=3, problems=3, each=1)
    installed.clear()
    found = values(sharing.score([*texts, *alone]))
    assert apart(found, expected + [oracle.scores(checkpoints[family], trace) for trace in alone]) <= BOUND
    assert sharing.stats()["shared_share"] > 0.1
    assert installed
