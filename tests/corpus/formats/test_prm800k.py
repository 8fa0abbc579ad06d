import pytest

from annotate.corpus.formats.base import ChoiceIn, TraceIn
from tests.corpus.formats.rows import parsed, refused, texts


def rated(text, rating=1, **more):
    return {"text": text, "rating": rating, "flagged": None, **more}


def step(*completions, chosen=0, human=None):
    human = {"text": human, "rating": None, "source": "human", "flagged": False} if isinstance(human, str) else human
    return {"completions": list(completions) or None, "human_completion": human, "chosen_completion": chosen}


def row(*steps, reason="solution", question=None, **more):
    return {
        "labeler": "L",
        "timestamp": "2022-07-30T23:23:32.118856",
        "generation": None,
        "is_quality_control_question": False,
        "is_initial_screening_question": False,
        "question": {"problem": "What is 2+2?", "ground_truth_answer": "4", **(question or {})},
        "label": {"steps": list(steps), "total_time": 9000, "finish_reason": reason},
        **more,
    }


def read(row) -> tuple[TraceIn, list[ChoiceIn]]:
    first, *rest = parsed("prm800k", row)
    assert isinstance(first, TraceIn)
    assert all(isinstance(item, ChoiceIn) for item in rest)
    return first, rest


def test_the_trace_goes_through_what_was_chosen():
    trace, choices = read(row(step(rated("a")), step(rated("b", -1), rated("c", 0, flagged=True), chosen=1)))
    assert texts(trace) == ["a", "c"]
    assert [(x.source, x.values, x.rewrite) for x in trace.labels] == [("prm800k", [1, 0], None)]
    assert (trace.external_id, trace.problem.answer) == ("prm800k/L/2022-07-30T23:23:32.118856", "4")
    assert trace.step_metadata == [None, {"flagged": True}]
    assert trace.metadata == {
        "labeler": "L",
        "timestamp": "2022-07-30T23:23:32.118856",
        "generation": None,
        "is_quality_control_question": False,
        "is_initial_screening_question": False,
        "finish_reason": "solution",
        "total_time": 9000,
    }
    [choice] = choices
    assert choice.external_id == f"{trace.external_id}/1"
    assert [s.text for s in choice.prefix] == ["a"]
    assert [s.text for s in choice.candidates] == ["b", "c"]
    assert choice.info == [{"metadata": {"rating": -1}}, {"metadata": {"rating": 0, "flagged": True}}]
    assert [(p.source, p.ranking) for p in choice.preferences] == [("prm800k", [[1], [0]])]
    assert choice.metadata["is_quality_control_question"] is False


def test_a_human_completion_goes_on_where_all_were_wrong_and_is_better():
    trace, [choice] = read(row(step(rated("a", -1), rated("b", -1), chosen=None, human="h"), step(rated("c"))))
    assert (texts(trace), trace.labels[0].values) == (["h", "c"], [None, 1])
    assert trace.step_metadata == [{"flagged": False, "source": "human"}, None]
    assert [s.text for s in choice.candidates] == ["a", "b", "h"]
    assert choice.preferences[0].ranking == [[2], [0, 1]]
    assert choice.info[2] == {"metadata": {"flagged": False, "source": "human"}}


def test_a_human_completion_is_not_compared_with_one_that_is_not_wrong():
    trace, [choice] = read(row(step(rated("a", -1), rated("b"), chosen=None, human="h")))
    assert (texts(trace), [s.text for s in choice.candidates]) == (["h"], ["a", "b"])
    assert choice.preferences[0].ranking == [[1], [0]]


def test_a_human_completion_may_be_a_text():
    trace, _ = read(row(step(human="h", chosen=None) | {"human_completion": "h"}, step(rated("b"))))
    assert (texts(trace), trace.step_metadata) == (["h", "b"], [{"source": "human"}, None])


def test_a_solution_may_end_with_a_human_completion():
    trace, [choice] = read(row(step(rated("a", -1), chosen=None, human="h\n\n# Answer\n\n4")))
    assert (texts(trace), trace.answer, trace.labels) == (["h\n\n# Answer\n\n4"], "4", [])
    assert choice.preferences[0].ranking == [[1], [0]]


def test_all_wrong_is_none_acceptable_and_all_alike_is_a_tie():
    _, [wrong, alike] = read(row(step(rated("a", -1), rated("b", -1), chosen=1), step(rated("c", 0), rated("d", 0))))
    assert (wrong.preferences[0].ranking, alike.preferences[0].ranking) == ([], [[0, 1]])


