"""A process reward model against the limit that its matrix products set: 2 × parameters × tokens, at the rate at which
this machine was measured to multiply matrices, in the same run and the same number format.

Tokens count once where traces share them, and padding never counts. Weights are random, which changes no time: on a GPU
in the shape of the 7B models; elsewhere two layers as wide as those of a model of half a billion, so that matrix
products are most of the work as they are there. No checkpoint is read.

On a processor, time is that of the processor, on one thread: what else the machine does at the moment doesn't count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from transformers import Qwen2Config, Qwen2Model

from annotate.scoring.scorers.prm.backbone import Backbone, best_attention, device_of_this_process
from annotate.scoring.scorers.prm.batches import Plan
from annotate.scoring.scorers.prm.engine import BUDGET, Engine
from annotate.scoring.scorers.prm.families import Head
from annotate.scoring.scorers.prm.heads import Scores
from annotate.scoring.scorers.prm.tokens import Input
from tests.bench.report import Row

AIM = 0.5
SHAPES = {
    "cuda": {
        "hidden_size": 3584,
        "intermediate_size": 18944,
        "num_hidden_layers": 28,
        "num_attention_heads": 28,
        "num_key_value_heads": 4,
    },
    "cpu": {
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 2,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
    },
}
PROBLEMS = {"cuda": 64, "cpu": 1}
EACH = 8
"""Traces of one problem: best of eight."""


@dataclass(frozen=True)
class Way:
    name: str
    budget: int | None = None
    share: bool = True
    packed: bool | None = None
    sort: bool = True


WAYS = (
    Way("one trace at a time", budget=1, share=False, packed=False),
    Way("in the order they come, padded", share=False, packed=False, sort=False),
    Way("sorted by length, padded", share=False, packed=False),
    Way("packed end to end", share=False, packed=True),
    Way("what traces share computed once: as it runs"),
)


def measure() -> list[Row]:
    device = device_of_this_process()
    if device.type == "cpu":
        torch.set_num_threads(1)
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    attention = best_attention(device, dtype)
    config = Qwen2Config(vocab_size=1000, max_position_embeddings=4096, **SHAPES[device.type])
    config._attn_implementation = attention
    with torch.device(device):
        torch.set_default_dtype(dtype)
        model = Qwen2Model(config)
        torch.set_default_dtype(torch.float32)
    backbone = Backbone(model, device=device, dtype=dtype, attention=attention)
    h = config.hidden_size
    head = Head("mlp", ("a", "b", "c", "d"))
    weights = {"a": torch.randn(h, h), "b": torch.zeros(h), "c": torch.randn(2, h), "d": torch.zeros(2)}
    scores = Scores(head, {name: tensor / h**0.5 for name, tensor in weights.items()}).to(device)
    inputs = some_traces(PROBLEMS[device.type])
    unique = sum(batch.unique for batch in Plan(10**9, max_tree=10**9).batches([item.ids for item in inputs]))
    flops = 2 * backbone.parameters * unique
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "processor, one thread, its time"
    rows = []
    for way in WAYS:
        engine = Engine([(backbone, scores)], share=way.share, packed=way.packed, budget=way.budget, sort=way.sort)
        engine.run(inputs[: EACH // 2])
        engine.records.clear()
        seconds, rate = timed(engine, inputs, device, dtype, config.intermediate_size, h)
        stats = engine.stats()
        rows.append(
            Row(
                f"PRM of {backbone.parameters / 1e6:,.0f} M parameters ({name}, {attention}), {len(inputs)} traces with"
                f" {sum(len(i.ids) for i in inputs):,} tokens, {unique:,} of them unique: {way.name}",
                f"{unique / seconds:,.0f} unique tokens/s, padding {stats['padding_share']:.0%}, shared"
                f" {stats['shared_share']:.0%}, memory at most {stats['memory_bytes'] / 2**30:.1f} GiB",
                f"matrix products alone at {rate / 1e12:.3g} TFLOP/s: {unique * rate / flops:,.0f}/s",
                flops / rate / seconds,
                AIM,
            )
        )
    return rows


def timed(
    engine: Engine, inputs: list[Input], device: torch.device, dtype: torch.dtype, wide: int, narrow: int
) -> tuple[float, float]:
    """Seconds for all inputs, and the rate of matrix products just before and after: medians of three."""
    seconds, rates = [], []
    now = clock(device)
    for _ in range(3):
        before = matmul_rate(device, dtype, wide, narrow)
        start = now()
        engine.run(inputs)
        _wait(device)
        seconds.append(now() - start)
        rates.append((before + matmul_rate(device, dtype, wide, narrow)) / 2)
    return float(np.median(seconds)), float(np.median(rates))


def matmul_rate(device: torch.device, dtype: torch.dtype, wide: int, narrow: int, at_least: float = 0.5) -> float:
    """Operations a second, of the shape in which the model spends most of its time."""
    rows = BUDGET[device.type]
    a = torch.randn(rows, narrow, device=device, dtype=dtype)
    b = torch.randn(narrow, wide, device=device, dtype=dtype)
    each, now = 10 if device.type == "cuda" else 1, clock(device)
    torch.mm(a, b)
    _wait(device)
    start, rounds = now(), 0
    while (spent := now() - start) < at_least:
        for _ in range(each):
            torch.mm(a, b)
        _wait(device)
        rounds += each
    return 2 * rows * narrow * wide * rounds / spent


def clock(device: torch.device) -> Callable[[], float]:
    """Seconds: on a GPU as they go by, elsewhere those that this process was computing."""
    return time.perf_counter if device.type == "cuda" else time.process_time


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def some_traces(problems: int) -> list[Input]:
    """Of the lengths of sampled solutions: problems of about 120 tokens, traces of 400, of which those to one problem
    share up to half, in the order in which a sampler that works on many problems at once writes them.
    """
    random = np.random.default_rng(0)
    made = []
    for _ in range(problems):
        stem = random.integers(0, 1000, int(random.lognormal(4.7, 0.4)) + 150)
        for _ in range(EACH):
            shared = stem[: len(stem) - int(random.integers(0, 150))]
            own = random.integers(0, 1000, max(20, int(random.lognormal(5.3, 0.7))))
            ids = np.concatenate([shared, own])
            reads = np.linspace(len(shared), len(ids) - 1, 8).astype(int).tolist()
            made.append(Input(ids, list(range(8)), reads))
    return [made[i] for i in random.permutation(len(made))]
