"""From settings to a model that is ready to score. Workers only: this needs torch."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import torch

from annotate.scoring.scorers.base import StepText, TraceText
from annotate.scoring.scorers.base import describe as describe_error

from .backbone import Backbone, best_attention, device_lost, device_of_this_process, out_of_memory, read_tensors
from .checkpoint import Checkpoint, Unusable, locate, open_checkpoint
from .engine import Engine
from .families import Family, Head, language_head, tell
from .forms import FORMS, Form, build
from .heads import LogProbabilities, Scores
from .settings import PrmSettings
from .tokens import BadInput, Tokens

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Described:
    """What a checkpoint is, without having loaded it. `settings`: with family, digests and numbers filled in, so that
    every machine computes the same.
    """

    settings: PrmSettings
    family: Family
    checkpoint: Checkpoint
    reference: Checkpoint | None


@dataclass(frozen=True, slots=True)
class Loaded:
    settings: PrmSettings
    family: Family
    form: Form
    engine: Engine
    max_tokens: int


def describe(settings: PrmSettings) -> Described:
    """Finds (or downloads) and reads a checkpoint's configuration. Raises `Unusable`."""
    checkpoint = open_checkpoint(locate(settings.model, settings.revision or ""))
    family = tell(checkpoint, settings)
    reference = None
    if family.head.kind == "ratio":
        reference = open_checkpoint(locate(settings.reference or "", settings.reference_revision or ""))
        language_head(reference)
    _same("model", settings.digest, checkpoint)
    _same("reference model", settings.reference_digest, reference)
    dtype = settings.dtype or ("bfloat16" if device_of_this_process().type == "cuda" else "float32")
    filled = replace(
        settings,
        family=family.name,
        dtype=dtype,
        digest=checkpoint.digest,
        reference_digest=reference.digest if reference else None,
    )
    return Described(filled, family, checkpoint, reference)


def load(settings: PrmSettings) -> Loaded:
    """Everything onto the device of this process. Raises `Unusable`, also for a family that is only guessed."""
    found = describe(settings)
    if found.family.guessed:
        raise Unusable(found.family.note)
    settings = found.settings
    device = device_of_this_process()
    dtype: torch.dtype = getattr(torch, settings.dtype or "float32")
    tokens = Tokens(found.checkpoint)
    if found.reference and not tokens.same_as(Tokens(found.reference)):
        raise Unusable(
            "The reference model has another tokenizer than the model, so their probabilities can't be compared. The"
            " reference is the model that it was trained from."
        )
    form = FORMS[found.family.name](tokens, settings)
    parts: list[tuple[Backbone, Scores | LogProbabilities]] = []
    for checkpoint in filter(None, (found.checkpoint, found.reference)):
        backbone = Backbone.load(checkpoint, device=device, dtype=dtype, attention=settings.attention or "sdpa")
        parts.append((backbone, _head(checkpoint, found.family.head, form, settings, dtype).to(device)))
    engine = _fastest(parts, settings, settings.attention or best_attention(device, dtype))
    _check_ids(form, engine)
    return Loaded(settings, found.family, form, engine, settings.max_tokens or min(b.max_tokens for b, _ in parts))


def _check_ids(form: Form, engine: Engine) -> None:
    """On a GPU a token that the model does not have ends the process, so the form is tried before the first trace."""
    [tried] = build(form, [TraceText("What is 1 + 1?", [StepText("So 1 + 1 = 2.")])])
    if isinstance(tried, BadInput):
        raise Unusable(f"No trace can be written in this model's form: {tried}")
    if (worst := int(tried.ids.max())) >= engine.vocabulary:
        raise Unusable(
            f"The form needs token {worst:,}, and the model knows {engine.vocabulary:,}: the tokenizer belongs to"
            " another model, or an id among the settings (mark_id) is wrong."
        )


def _fastest(parts: list[tuple[Backbone, Scores | LogProbabilities]], settings: PrmSettings, attention: str) -> Engine:
    """With this attention; where nobody has asked for it and it doesn't work here, with the one that always does. That
    a package is installed does not yet mean that it fits the card.
    """
    for backbone, _ in parts:
        backbone.attention = attention
    try:
        return Engine(
            parts,
            share=settings.share,
            packed=None if settings.layout is None else settings.layout == "packed",
            budget=settings.budget,
            beta=settings.beta,
        )
    except Exception as error:
        fallen_back = attention == "sdpa" or settings.attention is not None
        if fallen_back or isinstance(error, Unusable) or out_of_memory(error) or device_lost(error):
            raise
        log.warning("%s can't be used here, so attention is PyTorch's own: %s", attention, describe_error(error))
    return _fastest(parts, settings, "sdpa")


def _head(
    checkpoint: Checkpoint, head: Head, form: Form, settings: PrmSettings, dtype: torch.dtype
) -> Scores | LogProbabilities:
    if head.kind == "ratio":
        name = language_head(checkpoint)
        return LogProbabilities(read_tensors(checkpoint, (name,))[name].to(dtype))
    weights = read_tensors(checkpoint, head.weights)
    if head.kind != "tokens":
        return Scores(head, weights, good=1 if settings.good_class is None else settings.good_class)
    vocabulary = weights[head.weights[0]].shape[0]
    if form.good is None or form.bad is None or max(form.good, form.bad) >= vocabulary:
        raise Unusable(f"The tokens whose odds are the score are not among the model's {vocabulary:,}.")
    return Scores(head, weights, good=0, rows=(form.good, form.bad))


def _same(what: str, expected: str | None, checkpoint: Checkpoint | None) -> None:
    if expected and checkpoint and checkpoint.digest != expected:
        raise Unusable(
            f"The {what} on this machine is another one than the project's: its digest begins with"
            f" {checkpoint.digest[:12]}, not {expected[:12]}."
        )
