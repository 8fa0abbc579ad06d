"""Text to token ids, so that no text of a model can become a mark, a turn or any other token with a meaning. Pure.

`Draft` collects what one trace's input is made of: texts, ids, and the points at which a score is read. Positions are
written down while it is put together and never looked for afterwards, since a mark's id may occur in the text as well.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tokenizers import Encoding, Tokenizer

from .checkpoint import Checkpoint, Unusable


class BadInput(Exception):
    """This trace can't be written in the model's form; the message is for the page."""


@dataclass(slots=True)
class Read:
    """Step `step` (0-based) is read at the token that ends here. `expect`: the id which that token must have."""

    step: int
    expect: int | None = None
    before: bool = False
    """Read one token earlier."""


@dataclass(slots=True)
class Draft:
    parts: list[str | tuple[int, ...] | Read] = field(default_factory=list)
    counted: list[tuple[int, int]] = field(default_factory=list)
    """Pairs of places in `parts`: tokens between them count (implicit PRM)."""

    def text(self, text: str) -> None:
        """Adjoining texts are tokenised as one, as they would be in the published form."""
        self.parts.append(text)

    def ids(self, *ids: int) -> None:
        self.parts.append(ids)

    def read(self, step: int, expect: int | None = None, *, before: bool = False) -> None:
        self.parts.append(Read(step, expect, before))


@dataclass(frozen=True, slots=True)
class Input:
    """One trace, ready for a model. `reads[k]` is the 0-based token at which step `steps[k]` is read."""

    ids: np.ndarray
    steps: list[int]
    reads: list[int]
    counted: np.ndarray | None = None
    """Implicit PRM: [tokens] bool, whether a token's log ratio counts."""


