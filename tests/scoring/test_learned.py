"""The learned scorer: off until it is better than length, on labels that it has not seen; trained again by itself."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from annotate.labeling.actions import claim
from annotate.labeling.answers import submit
from annotate.labeling.learning import due, examples, learn
from annotate.projects.models import Project
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.planning import plan
from annotate.scoring.scorers.base import StepText, TraceText
from annotate.scoring.scorers.learned import LearnedScorer
from annotate.scoring.scorers.learned.training import Example, auc, train
from annotate.scoring.work import drain
from tests.factories import make_problem, make_trace, open_all

PROCESSBENCH = Path(__file__).resolve().parents[3] / "shared" / "data" / "processbench" / "gsm8k.json"
P = "projects/algebra/scorers/"


def synthetic(traces: int, *, tell: bool, grow: bool = False) -> list[Example]:
    """Traces of four steps, two a problem, of which half go wrong. `tell`: a wrong step hedges, mostly. `grow`: those
    with an error are longer, and nothing else tells.
    """
    made = []
    draw = random.Random(7)
    for t in range(traces):
        bad = draw.randrange(4) if t % 2 else None
        steps, values = [], []
        for i in range(4):
            hedge = tell and draw.random() < (0.8 if i == bad else 0.1)
            pad = "x" * draw.randrange(400, 600) if grow and bad is not None else "x" * draw.randrange(100)
            steps.append(StepText(f"{'Wait, maybe' if hedge else 'So we have'} {draw.randrange(99)} here. {pad}"))
            values.append(None if bad is not None and i > bad else i != bad)
        made.append(Example(f"p{t // 2}", TraceText("What?", steps), values))
    return made


def test_without_enough_labels_it_says_what_is_missing():
    trained = train(synthetic(20, tell=True))
    assert trained.model is None
    assert trained.report["why"] == (
        "There are not enough labels yet: 20 of 50 labelled traces, 10 of 15 traces with an error,"
        " 10 of 15 traces without an error."
    )


def test_it_turns_on_when_it_is_better_than_length_and_the_model_is_plain_json():
    examples = synthetic(200, tell=True)
    trained = train(examples)
    assert trained.report["on"]
    assert trained.report["gain"][1] > 0
    assert trained.report["step_auc"][0] > 0.8
    again = train(examples)
    assert json.dumps(again.model) == json.dumps(trained.model)

    scorer = LearnedScorer(json.loads(json.dumps(trained.model)), "v")
    right, wrong = [], []
    for one in synthetic(100, tell=True):
        for i, opinion in scorer.score_one(one.trace).steps.items():
            if one.values[i] is not None:
                (right if one.values[i] else wrong).append(opinion.value)
    assert np.mean(right) > np.mean(wrong) + 0.2
    # Calibrated: the mean of the probabilities is about the share of right steps.
    assert np.mean(right + wrong) == pytest.approx(len(right) / len(right + wrong), abs=0.05)


def test_what_only_knows_length_stays_off():
    trained = train(synthetic(200, tell=False, grow=True))
    assert trained.model is None
    assert trained.report["length_auc"][0] > 0.95
    assert "does not surely find errors sooner than length alone" in trained.report["why"]


def test_the_area_under_the_curve_is_the_usual_one():
    draw = np.random.default_rng(3)
    scores, positive = draw.integers(0, 20, 300).astype(float), draw.random(300) < 0.3
    assert auc(scores, positive, np.ones(300)) == pytest.approx(roc_auc_score(positive, scores))
    weight = draw.integers(0, 4, 300)
    expected = roc_auc_score(positive, scores, sample_weight=weight)
    assert auc(scores, positive, weight) == pytest.approx(expected)


def labelled(project: Project, user, traces: int) -> None:
    """Judged by one person, through the queue."""
    for one in synthetic(traces, tell=True):
        problem = make_problem(project, id=one.problem)
        make_trace(project, [step.text for step in one.trace.steps], problem, metadata={"values": one.values})
    open_all(project)
    while assignment := claim(user=user, project=project):
        values = assignment.task.trace.metadata["values"]
        submit(
            user=user,
            assignment_id=assignment.pk,
            answer={"first_error": values.index(False) if False in values else None},
        )


@pytest.mark.django_db
def test_it_is_trained_from_peoples_labels_and_scores_under_the_models_digest(max_, cast):
    cast.project.scorers.update(enabled=False)
    made = max_.post(P, {"kind": "learned"}).json()
    assert "untrained" in made["version"]
    assert TraceScore.objects.count() == 0

    [row] = due()
    learn(row)
    [told] = max_.get(P).json()["scorers"]
    assert told["report"]["why"].startswith("There are not enough labels yet: 0 of 50 labelled traces")
    assert due() == []

    labelled(cast.project, cast.alice, 120)
    [row] = due()
    assert len(examples(row)) == 120
    assert learn(row).pk != row.pk
    now = Scorer.objects.get(enabled=True)
    assert now.report["on"]
    assert "untrained" not in now.version
    drain(cast.project.pk, seconds=60)
    assert StepScore.objects.filter(scorer=now).count() >= 400
    assert set(TraceScore.objects.values_list("scorer", "state")) == {(now.pk, "done")}
    # The same labels make the same model: nothing is scored anew.
    learn(now)
    assert Scorer.objects.get(enabled=True).pk == now.pk
    plan(cast.project.pk)
    assert due() == []


@pytest.mark.skipif(not PROCESSBENCH.exists(), reason="ProcessBench's gsm8k.json is not here")
def test_on_real_labels_its_figures_are_those_of_an_independent_count():
    rows = json.loads(PROCESSBENCH.read_text())
    made = [
        Example(
            row["problem"],
            TraceText(row["problem"], [StepText(text) for text in row["steps"]]),
            [None if row["label"] >= 0 and i > row["label"] else i != row["label"] for i in range(len(row["steps"]))],
        )
        for row in rows
    ]
    report = train(made).report
    lengths = [sum(map(len, row["steps"])) for row in rows]
    assert report["length_auc"][0] == pytest.approx(
        roc_auc_score([row["label"] >= 0 for row in rows], lengths), abs=1e-4
    )
    assert 0.55 < report["step_auc"][0] < 0.85
