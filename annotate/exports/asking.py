"""From what somebody sent to checked options: by query, by body, from the shell, or from the database. Pure.

A misspelt option, a value that there is not, and an option that the format can't honour are errors that say
what would do.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from annotate.core.errors import Invalid
from annotate.exports import options as o
from annotate.exports.formats import FORMATS
from annotate.exports.formats.base import Format
from annotate.exports.options import Options

MOST_TEXT = 2000
NO_TEXTS = ("split", "provenance", "shards", "pairs", "margin")
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def read(given: Mapping[str, Any]) -> Options:
    """Checked options. Texts are read as in a query (`provenance=1`, `split=train:0.9,test:0.1`); numbers and
    booleans may come as such. Raises Invalid, which names the field.
    """
    for name in given:
        if name not in o.NAMES:
            raise Invalid.field(name, f"There is no option {name!r} of an export. Known are: {', '.join(o.NAMES)}.")
    texts = {name: _text(given, name) for name in o.NAMES if name not in NO_TEXTS}
    format = _format(texts["format"])
    asked = Options(
        format=format.name,
        labels=_one_of("labels", texts["labels"] or o.RESOLVED, o.LABELS),
        source=texts["source"],
        by=texts["by"],
        neutral=_one_of("neutral", texts["neutral"], ("", *o.NEUTRAL)),
        after_first_error=_one_of("after_first_error", texts["after_first_error"], ("", *o.AFTER_FIRST_ERROR)),
        filter=texts["filter"].strip(),
        split=_split(given.get("split", "")),
        part=texts["part"],
        seed=texts["seed"],
        per_problem=_whole("per_problem", texts["per_problem"] or "0", 0, 1_000_000),
        pairs=_origins(given.get("pairs", "")),
        scorer=texts["scorer"],
        margin=_number("margin", given.get("margin", 0)),
        hard=texts["hard"],
        provenance=_truth("provenance", given.get("provenance", False)),
        container=_one_of("container", texts["container"], ("", *o.CONTAINERS)),
        licence=texts["licence"],
        shards=_whole("shards", str(given.get("shards", 1)), 1, o.MAX_FILES),
    )
    return honoured(asked, format)


def honoured(asked: Options, format: Format) -> Options:
    """The same with the format's defaults filled in. Raises Invalid for what the format can't do."""
    _together(asked)
    if asked.labels not in format.labels:
        why = f"{format.name} can't be written with labels={asked.labels}"
        if asked.labels == o.SOFT:
            able = ", ".join(f.name for f in FORMATS.values() if o.SOFT in f.labels)
            why += f": it has no place for shares of votes. These have: {able}. Or take labels=all, a row for each vote"
        raise Invalid.field("labels", f"{why}. It takes: {', '.join(format.labels)}.")
    if asked.per_problem and not format.by_problem:
        able = ", ".join(f.name for f in FORMATS.values() if f.by_problem)
        raise Invalid.field("per_problem", f"{format.name} is not written problem by problem. These are: {able}.")
    _pairs_honoured(asked, format)
    column = asked.column and asked.container != o.HF  # there, each part has a file of its own
    if (asked.provenance or column) and not format.adds_columns:
        what = "provenance" if asked.provenance else "split"
        remedy = "Leave it out" if asked.provenance else "Name one part with part=, or take part=* for a file of each"
        raise Invalid.field(what, f"The rows of {format.name} have no room for another column. {remedy}.")
    pairs = asked.pairs or format.pairs
    return replace(
        asked,
        pairs=pairs,
        margin=asked.margin or (o.MARGIN if o.VALUES in pairs else 0.0),
        part=o.EACH if asked.container == o.HF and asked.split and not asked.part else asked.part,
        neutral=_choice(format, "neutral", asked.neutral, format.neutral),
        after_first_error=_choice(format, "after_first_error", asked.after_first_error, format.after_first_error),
        container=_choice(format, "container", asked.container, format.containers),
    )


def _together(asked: Options) -> None:
    if asked.source and asked.labels != o.IMPORTED:
        raise Invalid.field("source", "source names whose imported labels are meant: it goes with labels=imported.")
    if asked.by and asked.labels != o.ANNOTATOR:
        raise Invalid.field("by", "by names whose judgements are meant: it goes with labels=annotator.")
    if asked.labels == o.ANNOTATOR and not asked.by:
        raise Invalid.field("by", "Say whose judgements, with by=USERNAME.")
    names = [name for name, _ in asked.split]
    if asked.part and not asked.split:
        raise Invalid.field("part", "part names one of the parts of split, as in split=train:0.9,test:0.1.")
    if asked.part not in ("", o.EACH, *names):
        raise Invalid.field("part", f"part must be one of {', '.join(names)}, or {o.EACH} for a file of each.")
    if asked.part == o.EACH and len(names) * asked.shards > o.MAX_FILES:
        raise Invalid.field("shards", f"That is {len(names) * asked.shards} files; {o.MAX_FILES} are the most.")
    if asked.licence and asked.container != o.HF:
        raise Invalid.field("licence", "licence stands in the card of a dataset folder: it goes with container=hf.")
    if asked.container == o.HF and (odd := [name for name in names if not re.fullmatch(r"\w+(\.\w+)*", name)]):
        raise Invalid.field("split", f"A dataset folder can't have a split named {odd[0]}. Take letters, digits, _.")
    if asked.seed and not asked.split:
        raise Invalid.field("seed", "seed changes who goes into which part: it goes with split.")


def _pairs_honoured(asked: Options, format: Format) -> None:
    pairs = asked.pairs or format.pairs
    of_pairs = ", ".join(f.name for f in FORMATS.values() if f.pairs)
    for name in ("pairs", "margin", "hard"):
        if getattr(asked, name) and not format.pairs:
            raise Invalid.field(name, f"{format.name} is not of pairs. These are: {of_pairs}.")
    if asked.margin and o.VALUES not in pairs:
        raise Invalid.field("margin", "margin is between the values of two steps: it goes with values in pairs.")
    if asked.hard and not asked.per_problem:
        raise Invalid.field("hard", "hard says which pairs come first where per_problem limits them. Give a limit.")
    needed = o.VALUES in pairs or format.scored
    if needed and not asked.scorer:
        raise Invalid.field("scorer", "Say whose values of steps are meant, with scorer=NAME.")
    if asked.scorer and not needed and not format.may_be_scored:
        raise Invalid.field("scorer", "scorer names whose values are meant: it goes with values in pairs.")


def _choice(format: Format, name: str, value: str, able: Collection[str]) -> str:
    if not able:
        if value:
            others = ", ".join(f.name for f in FORMATS.values() if getattr(f, name))
            raise Invalid.field(name, f"{format.name} has no choice of {name}. Those that have: {others}.")
        return ""
    if value and value not in able:
        raise Invalid.field(name, f"{format.name} can't be written with {name}={value}. It takes: {', '.join(able)}.")
    return value or next(iter(able))


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise Invalid.field("format", f"There is no export format {name!r}. Known are: {', '.join(FORMATS)}.")
    return FORMATS[name]


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Invalid.field(name, f"{name} must be a text.")
    text = str(value)
    if len(text) > MOST_TEXT or "\0" in text:
        raise Invalid.field(name, f"{name} must be a text of at most {MOST_TEXT} characters, without U+0000.")
    return text


def _one_of(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise Invalid.field(name, f"{name} must be one of: {', '.join(k for k in known if k)}.")
    return value


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Invalid.field(name, f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _number(name: str, value: Any) -> float:
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise Invalid.field(name, f"{name} must be a number that is not negative.")
    return number


def _origins(value: Any) -> tuple[str, ...]:
    """`choice,rewrite`, or a list of these."""
    given = [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value or ())
    given = [part for part in given if part != ""]
    if any(part not in o.PAIRS for part in given):
        raise Invalid.field("pairs", f"pairs must be one or more of {', '.join(o.PAIRS)}, with commas between.")
    return tuple(part for part in o.PAIRS if part in given)


def _truth(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise Invalid.field(name, f"{name} must be 1 or 0.")


_EXAMPLE = "as in split=train:0.8,validation:0.1,test:0.1"


def _split(value: Any) -> tuple[tuple[str, float], ...]:
    """`train:0.8,test:0.2`, or `{"train": 0.8, "test": 0.2}`."""
    if not value:
        return ()
    if isinstance(value, Mapping):
        pairs = [(name, share) for name, share in value.items()]
    elif isinstance(value, str):
        pairs = [tuple(part.rsplit(":", 1)) if ":" in part else (part, "") for part in value.split(",")]  # type: ignore[misc]
    else:
        raise Invalid.field("split", f"split must name parts and their shares, {_EXAMPLE}.")
    found = []
    for name, share in pairs:
        name = str(name).strip()
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name):
            raise Invalid.field("split", f"The name of a part is of letters, digits and . _ -, {_EXAMPLE}.")
        try:
            number = float(share)
        except (TypeError, ValueError):
            number = math.nan
        if not 0 < number <= 1:
            raise Invalid.field("split", f"The share of {name} must be over 0 and at most 1, {_EXAMPLE}.")
        found.append((name, number))
    if len({name for name, _ in found}) < len(found):
        raise Invalid.field("split", "Two parts have the same name.")
    if abs(sum(share for _, share in found) - 1) > 1e-6:
        raise Invalid.field("split", f"The shares must sum to 1, {_EXAMPLE}.")
    return tuple(found)
