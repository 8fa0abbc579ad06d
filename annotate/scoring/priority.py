"""Which trace is worth a person's time first: the one place that turns scores into an order.

An order (`parts.Order`) becomes SQL expressions over one row per trace: its parts, a priority in [0, 1] and why, in
plain words. Everything is one statement for a whole project, so that reprioritising a million traces is one pass in the
database.

Scales of scorers can't be compared, so parts are made of ranks. The row, called `f`, has `outcome` (whether the final
answer is right: what the data said, else what `answer` found; null if unknown); `suspicion` (the highest over the
scorers of: the share of traces that this one looks worse than to it, ties counting half, and traces on which it has no
opinion standing at one half) and `convincing` (1 - the mean of the same, over those with opinions on steps: a short
trace is not convincing for that); `lowest`, `low_step` (1-based), `low_key` and `low_reason` (the lowest step score of
all, its place, whose and why); `doubt` (how near the nearest step up to the first predicted error is to a coin toss, 0
to 1), `doubt_value`, `doubt_step`; `spread` (0 to 1: how far the ranks lie apart, and whether the places of the first
error differ), `high_key`, `high_value`, `bad_key`, `bad_value` (whose opinions are the extremes).

A random share of the traces (drawn by a digest of the trace's key, so the draw never changes) is spread over
the whole order instead: each takes the priority that stands at a random place among the others. They are the
unbiased sample on which scores can be judged, wherever in the queue one stops; the chance of being drawn is
kept beside it.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from annotate.scoring.parts import CHARACTERS_A_MINUTE, MINUTES_A_TASK, Order

NOBODY_JUDGED = "SELECT NULL::uuid AS problem_id, 0::bigint AS traces WHERE false"

_LOW = """'step ' || f.low_step || ' looks wrong to ' || f.low_key
    || coalesce(': ' || nullif(f.low_reason, ''), '')"""

_DRAWN = "'Drawn at random, so that there is an unbiased sample to judge the scores on.'"

_OUTCOME_WHY = f"""CASE
    WHEN NOT f.outcome AND f.lowest < 0.5 THEN 'The final answer is wrong; ' || {_LOW} || '.'
    WHEN NOT f.outcome AND f.lowest >= 0.5 THEN
        'The final answer is wrong, yet no step scores below ' || trunc(f.lowest::numeric, 2) || '.'
    WHEN NOT f.outcome THEN 'The final answer is wrong, and no scorer sees where.'
    WHEN f.outcome AND f.lowest < 0.5 THEN 'The final answer is right, but ' || {_LOW} || '.'
    WHEN f.outcome THEN 'The final answer is right, and no scorer objects to a step.'
    WHEN f.lowest < 0.5 THEN 'It is not known whether the final answer is right; ' || {_LOW} || '.'
    ELSE 'It is not known whether the final answer is right, and no scorer objects to a step.'
