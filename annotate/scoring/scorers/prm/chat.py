"""Conversations in a checkpoint's own chat template, with the texts kept apart from it. Pure.

The template is rendered with placeholders; what it puts around them may hold tokens with a meaning, the texts in their
place may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .checkpoint import Unusable
from .tokens import Draft, Tokens

CHATML = "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}"
PLACE = re.compile("\t?\ue000([0-9]+)\ue001\t?")
"""Tabs around tell whether the template trims."""


class Chat:
    """Fills drafts with the turns of a conversation."""

    def __init__(self, tokens: Tokens) -> None:
        template = tokens.chat_template
        if template is None and "<|im_start|>" in tokens.added:
            template = CHATML
        if template is None:
            raise Unusable("The checkpoint has no chat template, which its input is written in.")
        self._bos = tokens.bos_text
        self._special = tokens.added
        self._pattern = re.compile(
            "|".join(re.escape(t) for t in sorted(tokens.added, key=len, reverse=True)) or "(?!)"
        )
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals["raise_exception"] = _refuse
        try:
            self._template = environment.from_string(template)
        except TemplateError as error:
            raise Unusable(f"The chat template can't be read: {error}") from error
        self.pieces = lru_cache(maxsize=512)(self._pieces)

    def _pieces(self, roles: tuple[str, ...]) -> tuple[list[str | int | tuple[int]], bool]:
        """For turns of these roles: texts, ids, and in a tuple the index of a turn; whether texts lose outer blanks."""
        messages = [{"role": role, "content": f"\t\ue000{i}\ue001\t"} for i, role in enumerate(roles)]
        try:
            text = self._template.render(messages=messages, bos_token=self._bos, add_generation_prompt=False)
        except TemplateError as error:
            raise Unusable(f"The chat template does not take these turns: {error}") from error
        found = list(PLACE.finditer(text))
        if [int(m[1]) for m in found] != list(range(len(roles))):
            raise Unusable("The chat template does not write every turn once and in order.")
        trims = any(not (m[0].startswith("\t") and m[0].endswith("\t")) for m in found)
        pieces: list[str | int | tuple[int]] = []
        end = 0
        for match in found:
            pieces += self._literal(text[end : match.start()])
            pieces.append((int(match[1]),))
            end = match.end()
        return pieces + self._literal(text[end:]), trims

    def _literal(self, text: str) -> list[str | int | tuple[int]]:
        pieces: list[str | int | tuple[int]] = []
        end = 0
        for match in self._pattern.finditer(text):
            if match.start() > end:
                pieces.append(text[end : match.start()])
            pieces.append(self._special[match[0]])
            end = match.end()
        return [*pieces, text[end:]] if end < len(text) else pieces

    def write(self, draft: Draft, roles: Sequence[str], contents: Sequence[Draft]) -> None:
        """Appends the conversation to `draft`; `contents[i]` is what turn i says."""
        pieces, trims = self.pieces(tuple(roles))
        for piece in pieces:
            if isinstance(piece, str):
                draft.text(piece)
            elif isinstance(piece, int):
                draft.ids(piece)
            else:
                content = contents[piece[0]]
                base = len(draft.parts)
                draft.parts += trimmed(content).parts if trims else content.parts
                draft.counted += [(start + base, end + base) for start, end in content.counted]


def trimmed(content: Draft) -> Draft:
    """As a template with `| trim` writes it."""
    parts = list(content.parts)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return Draft(parts, content.counted)


def _refuse(message: str) -> str:
    raise TemplateError(message)
