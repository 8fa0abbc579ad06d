import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.core.errors import DomainError
from annotate.corpus.containers import read
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.detect import AUTO
from annotate.corpus.segment import SEGMENTERS
from annotate.imports.actions import ORIGIN, origin_of
from annotate.imports.intake import take_in
from annotate.imports.models import Import
from annotate.projects.console import project_named


class Command(BaseCommand):
    help = (
        "Take traces and choices into a project: NDJSON, JSON, Parquet, or a zip of these, plain, gzip or zst."
        " '-' reads standard input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", choices=[AUTO, *sorted(FORMATS)], default="native")
        parser.add_argument(
            "--segmenter", choices=list(SEGMENTERS), default="", help="where to cut solutions that come in one text"
        )
        parser.add_argument("--atomic", action="store_true", help="all of a file's lines or none")
        parser.add_argument(
            "--on-conflict",
            choices=Import.OnConflict.values,
            default=Import.OnConflict.REJECT.value,
            help="what becomes of other content under an id that is there",
        )
        parser.add_argument("--licence", default="", help="of the data, as in cc-by-4.0")
        parser.add_argument("--source", default="", help="where the data are from: an address, or how to cite them")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        rejected = 0
        for name in options["files"]:
            with ExitStack() as stack:
                try:
                    file = sys.stdin.buffer if name == "-" else stack.enter_context(open(name, "rb"))
                except OSError as error:
                    raise CommandError(f"Can't read {name}: {error.strerror}.") from None
                bar = stack.enter_context(tqdm(unit=" lines", desc=name, disable=None))
                try:
                    told = origin_of({name: options[name] for name in ORIGIN})
                    report = take_in(
                        project,
                        FORMATS.get(options["format"]),
                        read(file),
                        atomic=options["atomic"],
                        on_conflict=options["on_conflict"],
                        segmenter=options["segmenter"],
                        licence=told["licence"],
                        source=told["source"],
                        name=Path(name).name,
                        progress=lambda lines, bar=bar: bar.update(lines - bar.n),  # type: ignore[misc]
                    )
                except DomainError as error:
                    raise CommandError(f"{name}: {error.message}") from None
            for one in report.recognised:
                inside = f"{name}({one.member})" if one.member else name
                self.stdout.write(f"{inside}: format {one.format}. {one.reason}")
            for number, wrong in report.errors:
                inside = f"{name}({wrong.member})" if wrong.member else name
                said = f"{inside}:{number}: {wrong.field} {wrong.message} [{wrong.code}]"
                self.stderr.write(said.replace(":  ", ": "))
            self.stdout.write(
                f"{name}: accepted {report.accepted}, duplicates {report.duplicates}, rejected {report.rejected}"
            )
            if report.rejected and not report.accepted and not report.duplicates and options["format"] != AUTO:
                self.stderr.write(f"{name}: No line is {options['format']}. --format {AUTO} recognises others.")
            rejected += report.rejected
        if rejected:
            rest = "nothing of a file with such a line is in" if options["atomic"] else "all others are in"
            raise CommandError(
                f"{rejected:,} line{' was' if rejected == 1 else 's were'} rejected; {rest}.", returncode=3
            )
