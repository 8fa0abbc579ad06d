"""Sending traces in over the API, and browsing them."""

import gzip
import json
from pathlib import Path

import pytest

from annotate.audit.models import Event
from annotate.corpus import ingest as ingest_module
from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Choice, Problem, SourceLabel, SourcePreference, Step, Trace
from annotate.labeling.models import Task

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the real data sets are not at {DATA}")
URL = "projects/algebra/traces/"


def line(**fields):
    return {"problem": {"id": "p", "statement": "What is $1+1$?"}, "steps": ["One.", "Two."], **fields}


def send(browser, *lines, url=URL, **headers):
    data = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
    response = browser.post(url, data.encode(), content_type="application/x-ndjson", **headers)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_trace_comes_in_and_gets_a_task(max_):
    answer = send(max_, line(id="t", generator="m", answer="3", correct=False, metadata={"k": [1, None]}))
    assert answer == {**answer, "accepted": 1, "duplicates": 0, "rejected": 0, "errors": []}
    trace = Trace.objects.get()
    assert (trace.external_id, trace.generator, trace.answer, trace.correct) == ("t", "m", "3", False)
    assert trace.metadata == {"k": [1, None]}
    steps = Step.objects.in_bulk(trace.path)
    assert [steps[i].text for i in trace.path] == ["One.", "Two."]
    assert Task.objects.get().trace == trace


def test_an_import_is_written_down(max_, cast):
    send(max_, line(id="t"), "{")
    event = Event.objects.get(verb="traces.ingest")
    assert (event.actor, event.project_id) == (cast.max, cast.project.pk)
    assert event.data == {**event.data, "format": "native", "accepted": 1, "duplicates": 0, "rejected": 1}


def test_traces_that_begin_alike_share_their_first_steps(max_):
    send(max_, line(id="a", steps=["x", "y", "z"]), line(id="b", steps=["x", "y", "w"]), line(id="c", steps=["y"]))
    assert Step.objects.count() == 5
    a, b, c = (Trace.objects.get(external_id=i) for i in "abc")
    assert a.path[:2] == b.path[:2]
    assert a.path[2] != b.path[2]
    assert c.path[0] not in a.path  # the same text after another beginning is another step


def test_text_is_kept_to_the_byte(max_):
    text = " \t tab\\n, \\N \r\n é e\u0301 中文 \u202e𝟙 \\. "
    send(max_, line(steps=[text, {"text": text, "kind": "observation", "metadata": {"a": text}}]))
    assert set(Step.objects.values_list("text", flat=True)) == {text}
    assert Trace.objects.get().step_metadata == [None, {"a": text}]


def test_the_same_again_is_duplicates_and_changes_nothing(max_):
    lines = [line(id=str(i), steps=["s", str(i)], labels=[{"source": "s", "first_error": 1}]) for i in range(5)]
    send(max_, *lines)
    before = [list(m.objects.order_by("pk").values()) for m in (Problem, Step, Trace, SourceLabel, Task)]
    again = send(max_, *lines, *lines)
    assert again == {**again, "accepted": 0, "duplicates": 10, "rejected": 0, "errors": []}
    assert before == [list(m.objects.order_by("pk").values()) for m in (Problem, Step, Trace, SourceLabel, Task)]


@pytest.mark.parametrize(
    "change",
    [
        {"steps": ["One.", "Three."]},
        {"generator": "other"},
        {"answer": "2"},
        {"correct": True},
        {"metadata": {"a": 1}},
        {"scores": {"s": [1, 0]}},
        {"labels": [{"source": "s", "first_error": None}]},
    ],
)
def test_the_same_id_with_other_content_is_a_conflict_and_nothing_is_overwritten(max_, change):
    send(max_, line(id="t"))
    before = list(Trace.objects.values()), Step.objects.count()
    answer = send(max_, line(id="t", **change), line(id="u", steps=["good"]))
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    assert (answer["errors"][0]["line"], answer["errors"][0]["code"]) == (1, "conflict")
    assert list(Trace.objects.filter(external_id="t").values()) == before[0]
    assert Step.objects.count() == before[1] + 1  # the refused line left no step behind


def test_the_same_problem_id_with_another_statement_is_a_conflict(max_):
    send(max_, line(id="t"))
    answer = send(max_, line(id="u", problem={"id": "p", "statement": "What is $1+2$?"}, steps=["new"]))
    assert answer["errors"][0]["code"] == "problem-conflict"
    assert answer["errors"][0]["field"] == "problem.statement"
    assert Step.objects.count() == 2


