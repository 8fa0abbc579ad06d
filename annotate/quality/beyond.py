"""How far people agree in what a label schema asks beyond the first error: tags, questions and the rest. Pure.

What is compared is a `Thing`: one tag, one error type, one axis, one question. What was said of it is taken apart into
*units* that several people answered, a tuple of their answers each, and the units of a thing become its figures:

- alpha, Krippendorff's: nominal of choices and of what is there or not, ordinal of ratings, interval of numbers.
- `same`: of two answers to the same, how often they are the same; each answer counts once, however many gave one.
- `f1`, of what is marked or not: of what one marked, the part that another marked too. It is the mean F-measure between
  people, and needs no count of what nobody marked, which of stretches of a text there is none: Hripcsak and Rothschild,
  "Agreement, the F-Measure, and Reliability in Information Retrieval" (2005).

Who was not sure gave no answer; who marked nothing said that there is nothing to mark. Texts and formulas are not
compared: the same thing can be said in many words.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.corpus.models import StepValue
from annotate.projects.schema import UNSURE, complete
from annotate.quality.agreeing import INTERVAL, NOMINAL, ORDINAL, Coincidences, alpha, coincide

PARTS = ("value", "error_type", "tag", "premises", "span", "rubric", "question")
SCOPES = ("step", "trace", "problem", "text")
SCALES = (NOMINAL, ORDINAL, INTERVAL)
MARKS = ("error_type", "tag", "premises", "span")
"""Parts of which each thing is there or not."""
EXAMPLES = 5
"""Traces that are named of those on which people differ."""
BAD = int(StepValue.BAD)
_SCALES = {"choice": NOMINAL, "rating": ORDINAL, "number": INTERVAL}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Thing:
    """`part`: value (what a step is worth), error_type, tag, premises, span, rubric or question. `scope`: of what it is
    asked, step, trace or problem, and of spans `text`, which are steps and the problem. `bounds` of a rating: places on
    scales that differ are not compared.
    """

    part: str
    key: str
    scope: str = "step"
    scale: str = NOMINAL
    bounds: tuple[int, ...] = ()


def things(error_types: Iterable[Mapping[str, Any]], definition: Mapping[str, Any]) -> dict[Thing, str]:
    """What can be compared of a label schema, in the order in which the page tells it, with the project's names."""
    whole = complete(definition)
    found = {Thing("value", ""): ""}
    found |= {Thing("error_type", one["key"]): one["name"] for one in error_types}
    found |= {Thing("tag", one["key"]): one["name"] for one in whole["tags"]}
    if whole["premises"]:
        found[Thing("premises", "")] = ""
    found |= {Thing("span", one["key"], "text"): one["name"] for one in whole["spans"]}
    for part, asked in (("rubric", whole["rubric"]), ("question", whole["questions"])):
        for one in asked:
            kind = one.get("kind", "rating")
            if kind in _SCALES:
                bounds = (one["min"], one["max"]) if kind == "rating" else ()
                found[Thing(part, one["key"], one["scope"], _SCALES[kind], bounds)] = one["name"]
    return found


@dataclass(frozen=True, slots=True)
class Opinion:
    """A standing judgement of a trace: `values`, `error_types` and `details` as `labeling.models.Judgement` has them.
    `schema`: under which it was said. `verdict`: the 0-based index of the first wrong step, -1 for none, None where it
    tells neither. `derived`: concluded from what was said of another trace.
    """

    values: Sequence[int | None]
    error_types: Sequence[str]
    details: Mapping[str, Any]
    schema: int
    verdict: int | None = None
    confidence: int | None = None
    derived: bool = False


_Said = list[tuple[Opinion, Mapping[str, Any]]]
"""Opinions with what each says of one step, or of the whole."""


