"""The exact check of calculations: what it flags, what it leaves alone, and that no text can break it."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.scoring.scorers.arithmetic import FLAGGED, ArithmeticScorer
from annotate.scoring.scorers.arithmetic.check import wrong_equations
from annotate.scoring.scorers.base import Opinion, StepText, TraceText


def reasons(step: str) -> list[str]:
    return [finding.reason for finding in wrong_equations(step)]


WRONG = [
    ("She sold 48 + 24 = 70 clips.", "48 + 24 = 72, not 70"),
    ("Calculator: 5*3=<<5*3=16>>", "5*3 = 15, not 16"),
    (r"Thus \(12 \times 3 = 35\).", "12 × 3 = 36, not 35"),
    (r"\[ \frac{3}{4} + \frac{1}{4} = 2 \]", "3/4 + 1/4 = 1, not 2"),
    (r"$7 \cdot 8 = 54$", "7 × 8 = 56, not 54"),
    (r"\begin{align*} 2 + 3 &= 5 + 1 \\ &= 7 \end{align*}", "5 + 1 = 6, not 7"),
    ("- Total = 10 + 30 + 65 = 100 shoes", "10 + 30 + 65 = 105, not 100"),
    ("3. 4 + 4 = 9", "4 + 4 = 8, not 9"),
    ("8 apples + 3 apples = 12 apples.", "8 apples + 3 apples = 11, not 12"),
    ("8 (this week) - 4 (last week) = 5.", "8 (this week) - 4 = 4, not 5"),
    ("33 classes * 15 students/class = 485 students", "33 classes * 15 students/class = 495, not 485"),
    ("5 classes x 3 lines = 14", "5 classes x 3 lines = 15, not 14"),
    ("$15.00 * 4 = $64", "$15.00 * 4 = 60, not $64"),
    ("He paid $1,200 + $300 = $1,600.", "$1,200 + $300 = 1500, not $1,600"),
    (r"\(1{,}200 + 1 = 1{,}300\)", "1{,}200 + 1 = 1201, not 1{,}300"),
    ("That is 20% of 50 = 12", "20% of 50 = 10, not 12"),
    ("Half is 10 / 4 = 2.7 kg.", "10 / 4 = 2.5, not 2.7"),
    ("So 2^10 = 1000.", "2^10 = 1024, not 1000"),
    (r"\(5! = 100\) and \(\binom{5}{2} = 12\)", "5! = 120, not 100"),
    (r"\(\sqrt{16} + 1 = 6\)", "√{16} + 1 = 5, not 6"),
    (r"\(2(3 + 4) = 15\)", "2(3 + 4) = 14, not 15"),
    ("100 / 3 ≈ 40", "100 / 3 = about 33.33, not 40"),
    ("a total of 70 + 420 + 210 = 680 animals", "70 + 420 + 210 = 700, not 680"),
    ("−3 + 1 = −4", "−3 + 1 = -2, not −4"),
    ("**2 + 2 = 5**", "2 + 2 = 4, not 5"),
]


@pytest.mark.parametrize(("step", "reason"), WRONG)
def test_it_flags_wrong_equations_with_the_right_value(step, reason):
    assert reasons(step)[:1] == [reason]


RIGHT_OR_UNREADABLE = [
    # Right.
    "48 + 24 = 72",
    "5 * 3 = <<5*3=15>>15 clips",
    r"\(\frac{28}{4} = 7\), \(3 \div 4 = 0.75\)",
    "1/2 = 50%",
    "5/20 = 25 percent",
    "100 - 20% = 80",
    "0.25 × 100% = 25%",
    # Rounded, as people round.
    "10 / 3 = 3.33",
    "10 / 3 = 3",
    "75 / 55 = 1.4 hours",
    "22/7 ≈ 3.2",
    "580 / 110 = 5.2727272727272725",
    "9/14*84 = 54.00000000000001",
    "33.33 × 3 = 100",
    # A running calculation.
    "5 + 3 = 8 * 2 = 16",
    # Not plain numbers.
    r"\(2\frac{6}{7} + 1 = 3\)",
    r"\(\log_3(9^2) = 4\)",
    r"\(f(3) + 1 = 5\)",
    "x + 3 = 10 and 2x + 4 = 10",
    "3x - 1 = 10",
    "1 + 2λx = 0",
    "y - 5 + 3 = 8",
    r"\(4\pi + 1 = 5\)",
    "6/2(3) = 1",
    "120/1/6 = 720",
    r"\(2^10 = 20\)",
    "(3, 4) + (1, 1) = (4, 5)",
    "2 1/2 + 3 = 5.5",
    # What stands beside it changes it.
    "half of 6 + 2 = 5",
    "Day 1 - 5 = 6",
    "3 more than 5 + 3 = 11",
    "25 classmates + his 1 teacher + 1 himself = 27 people",
    "17 / 5 = 3 remainder 2",
    "9 + 8 = 5 (mod 12)",
    "In base 8, 7 + 1 = 10",
    "2 + 3 dozen = 38",
    "10:30 + 1:00 = 11:30",
    "gcd(4 + 2, 3) = 3",
    "total = 20 + 30, so 400 = 20 + x",
    "pages 10–20 = 11 pages",
    "the 1st - 5 = 6",
    # Units that convert.
    "1 hour + 30 minutes = 90 minutes",
    r"\(50 \text{ cents} \times 4 = 2 \text{ dollars}\)",
    "2 feet + 4 inches = 28 inches",
    # Taken back by its writer.
    "3 + 4 = 8, which is a contradiction",
    "2 + 2 = 5 is not true",
    "Is 7 + 7 = 15?",
    # No equation.
    "```\nassert 1 + 1 == 3\n1 + 1 = 3\n```",
    "`1 + 1 = 3`",
    "1 / 0 = 5",
    r"\(0^0 = 1\), \(\sqrt{2} = 1\), \(9^{9^{9^9}} = 1\), \(1000! = 2\)",
]


@pytest.mark.parametrize("step", RIGHT_OR_UNREADABLE)
def test_it_leaves_alone_what_is_right_or_can_not_be_read(step):
    assert reasons(step) == []


def test_a_flag_is_low_and_no_flag_is_no_opinion():
    steps = [StepText("2 + 2 = 4"), StepText("2 + 2 = 5"), StepText("2 + 2 = 6", "observation", judged=False)]
    scored = ArithmeticScorer().score_one(TraceText(problem="", steps=steps))
    assert scored.trace is None
    assert scored.steps == {1: Opinion(FLAGGED, "2 + 2 = 4, not 5")}


# -- properties
# ---------------------------------------------------------------------------------------------------

integers = st.integers(0, 9999)


@st.composite
def calculations(draw: st.DrawFn, depth: int = 0) -> tuple[str, str, Fraction]:
    """A calculation as prose, as LaTeX, and its value."""
    if depth > 2 or draw(st.booleans()):
        n = draw(integers)
        decimals = draw(st.sampled_from([0, 0, 1, 2]))
        text = f"{n / 10**decimals:.{decimals}f}"
        return text, text, Fraction(text)
    (a, a_tex, x), (b, b_tex, y) = (draw(calculations(depth=depth + 1)) for _ in range(2))
    match draw(st.sampled_from("+-*/")):
        case "+":
            return f"({a} + {b})", rf"\left({a_tex} + {b_tex}\right)", x + y
        case "-":
            return f"({a} - {b})", f"({a_tex} - {b_tex})", x - y
        case "/" if y:
            return f"({a} / {b})", rf"\frac{{{a_tex}}}{{{b_tex}}}", x / y
        case _:
            return f"({a} * {b})", rf"({a_tex} \times {b_tex})", x * y


def written(value: Fraction) -> str:
    """The value as people write it: four digits after the point."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{0 if value.denominator == 1 else 4}f}"


