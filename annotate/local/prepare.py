"""Bring the database up to date and make the first account and the demo project, where they are missing.

A program of its own (`python -m annotate.local.prepare [--no-demo]`), so that the supervisor holds no Django
and no database connection.
"""

import json
import os
import secrets
import sys
from pathlib import Path

import django

from annotate.local.console import say, step
from annotate.local.runtime import data_folder, write_private

ADMIN = "admin"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")
    with step("database schema") as notes:
        django.setup()
        notes.append(_migrate())
        check_tables()
    with step("web pages"):
        _collect_pages()
    _first_admin(data_folder() / "credentials.json", url=os.environ["STEPMARK_URL"])
    if "--no-demo" not in sys.argv:
        _demo()


def _migrate() -> str:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return "up to date"
    call_command("migrate", interactive=False, verbosity=0)
    return f"{len(missing)} migrations applied"


def check_tables() -> None:
    """Raises SystemExit, with words, where the database has not all columns: migrations are rewritten until the first
    release, and one that was applied as it once was is not applied again.
    """
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        there = set(cursor.fetchall())
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if (model._meta.db_table, field.column) not in there
    ]
    if missing:
        raise SystemExit(
            f"This database was made by an older version of Stepmark and lacks {', '.join(missing[:3])}"
            f"{' and more' if len(missing) > 3 else ''}. Before the first release no way leads from one to the other:"
            " export what you need with the version that made it, then start with a new data folder"
            " (STEPMARK_DATA=…) or an empty database."
        )


def _collect_pages() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _first_admin(path: Path, url: str) -> None:
    """Make the admin and a token unless there is an admin; keep the file's URL true in either case."""
    from django.db import transaction

    from annotate.accounts.actions import create_token, create_user
    from annotate.accounts.models import User

    if User.objects.filter(is_staff=True).exists():
        if path.exists() and (known := json.loads(path.read_text())).get("url") != url:
            write_private(path, json.dumps({**known, "url": url}, indent=2) + "\n")
        return
    with step("first admin"), transaction.atomic():
        password = secrets.token_urlsafe(12)
        user = create_user(username=ADMIN, password=password, is_staff=True)
        _, token = create_token(user=user, name="first start")
        # Written before the commit: an account with a lost password is worse than a file without an account.
        credentials = {"url": url, "username": ADMIN, "password": password, "token": token}
        write_private(path, json.dumps(credentials, indent=2) + "\n")


def _demo() -> None:
    from django.db import transaction

    from annotate.accounts.models import User
    from annotate.local import demo
    from annotate.projects.models import Project

    if Project.objects.exists():
        return
    with step("demo project") as notes, transaction.atomic():  # a start that is cut off leaves no half of it
        notes.append(str(demo.load(actor=User.objects.filter(is_staff=True).earliest("pk"))))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say()
        sys.exit(130)
