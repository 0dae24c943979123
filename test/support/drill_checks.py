"""What must be true after each point of test/drill."""
import datetime

import harness

PERIOD = dict(date_from=str(datetime.date.today() - datetime.timedelta(days=370)), date_to=str(datetime.date.today()))
# Columns that may differ between two runs: when and by which task, and numbers given by the database. What an id points
# to is compared by its external id.
TECHNICAL = {"id", "created_at", "updated_at", "created_task_id", "changed_task_id", "counterparty_id", "organization_id"}
TABLES = {
    "bank_transactions": "(SELECT c.external_id FROM contractors c WHERE c.id = t.counterparty_id), "
                         "(SELECT o.external_id FROM organizations o WHERE o.id = t.organization_id)",
    "contractors": "NULL",
    "organizations": "NULL",
}

# A dead node is noticed within 15 s (SPEC §4.2); the rest is for a database or a node that had to be started meanwhile.
TAKEN_UP_S = 15 + 5


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def tables(database):
    """{table: (rows, {column: hash over all its values, "references": …})}: a difference names its columns"""
    found = {}
    for table, references in TABLES.items():
        columns = [c for c, in database.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", (table,))]
        assert "external_id" in columns
        kept = {c: f"t.{c}" for c in columns if c not in TECHNICAL} | {"references": f"ROW({references})"}
        hashes = ", ".join(f"md5(string_agg(md5(coalesce({value}::text, '-')), '' ORDER BY t.source, t.external_id))" for value in kept.values())
        rows, *hashes = database.sql(f"SELECT count(*), {hashes} FROM {table} t")[0]
        found[table] = rows, dict(zip(kept, hashes))
    return found


def difference(got, wanted):
    if got[0] != wanted[0]:
        return f"{got[0]} rows instead of {wanted[0]}"
    return "other values in " + ", ".join(c for c in wanted[1] if got[1].get(c) != wanted[1][c])


def settled(task):
    """The promises of a completed task (SPEC §4.7)."""
    stats = task["stats"]
    assert task["status"] == "completed", f"ended as {task['status']}: {task['error']}"
    assert task["error"] is None and task["error_code"] is None and task["progress"] == 100, task
    assert task["processed"] == stats["fetched"] == task["total"], task
    assert stats["fetched"] == sum(stats[k] for k in ("created", "updated", "unchanged", "skipped", "failed")), stats


def log(point, kind, task, late):
    """What the task's own log says against what happened."""
    events = harness.Session(point.alive()[0].url, point.token).get(f"/tasks/{point.task_id}/log?limit=500").json()["events"]
    names = [e["event"] for e in events]
    told = f"log {names}"
    found = []
    if names[:1] != ["created"] or names.count("created") != 1:
        found.append(f"{told}: begins with created")
    if names[-1] != "completed" or names.count("completed") != 1:
        found.append(f"{told}: ends with completed")
    begun = names.count("started") + names.count("resumed")
    if begun != task["attempt"] or names.count("started") != 1:
        found.append(f"{told}: {begun} beginnings of {task['attempt']} attempts")
    times = [e["at"] for e in events]
    if times != sorted(times):
        found.append(f"{told}: times go back {times}")
    resumed = [seconds(e["at"]) for e in events if e["event"] == "resumed"]
    if point.killed and resumed and resumed[-1] > point.killed:
        point.taken_up_after = resumed[-1] - point.killed
        if point.taken_up_after > TAKEN_UP_S * harness.SLOWNESS:
            found.append(f"taken up only {point.taken_up_after:.1f} s after the kill")
    ended = sum(names.count(e) for e in ("lease_lost", "handed_back", "released", "cancelled", "retried"))
    if task["attempt"] > 1 and ended == 0:
        found.append(f"{told}: does not say why there were {task['attempt']} attempts")
    if not late and task["attempt"] > 1 and kind.log and not set(kind.log) & set(names):
        found.append(f"{told}: none of {kind.log}")
    return found


def left(point):
    """Nothing runs, is leased, or waits; no transaction stands open; 1C's sessions are given back."""
    found = []
    rows = point.database.sql("SELECT count(*) FROM tasks WHERE status < 2 OR lease_until IS NOT NULL")[0][0]
    if rows:
        found.append(f"{rows} tasks run or are leased")
    rows = point.database.sql("SELECT count(*) FROM missing_transactions")[0][0]
    if rows:
        found.append(f"{rows} missing_transactions left")
    open_ = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    try:
        harness.wait_for(lambda: not point.database.sql(open_), 5, "no open transaction")
        if not point.killed:
            harness.wait_for(lambda: point.demo.admin("stats")["sessions_open"] == 0, 30, "1C's sessions to be given back")
    except AssertionError as failure:
        found.append(str(failure))
    return found


def watched(point):
    """Every connection saw states in order; those of nodes that lived through it are still there and know the end."""
    found = []
    for watcher in point.watchers:
        name = watcher.server.name
        found += [f"{name} saw a state go back: {b}" for b in watcher.backwards()]
        if watcher.server in point.gone:
            continue
        try:
            harness.wait_for(lambda: watcher.lost or watcher.ended, 15, "the end on a WebSocket")
        except AssertionError as failure:
            found.append(f"{name}: {failure}; last {watcher.states[-1:]}")
            continue
        if watcher.lost:
            found.append(f"{name}: the WebSocket was lost: {watcher.lost}")
        elif watcher.last != (said := watcher.server.task(point.task_id)):
            found.append(f"{name}: the WebSocket says {watcher.last}, REST {said}")
    return found


def after(point, kind, wanted_tables, wanted_stats, late):
    found = []
    for server in point.alive():
        server.await_ready()
    node = point.alive()[0]
    try:  # the row says that it has ended; a node that did not run it hears of it a moment later
        harness.wait_for(lambda: node.task(point.task_id)["status"] in ("completed", "failed", "cancelled"), 5, "the end on every node")
        settled(task := node.task(point.task_id))
    except AssertionError as failure:
        return [str(failure)]  # nothing else can be true then
    if task["stats"] != wanted_stats:
        found.append(f"counters {task['stats']} instead of {wanted_stats}")
    if task["retry_count"] != 0:
        found.append(f"retry_count {task['retry_count']}: nothing that happened is a failure of the task")
    for table, got in tables(point.database).items():
        if got != wanted_tables[table]:
            found.append(f"{table}: {difference(got, wanted_tables[table])}")
    return found + log(point, kind, task, late) + left(point) + watched(point)
