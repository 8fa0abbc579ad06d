from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.labeling.actions import reprioritise
from annotate.projects.console import project_named
from annotate.scoring.models import Scorer
from annotate.scoring.planning import ensure_default_scorers
from annotate.scoring.selectors import scorer_progress
from annotate.scoring.work import drain, free_expired

SLICE_SECONDS = 10.0


class Command(BaseCommand):
    help = "Score here and now what is left to score in a project, then put its tasks in order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--scorer", metavar="KEY", action="append", help="only this one; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        ensure_default_scorers(project)
        keys = options["scorer"]
        there = [s["key"] for s in scorer_progress(project) if s["kind"] != "imported"]
        if unknown := set(keys or []) - set(there):
            raise CommandError(f"There is no scorer {', '.join(sorted(unknown))}. Scorers: {', '.join(there)}.")

        # A model needs its worker's installation; by name it is tried here.
        here = Scorer.objects.filter(project=project, enabled=True, queue__in=["celery", "remote"])
        chosen = keys or [key for key in here.values_list("key", flat=True) if key in there]
        pending = sum(s["pending"] for s in scorer_progress(project) if s["key"] in chosen)
        with tqdm(total=pending, unit=" scores", desc=project.slug, disable=None) as bar:
            while drain(project.pk, seconds=SLICE_SECONDS, keys=chosen, on_stored=bar.update):
                free_expired()
        reprioritise(project=project)
        for s in scorer_progress(project):
            counts = f"{s['done']} done, {s['pending']} pending, {s['failed']} failed"
            self.stdout.write(f"{s['key']} (version {s['version']}): {counts}")
