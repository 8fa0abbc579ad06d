"""What each policy makes of scores, in numbers and in words. The policy is SQL, so the tests ask Postgres."""

import json
from typing import Any, NamedTuple

import pytest
from django.db import connection

from annotate.core.errors import Invalid
from annotate.corpus.models import Trace
from annotate.projects.models import Policy, Project
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.parts import CUSTOM, PARTS, PRESETS, Order, checked_weights, explained, order_of
from annotate.scoring.priority import ranked_choices, ranked_traces, unscored_traces
from tests.factories import make_choice, make_problem, make_trace

pytestmark = pytest.mark.django_db


class Rank(NamedTuple):
    priority: float
    why: str
    probability: float | None
    parts: dict[str, float]


def ask(select: str, **params: Any) -> dict[Any, Rank]:
    with connection.cursor() as cursor:
        cursor.execute(select, params)
        rows = cursor.fetchall()
    ranks = {key: Rank(*rank, json.loads(parts)) for key, *rank, parts in rows}
    assert len(ranks) == len(rows)
    assert all(0 <= rank.priority <= 1 and rank.why for rank in ranks.values())
    return ranks


def ranks(project: Project, policy: str, random_share: float = 0) -> dict[Any, Rank]:
    return ask(ranked_traces(order_of(policy)), project=project.pk, random_share=random_share)


def custom(project: Project, **weights: float) -> dict[Any, Rank]:
    nothing = dict.fromkeys(("convincing_wrong", "suspicious_right", "uncertainty", "disagreement", "novelty"), 0)
    order = order_of(CUSTOM, {**nothing, **weights})
    return ask(ranked_traces(order), project=project.pk, random_share=0)


def scorer(project: Project, key: str, **fields: Any) -> Scorer:
    return Scorer.objects.create(project=project, key=key, version="1", **fields)


def scored(by: Scorer, trace: Trace, *values: float | None, reason: str = "") -> None:
    for step, value in zip(trace.path, values, strict=True):
        if value is not None:
            StepScore.objects.create(scorer=by, step_id=step, value=value, reason=reason)


def wholly_scored(by: Scorer, trace: Trace, value: float) -> None:
    TraceScore.objects.create(scorer=by, trace=trace, state="done", value=value)


@pytest.fixture
def project(cast):
    return cast.project


@pytest.fixture
def prm(project):
    return scorer(project, "prm")


def test_there_is_a_policy_for_each_choice_of_a_project():
    assert {*PRESETS, CUSTOM} == set(Policy)


@pytest.mark.parametrize("policy", [*PRESETS, CUSTOM])
def test_a_project_without_scores_has_an_order(project, policy):
    traces = [make_trace(project, correct=correct) for correct in (True, False, None)]

    assert set(ranks(project, policy)) == {t.pk for t in traces}
    order = order_of(policy)
    fresh = ask(unscored_traces(order), project=project.pk, random_share=0, traces=[t.pk for t in traces[:2]])
    assert fresh == {t.pk: ranks(project, policy)[t.pk] for t in traces[:2]}


def test_other_projects_stay_out(project, cast, prm):
    mine = make_trace(project)
    other = Project.objects.create(slug="other", name="Other")
    make_trace(other)

    assert set(ranks(project, "lowest-step")) == {mine.pk}


def test_convincing_wrong_answers_come_first_and_say_why(project, prm):
    convincing = make_trace(project, ("a", "b"), correct=False)
    obvious = make_trace(project, ("c", "d"), correct=False)
    unseen = make_trace(project, ("e",), correct=False)
    suspicious = make_trace(project, ("f", "g"), correct=True)
    clean = make_trace(project, ("h",), correct=True)
    unknown = make_trace(project, ("i",))
    unknown_bad = make_trace(project, ("j",))
    scored(prm, convincing, 0.95, 0.9)
    scored(prm, obvious, 0.9, 0.1, reason="1 + 1 = 2, not 3")
    scored(prm, suspicious, 0.2, 0.9, reason="a slip")
    scored(prm, clean, 0.9)
    scored(prm, unknown_bad, 0.2)

    found = ranks(project, "convincing-wrong-answer")

    order = [convincing, unseen, obvious, unknown_bad, unknown, suspicious, clean]
    assert {found[t.pk].priority > 1 / 3 for t in order[:3]} == {True}
    assert {found[t.pk].priority <= 1 / 3 for t in order[3:]} == {True}
    assert sorted(found, key=lambda key: -found[key].priority) == [t.pk for t in order]
    assert {t.pk: found[t.pk].why for t in order} == {
        convincing.pk: "The final answer is wrong, yet no step scores below 0.90.",
        unseen.pk: "The final answer is wrong, and no scorer sees where.",
        obvious.pk: "The final answer is wrong; step 2 looks wrong to prm: 1 + 1 = 2, not 3.",
        unknown_bad.pk: "It is not known whether the final answer is right; step 1 looks wrong to prm.",
        unknown.pk: "It is not known whether the final answer is right, and no scorer objects to a step.",
        suspicious.pk: "The final answer is right, but step 1 looks wrong to prm: a slip.",
        clean.pk: "The final answer is right, and no scorer objects to a step.",
    }
    assert {rank.probability for rank in found.values()} == {None}


