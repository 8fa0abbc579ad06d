import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.core.errors import DomainError
from annotate.exports import options as o
from annotate.exports.formats import FORMATS
from annotate.exports.outputs import Outputs
from annotate.exports.stream import Stream, checked
from annotate.projects.console import project_named


class Command(BaseCommand):
    help = "Write a project's labels as a dataset, in one consistent state, while people go on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="its slug")
        parser.add_argument("--format", required=True, help=", ".join(FORMATS))
        parser.add_argument("--labels", default=o.RESOLVED, help=", ".join(o.LABELS))
        parser.add_argument("--source", default="", help="with --labels imported: whose labels")
        parser.add_argument("--by", default="", help="with --labels annotator: the username")
        parser.add_argument("--neutral", default="", help=f"{', '.join(o.NEUTRAL)}; the format has a default")
        parser.add_argument("--after-first-error", default="", help=f"{', '.join(o.AFTER_FIRST_ERROR)}; likewise")
        parser.add_argument("--filter", default="", help="a query: only what it matches")
        parser.add_argument("--split", default="", help="as in train:0.8,validation:0.1,test:0.1")
        parser.add_argument("--part", default="", help=f"of the split: one, or {o.EACH} for a file of each")
        parser.add_argument("--seed", default="", help="another one draws another split")
        parser.add_argument("--per-problem", default="", help="most rows from one problem")
        parser.add_argument("--pairs", default="", help=f"where pairs come from: {', '.join(o.PAIRS)}")
        parser.add_argument("--scorer", default="", help="whose values of steps are meant")
        parser.add_argument("--margin", default="", help="least difference of values in a pair")
        parser.add_argument("--hard", default="", help="with --per-problem: pairs whose worse step it rates highest")
        parser.add_argument("--provenance", action="store_true", help="each row says who said it and when")
        parser.add_argument("--container", default="", help=", ".join(o.CONTAINERS))
        parser.add_argument("--licence", default="", help="with --container hf: named in the dataset's card")
        parser.add_argument("--shards", default="1", help="how many files, for readers side by side")
        parser.add_argument(
            "-o",
            "--output",
            default="-",
            help="a file, which appears when it is whole; - is stdout; a folder for several files",
        )

    def handle(self, *, project: str, output: str, **options: Any) -> None:
        try:
            wish = checked(project_named(project), {name: options[name] for name in o.NAMES})
        except DomainError as error:
            raise CommandError(error.message) from None
        stream = Stream(wish)
        if wish.options.several:
            if output == "-":
                raise CommandError("These are several files: name a folder with -o.")
            _to_folder(stream, Path(output))
        elif output == "-":
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


def _to_folder(stream: Stream, folder: Path) -> None:
    """Each file appears when all are whole."""
    part = folder / f".{os.getpid()}.part"
    try:
        part.mkdir(parents=True)
        with Outputs(stream, part) as outputs, _bar() as bar:
            for page in stream.pages():
                outputs.add(page)
                _show(bar, stream)
            files = outputs.finish()
        for file in files:
            os.replace(part / file["name"], folder / file["name"])
    except OSError as error:
        raise CommandError(f"{folder} can't be written: {error.strerror}.") from None
    finally:
        for path in part.glob("*"):
            path.unlink(missing_ok=True)
        if part.exists():
            part.rmdir()


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
    with _bar() as bar:
        for chunk in stream.chunks():
            file.write(chunk)
            _show(bar, stream)


def _bar() -> "tqdm[Any]":
    return tqdm(unit=" items", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)


def _show(bar: "tqdm[Any]", stream: Stream) -> None:
    bar.total = stream.tally.total
    bar.update(stream.tally.items - bar.n)
