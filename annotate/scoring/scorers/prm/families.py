"""Which kind of PRM a checkpoint is, told from its configuration and the names and shapes of its tensors. Pure.

Never from its name: people rename folders. Sources: the model cards and inference code that each family was published
with (Qwen2.5-Math-PRM, Math-Shepherd, RLHFlow, Skywork-o1-Open-PRM, TRL's PRMTrainer, ImplicitPRM).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .checkpoint import Checkpoint, TensorInfo, Unusable
from .settings import PrmSettings

HeadKind = Literal["mlp", "linear", "sigmoid", "tokens", "ratio"]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the scores come from.

    `mlp`: linear, ReLU, linear to two classes. `linear`: to two classes. `sigmoid`: to one number. `tokens`: two rows
    of the language model's head. `ratio`: its whole head, against another model's. `weights` are tensors' names in the
    order of use: weight, bias, weight, bias; the last may be missing.
    """

    kind: HeadKind
    weights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """What a checkpoint turned out to be. `note`: what a person should know, or "". `guessed`: it looks like this
    family, but any language model of that architecture does; a person has to say that it is one.
    """

    name: str
    head: Head
    note: str = ""
    guessed: bool = False


def tell(checkpoint: Checkpoint, settings: PrmSettings) -> Family:
    """Raises `Unusable`, saying what is missing, for what is no PRM that can be read here."""
    name = settings.family or _told(checkpoint, settings)
    head = _HEADS[name](checkpoint)
    note = ""
    guessed = name in ("math-shepherd", "rlhflow") and not settings.family
    if guessed:
        note = (
            f"It looks like {name}, but so does every plain {checkpoint.model_type} language model: it has no head of"
            " its own, and read as a process reward model without having been trained as one, its scores would mean"
            f" nothing. If it is one, say so: --family {name}, or the setting family."
        )
    if name == "implicit":
        note = "Implicit: the scores order steps; they are no calibrated probabilities."
        if not settings.reference:
            raise Unusable("An implicit PRM needs the setting reference: the model that it was trained from.")
    return Family(name, head, note, guessed)


def _told(checkpoint: Checkpoint, settings: PrmSettings) -> str:
    tensors, architectures = checkpoint.tensors, checkpoint.architectures
    if "score.0.weight" in tensors or any("ProcessRewardModel" in a for a in architectures):
        return "qwen"
    if "v_head.summary.weight" in tensors or any(a.endswith("PrmModel") for a in architectures):
        return "skywork"
    if any(a.endswith("ForTokenClassification") for a in architectures):
        return "trl"
    if any(a.endswith(("ForSequenceClassification", "ForRewardModel")) for a in architectures):
        raise Unusable("This model scores a text as a whole, not its steps.")
    if settings.reference:
        return "implicit"
    if checkpoint.model_type == "mistral":
        return "math-shepherd"
    if checkpoint.model_type == "llama":
        return "rlhflow"
    raise Unusable(
        f"Nothing in this checkpoint ({', '.join(architectures) or 'no architectures'}; {checkpoint.model_type or '?'})"
        " says which kind of PRM it is: it has no head for steps. If you know, say so by the setting family."
    )


def _qwen(checkpoint: Checkpoint) -> Head:
    h = checkpoint.hidden_size
    inner = _shape(checkpoint, "score.0.weight")[0]
    _need(checkpoint, {"score.0.weight": (inner, h), "score.0.bias": (inner,), "score.2.weight": (2, inner)})
    _need(checkpoint, {"score.2.bias": (2,)})
    return Head("mlp", ("score.0.weight", "score.0.bias", "score.2.weight", "score.2.bias"))


def _skywork(checkpoint: Checkpoint) -> Head:
    _need(checkpoint, {"v_head.summary.weight": (1, checkpoint.hidden_size), "v_head.summary.bias": (1,)})
    return Head("sigmoid", ("v_head.summary.weight", "v_head.summary.bias"))


def _trl(checkpoint: Checkpoint) -> Head:
    _need(checkpoint, {"score.weight": (2, checkpoint.hidden_size)})
    if "score.bias" not in checkpoint.tensors:
        return Head("linear", ("score.weight",))
    _need(checkpoint, {"score.bias": (2,)})
    return Head("linear", ("score.weight", "score.bias"))


def _tokens(checkpoint: Checkpoint) -> Head:
    return Head("tokens", (language_head(checkpoint),))


def _ratio(checkpoint: Checkpoint) -> Head:
    return Head("ratio", (language_head(checkpoint),))


def language_head(checkpoint: Checkpoint) -> str:
    """The name of the language model's head [vocabulary, hidden]; models that tie it keep it with the embeddings."""
    tied = checkpoint.config.get("tie_word_embeddings") and "lm_head.weight" not in checkpoint.tensors
    name = "model.embed_tokens.weight" if tied else "lm_head.weight"
    vocabulary = checkpoint.config.get("vocab_size")
    shape = _shape(checkpoint, name)
    if len(shape) != 2 or shape[1] != checkpoint.hidden_size or (vocabulary and shape[0] < vocabulary):
        raise Unusable(f"{name} has shape {list(shape)}, not [{vocabulary}, {checkpoint.hidden_size}].")
    return name


_HEADS = {
    "qwen": _qwen,
    "skywork": _skywork,
    "trl": _trl,
    "math-shepherd": _tokens,
    "rlhflow": _tokens,
    "implicit": _ratio,
}


def _shape(checkpoint: Checkpoint, name: str) -> tuple[int, ...]:
    found: TensorInfo | None = checkpoint.tensors.get(name)
    if found is None:
        raise Unusable(f"The checkpoint has no {name}: the head that gives the scores is missing.")
    return found.shape


def _need(checkpoint: Checkpoint, shapes: dict[str, tuple[int, ...]]) -> None:
    for name, expected in shapes.items():
        found = _shape(checkpoint, name)
        if found != expected:
            hint = ""
            if len(found) == len(expected) and found[0] != expected[0] and expected[0] in (1, 2):
                hint = f" A head with {found[0]} outputs is not this kind of PRM's."
            raise Unusable(f"{name} has shape {list(found)}, not {list(expected)}.{hint}")