@given(calculations())
@settings(max_examples=300, deadline=None)
def test_true_equations_are_never_flagged(calculation):
    prose, latex, value = calculation
    assert reasons(f"So {prose} = {written(value)} apples.") == []
    assert reasons(f"Then \\[ {latex} = {written(value)} \\] holds.") == []
    assert reasons(f"<<{prose}={written(value)}>>") == []


@given(st.lists(st.integers(1, 9999), min_size=2, max_size=6), st.integers(1, 10**6), st.booleans())
@settings(max_examples=300, deadline=None)
def test_integer_equations_that_are_off_are_always_flagged(numbers, off, times):
    value = sum(numbers)
    if times:
        value = 1
        for n in numbers:
            value *= n
    wrong = value + off
    if wrong in (100 * value, numbers[0]) or 100 * wrong == value:
        return
    prose, latex = (" * ", r" \cdot ") if times else (" + ", " + ")
    left = prose.join(map(str, numbers))
    assert reasons(f"So it is {left} = {wrong} in all.")
    assert reasons(rf"\({latex.join(map(str, numbers))} = {wrong}\)")


MATERIAL = r"1 23 4.5 , . = ≈ + - * / ^ ( ) { } $ \( \) \[ \] \frac \sqrt \binom \text{ % ! << >> apples of x `"
PIECES = [*MATERIAL.split(), " ", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=300))
@settings(max_examples=1000, deadline=1000)
def test_no_text_breaks_it(text):
    reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "1+" * 20_000 + "1=2",
        "=".join(["1"] * 10_000),
        "-" * 20_000 + "1 = 2",
        "\\(" * 10_000,
        "$1" * 10_000,
        "<<" * 10_000,
        "1 apple " * 3000 + "= 2",
        "9^9^9^9 = 1, 9^999999 = 1, (((9^99)^99)^99)^99 = 1",
        "\\frac{" * 5000 + "1" + "}{1}" * 5000 + " = 2",
        "9" * 20_000 + " + 1 = 2",
        "\\begin{align}" * 1500,
        "1,000" * 4000,
        "100! * 100! * 100! * 100! * 100! * 100! * 100! * 100! * 100! = 1",
    ],
    ids=range(14),
)
def test_nothing_takes_long(text):
    start = time.monotonic()
    reasons(text)
    assert time.monotonic() - start < 10