class Tokens:
    """A checkpoint's tokenizer, twice: `special` finds all its tokens, `plain` only those that are text."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        source = _source(checkpoint)
        self.config = checkpoint.text("tokenizer_config.json")
        self.added: dict[str, int] = {t["content"]: t["id"] for t in source.get("added_tokens") or []}
        self._plain = Tokenizer.from_str(json.dumps(_without_meaning(source)))
        bos = self.config.get("bos_token")
        name = bos.get("content") if isinstance(bos, dict) else bos
        self.bos: int | None = self.id_of(name) if name else _one_id(checkpoint.config.get("bos_token_id"))
        self.bos_text: str = name or ""
        template = checkpoint.folder / "chat_template.jinja"
        self.chat_template: str | None = (
            template.read_text("utf-8") if template.is_file() else _template(self.config.get("chat_template"))
        )

    def same_as(self, other: Tokens) -> bool:
        """Whether both cut texts into the same ids. Tokens with a meaning may differ."""
        return self._plain.get_vocab() == other._plain.get_vocab()

    def id_of(self, token: str) -> int | None:
        """Of a token with a meaning, or of one in the vocabulary."""
        return self.added.get(token, self._plain.token_to_id(token))

    def plain(self, text: str) -> list[int]:
        """Ids of a text, none of which has a meaning beyond text."""
        return list(self._plain.encode(text, add_special_tokens=False).ids)

    def ends_with(self, token: int, text: str) -> bool:
        """Whether this token is the whole of a text's last word, and no mere byte of it."""
        return self._plain.decode([token], skip_special_tokens=False).strip() == text.split()[-1]

    def inputs(self, drafts: Sequence[Draft], *, disarm: int | None = None) -> list[Input | BadInput]:
        """Puts drafts together. All texts are tokenised in one call, outside Python's lock.

        `disarm`: a mark that is ordinary text; where it occurs in a text without being one, it is written otherwise.
        """
        runs = [run for draft in drafts for run in _runs(draft)]
        encoded = iter(self._plain.encode_batch(runs, add_special_tokens=False))
        made: list[Input | BadInput] = []
        for draft in drafts:
            try:
                made.append(self._put_together(draft, encoded, disarm))
            except BadInput as error:
                made.append(error)
        return made

    def _put_together(self, draft: Draft, encoded: Any, disarm: int | None) -> Input:
        ids: list[int] = []
        places: list[int] = []  # how many tokens precede each of the draft's parts
        run: Encoding | None = None
        base = chars = 0
        for part in draft.parts:
            if isinstance(part, str):
                places.append(len(ids) if run is None else base + _tokens_before(run, chars))
                if run is None:
                    run, base, chars = next(encoded), len(ids), 0
                    ids += run.ids
                chars += len(part)
            elif isinstance(part, Read):
                places.append(len(ids) if run is None else base + _tokens_before(run, chars))
            else:
                places.append(len(ids))
                ids += part
                run = None
        places.append(len(ids))
        steps, reads, marks = [], [], []
        error: BadInput | None = None
        for part, place in zip(draft.parts, places, strict=False):
            if isinstance(part, Read):
                steps.append(part.step)
                reads.append(place - 1 - part.before)
                if place - 1 - part.before < 0:
                    error = BadInput("There is nothing before the first score.")
                elif part.expect is not None:
                    marks.append(place - 1)
                    if ids[place - 1] != part.expect:
                        error = BadInput(f"The mark after step {part.step + 1} is not a token of its own.")
        if error:
            raise error
        counted = None
        if draft.counted:
            counted = np.zeros(len(ids), bool)
            for start, end in draft.counted:
                counted[places[start] : places[end]] = True
        if disarm is not None:
            ids, reads = self._disarmed(ids, reads, set(marks), disarm)
        return Input(np.asarray(ids, np.int64), steps, reads, counted)

    def _disarmed(self, ids: list[int], reads: list[int], marks: set[int], mark: int) -> tuple[list[int], list[int]]:
        if ids.count(mark) == len(marks):
            return ids, reads
        token = self._plain.decode([mark], skip_special_tokens=False).strip()
        spelled = [i for letter in token for i in self.plain(letter)] if len(token) > 1 else []
        made: list[int] = []
        moved: dict[int, int] = {}
        for place, token_id in enumerate(ids):
            moved[place] = len(made)
            if token_id == mark and place not in marks:
                if not spelled or mark in spelled:
                    raise BadInput("The text contains the model's mark for the end of a step.")
                made += spelled
            else:
                made.append(token_id)
        return made, [moved[place] for place in reads]


def _runs(draft: Draft) -> list[str]:
    """Texts with nothing but reads between them are one."""
    runs: list[str] = []
    open_run = False
    for part in draft.parts:
        if isinstance(part, str):
            if open_run:
                runs[-1] += part
            else:
                runs.append(part)
            open_run = True
        elif not isinstance(part, Read):
            open_run = False
    return runs


def _tokens_before(run: Encoding, chars: int) -> int:
    """How many tokens begin before character `chars`: one that reaches over it counts."""
    return bisect_left(run.offsets, chars, key=lambda span: span[0]) if chars else 0


def _source(checkpoint: Checkpoint) -> dict[str, Any]:
    source = checkpoint.text("tokenizer.json")
    if source:
        return source
    from transformers import AutoTokenizer  # converts the older forms

    try:
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, trust_remote_code=False, local_files_only=True)
        found: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    except Exception as error:
        raise Unusable(f"The tokenizer can't be read: {' '.join(str(error).split())[:300]}") from error
    return found


def _without_meaning(source: dict[str, Any]) -> dict[str, Any]:
    """Without added tokens (but runs of blanks, which some vocabularies add as such) and what it would put around."""
    blank = [t for t in source.get("added_tokens") or [] if not t["content"].strip() and not t.get("special")]
    return {**source, "added_tokens": blank, "post_processor": None, "truncation": None, "padding": None}


def _one_id(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _template(value: Any) -> str | None:
    """Some checkpoints have several, by name."""
    if isinstance(value, list):
        value = next((t.get("template") for t in value if t.get("name") == "default"), None)
    return value if isinstance(value, str) else None
