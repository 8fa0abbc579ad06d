"""How a PRM is read, as it is configured for a project. Pure.

Whatever is not set, the family and the checkpoint decide.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from annotate.scoring.scorers.settings import Setting

FAMILIES = {
    "qwen": "Qwen2.5-Math-PRM (also ReasonFlux-PRM-7B)",
    "math-shepherd": "Math-Shepherd",
    "rlhflow": "RLHFlow",
    "skywork": "Skywork-o1-Open-PRM",
    "trl": "Token classifier trained by TRL's PRMTrainer",
    "implicit": "Implicit PRM: one language model against another",
}
NO_SYSTEM_PROMPT = "-"

FIELDS = (
    Setting(
        "model",
        "Model",
        "A folder on the worker's machine, or owner/name on the Hugging Face hub.",
        required=True,
        decides=False,
    ),
    Setting("revision", "Revision", "Of a hub's model: the commit, 40 hexadecimal digits.", decides=False),
    Setting("digest", "Digest", "SHA-256 of the checkpoint. `prm-worker` fills it in; another checkpoint is refused."),
    Setting(
        "reference", "Reference model", "Implicit PRM: the model that it was trained from, like Model.", decides=False
    ),
    Setting("reference_revision", "Revision of the reference model", "", decides=False),
    Setting("reference_digest", "Digest of the reference model", "As above."),
    Setting(
        "family",
        "Family",
        "Told from the checkpoint when it is left open. Math-Shepherd and RLHFlow have to be named: nothing tells them"
        " from plain language models.",
        type="choice",
        choices=tuple(FAMILIES.items()),
    ),
    Setting(
        "dtype",
        "Numbers",
        "Of the weights in memory: bfloat16 on a GPU and float32 elsewhere when it is left open.",
        type="choice",
        choices=tuple((name, name) for name in ("bfloat16", "float16", "float32")),
    ),
    Setting("mark", "Mark", "The text after each step at which its score is read.", type="long"),
    Setting("mark_id", "Id of the mark", "Its token.", type="integer", minimum=0),
    Setting("good_id", "Id of the good token", "Where the score is one token's odds.", type="integer", minimum=0),
    Setting("bad_id", "Id of the bad token", "The other token.", type="integer", minimum=0),
    Setting("good_class", "Good class", "Which of two classes means right.", type="integer", minimum=0, maximum=1),
    Setting("system_prompt", "System prompt", "A single dash leaves it to the chat template.", type="long"),
    Setting(
        "offset",
        "Read",
        "At the mark, or at the token before it.",
        type="choice",
        choices=(("at", "at the mark"), ("before", "before the mark")),
    ),
    Setting("beta", "Beta", "Implicit PRM: factor of the summed log ratios.", type="number", default=0.001, minimum=0),
    Setting(
        "max_tokens",
        "Longest trace",
        "In tokens. Longer ones are reported, never cut. What the model was made for when it is left open.",
        type="integer",
        minimum=1,
    ),
    Setting(
        "attention",
        "Attention",
        "How it is computed; the fastest that is installed when it is left open.",
        type="choice",
        choices=tuple(
            (name, name) for name in ("sdpa", "eager", "flash_attention_2", "flash_attention_3", "flex_attention")
        ),
        decides=False,
    ),
    Setting(
        "layout",
        "Layout",
        "Traces side by side or end to end; what suits the attention when it is left open.",
        type="choice",
        choices=(("padded", "side by side"), ("packed", "end to end")),
        decides=False,
    ),
    Setting(
        "share",
        "Share beginnings",
        "Compute once what traces have in common.",
        type="switch",
        default=True,
        decides=False,
    ),
    Setting("budget", "Batch", "Tokens in one pass.", type="integer", minimum=1, decides=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrmSettings:
    """Checked settings; names and meanings as in FIELDS. None: left open."""

    model: str
    revision: str | None = None
    digest: str | None = None
    reference: str | None = None
    reference_revision: str | None = None
    reference_digest: str | None = None
    family: str | None = None
    dtype: str | None = None
    mark: str | None = None
    mark_id: int | None = None
    good_id: int | None = None
    bad_id: int | None = None
    good_class: int | None = None
    system_prompt: str | None = None
    offset: str | None = None
    beta: float = 0.001
    max_tokens: int | None = None
    attention: str | None = None
    layout: str | None = None
    share: bool = True
    budget: int | None = None

    @classmethod
    def of(cls, checked: Mapping[str, Any]) -> PrmSettings:
        """From what `BaseScorer.check` lets through. Whole numbers may come as 5.0."""
        whole = {field.name for field in FIELDS if field.type == "integer"}
        values = {field.name: checked[field.name] for field in fields(cls) if checked.get(field.name) is not None}
        whole_ones: dict[str, Any] = {name: int(value) for name, value in values.items() if name in whole}
        return cls(**values | whole_ones)

    def on_this_machine(self) -> PrmSettings:
        """With the folders that this worker was started with: machines keep weights in places of their own."""
        model, reference = os.environ.get("STEPMARK_PRM_MODEL"), os.environ.get("STEPMARK_PRM_REFERENCE")
        return replace(self, model=model or self.model, reference=reference or self.reference)
