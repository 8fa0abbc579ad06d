"""Published data sets come in as they are, with counts that a few lines of another kind make from the same files."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate.corpus.formats.detect import detect
from annotate.corpus.ingest import Report
from annotate.corpus.lines import CHUNK
from annotate.corpus.models import Choice, Problem, SourceLabel, SourcePreference, Step, Trace
from annotate.imports.intake import take_in

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

Take = Callable[[str, str], Report]


def rows(name: str) -> list[dict[str, Any]]:
    """A file's rows, whatever holds them."""
    text = (DATA / name).read_text()
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]
    if isinstance(whole, list):
        return whole
    return [whole] if "question" in whole else [row for group in whole.values() for row in group]


@pytest.fixture
def take(cast) -> Take:
    """Takes a file in, recognised as the format; what comes again is all duplicates."""

    def take(name: str, format: str) -> Report:
        file = DATA / name
        if not file.exists():
            pytest.skip(f"{file} is not here")
        content = file.read_bytes()
        chunks = [content[i : i + CHUNK] for i in range(0, len(content), CHUNK)]
        detected = detect(chunks)
        assert detected.format.name == format
        report = take_in(cast.project, detected.format, detected.chunks)
        again = take_in(cast.project, detected.format, chunks)
        assert (again.accepted, again.duplicates) == (0, report.accepted + report.duplicates)
        assert again.rejected == report.rejected
        return report

    return take


def rejected(report: Report) -> list[tuple[int, str]]:
    return [(number, error.code) for number, error in report.errors]


def nodes(paths: list[tuple[object, list[str]]]) -> int:
    """How many nodes a tree of these (problem, steps) has."""
    return len({(problem, *steps[: i + 1]) for problem, steps in paths for i in range(len(steps))})


@pytest.mark.parametrize(("name", "count"), [("gsm8k", 400), ("math", 1000)])
def test_processbench(take, name, count):
    report = take(f"processbench/{name}.json", "processbench")
    assert (report.accepted, report.rejected) == (count, 0)


def test_mr_gsm8k(take):
    report = take("mr-gsm8k/mr_gsm8k_union.json", "mr-gsm8k")
    known = rows("mr-gsm8k/mr_gsm8k_union.json")
    assert (report.accepted, rejected(report)) == (len(known), [])
    problems = {(row["question"], row["question_type"] == "POT") for row in known}
    assert Problem.objects.count() == len(problems)
    paths = [((row["question"], row["question_type"] == "POT"), row["model_output_steps"]) for row in known]
    assert Step.objects.count() == nodes(paths)
    found = {label.trace.external_id: label for label in SourceLabel.objects.select_related("trace")}
    for row in known:
        label = found[row["uuid"]]
        assert label.values.index(-1) + 1 == row["model_output_solution_first_error_step"]
        assert label.comment == row["model_output_solution_first_error_reason"]


@pytest.mark.parametrize("name", ["biology", "math"])
def test_mr_ben(take, name):
    report = take(f"mr-ben/{name}.json", "mr-ben")
    broken, first_options, good = [], {}, []
    for number, row in enumerate(rows(f"mr-ben/{name}.json"), 1):
        if not all(step.strip() for step in row["Model_Solution_Steps"]):
            broken.append((number, "empty-step"))
        elif first_options.setdefault(row["Question_UUID"], row["Options"]) != row["Options"]:
            broken.append((number, "problem-conflict"))
        else:
            good.append(row)
    assert sorted(set(rejected(report))) == broken
    assert Trace.objects.count() == len(good)
    assert Problem.objects.count() == len(first_options)
    wrong = [row for row in good if row["Model_Solution_Correctness"] == "incorrect"]
    pairs = sum(len(set(row["Model_Solution_Rectified_First_Error_Step"])) for row in wrong)
    assert Choice.objects.count() == pairs
    assert report.accepted == len(good) + pairs
    assert SourcePreference.objects.count() == 2 * len(wrong)
    labels = SourceLabel.objects.select_related("trace", "rewrite")
    assert labels.count() == 2 * len(good)
    assert labels.filter(rewrite=None).count() == 2 * (len(good) - len(wrong))
    found = {(label.trace.external_id, label.source): label for label in labels}
    for row in wrong:
        for i in (0, 1):
            label = found[f"{row['Question_UUID']}/{row['Sampled_Model']}", f"mr-ben/{i + 1}"]
            assert label.values.index(-1) + 1 == int(row["Model_Solution_First_Error_Step"])
            assert label.comment == row["Model_Solution_Error_Reason"][i]
            assert label.rewrite.text == row["Model_Solution_Rectified_First_Error_Step"][i]


