import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotate.audit.actions import record
from tests.cast import Cast

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
    shown = said(slug, "--verb", "note.")
    assert len(shown) == 1
    assert shown[0].split()[1:3] == ["max", "note.write"]
    assert "\x1b" not in shown[0]
    with pytest.raises(CommandError, match="There is no project nowhere"):
        said("nowhere")
