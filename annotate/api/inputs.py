"""Reading requests: every view takes its input through here, checked."""

import base64
import re
from collections.abc import Callable
from typing import Any, cast

from rest_framework import serializers
from rest_framework.request import Request

from annotate.accounts.models import User
from annotate.core.errors import Invalid

PAGE = 50
MAX_PAGE = 500


class UnknownFieldsAreErrors(serializers.Serializer):
    """A misspelt field is told, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            message = f"There is no such field. Known are: {known}."
            raise serializers.ValidationError(dict.fromkeys(unknown, message), code="unknown-field")
        return super().to_internal_value(data)


def several(of: type[serializers.Serializer], **options: Any) -> Any:
    """A field that is a list of such objects, and may be left out. `options` are the list's: `max_length`, …"""
    return of(many=True, required=False, **options)


def body(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """The validated body. Raises a ValidationError that names each wrong field."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return cast(dict[str, Any], checked.validated_data)


def user_of(request: Request) -> User:
    """The signed-in user; only for views that demand one."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def page_size(request: Request) -> int:
    """`?limit=`, from 1 to MAX_PAGE."""
    text = request.query_params.get("limit", str(PAGE))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= MAX_PAGE:
        raise Invalid.field("limit", f"limit must be a whole number from 1 to {MAX_PAGE}.")
    return int(text)


def encode_cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode("\x1f".join(map(str, parts)).encode()).decode().rstrip("=")


def read_cursor(request: Request, *converters: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The parts of `?cursor=`, converted, or None on the first page. Raises Invalid for anything we did not make."""
    text = request.query_params.get("cursor")
    if not text:
        return None
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("\x1f")
        return tuple(convert(part) for convert, part in zip(converters, parts, strict=True))
    except ValueError:
        raise Invalid.field("cursor", "This is not a cursor from an earlier page. Start without one.") from None
