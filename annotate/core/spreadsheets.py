"""What spreadsheets take for more than a text. Pure."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def inert(text: str) -> str:
    """The text with a quote before it, where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
