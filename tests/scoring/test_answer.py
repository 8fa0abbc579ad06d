"""Final answers: where they are found, when two mean the same, and what hostile ones can do."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from annotate.scoring.scorers.answer import AnswerScorer, final_answer
from annotate.scoring.scorers.base import Opinion, Scored, StepText, TraceText
from annotate.scoring.scorers.equivalence import EquivalenceChild, Unanswerable


@pytest.fixture(scope="module")
def scorer():
    scorer = AnswerScorer()
    yield scorer
    scorer.child.close()


def trace(*steps: str, **fields: str | None) -> TraceText:
    return TraceText("", [StepText(step) for step in steps], **fields)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("42", "42."),
        ("1,200", "1200"),
        ("$18", "18"),
        ("18", "18 dollars"),
        ("-1", "−1"),
        ("1/2", "0.5"),
        (r"\frac{1}{2}", "50%"),
        (r"\dfrac{3}{4}", "$\\frac34$"),
        ("4", "x = 4"),
        (r"2\sqrt{2}", r"\sqrt{8}"),
        ("(x+1)^2", "x^2+2x+1"),
        ("[1,3)", r"1 \le x < 3"),
        ("4, 5", "x=5 or x=4"),
        ("5", r"5 \text{ cm}"),
        ("90", r"90^\circ"),
        ("Tuesday", "tuesday"),
        ("B", "Choice_B"),
        ("(C)", "C. 17"),
        ("10:30", "10:30"),
        (r"\boxed{7}", "7"),
    ],
)
def test_they_mean_the_same(scorer, reference, answer):
    assert scorer.same(reference, answer)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("42", "41"),
        ("1/3", "0.33"),
        (r"3\pi", "9.42"),
        ("x^2+1", "y^3+1"),
        ("(3,4)", "(4,3)"),
        ("i", "-i"),
        ("yes", "no"),
        ("B", "(C) 42"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\3\end{pmatrix}"),
    ],
)
def test_they_differ(scorer, reference, answer):
    assert not scorer.same(reference, answer)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("7", "no idea"),
        ("18", "18 dollars and 5 cents"),
        ("A", "17"),
        ("10:30", "10:45 am"),
        ("1", r"\frac{" * 50),
        ("1", "9" * 5000),
    ],
)
def test_what_can_not_be_compared_is_no_opinion(scorer, reference, answer):
    with pytest.raises(Unanswerable):
        scorer.same(reference, answer)


@pytest.mark.parametrize(
    ("steps", "answer"),
    [
        ([r"So \boxed{\frac{1}{2}}."], r"\frac{1}{2}"),
        ([r"First \boxed{3}, no: \boxed{4}."], "4"),
        ([r"Set \boxed{\{1, 2\}} it is"], r"\{1, 2\}"),
        (["Add.\n#### 1,234\n"], "1,234"),
        (["Thus the final answer is: **$3.50**. Done."], "$3.50"),
        (["The answer is 5. The answer is 6."], "6"),
        (["The answer is 5.", "Let me check that."], None),
        ([r"\boxed{7"], None),
        (["No answer here."], None),
        ([], None),
    ],
)
def test_the_final_answer_is_what_the_last_step_says(steps, answer):
    assert final_answer(trace(*steps)) == answer


def test_observations_do_not_answer():
    steps = [StepText("The answer is 5."), StepText("The answer is 6.", "observation", judged=False)]
    assert final_answer(TraceText("", steps)) == "5"


def test_the_trace_is_right_or_wrong_and_the_steps_are_left_alone(scorer):
    right = scorer.score_one(trace(r"\boxed{4}", reference="4", answer=None))
    assert right == Scored(Opinion(1.0, "final answer 4 agrees with the reference 4"))
    wrong = scorer.score_one(trace(r"\boxed{4}", reference="5", answer="6"))
    assert wrong == Scored(Opinion(0.0, "final answer 6, reference 5"))


def test_without_reference_or_answer_there_is_no_opinion(scorer):
    assert scorer.score_one(trace("The answer is 4.")) == Scored(remark="no reference answer")
    assert scorer.score_one(trace("Hm.", reference="4")) == Scored(remark="no final answer found")
    assert scorer.score_one(trace(reference="4", answer="who knows")).trace is None


HOSTILE = [
    r"2^{2^{2^{2^{2^{2}}}}}",
    r"\binom{100000000}{50000000}",
    r"\sum_{n=1}^{1000000000} n!",
    "__import__('os').system('sleep 60')",
    r"\begin{matrix}" * 100,
]


def test_hostile_answers_cost_bounded_time_and_the_next_one_is_fine(scorer, monkeypatch):
    monkeypatch.setattr(scorer.child, "seconds", 1.0)
    assert scorer.same(r"\sqrt{8}", r"2\sqrt{2}")
    for answer in HOSTILE:
        start = time.monotonic()
        with suppress(Unanswerable):
            assert not scorer.same("3", answer)
        assert time.monotonic() - start < 100  # a second of work, perhaps after starting a new child
    assert scorer.same(r"\sqrt{8}", r"2\sqrt{2}")


def test_memory_is_bounded_too():
    child = EquivalenceChild(seconds=3, megabytes=512)
    try:
        with pytest.raises(Unanswerable):
            child.same("$1$", r"$10^{10^{11}}$")
        assert child.same("$1$", "$1$")
    finally:
        child.close()


@pytest.mark.parametrize(
    "hostile",
    [
        "x" + " " * 1_000_000 + "y z",
        r"\(" * 250_000 + r"\)" * 250_000,
        "$" * 1_000_000,
        r"\boxed{" * 150_000,
        "1:" * 500_000,
    ],
    ids=["spaces", "wrapped", "dollars", "boxes", "ratios"],
)
@pytest.mark.parametrize("of", ["reference", "answer"])
def test_a_megabyte_of_anything_costs_no_time(hostile, of):
    sides = {"reference": "5", "answer": "6", of: hostile}
    start = time.monotonic()
    scored = AnswerScorer().score_one(TraceText("p", [StepText("s")], sides["reference"], sides["answer"]))
    assert time.monotonic() - start < 1
    assert (scored.trace, scored.remark) == (None, "too long to be a final answer")


def test_a_child_that_was_killed_is_replaced(scorer):
    child = scorer.child
    assert child.same("$1$", "$1$")
    child._process.kill()
    child._process.wait()
    assert child.same("$1$", "$1$")


def test_threads_take_turns(scorer):
    results = []
    threads = [
        threading.Thread(target=lambda i=i: results.append((i, scorer.child.same(f"${i}$", "$3+1$")))) for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(i, i == 4) for i in range(8)]


def test_a_fork_gets_a_child_of_its_own_and_a_child_ends_when_its_worker_is_gone():
    """As in a Celery worker whose parent already compared something; run apart, since this process has
    threads.
    """
    script = textwrap.dedent(
        """
        import os
        from annotate.scoring.scorers.equivalence import EquivalenceChild
        child = EquivalenceChild()
        assert child.same("$1$", "$1$")
        before = child._process.pid
        if pid := os.fork():
            assert os.waitpid(pid, 0)[1] == 0
            assert child.same("$2$", "$2$") and child._process.pid == before
        else:
            assert child.same("$3$", "$3$") and child._process.pid != before
            child.close()
            os._exit(0)
        print(before, flush=True)
        os.kill(os.getpid(), 9)
        """
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, timeout=120, cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    child = int(done.stdout)
    for _ in range(300):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its worker")
