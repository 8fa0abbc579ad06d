"""Scores are those of a plain forward pass, one trace at a time, however they are batched."""

import random

import pytest

torch = pytest.importorskip("torch")

from annotate.scoring.scorers.base import Scored, StepText, Surroundings, TraceText  # noqa: E402
from annotate.scoring.scorers.prm import PrmScorer  # noqa: E402
from tests.scoring.prm import oracle, tiny  # noqa: E402

FAMILIES = ["qwen", "math-shepherd", "rlhflow", "skywork", "trl", "implicit"]
BOUND = 1e-5
WORDS = "we add 16 eggs and sell 4 muffins so the answer is x = 17 then - 2x + 3 hence $f(x)$ é 数 🙂".split()  # noqa: SIM905


def make(checkpoint, **settings):
    return PrmScorer.made(PrmScorer.check(checkpoint.settings | settings), Surroundings())


def traces(seed=0, problems=4, each=4):
    """Several traces to a problem, beginning alike for a while; one of each length class."""
    choose = random.Random(seed)

    def sentence(n):
        return " ".join(choose.choice(WORDS) for _ in range(n)) + "."

    made = []
    for _ in range(problems):
        problem = sentence(choose.randint(3, 25)) + " How many?"
        trunk = [sentence(choose.randint(1, 12)) for _ in range(4)]
        for k in range(each):
            own = [sentence(choose.randint(1, 9)) for _ in range(choose.randint(1, 4))]
            made.append(TraceText(problem, [StepText(text) for text in trunk[: k % 4] + own]))
    return made


def values(outcomes):
    outcomes = list(outcomes)
    for outcome in outcomes:
        assert isinstance(outcome, Scored), outcome
    return [[outcome.steps[i].value for i in sorted(outcome.steps)] for outcome in outcomes]


def apart(a, b):
    assert [len(x) for x in a] == [len(x) for x in b]
    return max(abs(p - q) for x, y in zip(a, b, strict=True) for p, q in zip(x, y, strict=True))


WAYS = {
    "as it comes": {},
    "one by one": {"budget": 1, "share": False},
    "padded, no sharing": {"share": False},
    "packed": {"layout": "packed", "share": False, "budget": 700},
    "packed and shared": {"layout": "packed", "budget": 700},
    "small batches": {"budget": 300},
    "eager attention": {"attention": "eager"},
    "eager, packed": {"attention": "eager", "layout": "packed", "share": False},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_equal_a_plain_forward_however_they_are_batched(checkpoints, family):
    texts = traces()
    expected = [oracle.scores(checkpoints[family], trace) for trace in texts]
    flat = [value for scores in expected for value in scores]
    spread = 0.0001 if family == "implicit" else 0.1
    assert max(flat) - min(flat) > spread, "random weights that tell steps apart"
    for way, settings in WAYS.items():
        scorer = make(checkpoints[family], **settings)
        assert scorer.loaded.engine.share == settings.get("share", True)
        assert apart(values(scorer.score(texts)), expected) <= BOUND, way
        shuffled = list(range(len(texts)))
        random.Random(1).shuffle(shuffled)
        again = values(scorer.score([texts[i] for i in shuffled]))
        assert apart(again, [expected[i] for i in shuffled]) <= BOUND, f"{way}, shuffled"
        stats = scorer.stats()
        assert (stats["shared_share"] > 0.2) == (settings.get("share", True) and way != "one by one")


@pytest.mark.parametrize("family", ["math-shepherd", "rlhflow", "implicit"])
def test_a_head_that_is_kept_with_the_embeddings(tmp_path, family):
    """Smaller language models have no tensor of their own for it."""
    checkpoint = tiny.write(tmp_path / family, family, tied=True)
    texts = traces(problems=1)
    expected = [oracle.scores(checkpoint, trace) for trace in texts]
    assert apart(values(make(checkpoint).score(texts)), expected) <= BOUND