def test_no_step_scores_below_what_is_said(project, prm):
    trace = make_trace(project, ("a", "b"), correct=False)
    scored(prm, trace, 0.99, 0.958)
    why = ranks(project, "convincing-wrong-answer")[trace.pk].why
    assert why == "The final answer is wrong, yet no step scores below 0.95."


def test_the_outcome_is_what_the_data_said_or_else_what_the_answer_scorer_found(project):
    answer = scorer(project, "answer")
    found_wrong, found_right = make_trace(project), make_trace(project)
    said_right = make_trace(project, correct=True)
    for trace, value in ((found_wrong, 0), (found_right, 1), (said_right, 0)):
        wholly_scored(answer, trace, value)

    found = ranks(project, "convincing-wrong-answer")

    assert found[found_wrong.pk].why.startswith("The final answer is wrong")
    assert found[found_right.pk].why.startswith("The final answer is right")
    assert found[said_right.pk].why.startswith("The final answer is right")


def test_scores_of_a_scorer_that_is_off_do_not_count(project):
    off = scorer(project, "old", enabled=False)
    trace = make_trace(project, ("a",))
    scored(off, trace, 0.1)

    assert ranks(project, "lowest-step")[trace.pk] == Rank(
        0.25, "No scorer has an opinion on its steps.", None, {"lowest_step": 0.25}
    )


def test_the_lowest_step_decides_whoever_scored_it(project, prm):
    other = scorer(project, "other")
    trace = make_trace(project, ("a", "b", "c"))
    scored(prm, trace, 0.9, 0.6, None)
    scored(other, trace, None, None, 0.25, reason="odd")

    rank = ranks(project, "lowest-step")[trace.pk]

    assert rank.why == "Step 3 has its lowest score, 0.25 by other (odd)."
    assert rank.priority == rank.parts["lowest_step"] == 0.5  # the only trace: no worse than half of all


def test_scales_of_scorers_do_not_matter(project, prm):
    shy = scorer(project, "shy")
    traces = [make_trace(project, (f"{n}",)) for n in range(4)]
    for n, trace in enumerate(traces):
        scored(prm, trace, (0.1, 0.2, 0.3, 0.4)[n])
        scored(shy, trace, (0.99, 0.98, 0.97, 0.96)[n])

    found = ranks(project, "lowest-step")

    # Each scorer finds another end of the list suspicious, as much as the other one does.
    assert [found[t.pk].priority for t in traces] == [0.875, 0.625, 0.625, 0.875]


def test_a_flag_of_a_scorer_that_is_silent_otherwise_says_much_and_praise_says_little(project, prm):
    checks = scorer(project, "checks")
    flagged, praised, *silent = (make_trace(project, (f"{n}",)) for n in range(10))
    scored(checks, flagged, 0.03)
    scored(prm, praised, 0.9)
    for by in (checks, prm):
        for trace in (flagged, praised, *silent):
            TraceScore.objects.create(scorer=by, trace=trace, state="done")

    found = ranks(project, "lowest-step")

    assert found[flagged.pk].priority == 0.95
    assert found[praised.pk].priority == 0.05
    assert {found[t.pk].priority for t in silent} == {0.25}


def test_uncertainty_looks_only_up_to_the_first_predicted_error(project, prm):
    before = make_trace(project, ("a", "b", "c"))
    after = make_trace(project, ("d", "e", "f"))
    scored(prm, before, 0.9, 0.55, 0.1)
    scored(prm, after, 0.9, 0.1, 0.5)

    found = ranks(project, "uncertainty")

    assert found[before.pk].priority == pytest.approx(0.9)
    assert found[before.pk].why == ("The least certain step up to the first predicted error is step 2, at 0.55.")
    assert found[after.pk].priority == pytest.approx(0.2)


def test_disagreement_is_the_span_of_verdicts(project, prm):
    answer = scorer(project, "answer")
    torn, agreed, alone = (
        make_trace(project, ("a", "b")),
        make_trace(project, ("c",)),
        make_trace(project, ("d",)),
    )
    scored(prm, torn, 0.9, 0.8)
    wholly_scored(answer, torn, 0)
    scored(prm, agreed, 0.9)
    wholly_scored(answer, agreed, 1)
    scored(prm, alone, 0.1)

    found = ranks(project, "disagreement")

    assert found[torn.pk].why == "Opinions on it differ: 0.80 (prm), and 0.00 (answer)."
    assert found[torn.pk].priority > found[agreed.pk].priority > 0
    assert found[alone.pk][:3] == (0, "There is no second opinion on it to disagree.", None)