END"""

# Of each part: its value, and the sentence if it is what counts most.
_PARTS: dict[str, tuple[str, str]] = {
    "convincing_wrong": (
        """CASE WHEN NOT f.outcome THEN 0.5 + 0.5 * coalesce(f.convincing, 0.5) WHEN f.outcome THEN 0
            ELSE 0.25 + 0.1 * coalesce(f.suspicion, 0.3) END""",
        _OUTCOME_WHY,
    ),
    "suspicious_right": (
        """CASE WHEN f.outcome THEN coalesce(f.suspicion, 0.25) WHEN NOT f.outcome THEN 0
            ELSE 0.25 * coalesce(f.suspicion, 0.3) END""",
        _OUTCOME_WHY,
    ),
    "lowest_step": (
        "coalesce(f.suspicion, 0.25)",
        """coalesce('Step ' || f.low_step || ' has its lowest score, ' || round(f.lowest::numeric, 2)
            || ' by ' || f.low_key || coalesce(' (' || nullif(f.low_reason, '') || ')', '') || '.',
            'No scorer has an opinion on its steps.')""",
    ),
    "uncertainty": (
        "coalesce(f.doubt, 0.25)",
        """coalesce('The least certain step up to the first predicted error is step ' || f.doubt_step
            || ', at ' || round(f.doubt_value::numeric, 2) || '.',
            'No scorer has an opinion on its steps.')""",
    ),
    "disagreement": (
        "coalesce(f.spread, 0)",
        """CASE WHEN f.spread > 0 THEN
            'Opinions on it differ: ' || round(f.high_value::numeric, 2) || ' (' || f.high_key
            || '), and ' || round(f.bad_value::numeric, 2) || ' (' || f.bad_key || ').'
            ELSE 'There is no second opinion on it to disagree.' END""",
    ),
}

_NOVEL_WHY = """CASE WHEN p.in_problem = 1 THEN 'It is the first trace of its problem.'
    ELSE 'It is trace number ' || p.in_problem || ' of its problem.' END"""

_MINUTES = f"({MINUTES_A_TASK} + %s / {CHARACTERS_A_MINUTE}.0)::float8"

_UNSCORED = """NULL::float8 AS suspicion, NULL::float8 AS convincing, NULL::float8 AS lowest, NULL::bigint AS low_step,
    NULL::text AS low_key, NULL::text AS low_reason, NULL::float8 AS doubt, NULL::float8 AS doubt_value,
    NULL::bigint AS doubt_step, NULL::float8 AS spread, NULL::text AS high_key, NULL::float8 AS high_value,
    NULL::text AS bad_key, NULL::float8 AS bad_value"""


def ranked_traces(order: Order, judged: str = NOBODY_JUDGED) -> str:
    """A SELECT of `(trace_id uuid, priority float8, why text, probability float8, parts jsonb)` for every trace of a
    project.

    Its parameters are `%(project)s` and `%(random_share)s`. `judged` is a SELECT of `(problem_id uuid, traces bigint)`:
    how many traces of each problem were judged already. `probability` is null for traces that the order placed; for
    those drawn at random it is the chance that they had to be drawn. `parts`: by name the parts that count, and
    `minutes` and `in_problem` (the place among the traces of its problem, from 1) where they do.
    """
    if order.shuffled:
        return f"""SELECT t.id AS trace_id, {_fraction("t.id", "luck")} AS priority, 'The order is random.' AS why,
                1::float8 AS probability, '{{}}'::jsonb AS parts
            FROM corpus_trace t WHERE t.project_id = %(project)s"""
    return f"""{_facts(order)},
        {_valued(order, "facts", judged)},
        placed AS (
            SELECT trace_id, luck, draw < %(random_share)s AS drawn, priority, why, parts FROM valued
        ),
        ladder AS (
            SELECT priority, row_number() OVER (ORDER BY priority) - 1 AS place FROM placed WHERE NOT drawn
        ),
        dealt AS (
            SELECT luck, trace_id, parts,
                floor(luck * (SELECT count(*) FROM placed WHERE NOT drawn))::bigint AS place
            FROM placed WHERE drawn
        )
        SELECT trace_id, priority, why, NULL::float8 AS probability, parts FROM placed WHERE NOT drawn
        UNION ALL
        SELECT d.trace_id, coalesce(l.priority, d.luck),
            {_DRAWN},
            %(random_share)s::float8, d.parts
        FROM dealt d LEFT JOIN ladder l ON l.place = d.place"""


def unscored_traces(order: Order) -> str:
    """The same for the traces with the keys `%(traces)s` (a uuid[]) alone, as they are before any score: what
    the order makes of the outcome that came with the data. A trace just imported has its place at once, and
    those drawn at random are drawn already; where they stand is any place until `ranked_traces` knows the
    others.
    """
    if order.shuffled:
        return f"{ranked_traces(order)} AND t.id = ANY(%(traces)s)"
    characters = "(SELECT sum(length(s.text)) FROM corpus_step s WHERE s.id = ANY(t.path))" if order.minutes else "0"
    return f"""WITH facts AS (
            SELECT t.id AS trace_id, t.problem_id, t.answer, {_fraction("t.id", "draw")} AS draw,
                {_fraction("t.id", "luck")} AS luck, t.correct AS outcome, {characters} AS characters, {_UNSCORED}
            FROM corpus_trace t WHERE t.project_id = %(project)s AND t.id = ANY(%(traces)s)
        ),
        {_valued(order, "facts", NOBODY_JUDGED)}
        SELECT trace_id, CASE WHEN draw < %(random_share)s THEN luck ELSE priority END AS priority,
            CASE WHEN draw < %(random_share)s THEN {_DRAWN} ELSE why END AS why,
            CASE WHEN draw < %(random_share)s THEN %(random_share)s::float8 END AS probability, parts
        FROM valued"""


def _valued(order: Order, facts: str, judged: str) -> str:
    """The CTEs `weighed` and `valued` (what `facts` has, and priority, why and parts).

    Parts are rounded, so that a score more or less does not write every task anew.
    """
    weights = {name: weight for name, weight in order.counts.items() if name in _PARTS}
    novelty = order.counts.get("novelty", 0.0)
    total = sum(order.counts.values())
    crowded = bool(novelty or order.problem_cap)
    values = "".join(f", round(({_PARTS[name][0]})::numeric, 3)::float8 AS p_{name}" for name in weights)
    base = " + ".join(f"{weight!r} * w.p_{name}" for name, weight in weights.items()) or "0"
    places = (
        f"""row_number() OVER (PARTITION BY w.problem_id ORDER BY {base} DESC, w.trace_id) + coalesce(j.traces, 0)
                AS in_problem,
            row_number() OVER (PARTITION BY w.problem_id, w.answer ORDER BY {base} DESC, w.trace_id) AS in_answer"""
        if crowded
        else "1 AS in_problem, 1 AS in_answer"
    )
    minutes = _MINUTES % "coalesce(w.characters, 0)"
    join = f"LEFT JOIN ({judged}) j ON j.problem_id = w.problem_id" if crowded else ""
    value = f"(p.base + {novelty!r} * p.novelty) / {total!r}"
    if order.minutes:
        value = f"({value}) * power({MINUTES_A_TASK} / p.minutes, {order.minutes!r})"
    priority, kept_back = value, "''"
    if order.problem_cap:
        over = f"p.in_problem > {order.problem_cap:d}"
        priority = f"CASE WHEN {over} THEN 0.1 * ({value}) ELSE 0.1 + 0.9 * ({value}) END"
        kept_back = (
            f"CASE WHEN {over} THEN ' It is kept back: {order.problem_cap:d} of its problem go first.' ELSE '' END"
        )
    parts = [f"'{name}', p.p_{name}" for name in weights]
    if novelty:
        parts.append("'novelty', p.novelty")
    if crowded:
        parts.append("'in_problem', p.in_problem")
    if order.minutes:
        parts.append("'minutes', round(p.minutes::numeric, 1)")
    whys = [(f"{weight!r} * p.p_{name}", _PARTS[name][1]) for name, weight in weights.items()]
    if novelty:
        whys.append((f"{novelty!r} * p.novelty", _NOVEL_WHY))
    most = f"greatest({', '.join(share for share, _ in whys)})"
    why = " ".join(f"WHEN {share} >= {most} THEN {words}" for share, words in whys).replace("f.", "p.")
    return f"""weighed AS (SELECT f.*{values} FROM {facts} f),
        crowd AS (SELECT w.*, {base} AS base, {minutes} AS minutes, {places} FROM weighed w {join}),
        novel AS (
            SELECT c.*, round(0.5 / c.in_problem + 0.5 / c.in_answer, 3)::float8 AS novelty FROM crowd c
        ),
        valued AS (
            SELECT p.*, round(({priority})::numeric, 4)::float8 AS priority,
                (CASE {why} END) || {kept_back} AS why, jsonb_build_object({", ".join(parts)}) AS parts
            FROM novel p
        )"""


def ranked_choices(order: Order) -> str:
    """The same for choices: `(choice_id, priority, why, probability, parts)`; they have no parts.

    A choice is worth asking about where its scorers can't tell: they differ on which candidate is best, or each puts
    the best two close together. Without scores it stands in the middle, in the order in which it came. A condition on
    `choice_id` is looked at first, so that a few can be had for the price of a few.
    """
    if order.shuffled:
        columns = f"{_fraction('c.id', 'luck')}, 'The order is random.', 1::float8, '{{}}'::jsonb"
        source = "corpus_choice c"
    else:
        columns = """CASE WHEN g.scorers IS NULL THEN 0.5 WHEN g.bests > 1 THEN 1 ELSE 1 - g.gap END::float8,
            CASE WHEN g.scorers IS NULL THEN 'No scorer has compared its candidates.'
                WHEN g.bests > 1 THEN 'The scorers differ on which candidate is best.'
                ELSE 'Its best two candidates are ' || round(g.gap::numeric, 2) || ' apart ('
                    || g.keys || ').' END,
            NULL::float8, '{}'::jsonb"""
        source = f"corpus_choice c LEFT JOIN LATERAL ({_GAP}) AS g ON true"
    return f"""SELECT q.* FROM (SELECT c.id AS choice_id, {columns} FROM {source}
        WHERE c.project_id = %(project)s) AS q (choice_id, priority, why, probability, parts)"""


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


def _facts(order: Order) -> str:
    """The CTEs up to `facts`. What no part needs is not computed."""
    doubts = "uncertainty" in order.counts
    doubt = "d.doubt, d.doubt_value, d.doubt_step"
    no_doubt = "NULL::float8 AS doubt, NULL::float8 AS doubt_value, NULL::bigint AS doubt_step"
    sizes = order.minutes > 0
    return f"""{_OPINIONS}{_DOUBTS if doubts else ""}{_SIZES if sizes else ""},
