-- Tasks: accounts of where their time went, totals that need no counting, lists that need no reading of all of them.

-- Milliseconds over all attempts, as last committed: whole, by phase, and of them those spent waiting; NULL while there is
-- nothing worth telling. Written by who holds the lease.
ALTER TABLE tasks ADD COLUMN timing jsonb;

-- How many tasks have ended, as changes to be summed up: whoever ends, revives or removes tasks adds a line, so that no two of
-- them wait for each other; upkeep folds the lines together and counts anew once a day. Those alive are few and are counted.
CREATE TABLE task_totals (
    task_type text NOT NULL,
    user_id   bigint NOT NULL,
    status    smallint NOT NULL,
    n         bigint NOT NULL
);
INSERT INTO task_totals SELECT task_type, user_id, status, count(*) FROM tasks WHERE status >= 2 GROUP BY 1, 2, 3;
CREATE TABLE task_upkeep (
    counted_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO task_upkeep DEFAULT VALUES;

-- Lists of one kind or of one person's tasks, newest first. Written once in a task's life, when it ends; those alive are found
-- by tasks_alive.
CREATE INDEX tasks_ended_type ON tasks (task_type, task_id) WHERE status >= 2;
CREATE INDEX tasks_ended_user ON tasks (user_id, task_id) WHERE status >= 2;
-- Few end badly: whoever looks for them need not read past all the others.
CREATE INDEX tasks_ended_badly ON tasks (task_id) WHERE status >= 3;

-- As before, and where the time went.
DROP FUNCTION obm_result(tasks, bigint, jsonb);
CREATE FUNCTION obm_result(t tasks, total bigint, report jsonb, timing jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(report, '{}') || jsonb_build_object(
        'processed', t.fetched, 'total', total, 'phase', t.phase,
        'duration_seconds', round(coalesce(extract(epoch FROM statement_timestamp() - t.started_at), 0), 3),
        'timing', timing,
        'stats', jsonb_build_object('fetched', t.fetched, 'created', t.created, 'updated', t.updated,
            'unchanged', t.unchanged, 'skipped', t.skipped, 'failed', t.failed, 'deactivated', t.deactivated))
$$;