def test_a_later_line_may_fill_in_what_a_problem_lacks_in_any_order(max_):
    short, full = line(id="t"), line(id="u")
    full["problem"] = {**full["problem"], "answer": "2", "solution": "Count.", "metadata": {"k": 1}}
    for lines in ([short, full], [full, short]):
        Problem.objects.all().delete()
        assert send(max_, lines[0])["accepted"] == send(max_, lines[1])["accepted"] == 1
        problem = Problem.objects.get()
        assert (problem.answer, problem.solution, problem.metadata) == ("2", "Count.", {"k": 1})


def test_without_ids_a_trace_is_its_path_and_generator(max_):
    lines = [line(generator="a"), line(generator="b"), line(generator="a", metadata={"x": 1})]
    answer = send(max_, *lines)
    assert (answer["accepted"], answer["rejected"]) == (2, 1)
    assert "id of its own" in answer["errors"][0]["message"]


BAD = [
    ("{", "not-json", ""),
    ("[]", "invalid", ""),
    ('{"steps": ["a"]}', "invalid", "problem"),
    ({"problem": {"statement": "s"}}, "invalid", "steps"),
    (line(id=""), "invalid", "id"),
    (line(steps=[]), "step-count", "steps"),
    (line(steps=["a", " "]), "empty-step", "steps[1]"),
    (line(steps=["a", "b\0"]), "nul-character", "steps[1]"),
    (line(steps=["a", 7]), "invalid", "steps[1]"),
    (line(steps=[{"text": "a", "kind": "musing"}]), "invalid", "steps[0].kind"),
    (line(problem={"statement": ""}), "empty-statement", "problem.statement"),
    (line(problem={"statement": 5}), "invalid", "problem.statement"),
    (line(problem={"statement": "s", "metadata": {"a": ["\0"]}}), "nul-character", "problem.metadata.a[0]"),
    (line(scores={"s": [1]}), "score-count", "scores.s"),
    (line(scores={"s": [1, 1.5]}), "invalid", "scores.s[1]"),
    (line(stpes=["a"]), "invalid", "stpes"),
    (line(labels=[{"source": "s", "first_error": 2}]), "invalid", "labels[0].first_error"),
    (line(labels=[{"source": "s"}]), "invalid", "labels[0]"),
    (line(labels=[{"source": "s", "values": [1]}]), "invalid", "labels[0]"),
    (line(labels=[{"source": "s", "first_error": 0, "rewrite": "One."}]), "invalid", "labels[0].rewrite"),
    (line(candidates=["a", "b"]), "invalid", "steps"),
    ({"problem": {"statement": "s"}, "candidates": ["a"]}, "step-count", "candidates"),
    ({"problem": {"statement": "s"}, "candidates": ["a", "a"]}, "invalid", "candidates"),
    ('{"problem": {"statement": "\\ud800"}, "steps": ["a"]}', "not-json", ""),
    ('{"problem": {"statement": "s"}, "steps": ["a"], "metadata": {"x": NaN}}', "not-json", ""),
    ('{"problem": {"statement": "s"}, "steps": ["a"], "metadata": {"x": 1e999}}', "invalid", "metadata[...]"),
    (
        '{"problem": {"statement": "s"}, "steps": ["a"], "metadata": ' + '{"a":' * 5000 + "1" + "}" * 5001,
        "too-deep",
        "",
    ),
]


@pytest.mark.parametrize(("bad", "code", "field"), BAD, ids=[f"{code}-{field}" for _, code, field in BAD])
def test_a_bad_line_is_told_with_line_field_and_remedy_and_spoils_nothing(max_, bad, code, field):
    answer = send(max_, line(id="a", steps=["fine"]), bad, line(id="b", steps=["fine", "too"]))
    assert answer["accepted"] == 2
    [error] = answer["errors"]
    assert error["line"] == 2
    assert error["code"] == code
    assert error.get("field", "") == field
    assert len(error["message"]) > 10


def test_atomic_takes_all_or_nothing(max_):
    answer = send(max_, line(id="a"), "{", url=URL + "?atomic=1")
    assert (answer["accepted"], answer["rejected"]) == (0, 1)
    assert not Trace.objects.exists()
    assert not Step.objects.exists()
    assert send(max_, line(id="a"), url=URL + "?atomic=1")["accepted"] == 1