facts AS (
    SELECT t.id AS trace_id, t.problem_id, t.answer, {_fraction("t.id", "draw")} AS draw,
        {_fraction("t.id", "luck")} AS luck, coalesce(t.correct, a.value >= 0.5) AS outcome,
        r.suspicion, r.convincing, s.lowest, s.low_step, s.low_key, s.low_reason,
        {doubt if doubts else no_doubt},
        e.spread, e.high_key, e.high_value, e.bad_key, e.bad_value, {"z.characters" if sizes else "0"} AS characters
    FROM corpus_trace t
    LEFT JOIN steps s ON s.trace_id = t.id
    LEFT JOIN suspicions r ON r.trace_id = t.id
    LEFT JOIN extremes e ON e.trace_id = t.id
    {"LEFT JOIN doubts d ON d.trace_id = t.id" if doubts else ""}
    {"LEFT JOIN sizes z ON z.trace_id = t.id" if sizes else ""}
    LEFT JOIN whole a ON a.trace_id = t.id AND a.key = 'answer'
    WHERE t.project_id = %(project)s
)"""


_OPINIONS = """
WITH live AS MATERIALIZED (
    SELECT s.id, s.key, (
        SELECT count(*) FROM scoring_tracescore w
        WHERE w.scorer_id = s.id AND w.state = 'done' AND w.trace_id IS NOT NULL
    ) AS traces, EXISTS (SELECT FROM scoring_stepscore v WHERE v.scorer_id = s.id) AS of_steps
    FROM scoring_scorer s WHERE s.project_id = %(project)s AND s.enabled
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
    SELECT trace_id, min(value) AS lowest, count(DISTINCT coalesce(first_bad, 0)) AS places,
        (array_agg(step ORDER BY value, step, key))[1] AS low_step,
        (array_agg(key ORDER BY value, step, key))[1] AS low_key,
        (array_agg(reason ORDER BY value, step, key))[1] AS low_reason
    FROM step_verdict GROUP BY trace_id
),
whole AS (
    SELECT w.trace_id, live.id AS scorer_id, live.key, live.of_steps, w.value
    FROM scoring_tracescore w JOIN live ON live.id = w.scorer_id
    WHERE w.state = 'done' AND w.value IS NOT NULL AND w.trace_id IS NOT NULL
),
verdict AS (
    SELECT trace_id, scorer_id, key, value, true AS of_steps FROM step_verdict
    -- Of a scorer with opinions on steps those count. Asking trace by trace would be a join without an index.
    UNION ALL SELECT trace_id, scorer_id, key, value, false FROM whole WHERE key <> 'answer' AND NOT of_steps
),
numbered AS (
    SELECT v.*, rank() OVER (PARTITION BY v.scorer_id ORDER BY v.value) - 1 AS worse,
        count(*) OVER (PARTITION BY v.scorer_id, v.value) AS equal,
        count(*) OVER (PARTITION BY v.scorer_id) AS opinions
    FROM verdict v
),
ranked AS (
    SELECT n.trace_id, n.key, n.value, n.of_steps, 1 - (n.worse + 0.5 * n.equal + CASE
            WHEN n.value > 0.5 THEN 1 WHEN n.value = 0.5 THEN 0.5 ELSE 0
        END * greatest(live.traces - n.opinions, 0)) / greatest(live.traces, n.opinions)::float8 AS suspicion
    FROM numbered n JOIN live ON live.id = n.scorer_id
),
suspicions AS (
    SELECT trace_id, max(suspicion) AS suspicion, 1 - avg(suspicion) FILTER (WHERE of_steps) AS convincing
    FROM ranked GROUP BY trace_id
),
said AS (
    SELECT trace_id, key, value, suspicion FROM ranked
    UNION ALL SELECT t.id, CASE WHEN t.correct IS NULL THEN 'answer' ELSE 'the data' END,
        CASE WHEN coalesce(t.correct, a.value >= 0.5) THEN 1 ELSE 0 END,
        CASE WHEN coalesce(t.correct, a.value >= 0.5) THEN 0 ELSE 1 END
        FROM corpus_trace t LEFT JOIN whole a ON a.trace_id = t.id AND a.key = 'answer'
        WHERE t.project_id = %(project)s AND coalesce(t.correct, a.value >= 0.5) IS NOT NULL
),
extremes AS (
    SELECT d.trace_id, CASE WHEN count(*) > 1 THEN 0.5 * (max(d.suspicion) - min(d.suspicion))
            + CASE WHEN min(s.places) > 1 THEN 0.5 ELSE 0 END END AS spread,
        (array_agg(d.key ORDER BY d.suspicion, d.key))[1] AS high_key,
        (array_agg(d.value ORDER BY d.suspicion, d.key))[1] AS high_value,
        (array_agg(d.key ORDER BY d.suspicion DESC, d.key))[1] AS bad_key,
        (array_agg(d.value ORDER BY d.suspicion DESC, d.key))[1] AS bad_value
    FROM said d LEFT JOIN steps s ON s.trace_id = d.trace_id GROUP BY d.trace_id
)"""

_DOUBTS = """,
doubts AS (
    SELECT DISTINCT ON (o.trace_id) o.trace_id, 1 - abs(2 * o.value - 1) AS doubt, o.value AS doubt_value,
        o.step AS doubt_step
    FROM opinion o JOIN step_verdict v ON v.trace_id = o.trace_id AND v.scorer_id = o.scorer_id
    WHERE v.first_bad IS NULL OR o.step <= v.first_bad
    ORDER BY o.trace_id, 1 - abs(2 * o.value - 1) DESC, o.step
)"""

_SIZES = """,
sizes AS (
    SELECT t.id AS trace_id, sum(length(s.text)) AS characters
    FROM corpus_trace t CROSS JOIN LATERAL unnest(t.path) AS path (step_id) JOIN corpus_step s ON s.id = path.step_id
    WHERE t.project_id = %(project)s GROUP BY t.id
)"""