@dataclass(slots=True, eq=False)
class _Heard:
    """Of a thing: `units` by the answers given; `items` that several judged, `marked` those of them on which somebody
    marked it; `differ`, the traces on which not all said the same, some of them by name.
    """

    units: Counter[tuple[Hashable, ...]] = field(default_factory=Counter)
    items: int = 0
    marked: int = 0
    differ: int = 0
    examples: list[uuid.UUID] = field(default_factory=list)


_Asked = tuple[Thing, _Heard, bool]
"""The last: whether all of those who are compared were asked for it."""


class Beyond:
    """Is shown traces one after the other, and tells the figures of all. `schemas`: what `things` finds in each, the
    newest first, by any number that opinions name.
    """

    def __init__(self, schemas: Mapping[int, Mapping[Thing, str]]) -> None:
        self.schemas = schemas
        self.traces = 0
        self._heard: defaultdict[Thing, _Heard] = defaultdict(_Heard)
        self._sure: defaultdict[int, list[float]] = defaultdict(lambda: [0, 0.0])
        self._asked: dict[frozenset[int], tuple[list[_Asked], list[_Asked], list[_Asked]]] = {}

    def see(self, opinions: Sequence[Opinion], trace: uuid.UUID | None = None) -> None:
        """All that people say of one trace. It counts if there are several, and one of them was asked. `trace`: for the
        examples, where there are to be any.
        """
        if len(opinions) < 2 or all(one.derived for one in opinions):
            return
        self.traces += 1
        of_step, of_wrong, of_whole = self._asked_of(opinions)
        by_step = [{said["step"]: said for said in one.details.get("steps", ())} for one in opinions]
        differing: set[_Heard] = set()
        for place in range(len(opinions[0].values)):
            said = [
                (one, steps.get(place, _NOTHING))
                for one, steps in zip(opinions, by_step, strict=True)
                if one.values[place] is not None
            ]
            if len(said) > 1:
                differing.update(one[1] for one in of_step if self._hear(one, said, place))
                wrong = [(one, of) for one, of in said if one.values[place] == BAD]
                if len(wrong) > 1:
                    differing.update(one[1] for one in of_wrong if self._hear(one, wrong, place))
        whole = [(one, one.details) for one in opinions]
        differing.update(one[1] for one in of_whole if self._hear(one, whole, None))
        for heard in differing:
            heard.differ += 1
            if trace is not None and len(heard.examples) < EXAMPLES:
                heard.examples.append(trace)
        self._compare_verdicts(opinions)

    def figures(self) -> list[dict[str, Any]]:
        """Of everything that the newest schema asks, and of what older ones asked and people answered: `part`, `key`,
        `name`, `scope` and `scale` of the thing; `items`, how many steps, traces or texts several people judged;
        `marked`, how many of these somebody marked (None of what is answered); `same`, `f1` and `alpha`, None where
        they are not defined; `differ`, on how many traces people differ, and `examples`, ids of some of them.
        """
        names: dict[Thing, str] = {}
        for asked in self.schemas.values():
            names = {**names, **{thing: name for thing, name in asked.items() if thing not in names}}
        newest = next(iter(self.schemas.values()), {})
        return [self._figures(thing, name) for thing, name in names.items() if thing in newest or thing in self._heard]

    def confidence(self) -> list[dict[str, Any]]:
        """By how sure people were, 1 a guess to 5 certain: `judgements` on traces that others judged too, and the mean
        share in [0, 1] of these others who see the `same` first error, or none as they do. People are held against each
        other and not against a majority, since of two who judged a trace each would be half of it.
        """
        return [
            {"confidence": level, "judgements": int(n), "same": same / n}
            for level, (n, same) in sorted(self._sure.items())
        ]

    def _asked_of(self, opinions: Sequence[Opinion]) -> tuple[list[_Asked], list[_Asked], list[_Asked]]:
        """What any of these people was asked of each step, of each wrong step, and of the whole."""
        key = frozenset(one.schema for one in opinions)
        if key not in self._asked:
            schemas = [self.schemas[schema] for schema in key]
            asked = [
                (thing, self._heard[thing], all(thing in schema for schema in schemas))
                for thing in dict.fromkeys(thing for schema in schemas for thing in schema)
            ]
            self._asked[key] = (
                [one for one in asked if one[0].scope in ("step", "text") and one[0].part != "error_type"],
                [one for one in asked if one[0].part == "error_type"],
                [one for one in asked if one[0].scope != "step"],
            )
        return self._asked[key]

    def _hear(self, asked: _Asked, said: _Said, place: int | None) -> bool:
        """Whether people differ. `place`: the step's 0-based index, None of the whole."""
        thing, heard, of_all = asked
        if not of_all:
            said = [(one, of) for one, of in said if thing in self.schemas[one.schema]]
        units = _units(thing, said, place) if len(said) > 1 else None
        if units is None:
            return False
        heard.items += 1
        heard.units.update(units)
        if thing.part in MARKS:
            heard.marked += any(map(any, units))
        return any(len(set(unit)) > 1 for unit in units)

    def _compare_verdicts(self, opinions: Sequence[Opinion]) -> None:
        told = [one for one in opinions if one.verdict is not None]
        if len(told) < 2:
            return
        given = Counter(one.verdict for one in told)
        for one in told:
            if one.confidence is not None and not one.derived:
                level = self._sure[one.confidence]
                level[0] += 1
                level[1] += (given[one.verdict] - 1) / (len(told) - 1)

    def _figures(self, thing: Thing, name: str) -> dict[str, Any]:
        heard = self._heard[thing]
        pairs: Coincidences = defaultdict(float)
        for answers, times in heard.units.items():
            coincide(pairs, answers, times)
        total = sum(pairs.values())
        marks = sum(times for (one, _), times in pairs.items() if one) if thing.part in MARKS else 0
        counted = thing.part != "span"  # of a text's unmarked rest there is no number that would mean anything
        return {
            "part": thing.part,
            "key": thing.key,
            "name": name,
            "scope": thing.scope,
            "scale": thing.scale,
            "items": heard.items,
            "marked": heard.marked if thing.part in MARKS else None,
            "same": sum(n for (a, b), n in pairs.items() if a == b) / total if counted and total else None,
            "f1": pairs.get((True, True), 0.0) / marks if marks else None,
            "alpha": alpha(pairs, thing.scale) if counted else None,
            "differ": heard.differ,
            "examples": heard.examples,
        }