def test_atomic_is_not_guessed(max_):
    response = max_.post(URL + "?atomic=yes", line(id="a"), content_type="application/x-ndjson")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "atomic")
    assert not Trace.objects.exists()


def test_rejections_beyond_a_hundred_are_counted(max_):
    answer = send(max_, *["{"] * 130)
    assert (answer["rejected"], len(answer["errors"]), answer["truncated_errors"]) == (130, 100, 30)


def test_a_json_array_and_gzip_are_understood(max_):
    data = json.dumps([line(id="a"), line(id="b", steps=["x"])], indent=1).encode()
    for body, headers in ((data, {}), (gzip.compress(data), {"HTTP_CONTENT_ENCODING": "gzip"})):
        response = max_.post(URL, body, content_type="application/json", **headers)
        assert response.json()["accepted"] + response.json()["duplicates"] == 2


def test_an_upload_that_is_cut_off_keeps_what_came(max_, monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_LINES", 20)
    data = gzip.compress("\n".join(json.dumps(line(id=str(i), steps=[str(i)])) for i in range(400)).encode())
    answer = max_.post(URL, data[: len(data) // 2], content_type="application/x-ndjson").json()
    assert 0 < answer["accepted"] == Trace.objects.count() < 400
    assert answer["errors"][-1]["code"] == "broken-input"


def test_a_choice_comes_in_with_its_preferences(max_):
    choice = {
        "id": "c",
        "problem": {"id": "p", "statement": "What is $1+1$?"},
        "prefix": ["One."],
        "candidates": ["Two.", {"text": "Three.", "generator": "m", "scores": {"s": 0.5}, "metadata": {"a": 1}}],
        "preferences": [{"source": "x", "ranking": [[0], [1]]}, {"source": "y", "none_acceptable": True}],
    }
    assert send(max_, line(id="t"), choice)["accepted"] == 2
    assert send(max_, choice)["duplicates"] == 1
    row = Choice.objects.get()
    assert Trace.objects.get().path == [row.prefix_id, row.candidates[0]]
    assert row.candidate_info == [{}, {"generator": "m", "scores": {"s": 0.5}, "metadata": {"a": 1}}]
    assert dict(SourcePreference.objects.values_list("source", "ranking")) == {"x": [[0], [1]], "y": []}
    assert Task.objects.filter(kind="choice", choice=row).count() == 1
    assert send(max_, {**choice, "candidates": ["Two.", "Four."]})["errors"][0]["code"] == "conflict"


def test_labels_that_come_with_data_are_kept_under_their_source(max_):
    steps = ["a", {"text": "b", "kind": "observation"}, "c", "d"]
    labels = [
        {"source": "x", "first_error": 2, "error_types": ['quo"te\\'], "comment": "why", "rewrite": "better"},
        {"source": "y", "first_error": None},
        {"source": "z", "values": [1, None, 0, -1]},
    ]
    send(max_, line(id="t", steps=steps, labels=labels))
    x, y, z = SourceLabel.objects.order_by("source")
    assert (x.values, y.values, z.values) == ([1, None, -1, None], [1, None, 1, 1], [1, None, 0, -1])
    assert (x.error_types, x.comment, x.rewrite.text) == (['quo"te\\'], "why", "better")
    assert x.rewrite.parent_id == Trace.objects.get().path[1]


def test_a_key_that_stands_for_another_content_is_refused(max_):
    send(max_, line(id="t"))
    Step.objects.filter(depth=1).update(text="what another content with the same digest would be")
    answer = send(max_, line(id="u", generator="m"))
    assert answer["errors"][0]["code"] == "digest-collision"


@needs_data
@pytest.mark.parametrize("name", ["gsm8k", "math"])
def test_processbench_comes_in_whole(max_, name):
    raw = (DATA / "processbench" / f"{name}.json").read_bytes()
    rows = json.loads(raw)
    answer = max_.post(URL + "?format=processbench", raw, content_type="application/json").json()
    assert answer == {**answer, "accepted": len(rows), "duplicates": 0, "rejected": 0, "errors": []}
    prefixes = {(r["problem"], *r["steps"][: i + 1]) for r in rows for i in range(len(r["steps"]))}
    assert Step.objects.count() == len(prefixes)
    assert Problem.objects.count() == len({r["problem"] for r in rows})
    labels = SourceLabel.objects.filter(source="processbench")
    assert sum(-1 in label.values for label in labels) == sum(r["label"] != -1 for r in rows)
    again = max_.post(URL + "?format=processbench", raw, content_type="application/json").json()
    assert again == {**again, "accepted": 0, "duplicates": len(rows), "rejected": 0, "errors": []}


def test_an_unknown_format_is_told_with_those_that_are_known(max_):
    response = max_.post(URL + "?format=csv", b"", content_type="text/csv")
    assert response.status_code == 400
    assert ", ".join(sorted(FORMATS)) in response.json()["detail"]


def test_a_format_that_is_recognised_is_told_with_the_reason(max_):
    row = {"prompt": "What is $1+1$?", "completions": ["One.", "Three."], "labels": [True, False]}
    answer = send(max_, row, url=URL + "?format=auto")
    reason = "The first row has `prompt`, `completions` and `labels`."
    assert answer.pop("format") == {"name": "trl-stepwise", "reason": reason}
    assert answer == {**answer, "accepted": 1, "duplicates": 0, "rejected": 0, "errors": []}
    assert SourceLabel.objects.get().values == [1, -1]
    assert "format" not in send(max_, row, url=URL + "?format=trl-stepwise")


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b'{"a": 1}', b"\x1f\x8bno gzip"])
def test_a_format_that_can_not_be_recognised_has_to_be_named(max_, body):
    response = max_.post(URL + "?format=auto", body, content_type="application/x-ndjson")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "format"
    assert ("gzip" in response.json()["detail"]) is body.startswith(b"\x1f")
    assert "processbench" in response.json()["detail"]


@pytest.mark.parametrize("format", ["auto", "native"])
def test_of_an_upload_that_is_cut_off_early_the_whole_lines_are_read(max_, format):
    whole = "\n".join(json.dumps(line(id=str(i), steps=[str(i)])) for i in range(3))
    body = gzip.compress(whole.encode())[:-5]
    answer = max_.post(f"{URL}?format={format}", body, content_type="application/x-ndjson").json()
    assert answer["accepted"] == 2
    assert (answer["errors"][0]["line"], answer["errors"][0]["code"]) == (3, "broken-input")


def test_a_line_may_hold_several_traces(max_):
    row = {"idx": "1", "classification": "deception", "error_steps": [1], "reason": ""}
    row |= {"modified_question": "Q", "original_question": "Q", "modified_process": ["b"], "original_process": ["a"]}
    assert send(max_, row, url=URL + "?format=prmbench")["accepted"] == 2
    assert (Problem.objects.count(), Trace.objects.count(), Task.objects.count()) == (1, 2, 2)


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("rita", 403), ("charlie", 404), ("nobody", 401)])
def test_only_admins_send_traces_in(request, who, status):
    assert request.getfixturevalue(who).post(URL, b"{}", content_type="application/json").status_code == status


