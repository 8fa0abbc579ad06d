"""Which process sees which GPU. No GPU is needed for it."""

import pytest

pytest.importorskip("torch")

from annotate.local.prm_worker import Chosen, NotPossible, _part, choose_gpus


@pytest.mark.parametrize(
    ("asked", "given", "found", "cards"),
    [
        (None, None, 2, ["0", "1"]),
        (None, None, 0, []),
        (None, "2,3", 2, ["2", "3"]),  # not 0 and 1: what is visible is numbered anew
        (None, "-1", 0, []),
        ("1", "0,1", 1, ["1"]),
        ("MIG-8f/1/0", None, 1, ["MIG-8f/1/0"]),
        ("", "0,1", 0, []),
        ("0,7", None, 1, None),
    ],
)
def test_each_gpu_has_a_worker_that_sees_it_alone(monkeypatch, asked, given, found, cards):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given or "")
    if given is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    monkeypatch.setattr("torch.cuda.device_count", lambda: found)
    if cards is None:
        with pytest.raises(NotPossible, match="torch sees 1"):
            choose_gpus(asked)
        return
    assert choose_gpus(asked) == cards
    chosen = Chosen({"model": "m", "reference": None, "digest": "d"}, "qwen", "", guessed=False)
    parts = [_part(chosen, card) for card in cards or [None]]
    assert [part.environment["CUDA_VISIBLE_DEVICES"] for part in parts] == (cards or [""])
    assert len({part.name for part in parts}) == len(parts)
    assert not any("/" in part.name for part in parts)
