import json
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.local.prm_worker import Chosen, NotPossible, choose_gpus, enlist, prepare, serve
from annotate.projects.console import project_named
from annotate.scoring.scorers.prm.settings import FAMILIES


class Command(BaseCommand):
    help = (
        "Add a worker with a process reward model to this installation: one process for each GPU, or one on the"
        " processor. It runs until Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", required=True, help="a folder with a checkpoint, or owner/name on the hub")
        parser.add_argument("--revision", help="of a hub's model: a commit (default: the newest, pinned)")
        parser.add_argument("--reference", help="implicit PRM: the model that it was trained from")
        parser.add_argument("--reference-revision", help="of that, on a hub")
        parser.add_argument(
            "--project", metavar="SLUG", action="append", default=[], help="let this project use it; may be repeated"
        )
        parser.add_argument("--key", default="prm", help="the scorer's name in the project (default: prm)")
        parser.add_argument(
            "--set",
            metavar="NAME=VALUE",
            action="append",
            default=[],
            help="how the model is read, for instance mark=…, good_class=0; VALUE is JSON or text",
        )
        parser.add_argument(
            "--family", choices=list(FAMILIES), help="what kind of PRM it is; of language models without a head: needed"
        )
        parser.add_argument("--gpus", help="which, for instance 0,1 (default: all; none: the processor)")
        parser.add_argument("--describe", action="store_true", help="only say what the model is")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("torch", "transformers", "safetensors"):
            try:
                import_module(name)
            except ImportError as error:
                raise CommandError(
                    f"{error}. `make prm-worker` installs what is needed, or: pip install -r requirements-prm.txt"
                ) from error
        projects = [project_named(slug) for slug in options["project"]]
        settings = dict(map(_setting, options["set"]))
        for name in ("model", "revision", "reference", "reference_revision", "family"):
            if options[name]:
                settings[name] = options[name]
        try:
            gpus = choose_gpus(options["gpus"])
            chosen: Chosen = prepare(settings)
            self.stdout.write(chosen.told())
            if options["describe"]:
                return
            if chosen.guessed:
                raise CommandError(f"Nothing was started. Say --family {chosen.family} if the model is one.")
            for project in projects:
                self.stdout.write(f"{project.slug}: {enlist(project, options['key'], chosen)}")
            serve(chosen, gpus)
        except NotPossible as error:
            raise CommandError(str(error)) from error


def _setting(text: str) -> tuple[str, Any]:
    name, found, value = text.partition("=")
    if not found:
        raise CommandError(f"--set takes NAME=VALUE, not {text!r}.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
