"""Steps that are numbered in their text, "Step 1:", as several formats want them. Pure."""


def headed(number: int, text: str) -> str:
    """The step with "Step k:" in front (`number` is 1-based), once if it says so itself."""
    return f"Step {number}:{after_header(number, text)}"


def after_header(number: int, text: str) -> str:
    """What follows "Step k:" (`number` is 1-based), with the space before it."""
    header = f"Step {number}:"
    return text[len(header) :] if text.startswith(header) else f" {text}"
