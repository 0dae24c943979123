"""Repeated imports read only days that look otherwise than when they were read last, and say which and why."""
import datetime

from harness import wait_for
from test_import import YEAR, run, settled, world  # noqa: F401

ROWS = ("SELECT md5(string_agg(ROW(external_id, data_version, transaction_date, amount, is_active, payment_purpose)::text, ''"
        " ORDER BY external_id)) FROM bank_transactions")


def sent(server):
    return server.demo.admin("stats")["documents_sent"]


def inc(task):
    assert task["result"]["mode"] == "incremental", task["result"]
    return task["result"]["incremental"]


def same_as_a_full_pass(server):
    """What an incremental pass leaves is what a full one leaves."""
    before = server.database.sql(ROWS)
    full = run(server, mode="full")
    assert full["result"]["mode"] == "full" and full["result"]["why_full"] == "asked"
    stats = settled(full)
    assert stats["created"] == stats["updated"] == stats["deactivated"] == 0, stats
    assert server.database.sql(ROWS) == before


def test_nothing_changed_nothing_is_read(world):
    first = run(world)
    stats = settled(first)
    assert first["result"]["mode"] == "full" and first["result"]["why_full"] == "first_time"
    again = run(world)
    told = settled(again)
    assert told["unchanged"] == stats["created"] == told["fetched"]
    found = inc(again)
    assert found["days_read"] == 0 and found["days_same"] > 300 and found["documents_same"] == stats["created"] and found["days"] == []
    assert again["result"]["pages"] <= 8, "pages of four light fields"
    assert all(s["fetched"] == 0 for s in again["result"]["sets"])
    same_as_a_full_pass(world)


def test_changes_anywhere_in_the_past_are_found(world):
    settled(run(world))
    by_index = {d["index"]: d for d in world.demo.documents() if d["posted"]}
    some = sorted(by_index)[::700]
    changed, deleted, unposted, moved = some[0], some[1], some[2], some[3]
    world.demo.admin("change", {"index": [changed]})
    world.demo.admin("delete", {"index": [deleted]})
    world.demo.admin("unpost", {"index": [unposted]})
    world.demo.admin("move", {"index": [moved], "days": 2})
    added_day = str(datetime.date.today() - datetime.timedelta(days=200))
    world.demo.admin("add", {"count": 3, "set": "cash_in", "date": added_day})
    task = run(world)
    stats = settled(task)
    assert stats["created"] == 3 and stats["updated"] == 2 and stats["deactivated"] == 2, stats
    found = inc(task)
    for index in (changed, deleted, unposted, moved):
        assert any(d["day"] <= by_index[index]["date"][:10] <= d["to"] for d in found["days"])
    assert 5 <= found["days_read"] == sum(d["days"] for d in found["days"]) <= 6 and found["why"]["changed"] + found["why"]["new"] + found["why"]["gone"] == found["days_read"]
    gone = {d["external_id"] for d in task["result"]["deactivated"]}
    assert gone == {by_index[deleted]["key"], by_index[unposted]["key"]}
    same_as_a_full_pass(world)
    world.demo.admin("restore", {"index": [deleted, unposted]})
    back = run(world)
    assert settled(back)["updated"] == 2 and inc(back)["days_read"] <= 2
    assert world.database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0] == 0


def test_everything_changed_is_read_in_whole_pages(world):
    """Days without any document, as on weekends, do not cut what is read into pieces of a day or two."""
    first = run(world)
    settled(first)
    world.demo.admin("change", {"every": 1})
    task = run(world)
    assert settled(task)["updated"] == settled(first)["created"]
    found = inc(task)
    assert found["days_read"] == found["why"]["changed"] > 300
    # One run of days a kind of document, over weekends as well: nothing is cut.
    assert len(found["days"]) == 4 and found["days_unlisted"] == 0
    assert sum(d["days"] for d in found["days"]) == found["days_read"] and {d["why"] for d in found["days"]} == {"changed"}
    first_day, last_day = world.database.sql("SELECT min(transaction_date)::date::text, max(transaction_date)::date::text FROM bank_transactions")[0]
    assert min(d["day"] for d in found["days"]) == first_day and max(d["to"] for d in found["days"]) == last_day
    assert task["result"]["pages"] <= 2 * first["result"]["pages"] + 8, (task["result"], first["result"])
    same_as_a_full_pass(world)


