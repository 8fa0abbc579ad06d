"""What occurs in a project: values to be offered while a query is typed, and names without which it means nothing."""

import difflib

from django.db import connection

from annotate.labeling.finding import Query, parse
from annotate.labeling.finding.pages import limited_to
from annotate.labeling.finding.syntax import BadQuery, Condition, leaves
from annotate.projects.models import Project
from annotate.scoring.models import Scorer

LOOKED_AT = 5000
OFFERED = 30

# Of large tables, some rows are enough: what is offered is a help, not a list of all.
_SOME = f"(SELECT * FROM corpus_trace WHERE project_id = %(project)s LIMIT {LOOKED_AT})"  # noqa: S608


def known_values(project: Project) -> dict[str, list[str]]:
    """Up to OFFERED values for each field whose values depend on the project, by its name. One query."""
    scorers = """SELECT DISTINCT key FROM scoring_scorer WHERE project_id = %(project)s AND enabled"""
    people = """SELECT u.username FROM projects_membership m JOIN accounts_user u ON u.id = m.user_id
            WHERE m.project_id = %(project)s"""
    sources = f"""SELECT DISTINCT l.source FROM corpus_sourcelabel l
            JOIN {_SOME} t ON t.id = l.trace_id"""  # noqa: S608
    parts = {
        "score.": scorers,
        "whole.": scorers,
        "generator": f"SELECT DISTINCT generator FROM {_SOME} t WHERE generator <> ''",  # noqa: S608
        "tag": f"SELECT DISTINCT unnest(tags) FROM {_SOME} t",  # noqa: S608
        "source": sources,
        "contradicts.": sources,
        "by": people,
        "differs.": people,
        "gold.": people,
        "error_type": """SELECT e ->> 'key' FROM jsonb_array_elements((
            SELECT error_types FROM projects_labelschema WHERE project_id = %(project)s
            ORDER BY version DESC LIMIT 1)) e""",
    }
    sql = " UNION ALL ".join(
        f"(SELECT '{name}', value FROM ({part}) v(value) ORDER BY value COLLATE \"C\" LIMIT {OFFERED})"  # noqa: S608
        for name, part in parts.items()
    )
    found: dict[str, list[str]] = {}
    with limited_to(5), connection.cursor() as cursor:
        cursor.execute(sql, {"project": project.pk})
        for name, value in cursor.fetchall():
            found.setdefault(name, []).append(value)
    return found


def parse_for(project: Project, text: str, *, field: str = "q") -> Query:
    """`parse`, and `check_names` of what it makes. Raises BadQuery."""
    query = parse(text, field=field)
    check_names(project, query, field=field)
    return query


def check_names(project: Project, query: Query, *, field: str = "q") -> None:
    """Raises BadQuery where the query asks for scores of a scorer that the project does not have (any more): to find
    nothing would say that no score is like that. `field`: where the query came from.
    """
    asked = [
        leaf
        for leaf in leaves(query.tree)
        if isinstance(leaf, Condition) and leaf.field.startswith(("score.", "whole."))
    ]
    if not asked:
        return
    there = sorted(Scorer.objects.filter(project=project, enabled=True).values_list("key", flat=True))
    for leaf in asked:
        head, _, name = leaf.field.partition(".")
        if name not in there:
            near = difflib.get_close_matches(name, there, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadQuery(
                f"This project has no scorer {name}.{meant} It has: {', '.join(there) or 'none'}.",
                leaf.at.start + len(head) + 1,
                len(name),
                field=field,
            )
