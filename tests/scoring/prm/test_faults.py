"""Memory that runs out, a device that fails, numbers that are none; numbers with fewer bits."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from annotate.scoring.scorers import prm  # noqa: E402
from annotate.scoring.scorers.base import Failed, Scored, StepText, TraceText  # noqa: E402
from annotate.scoring.scorers.prm import loading  # noqa: E402
from annotate.scoring.scorers.prm.backbone import Backbone, device_lost, out_of_memory  # noqa: E402
from tests.scoring.prm import tiny  # noqa: E402
from tests.scoring.prm.conftest import FAMILIES  # noqa: E402
from tests.scoring.prm.test_equality import BOUND, apart, make, traces, values  # noqa: E402


@pytest.fixture
def limited(monkeypatch):
    """A device with memory for so many tokens at once."""
    asked = []

    def limit(tokens):
        whole = Backbone.hidden

        def hidden(self, batch, flat):
            asked.append(batch.computed)
            if batch.computed > tokens:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            return whole(self, batch, flat)

        monkeypatch.setattr(Backbone, "hidden", hidden)
        return asked

    return limit


@pytest.mark.parametrize("settings", [{}, {"share": False}, {"share": False, "layout": "packed"}])
def test_memory_that_runs_out_halves_the_batch_and_goes_on(checkpoints, limited, settings):
    texts = traces()
    scorer = make(checkpoints["trl"], **settings)
    expected = values(scorer.score(texts))
    asked = limited(250)
    assert apart(values(scorer.score(texts)), expected) <= BOUND
    budget = scorer.loaded.engine.budget
    assert budget <= 256
    assert scorer.stats()["memory_ran_out"] >= 2
    failures = sum(size > 250 for size in asked)
    asked.clear()
    assert apart(values(scorer.score(texts)), expected) <= BOUND
    assert sum(size > 250 for size in asked) < failures, "it is remembered"
    assert scorer.loaded.engine.budget == budget


def test_a_trace_that_never_fits_fails_alone(checkpoints, limited):
    scorer = make(checkpoints["trl"])
    limited(100)
    long = TraceText("How many?", [StepText("we add 16 eggs and sell 4 muffins " * 20)])
    short = [TraceText("How many?", [StepText(f"we add {n}")]) for n in range(6)]
    *before, failed, after = scorer.score([*short[:5], long, short[5]])
    assert isinstance(failed, Failed)
    assert "more memory" in failed.reason
    assert all(isinstance(outcome, Scored) for outcome in [*before, after])


def test_what_breaks_a_pass_otherwise_fails_that_trace_alone(checkpoints, monkeypatch):
    scorer = make(checkpoints["trl"])
    texts = traces()
    expected = values(scorer.score(texts))
    poison = scorer.loaded.form.tokens.plain("~")[-1]
    whole = Backbone.hidden

    def hidden(self, batch, flat):
        if any(poison in row.ids for row in batch.rows):
            raise RuntimeError("The size of tensor a (7) must match that of tensor b (9)")
        return whole(self, batch, flat)

    monkeypatch.setattr(Backbone, "hidden", hidden)
    *first, broken, last = scorer.score([*texts[:-1], TraceText(texts[0].problem, [StepText("so ~ then")]), texts[-1]])
    assert broken == Failed("RuntimeError: The size of tensor a (7) must match that of tensor b (9)")
    assert apart(values([*first, last]), expected) <= BOUND


def test_a_card_that_does_not_answer_takes_its_process_with_it(checkpoints, monkeypatch):
    ended = []
    monkeypatch.setattr(prm, "end_process", lambda: ended.append(1))
    scorer = make(checkpoints["trl"])
    assert scorer.batch_seconds > 0
    scorer.hung()
    assert ended


def test_a_score_of_exactly_0_or_1_is_one(checkpoints):
    """Scripts that look for what is not 0 among masked scores lose those."""
    scorer = make(checkpoints["qwen"])
    texts = traces()
    expected = values(scorer.score(texts))
    flat = sorted(value for trace in expected for value in trace)
    middle = (flat[len(flat) // 2] + flat[len(flat) // 2 + 1]) / 2
    head = scorer.loaded.engine.parts[0][1]
    head.parts[3] = head.parts[3] - torch.tensor([0, np.log(middle / (1 - middle))], dtype=torch.float32)
    head.parts[2:] = [part * 1e6 for part in head.parts[2:]]
    assert values(scorer.score(texts)) == [[float(value > middle) for value in trace] for trace in expected]


def test_a_librarys_words_for_no_memory_are_no_lost_device():
    for message in ("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "CUDNN_STATUS_ALLOC_FAILED"):
        error = RuntimeError(f"CUDA error: {message}")
        assert (out_of_memory(error), device_lost(error)) == (True, False)
    error = RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`")
    assert (out_of_memory(error), device_lost(error)) == (False, True)


def test_a_device_that_is_lost_ends_the_process(checkpoints, monkeypatch):
    scorer = make(checkpoints["trl"])

    class Ended(BaseException):
        pass

    def end():
        raise Ended

    def hidden(self, batch, flat):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(Backbone, "hidden", hidden)
    monkeypatch.setattr(prm, "end_process", end)
    with pytest.raises(Ended):
        list(scorer.score(traces()))


def test_attention_that_is_installed_but_does_not_run_is_passed_over(checkpoints, monkeypatch, caplog):
    texts = traces()
    expected = values(make(checkpoints["qwen"]).score(texts))
    monkeypatch.setattr(loading, "best_attention", lambda device, dtype: "flash_attention_2")
    scorer = make(checkpoints["qwen"])
    assert "flash_attention_2 can't be used here" in caplog.text
    assert scorer.loaded.engine.share
    assert apart(values(scorer.score(texts)), expected) <= BOUND


@pytest.mark.parametrize("settings", [{}, {"share": False}, {"share": False, "layout": "packed"}])
def test_numbers_that_are_none_fail_that_trace_alone(checkpoints, settings):
    """Though a masked NaN is still a NaN: what shared a pass with it is computed again."""
    scorer = make(checkpoints["trl"], **settings)
    texts = traces()
    expected = values(scorer.score(texts))
    backbone = scorer.loaded.engine.parts[0][0]
    poison = scorer.loaded.form.tokens.plain("~")[-1]
    with torch.no_grad():
        backbone.model.get_input_embeddings().weight[poison] = float("nan")
    *sound, broken = scorer.score([*texts, TraceText(texts[0].problem, [StepText("fine"), StepText("so ~ then")])])
    assert isinstance(broken, Failed)
    assert "NaN" in broken.reason
    assert apart(values(sound), expected) <= BOUND


@pytest.mark.parametrize("family", FAMILIES)
def test_changing_a_trace_changes_no_other(checkpoints, family):
    texts = traces()
    for settings in ({}, {"share": False}, {"layout": "packed", "share": False}, {"layout": "packed"}):
        scorer = make(checkpoints[family], **settings)
        before = values(scorer.score(texts))
        for i in (0, 5, 15) if family == "qwen" else (5,):
            steps = [*texts[i].steps[:-1], StepText("something else entirely"), StepText("and more")]
            changed = [*texts[:i], TraceText(texts[i].problem, steps), *texts[i + 1 :]]
            after = values(scorer.score(changed))
            assert apart(before[:i] + before[i + 1 :], after[:i] + after[i + 1 :]) <= BOUND, settings
            assert after[i] != before[i]


def test_as_it_runs_here_it_agrees_with_plain_passes_in_the_same_numbers(tmp_path):
    """In bfloat16; on a GPU, where there is one, with whichever attention is taken there."""
    checkpoint = tiny.write(tmp_path / "wide", "qwen", hidden=128, layers=3)
    texts = traces()
    flat = []
    for settings in ({"attention": "eager", "budget": 1, "share": False}, {}):
        scorer = make(checkpoint, dtype="bfloat16", **settings)
        head = scorer.loaded.engine.parts[0][1]
        head.parts[2:] = [part / 4 for part in head.parts[2:]]  # away from 0 and 1, where nothing differs
        flat.append(np.concatenate(values(scorer.score(texts))))
    assert flat[0].std() > 0.1
    ranks = [np.argsort(np.argsort(x)) for x in flat]
    assert np.abs(flat[0] - flat[1]).max() <= 2e-2
    assert np.corrcoef(*ranks)[0, 1] > 0.995


def test_fewer_bits_keep_the_order(checkpoints, record_property):
    """Reported, not hidden: how far bfloat16 is from float32 on these weights."""
    texts = traces(each=8)
    flat = []
    for dtype in ("float32", "bfloat16"):
        scorer = make(checkpoints["qwen"], dtype=dtype)
        flat.append(np.concatenate(values(scorer.score(texts))))
    ranks = [np.argsort(np.argsort(x)) for x in flat]
    agreement = float(np.corrcoef(*ranks)[0, 1])
    record_property("spearman", agreement)
    record_property("largest_difference", float(np.abs(flat[0] - flat[1]).max()))
    print(
        f"bfloat16 against float32: rank agreement {agreement:.4f}, at most {np.abs(flat[0] - flat[1]).max():.4f} apart"
    )
    assert agreement > 0.99


def test_windows_and_batches_come_in_order(checkpoints):
    """More traces than one window holds, in any order of length, some of which fail."""
    texts = traces(problems=6, each=4)
    random.Random(3).shuffle(texts)
    texts.insert(7, TraceText("How many?", [StepText("we add 16 eggs " * 400)]))
    scorer = make(checkpoints["trl"], budget=64)
    assert len(scorer._windows(texts)) > 3
    outcomes = list(scorer.score(texts))
    assert isinstance(outcomes.pop(7), Failed)
    texts.pop(7)
    assert apart(values(outcomes), values(make(checkpoints["trl"]).score(texts))) <= BOUND


def test_more_is_claimed_once_the_pace_is_known(checkpoints):
    """A worker asks for as many results as it has traces, and never for one more."""
    scorer = make(checkpoints["trl"])
    sizes = [scorer.batch_size]
    for _ in range(3):
        texts = traces(problems=1, each=sizes[-1])
        outcomes = scorer.score(texts)
        assert all(isinstance(next(outcomes), Scored) for _ in texts)
        sizes.append(scorer.batch_size)
    assert sizes == [1, 2, 4, 8]
