"""Filling in which words lie where, behind imports. See `words`."""

from django.db import connection, transaction

BLOCKS = 200
# Of one block. A tsvector holds 1 MiB of words, and a block with too many says little.
TEXT = 150_000


def fill_in(*, blocks: int = BLOCKS) -> int:
    """Fill in some blocks, the oldest first; how many were looked at, 0 when there is nothing to do.

    Several may run at once: each takes blocks that no other has.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM labeling_textblock WHERE words IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
            [blocks],
        )
        due = [block for (block,) in cursor.fetchall()]
        if not due:
            return 0
        # Blocks with much text become one for each step: one step's words always fit.
        cursor.execute(
            """WITH large AS (
                DELETE FROM labeling_textblock b WHERE b.id = ANY(%(due)s) AND cardinality(b.steps) > 1 AND (
                    SELECT sum(length(s.text)) FROM corpus_step s WHERE s.id = ANY(b.steps)) > %(text)s
                RETURNING *
            )
            INSERT INTO labeling_textblock (project_id, problem_id, steps)
            SELECT project_id, problem_id, ARRAY[step] FROM large CROSS JOIN unnest(steps) step""",
            {"due": due, "text": TEXT},
        )
        cursor.execute(
            """UPDATE labeling_textblock b SET words = coalesce(w.words, '')
            FROM (
                SELECT d.id, (
                    SELECT array_to_tsvector(array_agg(lexeme)) FROM (
                        SELECT text FROM corpus_step s WHERE s.id = ANY(d.steps)
                        UNION ALL SELECT statement FROM corpus_problem p WHERE p.id = d.problem_id
                    ) t CROSS JOIN unnest(tsvector_to_array(finding_words(t.text))) lexeme
                ) AS words
                FROM labeling_textblock d WHERE d.id = ANY(%(due)s)
            ) w WHERE b.id = w.id""",
            {"due": due},
        )
    return len(due)
