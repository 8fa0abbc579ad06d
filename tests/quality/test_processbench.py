"""ProcessBench through the product: taken in with its labels, scored, and measured; and the same figures from the file
itself, by scikit-learn and plain loops that share no code with the product.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import auc, brier_score_loss, roc_auc_score

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Trace
from annotate.imports.intake import take_in
from annotate.quality import jobs
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.planning import ensure_default_scorers, plan
from annotate.scoring.work import drain

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "processbench"
README = Path(__file__).resolve().parents[2] / "README.md"
URL = "projects/algebra/scorers/evaluation/?labels=imported:processbench"

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast):
    """Both files, in the project, scored by what needs no weights and by a made-up scorer of each step."""
    if not DATA.exists():
        pytest.skip(f"ProcessBench is not here: {DATA}")
    rows = []
    ensure_default_scorers(cast.project)
    for name in ("gsm8k.json", "math.json"):
        content = (DATA / name).read_bytes()
        take_in(cast.project, FORMATS["processbench"], [content])
        rows += json.loads(content)
    noisy = Scorer.objects.create(project=cast.project, key="noisy", version="1", kind="imported")
    Scorer.objects.create(project=cast.project, key="length", version="1")
    plan(cast.project.pk)
    while drain(cast.project.pk, seconds=60):
        pass
    scores = {}
    for row, trace in paired(rows):
        for i, step in enumerate(trace.path):
            scores.setdefault(step, made_up(row, i))
    StepScore.objects.bulk_create(StepScore(scorer=noisy, step_id=s, value=v) for s, v in scores.items())
    return rows


def paired(rows):
    traces = {trace.external_id: trace for trace in Trace.objects.all()}
    return [(row, traces[row["id"]]) for row in rows]


def made_up(row, i) -> float:
    """Knows something, and not all: in thousandths, so that there are ties."""
    noise = int.from_bytes(hashlib.sha256(f"{row['steps'][i]}{i}".encode()).digest()[:4], "big") / 2**32
    return round(0.8 * noise + (0 if i == row["label"] else 0.2), 3)


def stored(key) -> dict:
    return dict(StepScore.objects.filter(scorer__key=key).values_list("step_id", "value"))


def f1(rows, threshold):
    hits = {True: [], False: []}
    for row, scores in rows:
        below = [i for i, s in enumerate(scores) if s is not None and s < threshold]
        predicted = below[0] if below else -1
        hits[row["label"] != -1].append(predicted == row["label"])
    wrong, right = np.mean(hits[True]), np.mean(hits[False])
    return 2 * wrong * right / (wrong + right), wrong, right


def expected_found(values, erroneous, share):
    """By brute force: the mean over many orders among equals of what is found in the first `share`."""
    random = np.random.default_rng(1)
    top = round(share * len(values))
    found = []
    for _ in range(200):
        order = np.lexsort((random.random(len(values)), -np.array(values)))
        found.append(np.array(erroneous)[order[:top]].sum() / sum(erroneous))
    return np.mean(found)


def test_the_figures_are_those_that_the_file_gives(cast, max_, rows):
    first = max_.get(URL).json()
    assert (first["state"], first["result"]) == ("none", None)  # too many to be measured while somebody waits
    max_.post("projects/algebra/scorers/evaluation/", {"labels": "imported:processbench"})
    jobs.evaluate_waiting()
    answer = max_.get(URL).json()
    assert answer["state"] == "current"
    result = answer["result"]
    erroneous = [row["label"] != -1 for row in rows]
    problems = {row["problem"] for row in rows}
    assert [result[name] for name in ("traces", "erroneous", "problems", "left_out")] == [
        len(rows),
        sum(erroneous),
        len(problems),
        0,
    ]
    scorers = {one["key"]: one for one in result["scorers"]}
    assert set(scorers) == {"answer", "arithmetic", "length", "noisy"}
    pairs = paired(rows)

    for key in ("noisy", "arithmetic"):
        by_step, found = stored(key), scorers[key]
        scored = [(row, [by_step.get(step) for step in trace.path]) for row, trace in pairs]
        value, wrong, right = f1(scored, 0.5)
        assert found["f1"]["f1"] == pytest.approx(value)
        assert (found["f1"]["erroneous"], found["f1"]["correct"]) == pytest.approx((wrong, right))

        labelled = [
            (score, label == -1 or i < label)
            for row, scores in scored
            for label in [row["label"]]
            for i, score in enumerate(scores)
            if score is not None and (label == -1 or i <= label)
        ]
        values, good = zip(*labelled, strict=True)
        assert found["step_auc"]["value"] == pytest.approx(roc_auc_score(good, values))
        if key == "noisy":
            low, high = drawn_anew(scored)
            assert found["step_auc"]["low"] == pytest.approx(low, abs=0.01)
            assert found["step_auc"]["high"] == pytest.approx(high, abs=0.01)
        assert found["calibration"]["brier"] == pytest.approx(brier_score_loss(good, values))
        assert sum(one["steps"] for one in found["calibration"]["bins"]) == len(labelled)
        full = [one for one in found["calibration"]["bins"] if one["steps"]]
        tops = np.minimum((np.array(values) * 10).astype(int), 9)
        assert [one["right"] for one in full] == pytest.approx(
            [np.array(good)[tops == int(one["low"] * 10 + 0.5)].mean() for one in full]
        )
        lowest = [min((s for s in scores if s is not None), default=0.5) for _, scores in scored]
        with_opinion = [(v, not e) for v, e, (_, s) in zip(lowest, erroneous, scored, strict=True) if set(s) - {None}]
        assert found["with_opinion"] == len(with_opinion)
        if len({ok for _, ok in with_opinion}) == 1:
            assert (key, found["trace_auc"]) == ("arithmetic", None)  # it flags none that is right
        else:
            area = roc_auc_score([ok for _, ok in with_opinion], [v for v, _ in with_opinion])
            assert found["trace_auc"]["value"] == pytest.approx(area)
        assert found["lift"]["at_20"] == pytest.approx(expected_found([-v for v in lowest], erroneous, 0.2), abs=0.01)
        # The area under a lift curve follows from the area under the ROC curve, whoever computes that.
        assert found["lift"]["area"] == pytest.approx(lift_area([-v for v in lowest], erroneous))

    strict = scorers["arithmetic"]["f1"]
    said = f"F1 is {strict['f1']:.1%} ({strict['erroneous']:.1%} of the erroneous traces, {strict['correct']:.0%} of"
    assert said.replace("%", " %") in README.read_text()
    lengths = [sum(map(len, row["steps"])) for row in rows]
    assert result["baselines"]["length"]["area"] == pytest.approx(lift_area(lengths, erroneous))
    assert scorers["length"]["lift"]["area"] == pytest.approx(result["baselines"]["length"]["area"])
    assert scorers["length"]["trace_auc"]["value"] == pytest.approx(roc_auc_score(erroneous, lengths))
    assert (
        scorers["answer"]["with_opinion"] == TraceScore.objects.filter(scorer__key="answer", value__gte=0).count() == 0
    )

    places = [min((s, i) for i, s in enumerate(scores))[1] for _, scores in noisy_scores(pairs) if len(scores) > 1]
    ends = [len(scores) - 1 for _, scores in noisy_scores(pairs) if len(scores) > 1]
    assert scorers["noisy"]["lowest_at"]["lowest_last"] == pytest.approx(np.mean(np.array(places) == np.array(ends)))

    held_out = scorers["noisy"]["f1_tuned"]
    assert 0.3 * len(rows) < held_out["traces"] < 0.7 * len(rows)
    assert 0 < held_out["threshold"] < 1

    assert_the_default_order_finds_errors_sooner_than_length_and_chance(max_, rows)


def drawn_anew(scored):
    """The interval by brute force: problems are drawn with repetition, and all their steps with them."""
    problems: dict[str, list[tuple[float, bool]]] = {}
    for row, scores in scored:
        end = len(scores) if row["label"] == -1 else row["label"] + 1
        said = [(s, i != row["label"]) for i, s in enumerate(scores[:end]) if s is not None]
        problems.setdefault(row["problem"], []).extend(said)
    random, names, areas = np.random.default_rng(5), list(problems), []
    for _ in range(100):
        rows = [pair for name in random.choice(names, len(names)) for pair in problems[name]]
        areas.append(roc_auc_score([good for _, good in rows], [s for s, _ in rows]))
    return np.percentile(areas, [2.5, 97.5])


def noisy_scores(pairs):
    by_step = stored("noisy")
    return [(row, [by_step[step] for step in trace.path]) for row, trace in pairs]


def lift_area(values, erroneous):
    base = np.mean(erroneous)
    return (1 - base) * roc_auc_score(erroneous, values) + base / 2


def assert_the_default_order_finds_errors_sooner_than_length_and_chance(max_, rows):
    """With what is on from the start."""
    Scorer.objects.filter(key__in=["noisy", "length"]).update(enabled=False)
    assert auc([0, 1], [0, 1]) == 0.5
    max_.post("projects/algebra/scorers/evaluation/", {"labels": "imported:processbench"})
    jobs.evaluate_waiting()

    curves = max_.get(URL).json()["result"]["baselines"]
    print({name: {k: v for k, v in curve.items() if k != "found"} for name, curve in curves.items()})

    assert curves["random"]["lift_20"] == 1
    # Everything in front is wrong, which is as good as an order can be: half of the answers are wrong here.
    assert curves["policy"]["found"][4] == pytest.approx(
        0.2 * len(rows) / sum(r["label"] != -1 for r in rows), abs=1e-6
    )
    assert curves["policy"]["lift_20"] > 1.5
    assert curves["policy"]["lift_20"] > curves["length"]["lift_20"] > 1
    assert curves["policy"]["reviewed_80"] < curves["length"]["reviewed_80"] < 0.8

    # What is promised in print is what is measured.
    readme = README.read_text()
    for title, name, note in (
        ("the queue (default policy)", "policy", ", the most there can be"),
        ("longest first", "length", ""),
    ):
        one = curves[name]
        line = f"| {title} | {one['at_20']:.1%} | {one['lift_20']:.2f}{note} | {one['reviewed_80']:.0%} |"
        assert line.replace("%", " %") in readme
