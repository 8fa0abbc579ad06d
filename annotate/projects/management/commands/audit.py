import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from annotate.audit.selectors import events_of
from annotate.projects.console import project_named


class Command(BaseCommand):
    help = "Who changed what in a project, and when: every entry of its audit log, the oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--verb", help="only entries whose verb begins so, as in note.")
        parser.add_argument("--who", help="only what this account did")
        parser.add_argument("--json", action="store_true", help="an object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        events = events_of(project.pk, verb=options["verb"] or "", who=options["who"] or "").reverse()
        for at, who, verb, data in events.values_list("at", "actor__username", "verb", "data").iterator():
            told = {"at": at.isoformat(timespec="seconds"), "who": who, "verb": verb, "data": data}
            said = json.dumps(data, ensure_ascii=False) if data else ""
            line = json.dumps(told) if options["json"] else f"{told['at']}  {who or '-':<20} {verb:<24} {said}".rstrip()
            # A name or a reason may hold what a terminal would obey.
            self.stdout.write("".join(c if c.isprintable() else "�" for c in line))
