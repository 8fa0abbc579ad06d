"""What a step or a problem holds beside its text: media, structured data, material, references. As lines write it.

Media are written `{"sha256"}` (uploaded before), `{"file"}` (the path under which it was uploaded, or has in the zip
that the lines came in), or `{"type", "url"}`; all may have `type`, `alt`, and `start` and `end` in seconds. A `data:`
URL is decoded, stored and named by its digest; an http(s) one is kept as an address that nobody here ever fetches.
"""

import base64
import binascii
import re
from typing import Annotated, Any, Literal
from urllib.parse import unquote_to_bytes

from msgspec import Meta, Struct

from annotate.corpus.formats.base import LineError, check_metadata, check_text

MAX_MEDIA = 100
MAX_MATERIAL = 1000
MAX_TAGS = 100
MAX_TAG = 100
MAX_URL = 4096

Kind = Literal["reasoning", "thought", "code", "formal", "tool_call", "observation"]
Type = Literal["image", "audio", "video"]
Seconds = Annotated[float, Meta(ge=0)]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATA_URL = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)", re.DOTALL | re.IGNORECASE)


class MediaRef(Struct, forbid_unknown_fields=True, omit_defaults=True):
    type: Type | None = None
    sha256: str | None = None
    file: str | None = None
    url: str | None = None
    mime: str | None = None
    bytes: int | None = None
    alt: str | None = None
    start: Seconds | None = None
    end: Seconds | None = None


class ReferenceStep(Struct, forbid_unknown_fields=True, omit_defaults=True):
    text: str
    kind: Kind | None = None


class Material(Struct, forbid_unknown_fields=True, omit_defaults=True):
    text: str = ""
    title: str | None = None
    source: str | None = None
    kind: Literal["related", "retrieved"] | None = None
    media: list[MediaRef] | None = None


def media_of(refs: list[MediaRef] | None, field: str) -> list[dict[str, Any]] | None:
    """As `StepIn.media` holds them; a `data:` URL as `{"content": bytes}`. None where there are none."""
    if not refs:
        return None
    if len(refs) > MAX_MEDIA:
        raise LineError("media-count", f"There may be up to {MAX_MEDIA} of them; here are {len(refs)}.", field)
    return [_media(ref, f"{field}[{i}]") for i, ref in enumerate(refs)]


def _media(ref: MediaRef, field: str) -> dict[str, Any]:
    places = [name for name in ("sha256", "file", "url") if getattr(ref, name) is not None]
    if len(places) != 1:
        raise LineError("invalid", "Media have one of `sha256`, `file` and `url`.", field)
    if (ref.mime is not None or ref.bytes is not None) and ref.sha256 is None:
        raise LineError("invalid", "`mime` and `bytes` go with a `sha256`: they are found out for all else.", field)
    if ref.sha256 is not None and not _SHA256.fullmatch(ref.sha256):
        raise LineError("invalid", "A sha256 is 64 digits of 0-9 and a-f.", f"{field}.sha256")
    if ref.end is not None and ref.end < (ref.start or 0):
        raise LineError("invalid", "The end lies before the start.", f"{field}.end")
    for name in ("file", "url", "mime", "alt"):
        check_text(getattr(ref, name), f"{field}.{name}")
    found = {
        name: value
        for name in ("type", "sha256", "file", "mime", "bytes", "alt", "start", "end")
        if (value := getattr(ref, name)) is not None
    }
    if ref.url is not None:
        found |= by_url(ref.url, ref.type, f"{field}.url")
    return found


def by_url(url: str, type: str | None, field: str) -> dict[str, Any]:
    """A `data:` URL's content, or an address as it is. `type` is needed for the latter."""
    if url[:5].lower() == "data:":
        return {"content": _decoded(url, field)}
    if not url.lower().startswith(("http://", "https://")) or len(url) > MAX_URL:
        message = f"An address begins with http://, https:// or data:, and has up to {MAX_URL} characters."
        raise LineError("bad-url", message, field)
    if type is None:
        raise LineError("invalid", "Say whether the address is an image, audio or video: it is never fetched.", field)
    check_text(url, field)
    return {"type": type, "url": url}


