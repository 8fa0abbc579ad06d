from django.db import migrations

STEP_LABEL = """
CREATE VIEW labeling_steplabel AS
SELECT j.id AS judgement_id, t.path[i] AS step_id, j.project_id, i - 1 AS index, j.values[i] AS value
FROM labeling_judgement j
JOIN corpus_trace t ON t.id = j.trace_id
CROSS JOIN LATERAL generate_subscripts(j.values, 1) i
WHERE j.superseded_at IS NULL AND j.values[i] IS NOT NULL AND j.derived_from_id IS NULL
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
SELECT j.id, j.project_id, j.rewrite_id, candidate, false, 'rewrite'
FROM labeling_judgement j
JOIN corpus_choice c ON c.id = j.choice_id
CROSS JOIN LATERAL unnest(c.candidates) candidate
WHERE j.superseded_at IS NULL AND j.rewrite_id IS NOT NULL
UNION ALL
SELECT j.id, j.project_id, j.rewrite_id, t.path[array_position(j.values, -1::smallint)], false, 'rewrite'
FROM labeling_judgement j
JOIN corpus_trace t ON t.id = j.trace_id
WHERE j.superseded_at IS NULL AND j.rewrite_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("labeling", "0001_initial")]

    operations = [
        migrations.RunSQL(STEP_LABEL, "DROP VIEW labeling_steplabel"),
        migrations.RunSQL(PREFERENCE, "DROP VIEW labeling_preference"),
    ]
