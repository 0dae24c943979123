"""dry_run: the ledger stays as it is; the result says what an import would do, field by field, and applying it does just that."""
import pytest

from test_import import run, settled, world  # noqa: F401

LEDGER = ["bank_transactions", "contractors", "organizations", "categories", "transaction_history", "source_days", "task_sources",
          "business_operation_mappings", "own_accounts"]


def ledger(database):
    return {t: database.sql(f"SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {t} t")[0] for t in LEDGER}


def changes(server, task, **params):
    found, offset = [], 0
    while True:
        page = server.admin.get(f"/tasks/{task['task_id']}/changes", params={"limit": 300, "offset": offset, **params})
        assert page.status_code == 200, page.text
        found += page.json()["changes"]
        offset += 300
        if offset >= page.json()["total"]:
            assert len(found) == page.json()["total"]
            return found


def apply(server, task):
    answer = server.admin.post(f"/tasks/{task['task_id']}/apply")
    assert answer.status_code == 202, answer.text
    return server.wait_task(answer.json()["task_id"])


def same_stats(dry, real):
    assert {k: dry["stats"][k] for k in ("created", "updated", "deactivated", "skipped", "failed")} == \
        {k: real["stats"][k] for k in ("created", "updated", "deactivated", "skipped", "failed")}


def test_the_first_import(world):
    before = ledger(world.database)
    dry = run(world, dry_run=True)
    stats = settled(dry)
    assert ledger(world.database) == before, "nothing is written"
    told = dry["result"]["dry_run"]
    assert told["created"]["count"] == stats["created"] == told["total"] > 4000
    assert told["updated"]["count"] == told["deactivated"]["count"] == 0 and len(told["rows"]) == 100
    real = apply(world, dry)
    same_stats(dry, real)
    assert "dry_run" not in real["metadata"] or real["metadata"]["dry_run"] is False
    sums = dict(world.database.sql("SELECT lower(transaction_type), sum(amount)::text FROM bank_transactions GROUP BY 1"))
    assert {k: told["created"][k] for k in ("credit", "debit")} == sums
    rows = {c["external_id"]: c for c in changes(world, dry)}
    assert len(rows) == stats["created"]
    for key, amount, kind, date in world.database.sql("SELECT external_id, amount::text, transaction_type,"
                                                      " to_char(transaction_date, 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM bank_transactions"):
        row = rows[key]
        assert (row["action"], row["amount"], row["transaction_type"], row["transaction_date"]) == ("create", amount, kind, date)


def test_changed_moved_and_gone(world):
    settled(run(world))
    documents = [d for d in world.demo.documents() if d["posted"]]
    some = documents[::600]
    world.demo.admin("change", {"index": [d["index"] for d in some[:3]]})
    world.demo.admin("delete", {"index": [some[3]["index"]]})
    world.demo.admin("move", {"index": [some[4]["index"]], "days": 3})
    before = ledger(world.database)
    dry = run(world, dry_run=True)
    stats = settled(dry)
    assert ledger(world.database) == before
    assert (stats["created"], stats["updated"], stats["deactivated"]) == (0, 4, 1)
    rows = {c["external_id"]: c for c in changes(world, dry)}
    assert rows[some[3]["key"]]["action"] == "deactivate" and rows[some[3]["key"]]["changes"] is None
    assert {c["field"] for c in rows[some[4]["key"]]["changes"]} >= {"transaction_date"}
    was = dict(world.database.sql("SELECT external_id, amount::text FROM bank_transactions"))
    real = apply(world, dry)
    same_stats(dry, real)
    now = dict(world.database.sql("SELECT external_id, amount::text FROM bank_transactions"))
    for d in some[:3]:
        assert {"field": "amount", "old": was[d["key"]], "new": now[d["key"]]} in rows[d["key"]]["changes"]
        assert was[d["key"]] != now[d["key"]]
    # The history says afterwards what the dry run had said before.
    for key, done in world.database.sql("SELECT b.external_id, h.changes FROM transaction_history h JOIN bank_transactions b ON b.id = h.transaction_id"):
        if rows[key]["changes"]:
            said = {c["field"]: [c["old"], c["new"]] for c in rows[key]["changes"]}
            assert {k: v for k, v in done.items() if k in said} == said
    only = changes(world, dry, action="deactivate")
    assert [c["external_id"] for c in only] == [some[3]["key"]]
    assert settled(run(world, dry_run=True))["updated"] == 0


def test_catalogues_and_everything(world):
    before = ledger(world.database)
    for what in ("organizations", "categories", "contractors", "full"):
        dry = run(world, what, dry_run=True)
        assert settled(dry)["created"] == dry["result"]["dry_run"]["created"]["count"] > 0
        assert ledger(world.database) == before, what
    by = {r["resource"]: r["created"] for r in dry["result"]["dry_run"]["resources"]}
    assert by["organizations"] == 3 and by["categories"] == 24 and by["contractors"] > 50 and by["bank_transactions"] > 0
    same_stats(dry, apply(world, dry))
    world.demo.admin("items", {"changed": 1, "gone": 2})
    dry = run(world, "categories", dry_run=True)
    stats = settled(dry)
    assert (stats["updated"], stats["deactivated"]) == (22, 1), "the other one was inactive before"
    names = [c for c in changes(world, dry, action="update")]
    assert all({"name"} <= {f["field"] for f in c["changes"]} for c in names)
    same_stats(dry, apply(world, dry))


def test_what_cannot_be_applied(world):
    real = run(world)
    assert world.admin.post(f"/tasks/{real['task_id']}/apply").status_code == 409
    assert world.admin.get(f"/tasks/{real['task_id']}/changes").json() == {"changes": [], "total": 0}
    none = "00000000-0000-4000-8000-000000000000"
    assert world.admin.post(f"/tasks/{none}/apply").status_code == 404
    assert world.admin.get(f"/tasks/{none}/changes").status_code == 404
    assert world.user.get(f"/tasks/{real['task_id']}/changes").status_code == 404
    assert world.user.post(f"/tasks/{real['task_id']}/apply").status_code == 403
    assert world.admin.get(f"/tasks/{real['task_id']}/changes?action=write").status_code == 422
    world.demo.admin("faults", {"latency-ms": 200})
    running = world.start_sync(dry_run=True)
    assert world.admin.post(f"/tasks/{running}/apply").status_code == 409
    world.admin.post(f"/tasks/{running}/cancel")
    world.wait_task(running)


@pytest.mark.parametrize("what", ["bank-transactions", "contractors"])
def test_bad_flag(server, what):
    assert server.admin.post(f"/sync-1c/{what}/sync-async", json={"dry_run": "yes"}).status_code == 422
