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
    from_rank float8;  -- the queue's order is (rank, id), rank being priority * -1
    from_id bigint;
    unfinished bigint;
    look boolean;
    picked bigint;
    of_choice uuid;
    shown float8;  -- the share of assignments that show scores from the start
    ordered uuid[];
BEGIN
    -- One person's claims come one after the other: a request that was sent twice gets one answer.
    PERFORM pg_advisory_xact_lock(22506, (me % 2147483647)::int);  -- as `annotate.labeling.places.one_at_a_time`

    -- The epoch before any look at the queue: a position stored under it is void as soon as it should be.
    SELECT statement_timestamp() + make_interval(mins => p.lease_minutes), p.queue_epoch, q.priority * -1, q.task_id, (
        SELECT a.id FROM labeling_assignment a
        WHERE a.annotator_id = me AND a.project_id = the_project AND a.state = 'leased' AND a.id <> ALL (holding)
        ORDER BY a.finished_at, a.id LIMIT 1  -- finished_at is null in all of them, but names the right index
    ), CASE WHEN p.show_scores = 'share' THEN p.show_scores_share ELSE 0 END
    INTO until, epoch_now, from_rank, from_id, unfinished, shown
    FROM projects_project p
    LEFT JOIN labeling_queueposition q ON q.project_id = p.id AND q.annotator_id = me AND q.epoch = p.queue_epoch
    WHERE p.id = the_project;

    IF unfinished IS NOT NULL THEN
        RETURN QUERY UPDATE labeling_assignment a SET lease_until = until
        WHERE a.id = unfinished AND a.state = 'leased' RETURNING a.*;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;

    -- Without a position, look how far this person is. With one, now and then: what they did since, and the dead index
    -- entries of what others did, are passed by the next few claims only.
    look := from_rank IS NULL OR random() < 0.15;
    from_rank := coalesce(from_rank, '-infinity');
    from_id := coalesce(from_id, 0);
    LOOP
        IF look THEN
            -- The first open task that was never mine, without locks: what others are just taking may come back, and
            -- must not be passed for good. The scalar sub-select is one index probe for each task; an EXISTS may
            -- become a hash of all of mine.
            SELECT t.priority * -1, t.id INTO from_rank, from_id FROM labeling_task t
            WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') IS NULL
            ORDER BY t.priority * -1, t.id LIMIT 1;
            INSERT INTO labeling_queueposition AS q (project_id, annotator_id, epoch, priority, task_id)
            VALUES (the_project, me, epoch_now, coalesce(from_rank, 'infinity') * -1, coalesce(from_id, 0))
            ON CONFLICT (project_id, annotator_id) DO UPDATE
            SET epoch = excluded.epoch, priority = excluded.priority, task_id = excluded.task_id
            WHERE (q.epoch, q.priority, q.task_id) <> (excluded.epoch, excluded.priority, excluded.task_id);
            IF from_rank IS NULL THEN
                RETURN;
            END IF;
        END IF;

        UPDATE labeling_task x SET free = x.free - 1 WHERE x.id = (
            SELECT t.id FROM labeling_task t
            WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
                AND (SELECT 1 FROM labeling_assignment a
                     WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') IS NULL
            ORDER BY t.priority * -1, t.id LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED
        ) RETURNING x.id, x.choice_id INTO picked, of_choice;
        EXIT WHEN FOUND;
        IF look THEN
            -- Others hold all that is left. They may leave a place, or take none: wait for them, don't say "none".
            UPDATE labeling_task x SET free = x.free - 1 WHERE x.id = (
                SELECT t.id FROM labeling_task t
                WHERE t.project_id = the_project AND t.free > 0 AND (t.priority * -1, t.id) >= (from_rank, from_id)
                    AND (SELECT 1 FROM labeling_assignment a
                         WHERE a.task_id = t.id AND a.annotator_id = me AND a.state <> 'expired') IS NULL
                ORDER BY t.priority * -1, t.id LIMIT 1 FOR NO KEY UPDATE OF t
            ) RETURNING x.id, x.choice_id INTO picked, of_choice;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            EXIT;
        END IF;
        look := true;
    END LOOP;

    IF of_choice IS NOT NULL THEN
        -- Each person sees the candidates in an order of their own, the same one whenever they see the task again.
        SELECT ARRAY(SELECT x FROM unnest(c.candidates) x ORDER BY md5(me || ' ' || picked || ' ' || x)) INTO ordered
        FROM corpus_choice c WHERE c.id = of_choice;
    END IF;

    RETURN QUERY
    INSERT INTO labeling_assignment AS a (project_id, task_id, annotator_id, state, lease_until, candidate_order,
        active_ms, skip_reason, skip_comment, claimed_at, scores_shown)
    VALUES (the_project, picked, me, 'leased', until, ordered, 0, '', '', statement_timestamp(),
        -- By lot, the same one however often it is drawn for this task and person.
        shown > 0 AND EXISTS (SELECT FROM labeling_task x WHERE x.id = picked AND x.trace_id IS NOT NULL)
        AND ('x' || left(md5(me || ' ' || picked || ' shown'), 8))::bit(32)::bigint / 4294967296.0 < shown)
    ON CONFLICT (task_id, annotator_id) DO UPDATE  -- one of mine that ran out: it comes back with its draft
    SET state = 'leased', lease_until = excluded.lease_until, claimed_at = excluded.claimed_at
    RETURNING a.*;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("labeling", "0002_views")]

    operations = [
        migrations.RunSQL(CLAIM, "DROP FUNCTION labeling_claim"),
    ]
