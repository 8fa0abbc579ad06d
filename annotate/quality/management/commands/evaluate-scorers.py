import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.core.errors import Invalid
from annotate.projects.console import project_named
from annotate.quality.console import table
from annotate.quality.standing import choices, keep


class Command(BaseCommand):
    help = "Measure a project's scorers against its labels: how well they find errors, and what the order is worth."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument(
            "--labels", metavar="people|gold|imported:SOURCE", help="default: people's, or else what came in"
        )
        parser.add_argument("--sample", choices=["all", "random"], default="all", help="random: only tasks so drawn")
        parser.add_argument("--json", action="store_true", help="all figures, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        known = [one["labels"] for one in choices(project)]
        labels = options["labels"] or (known[0] if known else "people")
        if labels not in known:
            raise CommandError(f"No trace has labels of {labels}. There are: {', '.join(known) or 'none yet'}.")
        try:
            result = keep(project, labels, options["sample"])
        except Invalid as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(result, indent=2) if options["json"] else table(result))
