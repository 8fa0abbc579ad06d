"""The demo's files hold what they promise: shared beginnings, one problem per id, a key that fits."""

import json
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations, product
from math import comb

import pytest

from annotate.local import demo

KINDS = {"reasoning", "code", "tool_call", "observation"}


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


TRACES = read_lines(demo.TRACES)
CHOICES = read_lines(demo.CHOICES)
KEY = json.loads(demo.ANSWERS.read_text(encoding="utf-8"))
GUIDELINES = demo.GUIDELINES.read_text(encoding="utf-8")


def step(raw):
    """The step as (kind, text): what decides whether two traces share it."""
    return ("reasoning", raw) if isinstance(raw, str) else (raw.get("kind", "reasoning"), raw["text"])


def path(line, field="steps"):
    return tuple(step(raw) for raw in line[field])


def by_problem():
    groups = defaultdict(list)
    for trace in TRACES:
        groups[trace["problem"]["id"]].append(trace)
    return groups


def shared(one, other):
    """How many first steps two paths have in common."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


FILES = [demo.TRACES, demo.CHOICES, demo.ANSWERS, demo.GUIDELINES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files_are_clean_utf8(file):
    raw = file.read_bytes()
    text = raw.decode("utf-8")
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert "\r" not in text
    assert "\t" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_no_text_has_blanks_at_its_ends():
    for line in TRACES + CHOICES:
        texts = [step(raw)[1] for name in ("steps", "prefix", "candidates") for raw in line.get(name, [])]
        for text in [*texts, line["problem"]["statement"]]:
            assert text
            assert text == text.strip()
            assert all(part == part.rstrip() for part in text.split("\n"))


def test_there_are_enough_of_everything():
    groups = by_problem()
    assert len(groups) >= 14
    assert len(CHOICES) >= 8
    assert all(3 <= len(traces) <= 5 for traces in groups.values())
    assert all(4 <= len(trace["steps"]) <= 9 for trace in TRACES)
    assert len({trace["generator"] for trace in TRACES}) == 3
    assert len({trace["problem"]["metadata"]["topic"] for trace in TRACES}) >= 12
    assert {kind for trace in TRACES for kind, _ in path(trace)} == KINDS


def test_ids_are_unique_and_no_line_is_said_twice():
    assert max(Counter(line["id"] for line in TRACES + CHOICES).values()) == 1
    assert max(Counter((t["problem"]["id"], path(t)) for t in TRACES).values()) == 1


def test_a_problem_is_the_same_in_each_of_its_lines():
    seen = {}
    for line in TRACES + CHOICES:
        problem = line["problem"]
        assert json.dumps(problem) == seen.setdefault(problem["id"], json.dumps(problem))
        assert problem["answer"]


def test_traces_carry_no_labels():
    fields = {"id", "problem", "generator", "steps", "answer", "correct", "metadata"}
    assert all(set(trace) == fields for trace in TRACES)


def test_traces_of_a_problem_begin_alike():
    deepest, depths = [], set()
    for name, traces in by_problem().items():
        lengths = [shared(path(a), path(b)) for a, b in combinations(traces, 2)]
        assert max(lengths) >= 1, f"no two traces of {name} begin alike"
        deepest.append(max(lengths))
        depths.update(lengths)
    assert sum(length >= 2 for length in deepest) >= 14
    assert {1, 2, 3, 4} <= depths


def test_the_key_fits_the_traces():
    assert set(KEY["traces"]) == {trace["id"] for trace in TRACES}
    for trace in TRACES:
        entry = KEY["traces"][trace["id"]]
        first = entry["first_error"]
        if first is None:
            assert trace["correct"]
            assert entry["error_type"] is None
        else:
            assert 0 <= first < len(trace["steps"])
            assert entry["why"]
            assert path(trace)[first][0] != "observation"
            assert f"`{entry['error_type']}`" in GUIDELINES


def test_the_key_says_the_same_about_a_step_wherever_it_is_shared():
    verdicts = {}
    for trace in TRACES:
        first = KEY["traces"][trace["id"]]["first_error"]
        last = len(trace["steps"]) - 1 if first is None else first
        for index in range(last + 1):
            node = (trace["problem"]["id"], path(trace)[: index + 1])
            assert verdicts.setdefault(node, index != first) == (index != first)


def test_every_kind_of_trace_is_there():
    entries = [(t["correct"], KEY["traces"][t["id"]]) for t in TRACES]
    assert sum(e["first_error"] is None for _, e in entries) >= 20
    assert sum(not correct for correct, _ in entries) >= 30
    assert sum(correct and e["first_error"] is not None for correct, e in entries) >= 3
    assert len({e["error_type"] for _, e in entries} - {None}) == 9
    assert {0, 1, 2, 3, 4, 5} <= {e["first_error"] for _, e in entries}


def test_a_choice_begins_like_a_real_trace():
    for choice in CHOICES:
        begin = path(choice, "prefix")
        homes = [path(t) for t in by_problem()[choice["problem"]["id"]]]
        assert begin
        assert any(home[: len(begin)] == begin for home in homes)
        candidates = path(choice, "candidates")
        assert 2 <= len(candidates) == len(set(candidates)) <= 4
        assert any(home[len(begin)] == c for home in homes if home[: len(begin)] == begin for c in candidates)


def test_the_key_fits_the_choices():
    assert set(KEY["choices"]) == {choice["id"] for choice in CHOICES}
    clear, ties, hopeless = 0, 0, 0
    for choice in CHOICES:
        verdict = KEY["choices"][choice["id"]]
        if verdict.get("none_acceptable"):
            hopeless += 1
            continue
        ranked = [index for group in verdict["ranking"] for index in group]
        assert sorted(ranked) == list(range(len(choice["candidates"])))
        clear += len(verdict["ranking"][0]) == 1
        ties += len(verdict["ranking"][0]) > 1
    assert clear >= 6
    assert ties >= 1
    assert hopeless >= 1


def test_choices_and_traces_agree_about_a_candidate():
    wrong, right = set(), set()
    for trace in TRACES:
        first = KEY["traces"][trace["id"]]["first_error"]
        for index in range(len(trace["steps"]) if first is None else first + 1):
            (wrong if index == first else right).add((trace["problem"]["id"], path(trace)[: index + 1]))
    for choice in CHOICES:
        verdict = KEY["choices"][choice["id"]]
        best = verdict.get("ranking", [[]])[0]
        for index, candidate in enumerate(path(choice, "candidates")):
            node = (choice["problem"]["id"], (*path(choice, "prefix"), candidate))
            assert node not in (wrong if index in best else right)


def count_knights():
    """Knights in every reading of the islanders' sentences in which nobody breaks his kind's rule."""
    return [
        ada + ben + cleo
        for ada, ben, cleo in product((True, False), repeat=3)
        if ada == (not ben and not cleo) and ben == (not ada) and cleo == (ada == cleo)
    ]


def count_given_red():
    pairs = list(combinations("RRRRRBBB", 2))
    return Fraction(pairs.count(("R", "R")), sum("R" in pair for pair in pairs))


@pytest.mark.parametrize(
    ("problem", "value"),
    [
        ("demo-bakery", Fraction(18 * 24 * 3, 4) / 6 * Fraction(9, 2)),
        ("demo-powers-mod-7", (3**100 + 5**100) % 7),
        ("demo-quartet", sum(comb(6, k) * comb(5, 4 - k) for k in (1, 2, 3))),
        ("demo-marbles", count_given_red()),
        ("demo-recursion", sum(3**n + 1 for n in range(6))),
        ("demo-island", count_knights()[0]),
        ("demo-fuel", Fraction("6.4") * Fraction("3.5") * Fraction("0.125") * Fraction("1.75")),
        ("demo-rice", 108 / (Fraction(3, 4) * Fraction(3, 5))),
        ("demo-tool-count", sum((n * n + n + 1) % 7 == 0 for n in range(1, 501))),
        ("demo-code-loop", sum(k for k in range(1, 91, 2) if 90 % k == 0)),
        ("demo-system", 2**2 + 3**2),
        ("demo-pipes", 1 / (Fraction(1, 6) + Fraction(1, 4) - Fraction(1, 12))),
        ("demo-rectangle", max(2 * x * (12 - x * x) for x in (Fraction(i, 100) for i in range(1, 347)))),
    ],
)
def test_reference_answers_are_right(problem, value):
    answer = by_problem()[problem][0]["problem"]["answer"]
    plain = answer.replace(r"\frac{2}{5}", "2/5")
    assert Fraction(plain) == value


def test_the_island_has_one_reading():
    assert len(count_knights()) == 1