def test_reviewers_browse_page_by_page(max_, rita, alice):
    send(max_, *[line(id=f"t{i}", steps=[f"s{i}"], answer="2", correct=True) for i in range(7)])
    seen, url = [], URL + "?limit=3"
    while url:
        page = rita.get(url).json()
        seen += [row["external_id"] for row in page["results"]]
        url = page["next"] and f"{URL}?limit=3&cursor={page['next']}"
    assert sorted(seen) == [f"t{i}" for i in range(7)]
    assert [r["external_id"] for r in rita.get(URL + "?q=id:t3").json()["results"]] == ["t3"]
    row = rita.get(URL).json()["results"][0]
    assert (row["outcome"], row["steps"], row["state"], row["problem"]["id"]) == (True, 1, "open", "p")
    assert alice.get(URL).status_code == 403


@pytest.mark.parametrize("query", ["cursor=x", "cursor=" + "A" * 30, "limit=0", "limit=x", "limit=9999"])
def test_a_made_up_page_is_refused(rita, query):
    assert rita.get(f"{URL}?{query}").status_code == 400


def test_a_reviewer_sees_one_trace_with_labels(max_, rita, alice, charlie):
    send(max_, line(id="t", labels=[{"source": "x", "first_error": 1, "rewrite": "Three."}]))
    url = f"traces/{Trace.objects.get().pk}/"
    detail = rita.get(url).json()
    assert [s["text"] for s in detail["steps"]] == ["One.", "Two."]
    assert detail["labels"] == [
        {
            "source": "x",
            "first_error": 1,
            "values": [1, -1],
            "error_types": [],
            "comment": "",
            "rewrite": "Three.",
            "confidence": None,
            "details": {},
        }
    ]
    assert alice.get(url).status_code == 403
    assert charlie.get(url).status_code == 404
