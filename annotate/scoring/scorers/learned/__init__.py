"""`learned`: a small model trained from the project's own labels. `training` makes it, `scorer` uses it."""

from .scorer import LearnedScorer

__all__ = ["LearnedScorer"]
