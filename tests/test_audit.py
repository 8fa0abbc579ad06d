import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotate.audit.actions import record
from annotate.audit.models import Event
from tests.cast import Browser, Cast

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_projects_audit_log_can_be_read(cast: Cast) -> None:
    slug = cast.project.slug
    record(cast.max, "note.write", project_id=cast.project.pk, data={"text": "a\x1b[2Jb"})
    record(None, "other.project", project_id=cast.project.pk + 1)
    assert json.loads(said(slug, "--json")[-1]) | {"at": ""} == {
        "at": "",
        "who": "max",
        "verb": "note.write",
        "data": {"text": "a\x1b[2Jb"},
    }
    assert json.loads(said(slug, "--json", "--who", "max")[0])["verb"] == "project.create"
    assert said(slug, "--who", "rita") == []
    shown = said(slug, "--verb", "note.")
    assert len(shown) == 1
    assert shown[0].split()[1:3] == ["max", "note.write"]
    assert "\x1b" not in shown[0]
    with pytest.raises(CommandError, match="There is no project nowhere"):
        said("nowhere")


def test_an_admin_reads_it_page_by_page_and_looks_for_who_what_and_when(cast: Cast, max_: Browser) -> None:
    Event.objects.all().delete()
    for day, actor, verb in [(1, cast.max, "member.add"), (2, None, "import.withdrawn"), (3, cast.rita, "note.say")]:
        record(actor, verb, project_id=cast.project.pk, data={"day": day})
        Event.objects.filter(verb=verb).update(at=datetime(2026, 11, day, 12, tzinfo=UTC))
    record(cast.max, "member.add", project_id=cast.project.pk + 1)

    def found(**asked: object) -> list[int]:
        answer = max_.get("projects/algebra/audit/", asked)
        assert answer.status_code == 200, answer.json()
        return [one["data"]["day"] for one in answer.json()["results"]]

    assert found() == [3, 2, 1]
    assert found(verb="member.") == [1]
    assert found(who="rita") == [3]
    assert found(since="2026-11-02", until="2026-11-03T12:00:00Z") == [2]
    assert max_.get("projects/algebra/audit/", {"verb": "import."}).json()["results"][0]["who"] is None

    Event.objects.filter(project_id=cast.project.pk).update(at=datetime(2026, 11, 4, tzinfo=UTC))  # all at once
    days, cursor = [], ""
    while cursor is not None:
        page = max_.get("projects/algebra/audit/", {"limit": 1, "cursor": cursor}).json()
        days += [one["data"]["day"] for one in page["results"]]
        cursor = page["next"]
    assert days == [3, 2, 1]
    assert max_.get("projects/algebra/audit/", {"since": "yesterday"}).json()["errors"][0]["field"] == "since"
    assert max_.get("projects/algebra/audit/", {"cursor": "eA"}).status_code == 400