def test_prmbench(take):
    names = [f"prmbench/prm800k_test_p1_4o_{kind}.jsonl" for kind in ("circular", "confidence", "redundency")]
    good, accepted = [], 0
    for name in names:
        report = take(name, "prmbench")
        accepted += report.accepted
        broken = []
        for number, row in enumerate(rows(name), 1):
            if max(row["error_steps"]) > len(row["modified_process"]):
                broken.append((number, "no-such-step"))
            else:
                good.append(row)
        assert rejected(report) == broken
        assert broken
    originals = {(row["idx"], row["original_question"], *row["original_process"]) for row in good}
    assert accepted == Trace.objects.count() == len(good) + len(originals)
    labels = SourceLabel.objects.exclude(error_types=[])
    assert labels.count() == len(good)
    assert sum(label.values.count(-1) for label in labels) == sum(len(row["error_steps"]) for row in good)
    right = SourceLabel.objects.filter(error_types=[])
    assert sum(len(label.values) for label in right) == sum(len(key) - 2 for key in originals)


@pytest.mark.parametrize(
    "names",
    [
        ["raw_samples.jsonl"],
        ["prm800k-phase1-test-example.json", "prm800k-phase2-test-example.json", "raw_samples.jsonl"],
    ],
)
def test_prm800k(take, names):
    for name in names:
        report = take(f"prm800k/{name}", "prm800k")
        assert report.rejected == 0
    records = rows("prm800k/raw_samples.jsonl")  # the two others are among them
    assert Trace.objects.count() == len(records)
    traces = {trace.metadata["timestamp"]: trace for trace in Trace.objects.all()}
    labels = {label.trace_id: label for label in SourceLabel.objects.all()}
    choices = 0
    for record in records:
        values = []
        for step in record["label"]["steps"]:
            ratings: dict[str, int] = {c["text"]: c["rating"] for c in step["completions"] or []}
            choices += len(ratings) > 1
            if step["chosen_completion"] is not None:
                values.append(step["completions"][step["chosen_completion"]]["rating"])
            elif ratings or step["human_completion"]:
                values.append(None if step["human_completion"] else step["completions"][0]["rating"])
        trace = traces[record["timestamp"]]
        length = len(record["question"].get("pre_generated_steps", values))
        assert labels[trace.pk].values == values + [None] * (length - len(values))
    assert Choice.objects.count() == SourcePreference.objects.count() == choices == 6


def test_math_shepherd(take):
    report = take("math-shepherd/samples.jsonl", "math-shepherd")
    known = rows("math-shepherd/samples.jsonl")
    assert (report.accepted, rejected(report)) == (len(known), [])
    signs = ["".join(line[-1] for line in row["label"].split("\n")) for row in known]
    found = ["".join("+" if v == 1 else "-" for v in label.values) for label in SourceLabel.objects.all()]
    assert sorted(found) == sorted(signs)
    assert {problem.statement for problem in Problem.objects.all()} == {
        row["input"].split(" Step 1:")[0] for row in known
    }


def test_step_dpo(take):
    name = "step-pairs/mrben_biology_math.jsonl"
    report = take(name, "step-dpo")
    known = rows(name)
    assert (report.accepted, rejected(report)) == (len(known), [])
    assert Choice.objects.count() == SourcePreference.objects.count() == len(known)
    assert Problem.objects.count() == len({row["prompt"] for row in known})
    texts = set(Step.objects.values_list("text", flat=True))
    assert {row["chosen"] for row in known} | {row["rejected"] for row in known} <= texts


def test_math_aps_trees(take):
    name = "math-aps/samples_math-aps-tree.jsonl"
    report = take(name, "math-aps")
    known: dict[tuple[str, ...], set[float]] = {}
    for row in rows(name):
        todo = [((), row["reasoning_steps"])]
        while todo:
            above, node = todo.pop()
            path = (*above, node["text"])
            known.setdefault(path, set()).add(node["mc_value"])
            todo += [(path, child) for child in node["children"]]
    ends = set(known) - {path[:-1] for path in known}
    assert (report.accepted, rejected(report)) == (len(ends), [])
    assert Problem.objects.count() == len(rows(name))
    assert Step.objects.count() == len(known) - len(rows(name))
    stored = {step.pk: step.text for step in Step.objects.all()}
    for trace in Trace.objects.select_related("problem"):
        path = (trace.problem.statement, *(stored[key] for key in trace.path))
        for i, value in enumerate(trace.scores["mc"], 2):
            said = known[path[:i]]
            assert value in said if len(said) == 1 else min(said) < value < max(said)


def test_math_aps_prefixes(take):
    name = "math-aps/samples_math-aps.jsonl"
    report = take(name, "math-aps")
    known = {(row["question"], step["solution_prefix"]) for row in rows(name) for step in row["reasoning_steps"]}
    # In these files every prefix is followed by a blank line wherever another one goes on from it.
    ends = {one for one in known if not any(o[1].startswith(one[1] + "\n\n") for o in known if o[0] == one[0])}
    assert (report.accepted, rejected(report)) == (len(ends), [])
    assert Step.objects.count() == len(known) - len(rows(name))
    stored = {step.pk: step.text for step in Step.objects.all()}
    whole = {
        (trace.problem.statement, "\n\n".join([trace.problem.statement, *(stored[key] for key in trace.path)]))
        for trace in Trace.objects.select_related("problem")
    }
    assert whole == ends


