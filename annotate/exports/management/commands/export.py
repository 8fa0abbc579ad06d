import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.core.errors import DomainError
from annotate.exports.formats import FORMATS
from annotate.exports.models import Export
from annotate.exports.stream import Stream, checked
from annotate.projects.console import project_named


class Command(BaseCommand):
    help = "Write a project's labels as a dataset, in one consistent state, while people go on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="its slug")
        parser.add_argument("--format", required=True, help=", ".join(FORMATS))
        parser.add_argument("--labels", default=Export.Labels.RESOLVED.value, help=", ".join(Export.Labels.values))
        parser.add_argument("--source", default="", help="with --labels imported: whose labels")
        parser.add_argument("-o", "--output", default="-", help="a file, which appears when it is whole; - is stdout")

    def handle(self, *, project: str, format: str, labels: str, source: str, output: str, **options: Any) -> None:
        try:
            stream = Stream(checked(project_named(project), format, labels, source))
        except DomainError as error:
            raise CommandError(error.message) from None
        if output == "-":
            self._to_stdout(stream)
        else:
            _to_file(stream, Path(output))
        tally = stream.tally
        left_out = "".join(f", {n} × {reason}" for reason, n in sorted(tally.left_out.items()))
        self.stderr.write(f"{tally.rows} rows{f'; left out{left_out[1:]}' if left_out else ''}")

    def _to_stdout(self, stream: Stream) -> None:
        try:
            _pour(stream, sys.stdout.buffer)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough. Python would complain once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("The output was closed before the end.") from None


def _to_file(stream: Stream, path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: nothing to put in its place
            with path.open("wb") as file:
                _pour(stream, file)
            return
        with part.open("wb") as file:
            _pour(stream, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def _pour(stream: Stream, file: BinaryIO) -> None:
    with tqdm(unit=" items", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:
        for chunk in stream.chunks():
            file.write(chunk)
            bar.total = stream.tally.total
            bar.update(stream.tally.items - bar.n)
