"""The one query language: browser, API, exports and the making of tasks all speak it.

    query = parse('"carry the one" outcome:wrong score.my-prm<0.5 -label:labelled')
    sql, params = query.where("trace")
    cursor.execute(f"SELECT o.id FROM corpus_trace o WHERE o.project_id = %(project)s AND {sql}",
                   {"project": project.pk, **params})

Words and "quoted phrases" are looked for in problem statements and steps; `field:value`, `field>=n` and `field:a..b`
are conditions; `-` in front negates, OR and parentheses do as expected, and what stands side by side must all hold.
The grammar is in `syntax`, the fields in `fields`, full text in `words`. All is pure: no database is asked.
"""

import difflib
import re
from dataclasses import dataclass, replace
from typing import Any as Anything

from annotate.labeling.finding.fields import FIELDS, Field, field_of
from annotate.labeling.finding.narrow import problems
from annotate.labeling.finding.sql import Kind, Params, Scope
from annotate.labeling.finding.syntax import (
    All,
    Any,
    BadQuery,
    Condition,
    Node,
    Not,
    Text,
    leaves,
    parse_tree,
    render,
)
from annotate.labeling.finding.words import contains, query_sql

__all__ = ["FIELDS", "BadQuery", "Field", "Query", "parse"]


@dataclass(frozen=True)
class Query:
    """A query that was understood: every field is known and every value fits it."""

    tree: Node

    def __str__(self) -> str:
        return render(self.tree)

    @property
    def is_everything(self) -> bool:
        """Whether nothing at all was asked for."""
        return self.tree == All(())

    @property
    def texts(self) -> list[Text]:
        """The words and phrases that what is found must or may have, for marking them; not those that it must not."""
        return list(_wanted(self.tree))

    @property
    def reads_texts(self) -> bool:
        """Whether any words are looked for, or must not be there."""
        return any(isinstance(leaf, Text) for leaf in leaves(self.tree))

    def where(self, kind: Kind, *, project_id: int | None = None, few: bool = False) -> tuple[str, dict[str, Anything]]:
        """An SQL condition, in parentheses, on the row `o` of corpus_trace or corpus_choice, and its parameters, whose
        names begin with `find_` and the kind. It does not say which project: `o.project_id` is the caller's to check.
        `project_id` makes it quicker where only one project is asked, and `few` where only some rows are looked at.
        """
        scope = Scope(kind, Params(f"find_{kind}"), project_id, few)
        return f"({_sql(self.tree, scope)})", scope.params.values

    def problems(self, kind: Kind, *, project_id: int) -> tuple[str, dict[str, Anything]] | None:
        """A SELECT of the keys of all problems of which something may be found, with its parameters; None where that
        can't be told without looking at each trace.
        """
        scope = Scope(kind, Params(f"narrow_{kind}"), project_id)
        sql = problems(self.tree, scope)
        return None if sql is None else (sql, scope.params.values)

    def highlight(self) -> tuple[str, dict[str, Anything]]:
        """A tsquery of everything in `texts`, for marking hits, and its parameters; SQL's NULL without any."""
        scope = Scope("trace", Params("mark"))
        parts = [query_sql(scope, text) for text in self.texts]
        return (f"({' || '.join(parts)})" if parts else "NULL::tsquery"), scope.params.values


def parse(text: str, *, field: str = "q", sees_people: bool = True) -> Query:
    """The query in this text; a blank one finds everything.

    Raises BadQuery, which is Invalid with a position, for what can't be understood: it names the place and what is
    known, and `field`, where the text came from. Without `sees_people` the fields that tell who said something do not
    exist.
    """
    try:
        return _parsed(text, sees_people)
    except BadQuery as error:
        error.errors = [replace(one, field=field) for one in error.errors]
        raise


def _parsed(text: str, sees_people: bool) -> Query:
    tree = parse_tree(text)
    for leaf in leaves(tree):
        if isinstance(leaf, Condition):
            field = field_of(leaf)
            if field is None or (field.private and not sees_people):
                raise _unknown(leaf, sees_people)
            for kind in ("trace", "choice"):
                field.compile(Scope(kind, Params()), leaf)
    return Query(tree)


def _unknown(condition: Condition, sees_people: bool) -> BadQuery:
    head, _, key = condition.field.partition(".")
    at = condition.at
    if head + "." in FIELDS and not key:
        return BadQuery(f"{head} needs a name: write {FIELDS[head + '.'].form}.", at.start, len(head))
    names = [f.name.rstrip(".") for f in FIELDS.values() if sees_people or not f.private]
    known = [re.split("[:<]", f.form)[0] if f.name.endswith(".") else f.name for f in FIELDS.values()
             if sees_people or not f.private]  # fmt: skip
    near = difflib.get_close_matches(head, names, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    message = (
        f"There is no field {condition.field}.{meant} Known are: {', '.join(known)}. "
        "To look for the text itself, put it in quotation marks."
    )
    return BadQuery(message, at.start, len(condition.field))


def _sql(node: Node, scope: Scope) -> str:
    match node:
        case All(parts):
            return " AND ".join(_sql(part, scope) for part in parts) if parts else "true"
        case Any(parts):
            return f"({' OR '.join(_sql(part, scope) for part in parts)})"
        case Not(inner):
            # Of what is not known (no score, no agreement) the opposite is true: -agreement<1 is all without dissent.
            return f"({_sql(inner, scope)}) IS NOT TRUE"
        case Text():
            return contains(scope, node)
        case Condition():
            field = field_of(node)
            assert field  # noqa: S101 - `parse` has seen to it
            return field.compile(scope, node)


def _wanted(node: Node) -> list[Text]:
    match node:
        case Text():
            return [node]
        case All(parts) | Any(parts):
            return [text for part in parts for text in _wanted(part)]
    return []
