"""Full text: how a text is cut into words, and which words lie where. `annotate.labeling.finding.words` says why so."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What Postgres' parser would take for a part of a word, number, path, host, tag or sign. All else is space to it anyway;
# each character in this list costs time on every step that comes in.
PUNCTUATION = "/.-_@<&+:~"
# Scripts without spaces between words: South-East Asian, Chinese, Japanese, Korean.
CHARACTERS = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
# A tsvector holds 1 MiB. Of one text, what lies behind this is not searched.
LONGEST = 100_000

FUNCTIONS = f"""
CREATE FUNCTION finding_spaced(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(words) = length(words)
    THEN translate(words, '{PUNCTUATION}', '{" " * len(PUNCTUATION)}')
    ELSE regexp_replace(translate(words, '{PUNCTUATION}', '{" " * len(PUNCTUATION)}'), '({CHARACTERS})', ' \\1 ', 'g')
END;

CREATE FUNCTION finding_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple'::regconfig, finding_spaced(left(words, {LONGEST})));

CREATE FUNCTION finding_phrase(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN phraseto_tsquery('pg_catalog.simple'::regconfig, finding_spaced(words));

CREATE FUNCTION finding_prefix(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN numnode(finding_phrase(words)) > 0 THEN (finding_phrase(words)::text || ':*')::tsquery END;

-- All of the words, wherever they are.
CREATE FUNCTION finding_loose(words text, prefix boolean) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace((CASE WHEN prefix THEN finding_prefix(words) ELSE finding_phrase(words) END)::text, '<->', '&')::tsquery;
"""

# Steps of one problem that come in together are one block, up to 64.
NOTE_STEPS = """
CREATE FUNCTION finding_note_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO labeling_textblock (project_id, problem_id, steps)
    SELECT p.project_id, p.id, array_agg(s.id)
    FROM (SELECT id, problem_id, (row_number() OVER (PARTITION BY problem_id) - 1) / 64 AS block FROM new_steps) s
    JOIN corpus_problem p ON p.id = s.problem_id
    GROUP BY p.id, s.block;
    RETURN NULL;
END
$$;

CREATE TRIGGER finding_note_steps AFTER INSERT ON corpus_step REFERENCING NEW TABLE AS new_steps
FOR EACH STATEMENT EXECUTE FUNCTION finding_note_steps();
"""


class Migration(migrations.Migration):
    dependencies = [("corpus", "0001_initial"), ("labeling", "0003_claim")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION finding_loose; DROP FUNCTION finding_prefix; DROP FUNCTION finding_phrase; DROP FUNCTION finding_words;"
            "DROP FUNCTION finding_spaced;",
        ),
        migrations.CreateModel(
            name="TextBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project_id", models.BigIntegerField()),
                ("steps", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="corpus.problem"
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("words__isnull", False)), fields=["words"], name="text_block_words"
                    ),
                    models.Index(condition=models.Q(("words", None)), fields=["id"], name="text_block_due"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelectionWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("make_tasks", "Make Tasks"),
                            ("make_walks", "Make Walks"),
                            ("retire_tasks", "Retire Tasks"),
                            ("tag", "Tag"),
                            ("rescore", "Rescore"),
                        ],
                        max_length=20,
                    ),
                ),
                ("query", models.TextField()),
                (
                    "options",
                    models.JSONField(
                        default=dict, help_text="What else was asked for, by the name of the change's argument"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                (
                    "found",
                    models.PositiveBigIntegerField(help_text="Traces and choices, once they were looked up", null=True),
                ),
                (
                    "looked_at",
                    models.PositiveBigIntegerField(default=0, help_text="Of those, how many it is through with"),
                ),
                (
                    "result",
                    models.JSONField(help_text="The counts that a request would have answered", null=True),
                ),
                ("error", models.TextField(blank=True)),
                ("turn", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "id"], name="selection_work_list"),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["id"],
                        name="selection_work_due",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            NOTE_STEPS, "DROP TRIGGER finding_note_steps ON corpus_step; DROP FUNCTION finding_note_steps"
        ),
    ]
