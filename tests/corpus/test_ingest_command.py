"""`manage.py ingest`: what it reads, says, and how it ends."""

import json

import pytest
from django.core.management import CommandError, call_command

from annotate.corpus.models import Trace

ROW = {"input": "1 + 1 =", "steps": ["1 + 1 = 2"], "answer": "2", "target": "2", "mistake_index": None}


@pytest.fixture
def file(cast, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW))
    return path


def test_it_says_which_format_it_recognised_and_why(file, capsys):
    call_command("ingest", "algebra", str(file), "--format", "auto")
    said = capsys.readouterr().out
    assert f"{file}: format big-bench-mistake. The first row has `input`, `steps` and `mistake_index`." in said
    assert f"{file}: accepted 1, duplicates 0, rejected 0" in said
    assert Trace.objects.count() == 1


def test_a_named_format_overrules(file, capsys):
    with pytest.raises(CommandError, match="1 line was rejected; all others are in"):
        call_command("ingest", "algebra", str(file), "--format", "processbench")
    said = capsys.readouterr().err
    assert f"{file}:1: id Object missing required field `id`." in said
    assert f"{file}: No line is processbench. --format auto recognises others." in said


def test_it_does_not_say_that_the_others_are_in_when_it_was_all_or_nothing(file):
    file.write_text(json.dumps(ROW) + "\n{")
    with pytest.raises(CommandError, match="1 line was rejected; nothing of a file with such a line is in"):
        call_command("ingest", "algebra", str(file), "--format", "auto", "--atomic")
    assert not Trace.objects.exists()


def test_a_file_that_is_not_recognised_is_named_with_the_formats(file):
    file.write_text('{"a": 1}')
    with pytest.raises(CommandError, match=r"rows.jsonl: .* none of the formats .* mr-ben"):
        call_command("ingest", "algebra", str(file), "--format", "auto")
