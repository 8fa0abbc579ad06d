"""What `judge` and `rollouts` have in common: a chat with a language model over an OpenAI-compatible URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.scoring.scorers.settings import Setting

from .client import Trouble
from .scorer import Desk, RemoteScorer

SAMPLING = (
    Setting("temperature", "Temperature", "", "number", default=0.7, minimum=0, maximum=2),
    Setting("top_p", "Top-p", "Empty: the server's own.", "number", minimum=0.01, maximum=1),
    Setting("max_tokens", "Tokens of an answer", "At most.", "integer", default=4096, minimum=16, maximum=131072),
)


class ChatScorer(RemoteScorer):
    path = "/chat/completions"
    several = True

    def say(self, messages: Sequence[Mapping[str, str]], desk: Desk) -> str | None:
        """The model's answer; None if it was cut off at its limit of tokens, which is no answer."""
        body: dict[str, Any] = {
            "model": self.settings["model"],
            "messages": list(messages),
            "temperature": self.settings["temperature"],
            "max_tokens": self.settings["max_tokens"],
            "n": 1,
        }
        if self.settings["top_p"] is not None:
            body["top_p"] = self.settings["top_p"]
        data = self.request(body, desk)
        try:
            choice = data["choices"][0]
            text = choice["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise Trouble("The server's answer holds no message.") from None
        if text is None:
            return None
        if not isinstance(text, str):
            raise Trouble("The server's answer holds no text.")
        return None if choice.get("finish_reason") == "length" else text