def test_scorers_that_see_the_error_in_different_places_disagree(project, prm):
    other = scorer(project, "other")
    same, different = make_trace(project, ("a", "b")), make_trace(project, ("c", "d"))
    scored(prm, same, 0.9, 0.1)
    scored(other, same, 0.9, 0.2)
    scored(prm, different, 0.9, 0.1)
    scored(other, different, 0.2, 0.9)

    found = ranks(project, "disagreement")

    assert found[different.pk].priority == found[same.pk].priority + 0.5


def test_a_shared_prefix_counts_for_every_trace_through_it(project, prm):
    first = make_trace(project, ("shared", "a"))
    second = make_trace(project, ("shared", "b"), first.problem)
    StepScore.objects.create(scorer=prm, step_id=first.path[0], value=0.1)

    found = ranks(project, "lowest-step")

    assert found[first.pk].priority == found[second.pk].priority
    assert {found[t.pk].why for t in (first, second)} == {"Step 1 has its lowest score, 0.10 by prm."}


def test_the_random_share_is_drawn_once_for_all_and_spread_over_the_whole_order(project):
    right = [make_trace(project, correct=True) for _ in range(200)]
    wrong = [make_trace(project, correct=False) for _ in range(200)]

    found = ranks(project, "convincing-wrong-answer", random_share=0.25)

    drawn = {key for key, rank in found.items() if rank.probability is not None}
    assert 60 < len(drawn) < 140
    assert {found[key].probability for key in drawn} == {0.25}
    assert {found[key].why for key in drawn} == {
        "Drawn at random, so that there is an unbiased sample to judge the scores on."
    }
    # Whether one is drawn, and where it then stands, has nothing to do with what it is.
    wrong_drawn = drawn & {t.pk for t in wrong}
    assert 0.3 < len(wrong_drawn) / len(drawn) < 0.7
    top = [key for key in drawn if found[key].priority > 0.34]
    assert 0.3 < len(top) / len(drawn) < 0.7
    # As many of the traces in front are drawn as of all.
    front = [key for key, rank in found.items() if rank.priority > 0.34]
    assert 0.15 < len([key for key in front if key in drawn]) / len(front) < 0.35

    # More scores move others, but never the draw; and nobody leaves the sample when the share grows.
    assert drawn == {k for k, r in ranks(project, "lowest-step", 0.25).items() if r.probability is not None}
    larger = {k for k, r in ranks(project, "lowest-step", 0.5).items() if r.probability is not None}
    assert drawn < larger
    assert len(right) + len(wrong) == len(found)


def test_all_can_be_drawn(project):
    make_trace(project)
    make_trace(project)

    found = ranks(project, "convincing-wrong-answer", random_share=1)

    assert len({rank.priority for rank in found.values()}) == 2
    assert {rank.probability for rank in found.values()} == {1}


def test_a_random_order_is_the_same_each_time(project):
    for _ in range(5):
        make_trace(project)
        make_choice(project)

    assert ranks(project, "random") == ranks(project, "random")
    choices = ask(ranked_choices(order_of("random")), project=project.pk)
    assert choices == ask(ranked_choices(order_of("random")), project=project.pk)
    assert len({rank.priority for rank in choices.values()}) == 5


def test_choices_stand_in_the_middle(project):
    choice = make_choice(project)

    [(key, rank)] = ask(ranked_choices(order_of("lowest-step")), project=project.pk).items()

    assert key == choice.pk
    assert (rank.priority, rank.probability) == (0.5, None)


def test_choices_whose_candidates_scorers_cannot_tell_apart_come_first(project):
    one, other = (Scorer.objects.create(project=project, key=key, version="1") for key in ("one", "other"))
    clear, close, disputed, bare = (make_choice(project, ("a", "b", "c")) for _ in range(4))
    for scorer, choice, values in (
        (one, clear, (0.9, 0.2, 0.1)),
        (one, close, (0.4, 0.1, 0.42)),
        (one, disputed, (0.9, 0.1, 0.2)),
        (other, disputed, (0.1, 0.9, 0.2)),
        (one, bare, (0.9,)),
    ):
        for step, value in zip(choice.candidates, values, strict=False):
            StepScore.objects.create(scorer=scorer, step_id=step, value=value)

    found = ask(ranked_choices(order_of("lowest-step")), project=project.pk)

    assert sorted(found, key=lambda pk: -found[pk].priority) == [disputed.pk, close.pk, bare.pk, clear.pk]
    assert found[close.pk].why == "Its best two candidates are 0.02 apart (one)."
    assert found[disputed.pk].why == "The scorers differ on which candidate is best."


