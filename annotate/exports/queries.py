"""What is read for one page of an export, as SQL. `ids` is one text for all keys."""

_TRACE = """t.id::text, problem_id::text, {path}, external_id, generator, answer, correct, metadata::text,
    step_metadata::text, scores::text, digest::text, version, tags, premises::text, step_values::text"""
TRACES = f"SELECT {_TRACE}, NULL::text[] FROM corpus_trace t WHERE id = ANY(%(ids)s::uuid[])"  # noqa: S608
# With the texts of their steps, null for those that are more than a text. All of a page's steps are found in one pass
# over the index, in its order, which costs half of looking up one after the other.
TRACES_WITH_TEXTS = f"""
WITH t AS MATERIALIZED (SELECT * FROM corpus_trace WHERE id = ANY(%(ids)s::uuid[])),
    x AS MATERIALIZED (SELECT t.id AS trace, x.id, n FROM t, unnest(t.path) WITH ORDINALITY x(id, n)),
    s AS MATERIALIZED (
        SELECT id, CASE WHEN kind = 'reasoning' AND media IS NULL AND data IS NULL THEN text END AS text
        FROM corpus_step WHERE id = ANY(ARRAY(SELECT id FROM x))
    ),
    texts AS (SELECT trace, array_agg(text ORDER BY n) AS texts FROM x JOIN s USING (id) GROUP BY trace)
SELECT {_TRACE}, coalesce(texts, '{{{{}}}}') FROM t LEFT JOIN texts ON trace = t.id
"""  # noqa: S608
CHOICES = """
SELECT id::text, problem_id::text, prefix_id::text, candidates::text[], candidate_info::text, external_id,
    metadata::text, digest::text, version, tags, prefix_info::text
FROM corpus_choice WHERE id = ANY(%(ids)s::uuid[])
"""
PROBLEMS = """
SELECT id::text, external_id, statement, answer, solution, metadata::text, reference_steps::text,
    reference_states::text, material::text, media::text
FROM corpus_problem WHERE id = ANY(%(ids)s::uuid[])
"""
STEPS = "SELECT id::text, kind, text, media::text, data::text FROM corpus_step WHERE id = ANY(%(ids)s::uuid[])"
PARENTS = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM corpus_step WHERE id = ANY(%(ids)s::uuid[])
    UNION
    SELECT s.id, s.parent_id FROM up JOIN corpus_step s ON s.id = up.parent_id
)
SELECT id::text, parent_id::text FROM up
"""
JUDGED = """
SELECT j.{kind}_id::text, u.username, j.comment, j.rewrite_id::text,
    to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), j.active_ms, j.guideline_id,
    j.label_schema_id, {answer}
FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id
WHERE j.{kind}_id = ANY(%(ids)s::uuid[]) AND {standing}
ORDER BY u.username COLLATE "C"
"""
# With the trace that was judged instead, by its id, where nobody was asked about this one.
DETAILS = """CASE WHEN j.derived_from_id IS NULL THEN nullif(j.details, '{}') ELSE j.details || jsonb_build_object(
    'derived_from', (SELECT coalesce(t.external_id, t.id::text) FROM labeling_judgement o
        JOIN corpus_trace t ON t.id = o.trace_id WHERE o.id = j.derived_from_id)) END::text"""
SOURCE_LABELS = """
SELECT trace_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, values, error_types,
    nullif(details, '{}')::text
FROM corpus_sourcelabel
WHERE trace_id = ANY(%(ids)s::uuid[]) AND (%(source)s::text = '' OR source = %(source)s::text)
ORDER BY source COLLATE "C"
"""
SOURCE_PREFERENCES = """
SELECT choice_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, ranking::text
FROM corpus_sourcepreference
WHERE choice_id = ANY(%(ids)s::uuid[]) AND (%(source)s::text = '' OR source = %(source)s::text)
ORDER BY source COLLATE "C"
"""

SCORES = """
SELECT s.key, x.step_id::text, x.value FROM scoring_scorer s JOIN scoring_stepscore x ON x.scorer_id = s.id
WHERE s.project_id = %(project)s AND s.enabled AND s.key = ANY(%(scorers)s) AND x.step_id = ANY(%(ids)s::uuid[])
"""
