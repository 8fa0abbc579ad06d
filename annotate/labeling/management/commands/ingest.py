import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.detect import AUTO, detect
from annotate.corpus.lines import CHUNK, decompressed
from annotate.labeling.intake import take_in
from annotate.projects.console import project_named


class Command(BaseCommand):
    help = "Take traces and choices into a project: NDJSON or JSON, plain or gzip. '-' reads standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", choices=[AUTO, *sorted(FORMATS)], default="native")
        parser.add_argument("--atomic", action="store_true", help="all of a file's lines or none")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        rejected = 0
        for name in options["files"]:
            with ExitStack() as stack:
                try:
                    file = sys.stdin.buffer if name == "-" else stack.enter_context(open(name, "rb"))
                except OSError as error:
                    raise CommandError(f"Can't read {name}: {error.strerror}.") from None
                chunks, format = decompressed(_read(file)), FORMATS.get(options["format"])
                if format is None:
                    try:
                        detected = detect(chunks)
                    except Invalid as error:
                        raise CommandError(f"{name}: {error.message}") from None
                    format, chunks = detected.format, iter(detected.chunks)
                    self.stdout.write(f"{name}: format {format.name}. {detected.reason}")
                bar = stack.enter_context(tqdm(unit=" lines", desc=name, disable=None))
                report = take_in(
                    project,
                    format,
                    chunks,
                    atomic=options["atomic"],
                    progress=lambda lines, bar=bar: bar.update(lines - bar.n),  # type: ignore[misc]
                )
            for number, wrong in report.errors:
                self.stderr.write(f"{name}:{number}: {wrong.field} {wrong.message} [{wrong.code}]".replace(":  ", ": "))
            self.stdout.write(
                f"{name}: accepted {report.accepted}, duplicates {report.duplicates}, rejected {report.rejected}"
            )
            if report.rejected and not report.accepted and not report.duplicates and options["format"] != AUTO:
                self.stderr.write(f"{name}: No line is {format.name}. --format {AUTO} recognises others.")
            rejected += report.rejected
        if rejected:
            rest = "nothing of a file with such a line is in" if options["atomic"] else "all others are in"
            raise CommandError(
                f"{rejected:,} line{' was' if rejected == 1 else 's were'} rejected; {rest}.", returncode=3
            )


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