def test_an_unknown_policy_is_refused():
    with pytest.raises(KeyError):
        order_of("alphabetical")


def test_parts_count_by_their_weights_and_are_told(project, prm):
    wrong, right = make_trace(project, ("a",), correct=False), make_trace(project, ("b",), correct=True)
    scored(prm, wrong, 0.9)
    scored(prm, right, 0.5)

    found = custom(project, convincing_wrong=1, suspicious_right=1, uncertainty=2)

    assert found[wrong.pk].parts == {"convincing_wrong": 0.875, "suspicious_right": 0, "uncertainty": 0.2}
    assert found[right.pk].parts == {"convincing_wrong": 0, "suspicious_right": 0.75, "uncertainty": 1}
    assert found[wrong.pk].priority == pytest.approx((0.875 + 2 * 0.2) / 4, abs=1e-4)
    assert found[right.pk].priority == pytest.approx((0.75 + 2 * 1) / 4, abs=1e-4)
    assert found[wrong.pk].why.startswith("The final answer is wrong")
    assert found[right.pk].why.startswith("The least certain step")
    told = explained(Order({"uncertainty": 2.0, "convincing_wrong": 1.0}), found[wrong.pk].parts)
    assert [(one["part"], one["value"], one["weight"], one["share"]) for one in told] == [
        ("convincing_wrong", 0.875, 1.0, 0.2917),
        ("uncertainty", 0.2, 2.0, 0.1333),
    ]


def test_short_traces_come_first_where_time_counts(project, prm):
    short, long = (make_trace(project, (text,), correct=False) for text in ("a", "b" * 2000))
    for trace in (short, long):
        scored(prm, trace, 0.7)

    found = custom(project, convincing_wrong=1, minutes=1)

    assert found[short.pk].parts["minutes"] == 0.5
    assert found[long.pk].parts["minutes"] == 2.5
    assert found[short.pk].priority == pytest.approx(5 * found[long.pk].priority, rel=0.01)
    assert (
        custom(project, convincing_wrong=1)[long.pk].priority == custom(project, convincing_wrong=1)[short.pk].priority
    )


def test_the_first_of_each_problem_and_answer_are_new(project):
    problem = make_problem(project)
    first, same, other = (
        make_trace(project, (text,), problem, answer=answer, correct=False)
        for text, answer in (("a", "1"), ("b", "1"), ("c", "2"))
    )
    alone = make_trace(project, correct=False)

    found = custom(project, novelty=1)

    assert found[alone.pk].priority == 1
    ranked = sorted((first, same, other), key=lambda t: found[t.pk].parts["in_problem"])
    assert [found[t.pk].parts["in_problem"] for t in ranked] == [1, 2, 3]
    assert found[ranked[0].pk].priority == 1
    assert found[other.pk].parts["novelty"] >= 0.5 + 0.5 / 3 - 0.001  # the first with its answer


def test_a_cap_keeps_back_what_is_too_much_of_one_problem(project):
    problem = make_problem(project)
    crowd = [make_trace(project, (f"{n}",), problem, correct=False) for n in range(5)]
    right = make_trace(project, correct=True)

    found = custom(project, convincing_wrong=1, problem_cap=2)

    front = [t for t in crowd if found[t.pk].priority > found[right.pk].priority]
    assert len(front) == 2
    kept_back = [found[t.pk].why for t in crowd if t not in front]
    assert all(why.endswith(" It is kept back: 2 of its problem go first.") for why in kept_back)

    judged = f"SELECT '{problem.pk}'::uuid AS problem_id, 2::bigint AS traces"
    order = order_of(CUSTOM, {"convincing_wrong": 1, "problem_cap": 2})
    found = ask(ranked_traces(order, judged), project=project.pk, random_share=0)
    assert all(found[t.pk].priority < found[right.pk].priority for t in crowd)


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        ({"beauty": 1}, "policy_weights.beauty"),
        ({"novelty": -1}, "policy_weights.novelty"),
        ({"novelty": True}, "policy_weights.novelty"),
        ({"minutes": 1.5}, "policy_weights.minutes"),
        ({"problem_cap": 0.5}, "policy_weights.problem_cap"),
        (dict.fromkeys(PARTS, 0), "policy_weights"),
    ],
)
def test_wrong_weights_are_told_by_name(weights, field):
    with pytest.raises(Invalid) as caught:
        checked_weights(weights)
    assert field == caught.value.errors[0].field
