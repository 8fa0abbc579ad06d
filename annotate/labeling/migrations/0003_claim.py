"""The claim, as one call to the database: an annotator's next task is one round trip and one short transaction.

In the database, because a claim is four small look-ups and two writes that depend on one another. From Python each would
be a round trip, with the task's row locked in between. `annotate.labeling.actions.claim` explains why it is right.
"""

from django.db import migrations

CLAIM = """
CREATE FUNCTION labeling_claim(the_project bigint, me bigint, holding bigint[]) RETURNS SETOF labeling_assignment
LANGUAGE plpgsql
-- Every query here reads an index in its order and stops early. A plan cached while the tables were still small must
-- not outlive that, so the planner is left no other way.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_sort = off
AS $$
DECLARE
    until timestamptz;
    epoch_now bigint;
    from_rank float8 := '-infinity';  -- the queue's order is (rank, id), rank being priority * -1
    from_id bigint := 0;
    passed bigint;
    picked bigint;
    ordered uuid[];
BEGIN
    -- One person's claims come one after the other: a request that was sent twice gets one answer.
    PERFORM labeling_one_at_a_time(me);

    -- The epoch before any look at the queue: a position stored under it is void as soon as it should be.
    SELECT statement_timestamp() + make_interval(mins => p.lease_minutes), p.queue_epoch INTO until, epoch_now
    FROM projects_project p WHERE p.id = the_project;

    RETURN QUERY
    UPDATE labeling_assignment a SET lease_until = until
    WHERE a.state = 'leased' AND a.id = (
        SELECT b.id FROM labeling_assignment b
        WHERE b.annotator_id = me AND b.project_id = the_project AND b.state = 'leased' AND b.id <> ALL (holding)
        ORDER BY b.finished_at, b.id LIMIT 1  -- finished_at is null in all of them, but names the right index
    )
    RETURNING a.*;
    IF FOUND THEN
        RETURN;
    END IF;

    SELECT q.priority * -1, q.task_id INTO from_rank, from_id FROM labeling_queueposition q
    WHERE q.project_id = the_project AND q.annotator_id = me AND q.epoch = epoch_now;
    from_rank := coalesce(from_rank, '-infinity');
    from_id := coalesce(from_id, 0);

    -- The first open task that was never mine, without locks: what others are just taking may come back, and must not
    -- be passed for good. The scalar sub-select is one index probe per task; an EXISTS may become a hash of all of mine.
    SELECT o.rank, o.id, o.place INTO from_rank, from_id, passed FROM (
        SELECT t.priority * -1 AS rank, t.id, row_number() OVER (ORDER BY t.priority * -1, t.id) AS place,
            (SELECT 1 FROM labeling_assignment a
             WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') AS mine
        FROM labeling_task t
        WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
        ORDER BY t.priority * -1, t.id
    ) o WHERE o.mine IS NULL LIMIT 1;
    IF passed IS NULL THEN
        from_rank := 'infinity';
        from_id := 0;
    END IF;

    -- Not on every claim, it is a write. Now and then even without need: dead index entries lie before the place, too.
    IF passed IS NULL OR passed > 16 OR random() < 0.05 THEN
        INSERT INTO labeling_queueposition AS q (project_id, annotator_id, epoch, priority, task_id)
        VALUES (the_project, me, epoch_now, from_rank * -1, from_id)
        ON CONFLICT (project_id, annotator_id) DO UPDATE
        SET epoch = excluded.epoch, priority = excluded.priority, task_id = excluded.task_id
        WHERE (q.epoch, q.priority, q.task_id) <> (excluded.epoch, excluded.priority, excluded.task_id);
    END IF;
    IF passed IS NULL THEN
        RETURN;
    END IF;

    SELECT t.id INTO picked FROM labeling_task t
    WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
        AND (SELECT 1 FROM labeling_assignment a
             WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') IS NULL
    ORDER BY t.priority * -1, t.id LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED;
    IF NOT FOUND THEN
        -- Others hold all that is left. They may leave a place, or take none: wait for them rather than say "none".
        SELECT t.id INTO picked FROM labeling_task t
        WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
            AND (SELECT 1 FROM labeling_assignment a
                 WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') IS NULL
        ORDER BY t.priority * -1, t.id LIMIT 1 FOR NO KEY UPDATE OF t;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;

    UPDATE labeling_task t SET free = t.free - 1 WHERE t.id = picked;

    -- Each person sees the candidates in an order of their own, the same one whenever they see the task again.
    SELECT ARRAY(SELECT x FROM unnest(c.candidates) x ORDER BY md5(me || ' ' || picked || ' ' || x)) INTO ordered
    FROM labeling_task t JOIN corpus_choice c ON c.id = t.choice_id WHERE t.id = picked;

    RETURN QUERY
    INSERT INTO labeling_assignment AS a (project_id, task_id, annotator_id, state, lease_until, candidate_order,
        active_ms, skip_reason, skip_comment, claimed_at)
    VALUES (the_project, picked, me, 'leased', until, ordered, 0, '', '', statement_timestamp())
    ON CONFLICT (task_id, annotator_id) DO UPDATE  -- one of mine that ran out: it comes back with its draft
    SET state = 'leased', lease_until = excluded.lease_until, claimed_at = excluded.claimed_at
    RETURNING a.*;
END
$$
"""

ONE_AT_A_TIME = """
CREATE FUNCTION labeling_one_at_a_time(person bigint) RETURNS void
LANGUAGE sql
AS $$ SELECT pg_advisory_xact_lock(22506, (person % 2147483647)::int) $$
"""


class Migration(migrations.Migration):
    dependencies = [("labeling", "0002_views")]

    operations = [
        migrations.RunSQL(ONE_AT_A_TIME, "DROP FUNCTION labeling_one_at_a_time"),
        migrations.RunSQL(CLAIM, "DROP FUNCTION labeling_claim"),
    ]
