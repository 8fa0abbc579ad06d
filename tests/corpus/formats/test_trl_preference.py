import pytest

from tests.corpus.formats.rows import DROP, change, choice, refused

ROW = {"prompt": "What is 3*4? ", "chosen": "12", "rejected": "7\n", "score_chosen": 0.9}
SYSTEM = {"role": "system", "content": "You help."}
USER = {"role": "user", "content": "What is 3*4? "}
MORE = {"role": "user", "content": "And then?"}


def says(text):
    return {"role": "assistant", "content": text}


TALK = {"prompt": [SYSTEM, USER, says("12"), MORE], "chosen": [says("13")], "rejected": [says("14")]}


def test_texts_are_two_answers_to_the_prompt():
    item = choice("trl-preference", ROW)
    assert (item.problem.statement, item.prefix) == ("What is 3*4? ", [])
    assert [step.text for step in item.candidates] == ["12", "7\n"]
    assert [(p.source, p.ranking) for p in item.preferences] == [("trl-preference", [[0], [1]])]
    assert item.metadata == {"score_chosen": 0.9}


@pytest.mark.parametrize(
    "row",
    [
        TALK,
        {**TALK, **{side: [*TALK["prompt"], *TALK[side]] for side in ("chosen", "rejected")}},
        {side: [*TALK["prompt"], *TALK[side]] for side in ("chosen", "rejected")},
        {
            "prompt": [SYSTEM, USER],
            "chosen": [says("12"), MORE, says("13")],
            "rejected": [says("12"), MORE, says("14")],
        },
    ],
)
def test_a_conversation_is_the_problem_and_the_steps_so_far(row):
    item = choice("trl-preference", row)
    assert item.problem.statement == "You help.\n\nWhat is 3*4? "
    assert [(step.kind, step.text) for step in item.prefix] == [("reasoning", "12"), ("observation", "And then?")]
    assert [step.text for step in item.candidates] == ["13", "14"]


@pytest.mark.parametrize("before", [[], [USER], [SYSTEM, USER]])
def test_the_prompt_may_be_a_text_that_the_conversations_begin_with(before):
    row = {"prompt": USER["content"], "chosen": [*before, says("a")], "rejected": [*before, says("b")]}
    statement = choice("trl-preference", row).problem.statement
    assert statement == ("You help.\n\n" if SYSTEM in before else "") + "What is 3*4? "


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, prompt=DROP), "invalid", "prompt"),
        (change(ROW, prompt=" "), "empty-statement", "prompt.statement"),
        (change(ROW, chosen=[says("a")]), "invalid", "rejected"),
        (change(ROW, chosen="7\n"), "invalid", "rejected"),
        (change(ROW, rejected=""), "empty-step", "rejected"),
        (change(TALK, prompt=[SYSTEM]), "no-problem", "prompt"),
        (change(TALK, chosen=[says("a"), says("b")]), "invalid", "chosen"),
        (change(TALK, rejected=[USER]), "invalid", "rejected"),
        (change(TALK, rejected=[says("13")]), "invalid", "rejected"),
        (change(TALK, chosen=[{**says("a"), "tool_calls": []}]), "invalid", "chosen[0].tool_calls"),
        (
            {"prompt": "Another?", "chosen": [USER, says("a")], "rejected": [USER, says("b")]},
            "contradiction",
            "prompt",
        ),
        (change(TALK, prompt=[{**USER, "content": "\0"}]), "nul-character", "prompt[0]"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("trl-preference", row) == (code, field)
