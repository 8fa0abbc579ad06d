import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from annotate.accounts.actions import use_token
from annotate.accounts.models import User
from annotate.local.prepare import _first_admin, check_tables

pytestmark = pytest.mark.django_db


def test_the_first_admin_can_sign_in_with_what_the_file_says(tmp_path):
    path = tmp_path / "credentials.json"
    _first_admin(path, url="http://127.0.0.1:8000")
    known = json.loads(path.read_text())
    user = authenticate(username=known["username"], password=known["password"])
    assert user is not None
    assert user.is_staff
    assert use_token(known["token"]) == user
    assert known["url"] == "http://127.0.0.1:8000"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_later_start_changes_the_url_alone(tmp_path):
    path = tmp_path / "credentials.json"
    _first_admin(path, url="http://127.0.0.1:8000")
    known = json.loads(path.read_text())
    _first_admin(path, url="http://127.0.0.1:9000")
    assert json.loads(path.read_text()) == {**known, "url": "http://127.0.0.1:9000"}
    assert User.objects.count() == 1


def test_an_installation_whose_file_was_removed_gets_no_second_admin(tmp_path):
    path = tmp_path / "credentials.json"
    _first_admin(path, url="http://127.0.0.1:8000")
    path.unlink()
    _first_admin(path, url="http://127.0.0.1:8000")
    assert not path.exists()
    assert User.objects.count() == 1


def test_nothing_is_made_when_the_file_cannot_be_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        _first_admin(tmp_path / "missing" / "credentials.json", url="http://127.0.0.1:8000")
    assert not User.objects.exists()


def test_a_database_of_an_older_version_is_told_of_in_words():
    check_tables()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE corpus_sourcelabel DROP COLUMN confidence")
    with pytest.raises(SystemExit, match=r"lacks corpus_sourcelabel\.confidence\. .*STEPMARK_DATA"):
        check_tables()
