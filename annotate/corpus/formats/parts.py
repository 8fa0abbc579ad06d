"""The parts of a message, in the ways in which frameworks write them: texts, pictures, sounds and films.

Where one lies: `{"image_url": {"url"}}` and its like for audio and video (also as a text by itself), `{"input_audio":
{"data", "format"}}`, `{"file": {"file_data"}}`, `{"source": {"type": "base64", "data"}}`, `{"source": {"url"}}` or
`{"source": {"path"}}`, and `{"image": …}`, `{"url"}` or `{"path"}`. A `data:` URL or base64 is the content itself; an
http(s) address stays one; anything else is the path of a file in the data set.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from annotate.corpus.formats.base import LineError
from annotate.corpus.formats.content import by_url, from_base64

TYPES = ("image", "audio", "video")
TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal", "thinking": "thinking"}

Media = list[dict[str, Any]]


@dataclass(slots=True)
class Part:
    """Media without a text before them stand alone. `rest`: what the parts say beside this.

    OpenTelemetry's parts may also be a thought, a call (name and arguments) or a result; `id` is the call's.
    """

    text: str = ""
    media: Media = field(default_factory=list)
    rest: list[dict[str, Any]] = field(default_factory=list)
    thought: bool = False
    call: tuple[str, Any] | None = None
    result: bool = False
    id: Any = None


def parts_of(content: Any, field: str) -> list[Part]:
    """A message's content: a text, null, or a list of parts. Media go with the text before them."""
    if content is None:
        return []
    if isinstance(content, str):
        return [Part(content)]
    if not isinstance(content, list):
        raise LineError("invalid", "A content is a text, a list of parts, or null.", field)
    parts: list[Part] = []
    for i, raw in enumerate(content):
        at = f"{field}[{i}]"
        if isinstance(raw, str):
            parts.append(Part(raw))
            continue
        if not isinstance(raw, dict):
            raise LineError("invalid", "A part is an object or a text.", at)
        kind = raw.get("type")
        text = raw.get(TEXTS.get(kind, "text") if isinstance(kind, str) else "text")
        if isinstance(text, str):
            parts.append(Part(text))
        else:
            if not parts:
                parts.append(Part())
            parts[-1].media.append(media_part(raw, at))
        if more := _rest(raw):
            parts[-1].rest.append(more)
    return parts


def media_part(raw: dict[str, Any], field: str) -> dict[str, Any]:
    """The media of a part, as `StepIn.media` holds it. Raises LineError `not-text` where there is nothing we know."""
    type = next((t for t in TYPES if t in str(raw.get("type", ""))), None)
    type = type or next((t for t in TYPES for name in raw if t in name), None)
    place = next((raw[name] for name in _places(type) if name in raw), None)
    if isinstance(place, dict):
        encoded = place.get("data", place.get("file_data"))
        if isinstance(encoded, str) and encoded[:5] != "data:":
            return {"content": from_base64(encoded, field)}
        place = encoded or next((place[n] for n in ("url", "path", "file_path", "filename") if n in place), None)
    if not isinstance(place, str) or not place:
        message = "This part is neither a text nor a picture, sound or film that could be found. Take it out."
        raise LineError("not-text", message, field)
    if place[:5].lower() == "data:" or ("://" in place and not place.startswith("file://")):
        return by_url(place, type, field)
    return {"file": place.removeprefix("file://")} | ({"type": type} if type else {})


def _places(type: str | None) -> list[str]:
    own = [f"{type}_url", f"input_{type}", type] if type else []
    return [*own, "source", "file", "url", "path"]


_SAID = {"type", "text", "refusal", "thinking", "source", "file", "url", "path"}
_SAID |= {name for t in TYPES for name in (t, f"{t}_url", f"input_{t}")}
_INNER = {"url", "data", "file_data", "path", "type"}


def _rest(raw: dict[str, Any]) -> dict[str, Any]:
    """What a part says beside its text or where its media lie: with its type, so that it can be told what of."""
    more = {name: value for name, value in raw.items() if name not in _SAID}
    for name in _SAID & set(raw):
        if isinstance(raw[name], dict) and (inner := {k: v for k, v in raw[name].items() if k not in _INNER}):
            more[name] = inner
    return {"type": raw["type"], **more} if more and "type" in raw else more


def joined(contents: list[list[Part]]) -> tuple[str, Media]:
    """What several messages say as one text, their parts joined by blank lines, with all their media."""
    texts = ["\n\n".join(part.text for part in parts if part.text) for parts in contents]
    media = [one for parts in contents for part in parts for one in part.media]
    return "\n\n".join(text for text in texts if text), media


def otel_parts(content: Any, field: str) -> list[Part]:
    """The same for OpenTelemetry's messages, whose texts are in `content`. Parts of kinds unknown here become `rest` of
    the one before.
    """
    if not isinstance(content, list):
        return parts_of(content, field)
    parts: list[Part] = []
    for i, raw in enumerate(content):
        if not isinstance(raw, dict):
            raise LineError("invalid", "A part is an object.", f"{field}.parts[{i}]")
        found = _otel_part(raw, f"{field}.parts[{i}]")
        if found is not None:
            parts.append(found)
            continue
        if not parts:
            parts.append(Part())
        if media := _otel_media(raw, f"{field}.parts[{i}]"):
            parts[-1].media.append(media)
        else:
            parts[-1].rest.append(raw)
    return parts


def _otel_part(raw: dict[str, Any], field: str) -> Part | None:
    kind, content = raw.get("type"), raw.get("content")
    if kind in ("text", "reasoning") and isinstance(content, str):
        more = {name: value for name, value in raw.items() if name not in ("type", "content")}
        return Part(content, thought=kind == "reasoning", rest=[more] if more else [])
    if kind in ("tool_call", "server_tool_call"):
        name, given = raw.get("name"), raw.get("arguments", raw.get("server_tool_call"))
        if not isinstance(name, str):
            raise LineError("invalid", "A call names its tool.", f"{field}.name")
        known = ("type", "id", "name", "arguments", "server_tool_call")
        more = {name: value for name, value in raw.items() if name not in known}
        return Part(call=(name, given), id=raw.get("id"), rest=[more] if more else [])
    if kind in ("tool_call_response", "server_tool_call_response"):
        names = ("response", "result", "server_tool_call_response")
        result = next((raw[name] for name in names if name in raw), None)
        text = result if isinstance(result, str) else msgspec.json.encode(result).decode()
        more = {name: value for name, value in raw.items() if name not in ("type", "id", *names)}
        return Part(text, result=True, id=raw.get("id"), rest=[more] if more else [])
    return None


def _otel_media(raw: dict[str, Any], field: str) -> dict[str, Any] | None:
    """A `blob`, or a `uri` that leads somewhere. (A `file` has only an id that another service knows.)"""
    if raw.get("type") == "blob" and isinstance(raw.get("content"), str):
        return {"content": from_base64(raw["content"], field)}
    uri, modality = raw.get("uri"), raw.get("modality")
    if raw.get("type") == "uri" and isinstance(uri, str) and modality in TYPES:
        return by_url(uri, modality, field) if ":" in uri else {"file": uri, "type": modality}
    return None
