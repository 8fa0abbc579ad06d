"""Full-text conditions.

`finding_words(text)`, in the migrations, cuts a text into words and numbers, and what is looked for goes through the
same. It takes punctuation for space, so that `\\frac{1}{2}` is found as `frac`, `1`, `2` next to one another, and cuts
scripts that put no space between words (Chinese, Japanese, Thai, …) into single characters.

An index on every step's words would make an import five times slower. So there are blocks (`TextBlock`), each saying
which words some steps of one problem have, without their places; they are filled in behind an import. A search takes
the problems whose blocks have all the words, and those with a block that is not filled in yet, and looks at the texts
of their traces: whatever the state of the blocks, it finds exactly what is there.
"""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; values go in as parameters

import re

from annotate.labeling.finding.sql import Scope
from annotate.labeling.finding.syntax import Text


def query_sql(scope: Scope, text: Text) -> str:
    """A tsquery: the words next to one another."""
    function = "finding_prefix" if text.prefix else "finding_phrase"
    return f"{function}({scope.add(text.words)})"


def blocks_with(scope: Scope, text: Text) -> str:
    """Whether a block `d` may have the words, wherever they are in it."""
    loose = f"finding_loose({scope.add(text.words)}, {'true' if text.prefix else 'false'})"
    where = "" if scope.project_id is None else f" AND d.project_id = {scope.add(scope.project_id)}"
    return f"(d.words @@ {loose} OR d.words IS NULL){where}"


def contains(scope: Scope, text: Text) -> str:
    """Whether the problem's statement or one of the steps has these words next to one another. The steps of a choice
    are its candidates and the one before them.
    """
    sought = query_sql(scope, text)
    # Most texts lack the longest of the words, which is seen ten times sooner than all their words are cut out.
    longest = scope.add(max(re.findall(r"[^\W_]+", text.words), key=len))

    def has(column: str) -> str:
        return f"strpos(lower({column}), lower({longest})) > 0 AND finding_words({column}) @@ {sought}"

    # Of a single row its texts are read as soon as its blocks.
    blocks = f"SELECT d.problem_id FROM labeling_textblock d WHERE {blocks_with(scope, text)}"
    narrow = "" if scope.few else f"o.problem_id IN ({blocks}) AND "
    # A scalar sub-select, since an EXISTS might become a hash of every statement there is.
    return f"""(
        {narrow}(
            (SELECT {has("p.statement")} FROM corpus_problem p WHERE p.id = o.problem_id)
            OR EXISTS (SELECT FROM corpus_step s WHERE s.id = ANY({scope.read}) AND {has("s.text")})
        )
    )"""