def _decoded(url: str, field: str) -> bytes:
    match = _DATA_URL.fullmatch(url)
    if match is None:
        raise LineError("bad-url", "This data: URL has no comma before its content.", field)
    if ";base64" not in match[2].lower():
        return unquote_to_bytes(match[3])
    return from_base64(match[3], field)


def from_base64(text: str, field: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise LineError("bad-base64", "This is no valid base64.", field) from None


def check_data(data: dict[str, Any] | None, field: str) -> dict[str, Any] | None:
    """None for {}; any JSON that can be kept. The keys that pages know are checked for what they mean."""
    if not data:
        return None
    check_metadata(data, field)
    if not isinstance(data.get("tool", ""), str):
        raise LineError("invalid", "A tool's name is a text.", f"{field}.tool")
    if "time" in data:
        time = data["time"]
        ends = (time.get("start"), time.get("end")) if isinstance(time, dict) and len(time) == 2 else (None, None)
        numbers = [end for end in ends if isinstance(end, int | float) and not isinstance(end, bool)]
        if len(numbers) < 2 or not 0 <= numbers[0] <= numbers[1]:
            message = 'A time is {"start", "end"} in seconds, the start before the end.'
            raise LineError("invalid", message, f"{field}.time")
    return data


def reference_steps_of(raw: list[str | ReferenceStep], field: str) -> list[dict[str, Any]] | None:
    steps = []
    for i, step in enumerate(raw):
        text, kind = (step, None) if isinstance(step, str) else (step.text, step.kind)
        check_text(text, f"{field}[{i}]")
        if not text.strip():
            raise LineError("empty-step", "The step has no text.", f"{field}[{i}]")
        steps.append({"text": text} | ({"kind": kind} if kind else {}))
    return steps or None


def material_of(raw: list[str | Material], field: str) -> list[dict[str, Any]] | None:
    if len(raw) > MAX_MATERIAL:
        raise LineError("material-count", f"There may be up to {MAX_MATERIAL} pieces; here are {len(raw)}.", field)
    return [_piece(piece, f"{field}[{i}]") for i, piece in enumerate(raw)] or None


def _piece(raw: str | Material, field: str) -> dict[str, Any]:
    piece = Material(raw) if isinstance(raw, str) else raw
    found: dict[str, Any] = {"text": piece.text}
    for name in ("title", "source", "kind"):
        check_text(getattr(piece, name), f"{field}.{name}")
        if (value := getattr(piece, name)) is not None:
            found[name] = value
    check_text(piece.text, f"{field}.text")
    if media := media_of(piece.media, f"{field}.media"):
        found["media"] = media
    if not piece.text.strip() and not media:
        raise LineError("invalid", "This piece of material has neither text nor media.", field)
    return found


def check_tags(tags: list[str], field: str = "tags") -> list[str]:
    if len(tags) > MAX_TAGS or len(set(tags)) < len(tags):
        raise LineError("invalid", f"There may be up to {MAX_TAGS} tags, each once.", field)
    for i, tag in enumerate(tags):
        check_text(tag, f"{field}[{i}]")
        if not tag.strip() or len(tag) > MAX_TAG:
            raise LineError("invalid", f"A tag has from 1 to {MAX_TAG} characters.", f"{field}[{i}]")
    return tags


def check_premises(premises: list[list[int] | None], field: str = "steps") -> list[list[int] | None] | None:
    """None where nobody said anything; each names steps before its own, each once."""
    for i, named in enumerate(premises):
        if named is not None and (len(set(named)) < len(named) or not all(0 <= k < i for k in named)):
            message = f"The premises of step {i} are the indexes of steps before it, each once; the first step is 0."
            raise LineError("invalid", message, f"{field}[{i}].premises")
    return premises if any(named is not None for named in premises) else None
