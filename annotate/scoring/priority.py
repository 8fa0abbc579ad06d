"""Which trace is worth a person's time first: the one place that turns scores into an order.

A policy is two SQL expressions over one row per trace: a priority in [0, 1] and why, in plain words.
Everything is one statement for a whole project, so that reprioritising a million traces is one pass in the
database.

The row, called `f`: `outcome` (whether the final answer is right: what the data said, else what `answer`
found; null if unknown), `verdicts` (how many scorers have an opinion on the steps), `lowest` (the lowest step
score), `low_step` (its 1-based number), `low_key` and `low_reason` (whose and why), `highest_verdict` and
`lowest_verdict` (over the scorers' verdicts, each being its lowest step score or its opinion on the whole,
and `outcome`), `convincing` (mean over the scorers of their lowest step score), `doubt` (how near the nearest
step up to the first predicted error is to a coin toss, 0 to 1), `doubt_step`.

A random share of the traces (drawn by a digest of the trace's key, so the draw never changes) is spread over
the whole order instead: each takes the priority that stands at a random place among the others. They are the
unbiased sample on which scores can be judged, wherever in the queue one stops; the chance of being drawn is
kept beside it.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    title: str
    """For people, as in a select box."""
    explanation: str
    """One sentence on what comes first and what that is good for."""
    priority: str
    why: str


_LOW = """'step ' || f.low_step || ' looks wrong to ' || f.low_key
    || coalesce(': ' || nullif(f.low_reason, ''), '')"""

_DRAWN = "'Drawn at random, so that there is an unbiased sample to judge the scores on.'"

POLICIES: dict[str, Policy] = {
    "convincing-wrong-answer": Policy(
        title="Convincing wrong answers",
        explanation="Traces with a wrong final answer come first, the more convincing their steps the "
        "earlier; then traces of unknown outcome; then those with the right answer, suspicious ones before "
        "others.",
        priority="""CASE
            WHEN NOT f.outcome THEN 0.6 + 0.4 * coalesce(f.convincing, 0.5)
            WHEN f.outcome THEN 0.1 + 0.3 * coalesce(1 - f.lowest, 0.2)
            ELSE 0.35 + 0.2 * coalesce(1 - f.lowest, 0.3)
        END""",
        why=f"""CASE
            WHEN NOT f.outcome AND f.lowest < 0.5
            THEN 'The final answer is wrong; ' || {_LOW} || '.'
            WHEN NOT f.outcome AND f.lowest >= 0.5 THEN
                'The final answer is wrong, yet no step scores below ' || trunc(f.lowest::numeric, 2) || '.'
            WHEN NOT f.outcome THEN 'The final answer is wrong, and no scorer sees where.'
            WHEN f.outcome AND f.lowest < 0.5 THEN 'The final answer is right, but ' || {_LOW} || '.'
            WHEN f.outcome THEN 'The final answer is right, and no scorer objects to a step.'
            WHEN f.lowest < 0.5 THEN 'It is not known whether the final answer is right; ' || {_LOW} || '.'
            ELSE 'It is not known whether the final answer is right, and no scorer objects to a step.'
        END""",
    ),
    "lowest-step": Policy(
        title="Lowest step score",
        explanation="Traces with the lowest score on any step come first: those most surely wrong.",
        priority="coalesce(1 - f.lowest, 0.25)",
        why="""coalesce('Step ' || f.low_step || ' has its lowest score, ' || round(f.lowest::numeric, 2)
            || ' by ' || f.low_key || coalesce(' (' || nullif(f.low_reason, '') || ')', '') || '.',
            'No scorer has an opinion on its steps.')""",
    ),
    "uncertainty": Policy(
        title="Uncertainty",
        explanation="Traces in which a step, up to the first predicted error, is nearest to a coin toss come "
        "first: those from which a scorer learns most.",
        priority="coalesce(f.doubt, 0.25)",
        why="""coalesce('The least certain step up to the first predicted error is step ' || f.doubt_step
            || ', at ' || round(f.doubt_value::numeric, 2) || '.',
            'No scorer has an opinion on its steps.')""",
    ),
    "disagreement": Policy(
        title="Disagreement between scorers",
        explanation="Traces on which the scorers (and the known outcome) differ most come first.",
        priority="coalesce(f.highest_verdict - f.lowest_verdict, 0)",
        why="""CASE WHEN f.highest_verdict > f.lowest_verdict THEN
            'The highest verdict on it is ' || round(f.highest_verdict::numeric, 2) || ' (' || f.highest_key
            || '), the lowest ' || round(f.lowest_verdict::numeric, 2) || ' (' || f.lowest_key || ').'
            ELSE 'There is no second opinion on it to disagree.' END""",
    ),
    "random": Policy(
        title="Random",
        explanation="A random order, the same whenever it is asked for.",
        priority="f.luck",
        why="'The order is random.'",
    ),
}


def ranked_traces(policy: str) -> str:
    """A SELECT of `(trace_id uuid, priority float8, why text, probability float8)` for every trace of a
    project.

    Its parameters are `%(project)s` and `%(random_share)s`. `probability` is null for traces that the policy
    placed; for those drawn at random it is the chance that they had to be drawn. Raises `KeyError` for an
    unknown policy.
    """
    chosen = POLICIES[policy]
    drawn = "f.draw < %(random_share)s"
    if policy == "random":
        return f"""{_FACTS}
            SELECT f.trace_id, ({chosen.priority})::float8 AS priority, {chosen.why} AS why,
                1::float8 AS probability
            FROM facts f"""
    return f"""{_FACTS},
        placed AS (
            SELECT f.trace_id, f.luck, {drawn} AS drawn,
                ({chosen.priority})::float8 AS priority, {chosen.why} AS why
            FROM facts f
        ),
        ladder AS (
            SELECT priority, row_number() OVER (ORDER BY priority) - 1 AS place FROM placed WHERE NOT drawn
        ),
        dealt AS (
            SELECT luck, trace_id,
                floor(luck * (SELECT count(*) FROM placed WHERE NOT drawn))::bigint AS place
            FROM placed WHERE drawn
        )
        SELECT trace_id, priority, why, NULL::float8 AS probability FROM placed WHERE NOT drawn
        UNION ALL
        SELECT d.trace_id, coalesce(l.priority, d.luck),
            {_DRAWN},
            %(random_share)s::float8
        FROM dealt d LEFT JOIN ladder l ON l.place = d.place"""


def unscored_traces(policy: str) -> str:
    """The same for the traces with the keys `%(traces)s` (a uuid[]) alone, as they are before any score: what
    the policy makes of the outcome that came with the data. A trace just imported has its place at once, and
    those drawn at random are drawn already; where they stand is any place until `ranked_traces` knows the
    others.
    """
    chosen = POLICIES[policy]
    if policy == "random":
        priority, why, probability = chosen.priority, chosen.why, "1::float8"
    else:
        priority = f"CASE WHEN f.drawn THEN f.luck ELSE {chosen.priority} END"
        why = f"CASE WHEN f.drawn THEN {_DRAWN} ELSE {chosen.why} END"
        probability = "CASE WHEN f.drawn THEN %(random_share)s::float8 END"
    return f"""SELECT f.trace_id, ({priority})::float8 AS priority, {why} AS why, {probability} AS probability
        FROM (
            SELECT t.id AS trace_id, {_fraction("t.id", "draw")} < %(random_share)s AS drawn,
                {_fraction("t.id", "luck")} AS luck, t.correct AS outcome, 0 AS verdicts,
                NULL::float8 AS lowest, NULL::float8 AS convincing,
                NULL::bigint AS low_step, NULL::text AS low_key, NULL::text AS low_reason,
                NULL::float8 AS doubt, NULL::float8 AS doubt_value, NULL::bigint AS doubt_step,
                NULL::float8 AS highest_verdict, NULL::float8 AS lowest_verdict,
                NULL::text AS highest_key, NULL::text AS lowest_key
            FROM corpus_trace t WHERE t.project_id = %(project)s AND t.id = ANY(%(traces)s)
        ) f"""


def ranked_choices(policy: str) -> str:
    """The same for choices: `(choice_id, priority, why, probability)`.

    A choice is worth asking about where its scorers can't tell: they differ on which candidate is best, or each puts
    the best two close together. Without scores it stands in the middle, in the order in which it came. A condition on
    `choice_id` is looked at first, so that a few can be had for the price of a few.
    """
    if policy == "random":
        columns = f"{_fraction('c.id', 'luck')}, 'The order is random.', 1::float8"
        source = "corpus_choice c"
    else:
        columns = """CASE WHEN g.scorers IS NULL THEN 0.5 WHEN g.bests > 1 THEN 1 ELSE 1 - g.gap END::float8,
            CASE WHEN g.scorers IS NULL THEN 'No scorer has compared its candidates.'
                WHEN g.bests > 1 THEN 'The scorers differ on which candidate is best.'
                ELSE 'Its best two candidates are ' || round(g.gap::numeric, 2) || ' apart ('
                    || g.keys || ').' END,
            NULL::float8"""
        source = f"corpus_choice c LEFT JOIN LATERAL ({_GAP}) AS g ON true"
    return f"""SELECT q.* FROM (SELECT c.id AS choice_id, {columns} FROM {source}
        WHERE c.project_id = %(project)s) AS q (choice_id, priority, why, probability)"""


# For each scorer that scored two candidates or more: which one is best, and how far the second is behind it.
_GAP = """
    SELECT count(*) AS scorers, count(DISTINCT o.best) AS bests, avg(o.first - o.second) AS gap,
        string_agg(o.key, ', ' ORDER BY o.key) AS keys
    FROM (
        SELECT s.key, max(v.value) AS first, (array_agg(v.value ORDER BY v.value DESC))[2] AS second,
            (array_agg(v.step_id ORDER BY v.value DESC, v.step_id))[1] AS best
        FROM scoring_scorer s JOIN scoring_stepscore v ON v.scorer_id = s.id AND v.step_id = ANY(c.candidates)
        WHERE s.project_id = c.project_id AND s.enabled
        GROUP BY s.id HAVING count(*) > 1
    ) AS o HAVING count(*) > 0
