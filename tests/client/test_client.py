"""The client against the server itself, over HTTP."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from stepmark_client import ApiError, Client, StepmarkError, Unreachable
from stepmark_client import http as client_http

from annotate.accounts.actions import create_token
from annotate.corpus.models import Trace
from annotate.imports.models import Import
from annotate.labeling import selection_work
from annotate.labeling.jobs import change_selection
from annotate.labeling.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


class Unlucky(httpx.HTTPTransport):
    """Loses what `fate` says, by the number of the call: "answer" after it was handled, "request" before."""

    def __init__(self, fate):
        super().__init__()
        self.fate, self.calls = fate, 0

    def handle_request(self, request):
        self.calls += 1
        what = self.fate.get(self.calls)
        if what == "request":
            raise httpx.ConnectError("no way there")
        if what == "busy":
            return httpx.Response(503, headers={"Retry-After": "0"})
        response = super().handle_request(request)
        if what == "answer":
            response.read()
            raise httpx.ReadError("cut off")
        return response


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(client_http.time, "sleep", lambda seconds: None)


@pytest.fixture
def connect(live_server, transactional_db, cast):
    def make(user=cast.max, fate=None, **options):
        _, token = create_token(user=user, name="test")
        return Client(live_server.url, token, transport=Unlucky(fate) if fate else None, **options)

    return make


def line(i, **fields):
    return {"id": f"t{i}", "problem": {"id": "p", "statement": "What is it?"}, "steps": [f"Number {i}", "so"], **fields}


def test_lines_go_in_and_traces_come_out(connect):
    with connect() as client:
        lines = [line(i, correct=i % 2 == 0) for i in range(25)]
        report = client.ingest("algebra", iter(lines), batch_lines=10, name="one.jsonl")
        assert (report.lines, report.accepted, report.duplicates, report.rejected) == (25, 25, 0, 0)
        texts = [json.dumps(line, indent=1) for line in lines]
        again = client.ingest("algebra", ["", *texts], batch_lines=10)
        assert (again.lines, again.accepted, again.duplicates) == (26, 0, 25)
        assert Import.objects.get(pk=report.import_id).state == Import.State.DONE
        found = [trace["external_id"] for trace in client.traces("algebra", "outcome:right import:one.jsonl", page=5)]
        assert sorted(found) == sorted(f"t{i}" for i in range(0, 25, 2))
        (one,) = client.traces("algebra", "id:t7")
        assert [step["text"] for step in client.trace(one["id"])["steps"]] == ["Number 7", "so"]
        assert len(list(client.tasks("algebra", page=10))) == 25


def test_every_rejected_line_is_told_with_its_own_place(connect):
    lines = [line(i) for i in range(450)]
    bad = {3: {"steps": []}, 5: "{not json", 449: {"problem": {}}, 448: {"x": float("nan")}}
    bad |= {i: line(i, colour="red") for i in range(10, 420, 2)}  # more than one answer lists
    for i, wrong in bad.items():
        lines[i] = wrong
    with connect() as client:
        report = client.ingest("algebra", lines, batch_lines=300)
        assert {r.index for r in report.rejected_lines} == set(bad)
        assert len(report.rejected_lines) == report.rejected == len(bad)
        assert report.accepted == 450 - len(bad)
        told = {r.index: r for r in report.rejected_lines}
        assert (told[12].field, told[12].line) == ("colour", lines[12])
        assert (told[5].code, told[448].code) == ("not-json", "not-json")
        one_by_one = []
        client.ingest("algebra", lines[:20], on_rejected=one_by_one.append)
        assert {r.index for r in one_by_one} == {i for i in bad if i < 20}


def test_what_was_lost_on_the_way_is_sent_again_and_nothing_is_doubled(connect):
    # Calls: 1 opens the import, then three batches.
    fate = {1: "request", 3: "answer", 4: "busy", 6: "answer", 7: "request"}
    with connect(fate=fate) as client:
        report = client.ingest("algebra", [line(i) for i in range(30)], batch_lines=10)
    assert report.accepted + report.duplicates == 30
    assert sorted(Trace.objects.values_list("external_id", flat=True)) == sorted(f"t{i}" for i in range(30))
    with connect(fate=dict.fromkeys(range(1, 9), "request"), retries=2) as client, pytest.raises(Unreachable):
        client.ingest("algebra", [line(1)])


def test_what_can_not_be_repeated_is_not(connect):
    with connect(fate={1: "answer"}) as client, pytest.raises(Unreachable):
        client.call("POST", "projects/", {"slug": "new", "name": "New"})
    with connect() as client, pytest.raises(ApiError) as caught:
        client.call("POST", "projects/", {"slug": "new", "name": "New"})
    assert (caught.value.status, caught.value.code) == (409, "slug-taken")


def test_errors_carry_what_the_server_said(connect, cast):
    with connect() as client:
        with pytest.raises(ApiError, match=r"There is no field outcom\. Did you mean outcome") as caught:
            list(client.traces("algebra", "half outcom:wrong"))
        assert (caught.value.code, caught.value.errors[0]["position"]) == ("bad-query", 5)
        with pytest.raises(ApiError, match="not-found"):
            client.ingest("nowhere", [line(1)])
    with connect(cast.alice) as client, pytest.raises(ApiError, match="role-too-small"):
        client.ingest("algebra", [line(1)])
    with pytest.raises(StepmarkError, match="STEPMARK_URL"):
        Client(None, "token")


def test_tasks_and_tags_by_query(connect, monkeypatch):
    with connect() as client:
        client.ingest("algebra", [line(i, correct=i % 2 == 0) for i in range(6)])
        assert client.retire_tasks("algebra", "", dry_run=True) == {"found": 6, "retired": 6, "begun": 0}
        assert client.retire_tasks("algebra", "")["retired"] == 6
        assert client.tag("algebra", "outcome:wrong", add=["hard"]) == {"found": 3, "changed": 3}
        made = client.make_tasks("algebra", "tag:hard", annotations_per_task=2, priority=0.9)
        assert made == {"found": 3, "made": 3, "changed": 0, "unchanged": 0}
        assert set(Task.objects.values_list("wanted", "priority")) == {(2, 0.9)}
        # What a worker does is waited for.
        monkeypatch.setattr(selection_work, "LARGE", 2)
        monkeypatch.setattr(change_selection, "apply_async", lambda args: change_selection(*args))
        assert client.tag("algebra", "", remove=["hard"]) == {"found": 6, "changed": 3}


def test_labels_and_data_sets_come_out(connect, tmp_path):
    labelled = [line(i, labels=[{"source": "gold", "first_error": i % 2 or None}]) for i in range(4)]
    with connect() as client:
        client.ingest("algebra", labelled)
        labels = list(client.labels("algebra", labels="imported", source="gold"))
        assert sorted((label["id"], label["source"]) for label in labels) == [(f"t{i}", "gold") for i in range(4)]
        options = {"labels": "imported", "source": "gold"}
        rows = list(client.export("algebra", "native", **options))
        assert len(rows) == 4
        size = client.export_to(tmp_path / "out.jsonl", "algebra", "native", **options)
        assert [json.loads(row) for row in (tmp_path / "out.jsonl").read_text().splitlines()] == rows
        assert size == (tmp_path / "out.jsonl").stat().st_size
        assert len(list(client.labels("algebra", "id:t1", **options))) == 1
        with pytest.raises(ApiError, match="format"):
            client.export_to(tmp_path / "no", "algebra", "nonsense")
        assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_the_package_needs_nothing_of_the_server():
    """Imported alone: httpx and the standard library are all that it takes."""
    code = "import sys; sys.path.insert(0, 'client'); import stepmark_client; print(sorted(m for m in sys.modules "
    code += "if m.split('.')[0] in ('django', 'annotate', 'tqdm', 'msgspec')))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
