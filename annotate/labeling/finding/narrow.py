"""Of which problems a query can find anything, told without looking at traces: where little is found, only those are
looked at. Pure.
"""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; values go in as parameters

from annotate.labeling.finding.sql import Scope
from annotate.labeling.finding.syntax import All, Any, Condition, Node, Range, Text
from annotate.labeling.finding.words import blocks_with


def problems(node: Node, scope: Scope) -> str | None:
    """A SELECT of the keys of problems, all that matter among them; None where it can't be told so."""
    match node:
        case Text():
            return f"SELECT d.problem_id FROM labeling_textblock d WHERE {blocks_with(scope, node)}"
        case Condition() if node.field.startswith("score."):
            return _scored(node, scope)
        case All(parts):
            told = [found for part in parts if (found := problems(part, scope))]
            return " INTERSECT ".join(f"({found})" for found in told) or None
        case Any(parts):
            told = [found for part in parts if (found := problems(part, scope))]
            return " UNION ALL ".join(f"({found})" for found in told) if len(told) == len(parts) else None
        case _:
            return None


def _scored(condition: Condition, scope: Scope) -> str | None:
    """The lowest score is at most so high: then some score is."""
    value = condition.value
    if isinstance(value, Range):
        most = value.high
    else:
        most = value.text if condition.op in ("<", "<=", ":") and not value.prefix else None
    if most is None or scope.project_id is None:
        return None
    key, project = scope.add(condition.field.partition(".")[2]), scope.add(scope.project_id)
    return f"""SELECT s.problem_id FROM scoring_scorer c JOIN scoring_stepscore v ON v.scorer_id = c.id
        JOIN corpus_step s ON s.id = v.step_id
        WHERE c.project_id = {project} AND c.key = {key} AND c.enabled
            AND v.value <= {scope.add(float(most))}::float8"""
