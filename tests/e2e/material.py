"""What the browser tests judge: small enough to know by heart, with LaTeX, shared prefixes and choices."""

from typing import Any

SQUARE = {"id": "square", "statement": "A square has side $3$. What is its area?", "answer": "9"}
RING = {
    "id": "ring",
    "statement": r"A ring lies between circles of radius $1$ and $3$. Show that its area is $8\pi$.",
    "answer": r"8\pi",
}
BOX = {"id": "box", "statement": "A box is $2 \\times 3 \\times 4$. What is its **volume**?", "answer": "24"}
KITE = {"id": "kite", "statement": "A kite has diagonals $4$ and $5$. What is its area?", "answer": "10"}

TRACES: list[dict[str, Any]] = [
    {
        "id": "square-1",
        "problem": SQUARE,
        "generator": "pupil",
        "steps": ["The area is the side squared.", "That is $3^2 = 6$.", "The area is $6$."],
        "answer": "6",
    },
    {
        "id": "ring-1",
        "problem": RING,
        "generator": "pupil",
        "steps": [
            r"The outer disc has area $9\pi$, the inner one $\pi$.",
            r"The difference is $$9\pi - \pi = 8\pi.$$",
        ],
        "answer": r"8\pi",
    },
    {
        "id": "box-1",
        "problem": BOX,
        "generator": "pupil",
        "steps": ["Multiply the sides.", {"text": "print(2 * 3 * 4)", "kind": "code"}, "It is $24$."],
        "answer": "24",
    },
]

CHOICES: list[dict[str, Any]] = [
    {
        "id": "kite-1",
        "problem": KITE,
        "prefix": ["The diagonals of a kite are perpendicular."],
        "candidates": [r"Half the product: $\frac{4 \cdot 5}{2} = 10$.", "Add them up: $4 + 5 = 9$."],
    },
    {
        "id": "square-2",
        "problem": {**SQUARE, "id": "square again", "statement": "A square has side $5$. What is its area?"},
        "prefix": [],
        "candidates": ["Square the side: $25$.", r"Side by side: $5 \cdot 5 = 25$."],
    },
    {
        "id": "cube-1",
        "problem": {"id": "cube", "statement": "A cube has edge $2$. What is its surface?", "answer": "24"},
        "prefix": ["A cube has six faces.", "Each face has area $4$."],
        "candidates": ["Add them up: $6 + 4 = 10$.", r"Four sides only: $4 \cdot 4 = 16$."],
    },
]

# Everything that a project can ask of its annotators.
EVERYTHING_ASKED: dict[str, Any] = {
    "tags": [{"key": "guess", "name": "Guess"}, {"key": "recall", "name": "Recall"}],
    "premises": True,
    "spans": [{"key": "irrelevant", "name": "Irrelevant condition"}, {"key": "vague", "name": "Vague"}],
    "rubric": [
        {"key": "clarity", "name": "Clarity", "scope": "step", "min": 1, "max": 5},
        {"key": "rigour", "name": "Rigour", "scope": "trace", "min": 0, "max": 3},
    ],
    "questions": [
        {"key": "repair", "name": "Which formula should it be?", "scope": "step", "kind": "formula"},
        {"key": "method", "name": "Which method?", "scope": "trace", "kind": "text"},
        {"key": "sums", "name": "How many sums?", "scope": "trace", "kind": "number"},
        {
            "key": "fair",
            "name": "Is the problem fair?",
            "scope": "problem",
            "kind": "choice",
            "options": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
        },
    ],
}
