"""What is read for one page of an export, as SQL. `ids` is one text for all keys or places."""

# By their places in the table, which hold as long as the snapshot does: found in half the time that keys take.
TRACES = """
SELECT id::text, problem_id::text, array_send(path), external_id, generator, answer, correct, metadata::text,
    step_metadata::text, scores::text, digest::text, version, tags, premises::text, step_values::text
FROM corpus_trace WHERE ctid = ANY(%(ids)s::tid[])
"""
# All steps of these traces in one row, each once, as lists side by side: their keys (as Postgres sends them), texts and
# ids; the ids of those that are more than a text; and about how long the texts of all traces are together. One pass
# over the index and no join: which step stands where is for Python to find.
PATHS = """
WITH t AS MATERIALIZED (SELECT path FROM corpus_trace WHERE ctid = ANY(%(ids)s::tid[]))
SELECT array_send(array_agg(id)), array_agg(text), {ids},
    array_agg(id::text) FILTER (WHERE kind <> 'reasoning' OR media IS NOT NULL OR data IS NOT NULL),
    (avg(octet_length(text)) * (SELECT sum(cardinality(path)) FROM t))::bigint::text
FROM corpus_step WHERE id = ANY(ARRAY(SELECT unnest(path) FROM t))
"""
CHOICES = """
SELECT id::text, problem_id::text, prefix_id::text, candidates::text[], candidate_info::text, external_id,
    metadata::text, digest::text, version, tags, prefix_info::text
FROM corpus_choice WHERE ctid = ANY(%(ids)s::tid[])
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
# Whether the rewrite is what the connected model said to this person in this task, word for word.
SUGGESTED = """j.rewrite_id IS NOT NULL AND EXISTS (SELECT FROM labeling_suggestion g
    WHERE g.assignment_id = j.assignment_id
        AND g.candidates @> jsonb_build_array(jsonb_build_object('step', j.rewrite_id::text)))"""
OF_TRACE = f'j."values", j.error_types, {DETAILS}, j.confidence, {SUGGESTED}'
OF_CHOICE = f"""j.ranking::text, j.strength,
    (SELECT a.candidate_order::text[] FROM labeling_assignment a WHERE a.id = j.assignment_id), {SUGGESTED}"""  # noqa: S608
SOURCE_LABELS = """
SELECT trace_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, values, error_types,
    nullif(details, '{}')::text, confidence, false
FROM corpus_sourcelabel
WHERE trace_id = ANY(%(ids)s::uuid[]) AND (%(source)s::text = '' OR source = %(source)s::text)
ORDER BY source COLLATE "C"
"""
SOURCE_PREFERENCES = """
SELECT choice_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, ranking::text, strength, shown, false
FROM corpus_sourcepreference
WHERE choice_id = ANY(%(ids)s::uuid[]) AND (%(source)s::text = '' OR source = %(source)s::text)
ORDER BY source COLLATE "C"
"""

# Of those that were drawn at random: the chance that they had.
CHANCES = """
SELECT {kind}_id::text, probability FROM labeling_task
WHERE {kind}_id = ANY(%(ids)s::uuid[]) AND probability IS NOT NULL
"""
SCORES = """
SELECT s.key, x.step_id::text, x.value FROM scoring_scorer s JOIN scoring_stepscore x ON x.scorer_id = s.id
WHERE s.project_id = %(project)s AND s.enabled AND s.key = ANY(%(scorers)s) AND x.step_id = ANY(%(ids)s::uuid[])
"""