def _units(thing: Thing, said: _Said, place: int | None) -> list[tuple[Hashable, ...]] | None:
    """What two or more people say of a thing in one place, None where fewer answer."""
    if thing.part == "value":
        return [tuple(one.values[place or 0] for one, _ in said)]
    if thing.part == "tag":
        return [tuple(thing.key in of.get("tags", ()) for _, of in said)]
    if thing.part == "error_type":
        return [tuple(thing.key in _error_types(one, of, place) for one, of in said)]
    if thing.part == "premises":
        named = [of.get("premises", ()) for _, of in said]
        return [tuple(step in steps for steps in named) for step in range(place or 0)] or None
    if thing.part == "span":
        marked = [_marked(thing.key, of.get("problem_spans" if place is None else "spans", ())) for _, of in said]
        return [tuple(point in points for points in marked) for point in set().union(*marked)]
    name = "rubric" if thing.part == "rubric" else "answers"
    given = (of.get(name, _NOTHING).get(thing.key) for _, of in said)
    answers = tuple(answer for answer in given if answer is not None and answer != UNSURE)
    return [answers] if len(answers) > 1 else None


def _error_types(one: Opinion, of: Mapping[str, Any], place: int | None) -> Sequence[str]:
    first = list(one.values).index(BAD)
    return one.error_types if first == place else of.get("error_types", ())


def _marked(label: str, spans: Iterable[Mapping[str, Any]]) -> set[int]:
    """Code points."""
    return {point for span in spans if span["label"] == label for point in range(span["start"], span["end"])}
