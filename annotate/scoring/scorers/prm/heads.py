"""From a token's last hidden state to a number. Workers only: this needs torch.

Heads are kept and applied in float32, whatever the model's weights are in, and only where a score is read.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from .families import Head

VOCABULARY_ROWS = 1024
"""So many positions at once where the whole vocabulary's logits are needed: 0.6 GB with 152,000 tokens."""


class Scores:
    """`good`: the class, or the row of `rows` (token ids), that means "right"."""

    def __init__(
        self, head: Head, weights: Mapping[str, Tensor], *, good: int = 1, rows: tuple[int, int] | None = None
    ):
        self.kind = head.kind
        self.good = good
        parts = [weights[name] for name in head.weights]
        if rows is not None:
            parts[0] = parts[0][list(rows)]  # before it grows: a vocabulary's rows are gigabytes
        self.parts = [part.float() for part in parts]

    def to(self, device: torch.device) -> Scores:
        self.parts = [part.to(device) for part in self.parts]
        return self

    def __call__(self, hidden: Tensor) -> Tensor:
        """[n, hidden] → [n], float32: the probability of being right."""
        x = hidden.float()
        if self.kind == "mlp":
            x = torch.relu(torch.nn.functional.linear(x, self.parts[0], self.parts[1]))
            return self._two(torch.nn.functional.linear(x, self.parts[2], self.parts[3]))
        bias = self.parts[1] if len(self.parts) > 1 else None
        logits = torch.nn.functional.linear(x, self.parts[0], bias)
        return torch.sigmoid(logits[:, 0]) if self.kind == "sigmoid" else self._two(logits)

    def _two(self, logits: Tensor) -> Tensor:
        return torch.softmax(logits, -1)[:, self.good]


class LogProbabilities:
    """A language model's head [vocabulary, hidden], which says how probable a token was."""

    def __init__(self, weight: Tensor):
        self.weight = weight

    def to(self, device: torch.device) -> LogProbabilities:
        self.weight = self.weight.to(device)
        return self

    def __call__(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """[n, hidden], [n] ids → [n], float32. The logits of all positions are never held at once."""
        found = torch.empty(len(targets), dtype=torch.float32, device=hidden.device)
        for start in range(0, len(targets), VOCABULARY_ROWS):
            part = slice(start, start + VOCABULARY_ROWS)
            logits = self._logits(hidden[part])
            chosen = logits.gather(1, targets[part, None])[:, 0]
            found[part] = chosen - torch.logsumexp(logits, -1)
        return found

    def _logits(self, hidden: Tensor) -> Tensor:
        """Added up and kept in float32, whatever the weights are in: log ratios are small."""
        if self.weight.is_cuda and self.weight.dtype != torch.float32:
            return torch.mm(hidden.to(self.weight.dtype), self.weight.T, out_dtype=torch.float32)
        return hidden.float() @ self.weight.float().T
