"""The dataset card: README.md with the front matter that the Hub and `datasets` read. Pure.

Everything in it is known; what nobody said, such as a licence, it says that nobody said. No time is in it, so that the
same snapshot has the same card.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from msgspec import Struct

from annotate.exports.formats.base import Format
from annotate.exports.huggingface.about import About
from annotate.exports.options import ALL, ANNOTATOR, EACH, IMPORTED, RESOLVED, SOFT, Options

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
MORE = ((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"))
TYPES = {pa.string(): "string", pa.int64(): "int64", pa.float64(): "float64", pa.bool_(): "bool"}
PLAIN = (("path", "string"), ("mime", "string"))
WHOSE = {
    RESOLVED: "one label for each trace or choice: the only judgement, or what more than half of them say",
    ALL: "every judgement",
    ANNOTATOR: "the judgements of one annotator",
    SOFT: "for each step the share of its votes that call it good",
    IMPORTED: "labels that came with the data, not those given in the project",
}


class Split(Struct):
    """`bytes`: of its columns, unpacked; `packed`: of its files."""

    name: str
    rows: int
    bytes: int
    packed: int


class Config(Struct):
    """`type`: the feature that its column is. `files`: their names in the folder, and where they lie until it is
    packed. `bytes`: of all media; `packed`: of the files.
    """

    name: str
    type: str
    rows: int
    bytes: int
    packed: int
    files: dict[str, Path]


def card(
    format: Format,
    about: About,
    options: Options,
    manifest: Mapping[str, Any],
    schema: pa.Schema,
    splits: list[Split],
    media: list[Config],
    *,
    elsewhere: bool,
) -> str:
    """`media`: what is in the folder beside the rows; `elsewhere`: whether some are at addresses only."""
    text = [
        *_front(about, options, schema, splits, media),
        *_text(format, about, options, manifest, splits),
        *_media(format, options, media, elsewhere=elsewhere),
        *("", "## Known limits", "", *_limits(about, options, manifest)),
    ]
    return "\n".join(text) + "\n"


def features(schema: pa.Schema) -> Iterator[str]:
    """As lines of YAML in the form that `datasets` writes."""
    for field in schema:
        yield from _feature(field.name, field.type, "  ")


def _feature(name: str, type: pa.DataType, indent: str) -> Iterator[str]:
    yield f"{indent}- name: {_quoted(name)}"
    yield from _type(type, f"{indent}  ", "dtype")


def _type(type: pa.DataType, indent: str, key: str) -> Iterator[str]:
    if type in TYPES:
        yield f"{indent}{key}: {TYPES[type]}"
    elif pa.types.is_struct(type):
        yield f"{indent}{'struct' if key == 'dtype' else key}:"
        for field in type:
            yield from _feature(field.name, field.type, indent)
    else:
        inner = type.value_type
        yield from ([f"{indent}{key}:"] if key != "dtype" else [])
        deeper = f"{indent}  " if key != "dtype" else indent
        yield from _type(inner, deeper, "list")


def _front(
    about: About, options: Options, schema: pa.Schema, splits: list[Split], media: list[Config]
) -> Iterator[str]:
    rows = sum(split.rows for split in splits)
    yield "---"
    yield f"pretty_name: {_quoted(about.name)}"
    yield f"license: {_quoted(options.licence or 'unknown')}"
    yield "tags:"
    people = [] if options.labels == IMPORTED else ["human-annotation"]
    for tag in ("process-supervision", "step-level", *people, options.format):
        yield f"- {_quoted(tag)}"
    yield "size_categories:"
    yield f"- {next((name for most, name in (*SIZES, *MORE) if rows < most), 'n>1T')}"
    yield "configs:"
    yield "- config_name: default"
    yield "  data_files:"
    for split in splits:
        yield f"  - split: {_quoted(split.name)}"
        yield f"    path: {_quoted(f'data/{split.name}-*')}"
    for one in media:
        yield f"- config_name: {one.name}"
        yield "  data_files:"
        yield "  - split: train"
        yield f"    path: {_quoted(f'{one.name}/train-*')}"
    yield "dataset_info:"
    yield from _info("default", list(features(schema)), splits)
    for one in media:
        of_media = [f"  - name: {name}\n    dtype: {type}" for name, type in (*PLAIN, (one.type, one.type))]
        yield from _info(one.name, of_media, [Split("train", one.rows, one.bytes, one.packed)])
    yield "---"


def _info(config: str, fields: list[str], splits: list[Split]) -> Iterator[str]:
    yield f"- config_name: {config}"
    yield "  features:"
    yield from fields
    yield "  splits:"
    for split in splits:
        yield f"  - name: {_quoted(split.name)}"
        yield f"    num_bytes: {split.bytes}"
        yield f"    num_examples: {split.rows}"
    yield f"  download_size: {sum(split.packed for split in splits)}"
    yield f"  dataset_size: {sum(split.bytes for split in splits)}"


def _text(
    format: Format, about: About, options: Options, manifest: Mapping[str, Any], splits: list[Split]
) -> Iterator[str]:
    yield from ("", f"# {_line(about.name)}", "")
    if about.description.strip():
        yield from (about.description.strip(), "")
    yield f"Format: `{options.format}` ({format.title}). Labels: {WHOSE[options.labels]}."
    yield from ("", "## Splits", "", "| split | rows |", "| --- | --- |")
    for split in splits:
        yield f"| {split.name} | {split.rows} |"
    there = {split.name for split in splits}
    asked = [name for name, _ in options.split if options.part in (name, EACH)]
    yield from (f"| {name} | none yet, so it has no files |" for name in asked if name not in there)
    if options.split:
        yield from ("", "All rows of a problem are in one split, and stay there as the dataset grows.")
    yield from ("", "## The task", "", *_task(about, options))
    yield from ("", f"### Guidelines, version {about.guidelines}", "", *_quote(about.guidelines_text))
    yield from ("", f"### Label schema, version {about.schema}", "", *_schema(about))
    yield from ("", "## Sources and licences", "", *_sources(about, options))
    yield from ("", "## Annotators and agreement", "", *_agreement(options, manifest))
    yield from ("", "## What is in it", "", *_counts(manifest))


def _task(about: About, options: Options) -> Iterator[str]:
    if about.mode == "first_error":
        yield "Annotators read a solution step by step and mark the first wrong step, or that there is none."
    else:
        yield "Annotators read a solution step by step and say of every step how it is."
    yield "In choices they rank next steps after the same beginning. They may write the step that would be right."
    yield from ("", "Choices made for this export:", "", "```json")
    yield json.dumps(options.as_dict(), indent=2, ensure_ascii=False)
    yield "```"


def _quote(text: str) -> Iterator[str]:
    if not text.strip():
        yield "None were written."
    for line in text.strip().splitlines():
        yield f"> {line}".rstrip()


def _schema(about: About) -> Iterator[str]:
    values = ", ".join(f"{_line(one['name'])} ({one['means']})" for one in about.definition.get("values", []))
    if values:
        yield f"- Values of a step: {values}"
    lists = [("Error types", about.error_types)]
    lists += [(name.capitalize(), about.definition.get(name, [])) for name in ("tags", "rubric", "questions", "spans")]
    for name, ones in lists:
        if ones:
            said = ", ".join(f"`{one['key']}` ({_line(one['name'])})" for one in ones)
            yield f"- {name}: {said}"
    if about.definition.get("premises"):
        yield "- Annotators say which earlier steps a step rests on."


def _sources(about: About, options: Options) -> Iterator[str]:
    if options.licence:
        yield f"This dataset was exported under the licence `{_line(options.licence)}`."
    else:
        yield "Whoever exported this dataset named no licence. Ask before you use or pass it on."
    if not about.sources:
        yield "Nothing is recorded of imports."
    else:
        yield "The data that it was made of have licences of their own, as those say who imported them:"
        yield from (
            "",
            "| imported | format | traces and choices | licence | source |",
            "| --- | --- | --- | --- | --- |",
        )
    for one in about.sources:
        name = f"`{_line(one.name)}`" if one.name else "sent without a file's name"
        licence, source = _line(one.licence) or "not recorded", _line(one.source) or "not recorded"
        yield f"| {name} | {', '.join(one.formats)} | {one.accepted} | {licence} | {source} |"
    if about.generators:
        named = ", ".join(f"{_line(name)} ({count})" for name, count in about.generators)
        yield from ("", f"Traces by generator, as the data names them: {named}.")


def _media(format: Format, options: Options, media: list[Config], *, elsewhere: bool) -> Iterator[str]:
    if not media and not elsewhere:
        return
    yield from ("", "## Pictures, sounds and films", "")
    for one in media:
        yield f"- {one.rows} in the config `{one.name}`: `load_dataset(NAME, {_quoted(one.name)})`."
    if media:
        yield "- Files over 64 MiB are beside them, in `media/`, and have no bytes there."
    if elsewhere:
        yield "- Others are at addresses, which nobody has looked at."
    if format.names_media:
        how = "They are named in the rows: by `path`, or by the SHA-256 in it."
    elif options.provenance:
        how = "Rows are texts alone; `provenance.media` names what belongs to each, by `path` or by address."
    else:
        how = "Rows are texts alone, and say nothing of them. An export with provenance names them."
    yield from ("", how)


def _agreement(options: Options, manifest: Mapping[str, Any]) -> Iterator[str]:
    if options.labels == IMPORTED:
        yield "Its labels came with the data. Who gave them, and how far they agreed, is not known here."
        return
    count = manifest["annotators"]
    said = sum(sum(of.values()) for of in manifest["labels_from"].values())
    people = "1 annotator" if count == 1 else f"{count} annotators"
    yield f"{people} gave the {said} judgements that it stands on."
    agreement = manifest.get("agreement")
    if not agreement:
        yield "Nothing in this dataset was judged by several people, so agreement is not known."
        return
    exact = f"{agreement['exact']:.1%}"
    yield f"Of {agreement['items']} traces and choices that several people judged, all said the same of {exact}."
    if agreement["alpha"] is not None:
        yield f"Krippendorff's alpha (nominal, over steps) is {agreement['alpha']:.3f}."
    told = [one for one in agreement["things"] if one["marked"] != 0]
    if told:
        yield from (
            "",
            "| Of what else they said | compared | marked | same | F1 | alpha |",
            "| --- | --- | --- | --- | --- | --- |",
        )
    for one in told:
        name = " ".join(filter(None, (one["part"].replace("_", " "), _line(one["name"]))))
        marked = "" if one["marked"] is None else one["marked"]
        figures = " | ".join("–" if (n := one[of]) is None else f"{n:.3f}" for of in ("same", "f1", "alpha"))
        scale = "" if one["alpha"] is None else f" ({one['scale']})"
        yield f"| {name} | {one['items']} {one['scope']}{'s' * (one['items'] != 1)} | {marked} | {figures}{scale} |"


def _counts(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield f"{manifest['rows']} rows."
    tables = (
        ("What was said", "counts"),
        ("Steps by their value", "steps"),
        ("Origins of pairs", "pairs_from"),
        ("Left out, and why", "left_out"),
    )
    if manifest["labels_from"]:
        yield from ("", "| Labels from | what they say | count |", "| --- | --- | --- |")
        for origin, said in manifest["labels_from"].items():
            yield from (f"| {_line(origin)} | {_line(word)} | {count} |" for word, count in said.items())
    for title, name in tables:
        if manifest[name]:
            yield from ("", f"| {title} | count |", "| --- | --- |")
            yield from (f"| {_line(key)} | {count} |" for key, count in manifest[name].items())


def _limits(about: About, options: Options, manifest: Mapping[str, Any]) -> Iterator[str]:
    if options.labels != IMPORTED and about.mode == "first_error":
        yield "- Only the first error was asked for: what comes after it was not judged."
    if options.after_first_error:
        yield f"- Steps after the first error: `{options.after_first_error}`."
    if options.neutral:
        yield f"- Neutral steps: `{options.neutral}`."
    if not manifest.get("agreement"):
        yield "- No label was checked by a second person, as far as this dataset tells."
    if options.filter:
        yield f"- Only what matches the query `{_line(options.filter)}` is in it."
    unknown = sum(one.accepted for one in about.sources if not one.licence)
    if unknown:
        yield f"- Of {unknown} traces and choices that were imported, nobody recorded the licence."
    if manifest["labels_from"].get("derived"):
        yield "- Derived labels were concluded from what their person said of a trace that begins the same."
    if manifest["left_out"]:
        yield "- It is not all of the project: see what was left out."
    yield "- A wrong answer may follow from right steps, and a right answer from wrong ones: labels are of steps."


def _line(text: str) -> str:
    """In one line of Markdown, without breaking tables or code."""
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())


def _quoted(text: str) -> str:
    # What is a text in JSON is the same text in YAML.
    return json.dumps(text, ensure_ascii=True)
