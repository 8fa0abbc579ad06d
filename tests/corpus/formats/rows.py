"""One row through one format."""

import json
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.base import ChoiceIn, Item, LineError, TraceIn

DROP = object()


def parsed(format: str, row: object) -> list[Item]:
    return FORMATS[format].parse(json.dumps(row, ensure_ascii=False).encode())


def trace(format: str, row: object) -> TraceIn:
    [item] = parsed(format, row)
    assert isinstance(item, TraceIn)
    return item


def choice(format: str, row: object) -> ChoiceIn:
    [item] = parsed(format, row)
    assert isinstance(item, ChoiceIn)
    return item


def refused(format: str, row: object) -> tuple[str, str]:
    """The code and the field with which the row is refused; a remedy in words is checked to be there."""
    with pytest.raises(LineError) as error:
        parsed(format, row)
    assert len(error.value.message) > 10
    return error.value.code, error.value.field


def change(row: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The row with other fields; DROP leaves one out."""
    return {name: value for name, value in {**row, **fields}.items() if value is not DROP}


def texts(item: TraceIn) -> list[str]:
    return [step.text for step in item.steps]
