"""Where in its text a trace or a choice has what was looked for."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; values go in as parameters

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection

from annotate.labeling.finding import Query
from annotate.labeling.finding.sql import Kind
from annotate.labeling.finding.syntax import Text

BEFORE, LENGTH = 60, 260
_STEPS: dict[Kind, str] = {"trace": "o.path", "choice": "o.candidates"}
# Of a step, as far as it is searched.
_SEARCHED = 100_000
# As in the migrations: scripts without spaces between words.
_ALONE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")


def excerpts(query: Query, kind: Kind, keys: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """For each trace or choice `{"step": 0-based index, or None for the statement, "parts": [{"text", "hit"}]}`: the
    beginning of the statement where nothing was looked for. A choice's candidates all have the same index. One query.
    """
    mark, params = query.highlight()
    pattern = hits_of(query.texts)
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT o.id, left(p.statement, {_SEARCHED}), hit.depth, left(hit.text, {_SEARCHED})
            FROM corpus_{kind} o JOIN corpus_problem p ON p.id = o.problem_id
            LEFT JOIN LATERAL (
                SELECT s.depth, s.text FROM corpus_step s
                WHERE s.id = ANY({_STEPS[kind]}) AND NOT finding_words(p.statement) @@ {mark}
                    AND finding_words(s.text) @@ {mark}
                ORDER BY s.depth LIMIT 1
            ) hit ON true
            WHERE o.id = ANY(%(keys)s)""",
            {"keys": list(keys), **params},
        )
        for key, statement, depth, text in cursor.fetchall():
            found[key] = {"step": depth, "parts": cut(statement if text is None else text, pattern)}
    return found


def hits_of(texts: Sequence[Text]) -> "re.Pattern[str] | None":
    """What finds these words in a text as they stand there; None when there are none."""
    patterns = [p for p in map(_pattern, texts) if p]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _pattern(text: Text) -> str:
    tokens = _TOKEN.findall(text.words)
    if not tokens:
        return ""
    joined = re.escape(tokens[0])
    for before, token in pairwise(tokens):
        alone = re.match(f"[{_ALONE}]", before) or re.match(f"[{_ALONE}]", token)
        joined += r"[\W_]{0,20}" if alone else r"[\W_]{1,20}"
        joined += re.escape(token)
    start = "" if re.match(f"[{_ALONE}]", tokens[0]) else rf"(?<![^\W_{_ALONE}])"
    end = "" if text.prefix or re.match(f"[{_ALONE}]", tokens[-1]) else rf"(?![^\W_{_ALONE}])"
    if text.prefix:
        joined += rf"[^\W_{_ALONE}]*"
    return f"{start}{joined}{end}"


def cut(text: str, pattern: "re.Pattern[str] | None") -> list[dict[str, Any]]:
    """About LENGTH characters around the first hit, taken apart into hits and what is between them."""
    first = pattern.search(text) if pattern else None
    start = max(0, first.start() - BEFORE) if first else 0
    if start:  # not in the middle of a word, if one ends soon
        space = text.find(" ", start, start + 20)
        start = space + 1 if space >= 0 and first and space < first.start() else start
    end = min(len(text), start + LENGTH)
    parts: list[dict[str, Any]] = []
    place = start
    for hit in pattern.finditer(text, start, end) if pattern else ():
        parts += [{"text": text[place : hit.start()], "hit": False}, {"text": hit.group(), "hit": True}]
        place = hit.end()
    parts.append({"text": text[place:end], "hit": False})
    if start:
        parts.insert(0, {"text": "…", "hit": False})
    if end < len(text):
        parts.append({"text": "…", "hit": False})
    return [part for part in parts if part["text"]]