"""


def _fraction(key: str, purpose: str) -> str:
    """A number in [0, 1) that depends on the key and the purpose alone, and is as good as random."""
    return f"(('x' || left(md5({key}::text || '{purpose}'), 8))::bit(32)::bigint / 4294967296.0)::float8"


_FACTS = f"""
WITH live AS MATERIALIZED (
    SELECT id, key FROM scoring_scorer WHERE project_id = %(project)s AND enabled
),
opinion AS (
    SELECT t.id AS trace_id, live.id AS scorer_id, live.key, path.step, s.value, s.reason
    FROM corpus_trace t
    CROSS JOIN LATERAL unnest(t.path) WITH ORDINALITY AS path (step_id, step)
    JOIN scoring_stepscore s ON s.step_id = path.step_id
    JOIN live ON live.id = s.scorer_id
    WHERE t.project_id = %(project)s
),
step_verdict AS (
    SELECT trace_id, scorer_id, key, min(value) AS value,
        (array_agg(step ORDER BY value, step))[1] AS step,
        (array_agg(reason ORDER BY value, step))[1] AS reason,
        min(step) FILTER (WHERE value < 0.5) AS first_bad
    FROM opinion GROUP BY trace_id, scorer_id, key
),
steps AS (
    SELECT trace_id, count(*) AS verdicts, min(value) AS lowest, avg(value) AS convincing,
        (array_agg(step ORDER BY value, step, key))[1] AS low_step,
        (array_agg(key ORDER BY value, step, key))[1] AS low_key,
        (array_agg(reason ORDER BY value, step, key))[1] AS low_reason
    FROM step_verdict GROUP BY trace_id
),
doubts AS (
    SELECT DISTINCT ON (o.trace_id) o.trace_id, 1 - abs(2 * o.value - 1) AS doubt, o.value AS doubt_value,
        o.step AS doubt_step
    FROM opinion o JOIN step_verdict v ON v.trace_id = o.trace_id AND v.scorer_id = o.scorer_id
    WHERE v.first_bad IS NULL OR o.step <= v.first_bad
    ORDER BY o.trace_id, 1 - abs(2 * o.value - 1) DESC, o.step
),
whole AS (
    SELECT w.trace_id, live.key, w.value
    FROM scoring_tracescore w JOIN live ON live.id = w.scorer_id
    WHERE w.state = 'done' AND w.value IS NOT NULL
),
verdict AS (
    SELECT trace_id, key, value FROM step_verdict
    UNION ALL SELECT trace_id, key, value FROM whole
    UNION ALL SELECT id, 'the data', CASE WHEN correct THEN 1 ELSE 0 END
        FROM corpus_trace WHERE project_id = %(project)s AND correct IS NOT NULL
),
extremes AS (
    SELECT trace_id, max(value) AS highest_verdict, min(value) AS lowest_verdict,
        (array_agg(key ORDER BY value DESC, key))[1] AS highest_key,
        (array_agg(key ORDER BY value, key))[1] AS lowest_key
    FROM verdict GROUP BY trace_id
),
facts AS (
    SELECT t.id AS trace_id, {_fraction("t.id", "draw")} AS draw, {_fraction("t.id", "luck")} AS luck,
        coalesce(t.correct, a.value >= 0.5) AS outcome,
        s.verdicts, s.lowest, s.convincing, s.low_step, s.low_key, s.low_reason,
        d.doubt, d.doubt_value, d.doubt_step,
        e.highest_verdict, e.lowest_verdict, e.highest_key, e.lowest_key
    FROM corpus_trace t
    LEFT JOIN steps s ON s.trace_id = t.id
    LEFT JOIN doubts d ON d.trace_id = t.id
    LEFT JOIN extremes e ON e.trace_id = t.id
    LEFT JOIN whole a ON a.trace_id = t.id AND a.key = 'answer'
    WHERE t.project_id = %(project)s
)"""