def test_flat_and_tree_of_the_same_problems_fit_together(take):
    for name in ("math-aps/samples_math-aps.jsonl", "math-aps/samples_math-aps-tree.jsonl"):
        assert take(name, "math-aps").rejected == 0


def test_alfworld(take):
    names = [f"alfworld/{file.name}" for file in sorted((DATA / "alfworld").glob("*.json"))] or ["alfworld/0_0.json"]
    games = []
    for name in names:
        report = take(name, "alfworld")
        assert report.accepted + report.duplicates == 1
        games.append(json.loads((DATA / name).read_text()))
    paths = [
        (game["task"], [turn[key] for turn in game["traj"] for key in ("obs", "thought", "act") if key in turn])
        for game in games
    ]
    assert Problem.objects.count() == len({game["task"] for game in games})
    assert Trace.objects.count() == len({(task, *texts) for task, texts in paths})
    assert Step.objects.count() == nodes(paths)
    assert Step.objects.filter(kind="thought", text="").count() == 0


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ctf-crypto-eps", {"thought": 10, "tool_call": 14, "observation": 14}),
        ("marshmallow-1867-function-calling", {"thought": 11, "tool_call": 11, "observation": 10}),
        ("function_calling_simple", {"thought": 5, "tool_call": 5, "observation": 5}),
    ],
)
def test_swe_agent(take, name, count):
    report = take(f"swe-agent/{name}.traj", "swe-agent")
    assert (report.accepted, report.rejected) == (1, 0)
    whole = json.loads((DATA / f"swe-agent/{name}.traj").read_text())
    [trace] = Trace.objects.select_related("problem")
    assert trace.problem.statement == whole["history"][1]["content"]
    stored = {step.pk: step for step in Step.objects.all()}
    path = [stored[key] for key in trace.path]
    assert {kind: [step.kind for step in path].count(kind) for kind in count} == count
    said = {turn.get("action") for turn in whole.get("trajectory", whole["history"])} - {None}
    assert {step.text for step in path if step.kind == "tool_call"} == said
    assert {**trace.metadata, "trajectory": None} == {**whole, "trajectory": None}


def test_gsm8k(take):
    name = "gsm8k/example_model_solutions.jsonl"
    report = take(name, "gsm8k")
    paths, broken = [], []
    for number, row in enumerate(rows(name), 1):
        solutions = [value["solution"] for value in row.values() if isinstance(value, dict)]
        lines = [[line for line in solution.split("\n") if line.strip()] for solution in solutions]
        if all(lines):
            paths += [(row["question"], steps) for steps in lines]
        else:
            broken.append((number, "step-count"))
    assert rejected(report) == broken
    assert report.accepted == Trace.objects.count() == len(paths)
    assert Step.objects.count() == nodes(paths)
    right = [value["is_correct"] for row in rows(name) for value in row.values() if isinstance(value, dict)]
    assert Trace.objects.filter(correct=True).count() == sum(right)


@pytest.mark.parametrize("name", ["gsm8k", "MATH", "date"])
def test_natural_program(take, name):
    name = f"verify-cot/{name}_100.json"
    report = take(name, "natural-program")
    known = rows(name)
    assert (report.accepted, rejected(report)) == (len(known), [])
    stored = {step.pk: step.text for step in Step.objects.all()}
    traces = Trace.objects.select_related("problem")
    flat = {(t.problem.statement, re.sub(r"\s", "", "".join(stored[key] for key in t.path))): t for t in traces}
    assert len(flat) == len(known)
    for row in known:
        # The steps are the text, but for two sentences that the prompt asked for.
        text = re.sub(r"^First,? let's write [^#]*|\nNext, let's answer .*", "", row["answer"])
        trace = flat.pop((row["question"], re.sub(r"\s", "", text)))
        assert (trace.correct, trace.metadata["flag"]) == (row["correct"], row["flag"])
        mark = "#" if re.search("^#1", row["answer"], re.MULTILINE) else ""
        lines = [line for line in row["answer"].split("\n") if re.match(mark + r"\d+[.:] ", line)]
        assert len(trace.path) == len(lines)
        for line, premises in zip(lines, trace.premises, strict=True):
            if plain := re.match(r"#(\d+)\. \(by ((?:#\d+,? ?)+)\)", line):
                named = {int(number) for number in re.findall(r"#(\d+)", plain[2])}
                assert {trace.step_metadata[i]["statement"] for i in premises} == named
    assert not SourceLabel.objects.exists()
