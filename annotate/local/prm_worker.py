"""A worker with a process reward model, beside a running installation on this machine or another.

One Celery process for each GPU (solo pool: a card's context survives no fork), which reads a queue that belongs to the
model. Processes that end are started again; the work they held comes back by itself when its lease runs out.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings as django_settings

from annotate.core.errors import DomainError
from annotate.core.heartbeat import is_live
from annotate.local.console import say
from annotate.local.parts import Part
from annotate.local.runtime import AlreadyRunning, held
from annotate.local.start import report
from annotate.local.supervisor import PartFailed, Stopped, Supervisor
from annotate.projects.models import Project
from annotate.scoring.actions import add_scorer, change_scorer
from annotate.scoring.models import Scorer
from annotate.scoring.scorers.prm import PrmScorer
from annotate.scoring.scorers.prm.checkpoint import Unusable, newest_revision
from annotate.scoring.scorers.prm.settings import FIELDS, PrmSettings
from annotate.scoring.scorers.settings import WrongSettings, fingerprint


class NotPossible(Exception):
    """The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model and how it is read, with everything pinned that decides its scores."""

    settings: dict[str, Any]
    family: str
    note: str
    guessed: bool

    @property
    def decisive(self) -> str:
        """The same on every machine that has the same model, wherever it lies there."""
        return fingerprint(FIELDS, self.settings)

    @property
    def queue(self) -> str:
        return f"prm-{self.decisive}"

    def told(self) -> str:
        digest, dtype = self.settings["digest"][:16], self.settings["dtype"]
        lines = [f"{self.settings['model']}: {self.family}, {dtype}, digest {digest}…, queue {self.queue}"]
        return "\n".join([*lines, *([self.note] if self.note else [])])


def prepare(given: Mapping[str, Any]) -> Chosen:
    """Finds the model (downloads it, from a hub) and reads what it is, but not its weights into memory."""
    from annotate.scoring.scorers.prm.loading import describe

    try:
        checked = PrmScorer.check(given)
        for name in ("model", "reference"):
            if checked[name] and not checked[name_of := "revision" if name == "model" else f"{name}_revision"]:
                checked[name_of] = newest_revision(checked[name]) or None
            if checked[name] and os.path.isdir(checked[name]):
                checked[name] = os.path.abspath(checked[name])
        found = describe(PrmSettings.of(checked))
    except WrongSettings as error:
        raise NotPossible(str(error)) from error
    except Unusable as error:
        raise NotPossible(str(error)) from error
    family = found.family
    return Chosen(PrmScorer.check(asdict(found.settings)), family.name, family.note, family.guessed)


def enlist(project: Project, key: str, chosen: Chosen) -> str:
    """Lets a project's scorer `key` be this model. Answers what was done."""
    row = Scorer.objects.filter(project=project, key=key, enabled=True).first()
    try:
        if row is None:
            add_scorer(actor=None, project=project, kind="prm", key=key, settings=chosen.settings, queue=chosen.queue)
            return f"has the new scorer {key}"
        if row.kind != Scorer.Kind.PRM:
            raise NotPossible(f"{project.slug} has a scorer {key} of another kind. Choose another name with --key.")
        if fingerprint(FIELDS, row.settings) == chosen.decisive and row.queue == chosen.queue:
            return f"uses it already, as {key}"
        change_scorer(actor=None, scorer=row, settings=chosen.settings, queue=chosen.queue)
        return f"{key} is this model from now on; traces are scored anew if that changes their scores"
    except DomainError as error:
        raise NotPossible(f"{project.slug}: {error}") from error


def serve(chosen: Chosen, gpus: Sequence[str]) -> None:
    """Runs workers until somebody stops them, one for each of `gpus` (as in CUDA_VISIBLE_DEVICES); without any, one on
    the processor.
    """
    data = django_settings.DATA_DIR / "workers" / chosen.queue
    try:
        with held(data), Supervisor(data, report) as supervisor:
            say(f"Starting {_plural(len(gpus))}; logs are in {data / 'logs'}")
            supervisor.start(*([_part(chosen, card) for card in gpus] or [_part(chosen, None)]))
            say("Ready: it takes work as it comes. Ctrl-C stops it.")
            supervisor.watch()
    except AlreadyRunning as error:
        raise NotPossible(f"A worker for this model runs here already (process {error}).") from error
    except PartFailed as error:
        raise NotPossible(str(error)) from error
    except Stopped:
        say("Stopped.")


def _part(chosen: Chosen, card: str | None) -> Part:
    name = "prm-cpu" if card is None else f"prm-gpu{re.sub(r'[^A-Za-z0-9-]', '-', card)}"
    celery = "celery -A annotate worker --pool solo --loglevel info --without-gossip --without-mingle"
    # Two machines may serve one queue: their names differ.
    host = f"{name}.{chosen.queue}@{os.uname().nodename}"
    # Each machine keeps weights in its own place; what the project's settings say is where the first one had them.
    environment = {"STEPMARK_PRM_MODEL": chosen.settings["model"], "TOKENIZERS_PARALLELISM": "true"}
    if os.path.isdir(chosen.settings["model"]):
        environment["HF_HUB_OFFLINE"] = "1"
    if chosen.settings["reference"]:
        environment["STEPMARK_PRM_REFERENCE"] = chosen.settings["reference"]
    environment["CUDA_VISIBLE_DEVICES"] = card or ""
    command = [sys.executable, "-m", *celery.split(), "--queues", chosen.queue, "--hostname", host]
    return Part(name, command, ready=lambda: is_live(host), environment=environment, grace=60)


def choose_gpus(asked: str | None) -> list[str]:
    """`asked`: as in CUDA_VISIBLE_DEVICES, "" for none; None: what that variable says, or else all there are. From now
    on this process sees the chosen ones alone, as each worker will see its own. Call it before torch looks for any.
    """
    import torch

    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # numbers as nvidia-smi gives them; workers inherit it
    if asked is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = asked
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    found = torch.cuda.device_count()
    if named is None:
        return [str(i) for i in range(found)]
    # Numbers of what is visible begin at 0 again, which is another card's number for a child.
    cards = [card for card in (one.strip() for one in named.split(",")) if card and card != "-1"]
    if asked is not None and found < len(cards):
        raise NotPossible(f"Of the GPUs {', '.join(cards)} torch sees {found}. Does this machine have them?")
    return cards[:found]


def _plural(cards: int) -> str:
    return "a worker on the processor" if not cards else f"workers on {cards} GPU{'s' if cards > 1 else ''}"
