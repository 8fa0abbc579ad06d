"""The schema says what the API really answers, field by field; `make check` sees that openapi.json is this schema."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from tests.test_permissions import PEOPLE, TABLE, call, world

__all__ = ["world"]

# The schema does not describe itself, and sign-in is only refused there.
ROWS = [row for row in TABLE if row.route != "schema/" and min(row.statuses) < 400]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The schema as JSON Schema understands it, with no room for fields that it does not name."""
    return strict(SchemaGenerator().get_schema(request=None, public=True))


def strict(node: Any) -> Any:
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: strict(value) for key, value in node.items() if key != "nullable"}
    if isinstance(node.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.method} {row.route}" for row in ROWS])
def test_answers_are_what_the_schema_says(world, document, row):
    browsers, arguments = world
    allowed = next(who for who, status in zip(PEOPLE, row.statuses, strict=True) if status < 400)
    response = call(browsers[allowed], row, arguments)
    operation = document["paths"]["/api/v1/" + _as_in_schema(row.route)][row.method.lower()]
    assert operation["description"]
    described = operation["responses"][str(response.status_code)]
    if response.status_code == 204:
        assert "content" not in described
        return
    media = response["Content-Type"].partition(";")[0]
    schema = described["content"][media]["schema"]
    if schema.get("format") != "binary":
        checker = Draft202012Validator({**schema, "components": document["components"]})
        assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(response.json())] == []


def _as_in_schema(route: str) -> str:
    for converter in ("slug", "str", "int", "uuid"):
        route = route.replace(f"<{converter}:", "{")
    return route.replace(">", "}")
