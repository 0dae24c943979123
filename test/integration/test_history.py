"""GET /bank-transactions/{id}/history: who changed what of a row, from what to what; where the row came from."""
from test_import import DOCS, run, settled, world  # noqa: F401


def history(server, row_id, **params):
    answer = server.admin.get(f"/bank-transactions/{row_id}/history", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_row_tells_its_life(world):
    sql = world.database.sql
    first = run(world)
    settled(first)
    assert sql("SELECT count(*) FROM transaction_history")[0][0] == 0, "creating leaves no trace but the row itself"
    index, key = next((d["index"], d["key"]) for d in world.demo.documents() if d["posted"] and d["set"] == "bank_out")
    row_id, amount = sql("SELECT id, amount::text FROM bank_transactions WHERE external_id = %s", (key,))[0]
    told = history(world, row_id)
    assert told["history"] == [] and told["total"] == 0
    assert told["created"]["task_id"] == first["task_id"] and told["created"]["task_type"] == "sync_bank_transactions"
    assert told["source"] == {"kind": "1c", "base": world.demo.url, "external_id": key,
                              "document": "Document_СписаниеБезналичныхДенежныхСредств", "file": None, "line": None}

    world.demo.admin("change", {"index": [index]})
    second = run(world)
    assert settled(second)["updated"] == 1
    change = history(world, row_id)["history"][0]
    assert (change["task_id"], change["user_id"], change["username"]) == (second["task_id"], None, None)
    new = sql("SELECT amount::text FROM bank_transactions WHERE id = %s", (row_id,))[0][0]
    assert {"field": "amount", "old": amount, "new": new} in change["changes"] and new != amount

    # A person, without any help from who changes the row.
    admin = sql("SELECT id FROM users WHERE username = 'admin'")[0][0]
    sql("UPDATE bank_transactions SET notes = 'проверено', status = 'APPROVED', decided_by = %s, updated_at = now() WHERE id = %s", (admin, row_id))
    change = history(world, row_id)["history"][0]
    assert (change["username"], change["task_id"]) == ("admin", None)
    assert {c["field"]: c["new"] for c in change["changes"]} == {"notes": "проверено", "status": "APPROVED"}

    world.demo.admin("delete", {"index": [index]})
    third = run(world)
    change = history(world, row_id)["history"][0]
    assert change["task_id"] == third["task_id"] and change["changes"] == [{"field": "is_active", "old": True, "new": False}]
    world.demo.admin("restore")
    settled(run(world))
    whole = history(world, row_id)
    assert whole["total"] == 4 and {"field": "is_active", "old": False, "new": True} in whole["history"][0]["changes"]
    page = history(world, row_id, limit=1, offset=1)
    assert page["total"] == 4 and page["history"] == whole["history"][1:2]
    assert sql("SELECT count(*) FROM transaction_history WHERE transaction_id <> %s", (row_id,))[0][0] == 0


def test_what_changes_nothing_leaves_no_trace(world):
    settled(run(world))
    world.database.sql("UPDATE bank_transactions SET updated_at = now(), data_version = 'x'")
    assert world.database.sql("SELECT count(*) FROM transaction_history")[0][0] == 0
    world.demo.admin("change", {"every": 1})
    stats = settled(run(world))
    assert world.database.sql("SELECT count(*), count(DISTINCT transaction_id) FROM transaction_history")[0] == (stats["updated"], stats["updated"])
    assert stats["updated"] > DOCS * 0.9


def test_the_source_outlives_tasks_that_have_none(world):
    """A task that classifies again changes a row and read it nowhere: the last one that read it says where from."""
    settled(run(world, auto_classify=False))
    sql = world.database.sql
    index, key = next((d["index"], d["key"]) for d in world.demo.documents() if d["posted"] and d["set"] == "bank_out")
    row_id = sql("SELECT id FROM bank_transactions WHERE external_id = %s", (key,))[0][0]
    document = "Document_СписаниеБезналичныхДенежныхСредств"

    def classified():
        sql("UPDATE bank_transactions SET category_id = NULL, suggested_category_id = NULL, status = 'NEW', category_method = NULL WHERE id = %s", (row_id,))
        answer = world.admin.post("/bank-transactions/reclassify-async", json={"ids": [row_id]})
        assert settled(world.wait_task(answer.json()["task_id"]))["updated"] == 1
        assert str(sql("SELECT changed_task_id FROM bank_transactions WHERE id = %s", (row_id,))[0][0]) == answer.json()["task_id"]
        source = history(world, row_id)["source"]
        return source["base"], source["document"]

    assert classified() == (world.demo.url, document), "of the task that created the row"
    world.demo.admin("change", {"index": [index]})
    second = run(world, auto_classify=False)
    assert settled(second)["updated"] == 1
    sql("UPDATE task_sources SET base = 'http://moved/base' WHERE task_id = %s", (second["task_id"],))
    assert classified() == ("http://moved/base", document), "of the one that changed it since"


def test_no_such_row(server):
    assert server.admin.get("/bank-transactions/999999999/history").status_code == 404
    assert server.admin.get("/bank-transactions/1/history?limit=0").status_code == 422
    assert server.anonymous.get("/bank-transactions/1/history").status_code == 401
