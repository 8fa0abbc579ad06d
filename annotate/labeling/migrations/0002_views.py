from django.db import migrations

STEP_LABEL = """
CREATE VIEW labeling_steplabel AS
SELECT j.id AS judgement_id, t.path[i] AS step_id, j.project_id, i - 1 AS index, j.values[i] AS value
FROM labeling_judgement j
JOIN corpus_trace t ON t.id = j.trace_id
CROSS JOIN LATERAL generate_subscripts(j.values, 1) i
WHERE j.superseded_at IS NULL AND j.values[i] IS NOT NULL AND j.derived_from_id IS NULL
UNION ALL
SELECT j.id, (r->>'step')::uuid, j.project_id, (depth - 1)::int, (r->>'value')::smallint
FROM labeling_judgement j
CROSS JOIN LATERAL jsonb_array_elements(j.walk->'steps') WITH ORDINALITY s(said, depth)
CROSS JOIN LATERAL jsonb_array_elements(s.said->'ratings') r
WHERE j.superseded_at IS NULL AND r->>'value' IS NOT NULL
"""

PREFERENCE = """
CREATE VIEW labeling_preference AS
SELECT j.id AS judgement_id, j.project_id, a.step::uuid AS chosen_id, b.step::uuid AS rejected_id,
       ga.place = gb.place AS tie, 'choice' AS origin
FROM labeling_judgement j
CROSS JOIN LATERAL jsonb_array_elements(j.ranking) WITH ORDINALITY ga(members, place)
CROSS JOIN LATERAL jsonb_array_elements(j.ranking) WITH ORDINALITY gb(members, place)
CROSS JOIN LATERAL jsonb_array_elements_text(ga.members) a(step)
CROSS JOIN LATERAL jsonb_array_elements_text(gb.members) b(step)
WHERE j.superseded_at IS NULL AND (ga.place < gb.place OR (ga.place = gb.place AND a.step < b.step))
UNION ALL
SELECT j.id, j.project_id, a.step::uuid, b.step, false, 'choice'
FROM labeling_judgement j
JOIN corpus_choice c ON c.id = j.choice_id
CROSS JOIN LATERAL jsonb_array_elements(j.ranking) g(members)
CROSS JOIN LATERAL jsonb_array_elements_text(g.members) a(step)
CROSS JOIN LATERAL unnest(c.candidates) b(step)
WHERE j.superseded_at IS NULL
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(j.ranking) r(members) WHERE r.members ? b.step::text)
UNION ALL
SELECT j.id, j.project_id, j.rewrite_id, candidate, false, {of_rewrite}
FROM labeling_judgement j
JOIN corpus_choice c ON c.id = j.choice_id
CROSS JOIN LATERAL unnest(c.candidates) candidate
WHERE j.superseded_at IS NULL AND j.rewrite_id IS NOT NULL
UNION ALL
SELECT j.id, j.project_id, j.rewrite_id, t.path[array_position(j.values, -1::smallint)], false,
    {of_rewrite}
FROM labeling_judgement j
JOIN corpus_trace t ON t.id = j.trace_id
WHERE j.superseded_at IS NULL AND j.rewrite_id IS NOT NULL
UNION ALL
SELECT j.id, j.project_id, (a->>'step')::uuid, (b->>'step')::uuid, false,
    CASE WHEN {from_model} @> jsonb_build_array(jsonb_build_object('step', a->>'step'))
        OR {from_model} @> jsonb_build_array(jsonb_build_object('step', b->>'step')) THEN 'suggested' ELSE 'walk' END
FROM labeling_judgement j
CROSS JOIN LATERAL jsonb_array_elements(j.walk->'steps') s(said)
CROSS JOIN LATERAL jsonb_array_elements(s.said->'ratings') a
CROSS JOIN LATERAL jsonb_array_elements(s.said->'ratings') b
WHERE j.superseded_at IS NULL AND (b->>'value')::int < (a->>'value')::int AND (a->>'value')::int < 2
UNION ALL
SELECT j.id, j.project_id, (s.said->>'written')::uuid, (b->>'step')::uuid, false, 'rewrite'
FROM labeling_judgement j
CROSS JOIN LATERAL jsonb_array_elements(j.walk->'steps') s(said)
CROSS JOIN LATERAL jsonb_array_elements(s.said->'ratings') b
WHERE j.superseded_at IS NULL AND s.said->>'written' IS NOT NULL AND (b->>'value')::int < 1
"""

# All that the connected model said to the person who made the judgement, in this task.
FROM_MODEL = """coalesce((SELECT jsonb_agg(c) FROM labeling_suggestion g, jsonb_array_elements(g.candidates) c
    WHERE g.assignment_id = j.assignment_id), '[]')"""
OF_REWRITE = f"""CASE WHEN {FROM_MODEL} @> jsonb_build_array(jsonb_build_object('step', j.rewrite_id::text))
    THEN 'suggested' ELSE 'rewrite' END"""
PREFERENCE = PREFERENCE.format(from_model=FROM_MODEL, of_rewrite=OF_REWRITE)


class Migration(migrations.Migration):
    dependencies = [("labeling", "0001_initial")]

    operations = [
        migrations.RunSQL(STEP_LABEL, "DROP VIEW labeling_steplabel"),
        migrations.RunSQL(PREFERENCE, "DROP VIEW labeling_preference"),
    ]