def test_what_is_in_no_choice_stays_with_its_step():
    steps = [
        step(rated("a"), rated("b", None)),
        step(rated("c"), rated("c", -1), rated("d"), rated("d")),
        step(rated("e"), human="h"),
    ]
    trace, choices = read(row(*steps))
    assert choices == []
    assert trace.step_metadata == [
        {"alternatives": [{"text": "b"}]},
        {"alternatives": [{"text": "c", "rating": -1}, {"text": "d", "rating": 1}, {"text": "d", "rating": 1}]},
        {"alternatives": [{"text": "h", "flagged": False, "source": "human"}]},
    ]


GENERATED = {
    "ground_truth_solution": "Count.",
    "pre_generated_steps": ["a", "b", "c", "# Answer\n\n5"],
    "pre_generated_answer": "5",
    "pre_generated_verifier_score": 0.25,
}


def test_the_second_phase_ends_with_the_wrong_step_and_the_rest_is_not_labelled():
    wrong = step(rated("b", -1), rated("x"), rated("y"), chosen=None)
    trace, [choice] = read(row(step(rated("a")), wrong, reason="found_error", question=GENERATED))
    assert (texts(trace), trace.answer) == (["a", "b", "c", "# Answer\n\n5"], "5")
    assert trace.labels[0].values == [1, -1, None, None]
    assert choice.preferences[0].ranking == [[1, 2], [0]]
    assert trace.metadata["pre_generated_verifier_score"] == 0.25
    assert trace.metadata["pre_generated_steps"] is True
    assert trace.problem.solution == "Count."


def test_steps_that_were_not_rated_because_others_were_are_kept():
    trace, _ = read(row(step(rated("z")), question=GENERATED))
    assert texts(trace) == ["z"]
    assert trace.metadata["pre_generated_steps"] == GENERATED["pre_generated_steps"]
    assert (trace.answer, trace.metadata["pre_generated_answer"]) == (None, "5")


def test_the_human_completion_of_the_wrong_step_is_its_rewrite():
    wrong = step(rated("b", -1), chosen=None, human="B")
    trace, choices = read(row(step(rated("a")), wrong, reason="found_error", question=GENERATED))
    assert (trace.labels[0].values, trace.labels[0].rewrite) == ([1, -1, None, None], "B")
    assert choices == []


@pytest.mark.parametrize("nothing", [step(chosen=None), step(chosen=None) | {"completions": []}])
def test_giving_up_ends_the_trace(nothing):
    wrong = step(rated("b", -1), rated("c", -1), chosen=None, human="h")
    trace, [choice] = read(row(step(rated("a")), wrong, nothing, reason="give_up"))
    assert (texts(trace), trace.labels[0].values) == (["a", "h"], [1, None])
    assert choice.preferences[0].ranking == [[2], [0, 1]]
    trace, _ = read(row(step(rated("a")), step(rated("b", -1), chosen=None), nothing, reason="give_up"))
    assert (texts(trace), trace.labels[0].values) == (["a", "b"], [1, -1])


def test_records_without_a_time_are_told_apart_by_what_they_hold():
    a, b = (read(row(step(rated(text)), timestamp=None))[0].external_id for text in "ab")
    assert a != b


def test_screening_and_quality_control_come_in_marked():
    trace, _ = read(row(step(rated("a")), is_initial_screening_question=True, generation=-1))
    assert (trace.metadata["is_initial_screening_question"], trace.metadata["generation"]) == (True, -1)


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (row(), "step-count", "label.steps"),
        (row(step(chosen=None), reason="bad_problem"), "step-count", "label.steps"),
        (row(step(rated("a"), chosen=1)), "no-such-step", "label.steps[0].chosen_completion"),
        (row(step(rated("a"), chosen=-1)), "no-such-step", "label.steps[0].chosen_completion"),
        (row(step(rated("a"), chosen=None), step(rated("b"))), "invalid", "label.steps[0].chosen_completion"),
        (row(step(rated("a", 2))), "invalid", "label.steps[0].completions[0].rating"),
        (row(step(rated("a", "1"))), "invalid", "label.steps[0].completions[0].rating"),
        (row(step(rated("a", extra=1))), "invalid", "label.steps[0].completions[0].extra"),
        (row(step(rated(" "))), "empty-step", "label.steps[0]"),
        (row(step(rated("a"), rated(" ", -1))), "empty-step", "label.steps[0].completions[1]"),
        (row(step(rated("a")), question={"problem": ""}), "empty-statement", "question.problem.statement"),
        (row(step(rated("a"), rated("\0", None))), "nul-character", "label.steps[0].alternatives[1].text"),
        (row(step(*[rated(str(i)) for i in range(51)])), "step-count", "label.steps[0].completions"),
    ],
)
def test_a_broken_record_is_refused(bad, code, field):
    assert refused("prm800k", bad) == (code, field)