def test_a_list_that_is_cut_says_so(world):
    """Every second day changed: more runs than are listed."""
    settled(run(world))
    days = sorted({d["date"][:10] for d in world.demo.documents() if d["posted"]})[::2]
    world.demo.admin("change", {"index": [d["index"] for d in world.demo.documents() if d["date"][:10] in days]})
    found = inc(run(world))
    assert len(found["days"]) == 100 and found["days_unlisted"] > 100
    assert sum(d["days"] for d in found["days"]) + found["days_unlisted"] == found["days_read"]


def test_the_whole_day_vanishes(world):
    settled(run(world))
    day, count = world.database.sql("SELECT transaction_date::date::text, count(*) FROM bank_transactions WHERE payment_source = 'CASH' AND"
                                    " transaction_type = 'CREDIT' GROUP BY 1 ORDER BY 2 LIMIT 1")[0]
    world.demo.admin("delete", {"index": [d["index"] for d in world.demo.documents() if d["set"] == "cash_in" and d["date"][:10] == day]})
    task = run(world)
    assert settled(task)["deactivated"] == count
    assert inc(task)["why"]["gone"] == 1 and inc(task)["days_read"] == 1
    assert inc(run(world))["days_read"] == 0


def test_the_ledger_is_believed_before_the_memory(world):
    """Rows that somebody removed here are read again, though nothing changed in 1C."""
    first = settled(run(world))
    world.database.sql("DELETE FROM bank_transactions WHERE id % 500 = 0")
    world.database.sql("UPDATE bank_transactions SET is_active = false WHERE id % 500 = 1")
    lost = first["created"] - world.database.sql("SELECT count(*) FROM bank_transactions WHERE is_active")[0][0]
    task = run(world)
    stats = settled(task)
    assert lost > 5 and stats["created"] + stats["updated"] == lost
    assert 0 < inc(task)["why"]["ledger_differs"] == inc(task)["days_read"] <= lost
    world.database.sql("TRUNCATE bank_transactions CASCADE")
    assert settled(run(world))["created"] == first["created"]


def test_refused_documents_are_tried_again(start, database):
    demo = start.demo("--docs", 1500, "--bad-record-every", 100)
    server = start.server(database, **demo.settings)
    first = run(server)
    bad = settled(first)["failed"] + settled(first)["skipped"]
    assert bad > 5
    again = run(server)
    stats = settled(again)
    assert stats["failed"] + stats["skipped"] == bad, "each time with its reason"
    assert 0 < inc(again)["days_read"] <= 3 * bad and stats["created"] == stats["updated"] == 0
    assert server.admin.get(f"/tasks/{again['task_id']}/errors").json()["total"] == bad
    demo.admin("faults", {"bad-record-every": 0})
    mended = settled(run(server))
    assert mended["failed"] == mended["skipped"] == 0 and mended["created"] > 0
    # One document was damaged by another sum in the same version: its day never looks as the ledger does.
    assert inc(run(server))["days_read"] <= 1


def test_killed_in_the_middle(start, database):
    """Counters and rows are right, whatever days the second attempt still has to read."""
    demo = start.demo("--docs", 4000, "--profile", "bp")
    server = start.server(database, **demo.settings)
    settled(run(server))
    demo.admin("change", {"every": 3})
    demo.admin("faults", {"latency-ms": 15})
    one = start.server(database, **demo.settings, OBMEN_1C_PAGE=50, OBMEN_BATCH=20)
    server.stop()
    task_id = one.start_sync(**YEAR)
    wait_for(lambda: one.task(task_id)["stats"]["updated"] > 100, 60, "some updates")
    one.kill()
    demo.admin("faults", {"latency-ms": 0})
    two = start.server(database, **demo.settings)
    task = two.wait_task(task_id, timeout=120)
    stats = settled(task)
    changed = database.sql("SELECT count(*) FROM bank_transactions WHERE changed_task_id = %s", (task_id,))[0][0]
    assert task["attempt"] == 2 and stats["updated"] == changed > 1000
    assert inc(task)["days_read"] > 100
    two.demo = demo
    same_as_a_full_pass(two)


def test_bad_mode(server):
    answer = server.admin.post("/sync-1c/bank-transactions/sync-async", json={"mode": "some"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "mode"
