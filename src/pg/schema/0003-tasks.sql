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

-- What a task leaves behind is made of its row when it is read (src/task/result.c); `result` keeps what its type reports.
DROP FUNCTION obm_result(tasks, bigint, jsonb);

-- The first start and the end of a completed task are not written into the log but read from the row, as `created` is: most tasks
-- need no other lines.
ALTER TABLE tasks ADD COLUMN first_node text;
UPDATE tasks t SET first_node = e.node FROM task_events e WHERE e.task_id = t.task_id AND e.event = 'started';
DELETE FROM task_events WHERE event IN ('started', 'completed');
CREATE VIEW task_log AS
    SELECT task_id, -2::bigint AS id, created_at AS at, 'created' AS event, NULL::text AS phase, NULL::text AS node, user_id,
        NULL::text AS message FROM tasks
    UNION ALL
    SELECT task_id, -1, started_at, 'started', NULL, first_node, NULL, NULL FROM tasks WHERE started_at IS NOT NULL
    UNION ALL
    SELECT task_id, id, at, event, phase, node, user_id, message FROM task_events
    UNION ALL
    SELECT task_id, 9223372036854775807, completed_at, 'completed', phase, node, NULL, NULL FROM tasks WHERE status = 2;
