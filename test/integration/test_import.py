"""The main job: bank transactions and contractors from the demo 1C, first time, again, and after changes there."""
import datetime

import pytest

YEAR = dict(date_from=str(datetime.date.today() - datetime.timedelta(days=370)), date_to=str(datetime.date.today()))
DOCS = 5000


def settled(task):
    """The promises of a completed task (SPEC §4.7)."""
    stats = task["stats"]
    assert task["status"] == "completed", task
    assert task["error"] is None and task["error_code"] is None
    assert task["progress"] == 100
    assert task["processed"] == stats["fetched"] == task["total"], task
    assert stats["fetched"] == sum(stats[k] for k in ("created", "updated", "unchanged", "skipped", "failed")), stats
    return stats


@pytest.fixture
def world(start, database):
    demo = start.demo("--docs", DOCS, "--seed", 7)
    server = start.server(database, **demo.settings)
    server.demo = demo
    return server


def run(server, what="bank-transactions", **body):
    if what == "bank-transactions":
        body = {**YEAR, **body}
    return server.wait_task(server.start_sync(what, **body))


def test_first_time_again_changed_deleted(world):
    first = settled(run(world))
    assert first["failed"] == 0
    rows = world.database.sql("SELECT count(*), count(DISTINCT external_id) FROM bank_transactions")[0]
    assert rows[0] == rows[1] == first["created"] > DOCS * 0.9
    kinds = world.database.sql("SELECT transaction_type, payment_source, count(*) FROM bank_transactions GROUP BY 1, 2")
    assert {(k[0], k[1]) for k in kinds} == {("CREDIT", "BANK"), ("DEBIT", "BANK"), ("CREDIT", "CASH"), ("DEBIT", "CASH")}

    before = world.database.sql("SELECT md5(string_agg(b::text, '' ORDER BY id)) FROM bank_transactions b")
    again = settled(run(world))
    assert again["unchanged"] == first["created"] and again["created"] == again["updated"] == 0
    after = world.database.sql("SELECT md5(string_agg(b::text, '' ORDER BY id)) FROM bank_transactions b")
    assert before == after, "an unchanged record must write nothing"

    world.demo.admin("change", {"every": 10})
    changed = settled(run(world))
    assert changed["updated"] > DOCS * 0.08 and changed["created"] == 0 and changed["deactivated"] == 0

    world.demo.admin("delete", {"index": list(range(1000, 1020))})
    world.demo.admin("unpost", {"index": list(range(1020, 1030))})
    alive = run(world)
    gone = settled(alive)
    assert 0 < gone["deactivated"] <= 30
    inactive = world.database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0]
    assert inactive == gone["deactivated"]
    assert alive["result"]["deactivated"], "the result lists what is gone"

    world.demo.admin("restore")
    back = settled(run(world))
    assert world.database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0] == 0
    assert back["updated"] >= inactive


def test_all_that_is_gone_can_be_got(world):
    settled(run(world))
    world.demo.admin("delete", {"index": list(range(1000, 1400))})
    task = run(world)
    gone, listed = settled(task)["deactivated"], task["result"]["deactivated"]
    assert gone > 300 and len(listed) == 100 and task["result"]["deactivated_total"] == gone
    those = {"changed_task_id": task["task_id"], "is_active": "false"}
    first = world.admin.get("/bank-transactions", params={**those, "sort": "transaction_date", "limit": 100}).json()
    assert first["total"] == gone and {t["id"] for t in first["transactions"]} == {t["id"] for t in listed}
    assert len(world.admin.get("/bank-transactions/export", params={**those, "format": "jsonl"}).text.splitlines()) == gone


def test_a_moved_document_is_kept(world):
    settled(run(world))
    world.demo.admin("move", {"index": [2000, 2001, 2002], "days": 3})
    world.demo.admin("move", {"index": [1500, 1501], "days": -4})
    moved = settled(run(world))
    assert moved["deactivated"] == 0
    assert world.database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0] == 0
    # Out of the period that is read: found by its key, kept, its new date taken over.
    day = world.database.sql("SELECT transaction_date::date, count(*) FROM bank_transactions GROUP BY 1 ORDER BY 2 DESC LIMIT 1")[0][0]
    period = dict(date_from=str(day), date_to=str(day))
    inside = settled(run(world, **period))
    assert inside["deactivated"] == 0


def test_an_empty_period_may_hold_documents_that_stood_elsewhere(world):
    """Nothing of the period stands in the ledger, so no key is asked for; some stand there all the same, under an old date."""
    first = settled(run(world))
    sql = world.database.sql
    sql("UPDATE bank_transactions SET transaction_date = '2001-01-01', data_version = 'old', notes = 'моё' WHERE id % 100 = 7")
    sql("UPDATE bank_transactions SET transaction_date = '2001-01-01' WHERE id % 100 = 8")  # same version: unchanged, as before
    sql("DELETE FROM bank_transactions WHERE id % 100 NOT IN (7, 8)")
    sql("TRUNCATE source_days")
    moved, same = (sql(f"SELECT count(*) FROM bank_transactions WHERE id % 100 = {n}")[0][0] for n in (7, 8))
    again = settled(run(world))
    assert moved > 20 and again["updated"] == moved and again["unchanged"] == same and again["failed"] == 0
    assert again["created"] == first["created"] - moved - same
    assert sql("SELECT count(*), count(DISTINCT external_id) FROM bank_transactions") == [(first["created"], first["created"])]
    assert sql("SELECT count(*) FROM bank_transactions WHERE notes = 'моё' AND transaction_date > '2002-01-01'")[0][0] == moved


def test_rows_outside_the_period_are_left_alone(world):
    settled(run(world))
    world.demo.admin("delete", {"every": 7})
    day = world.database.sql("SELECT max(transaction_date)::date FROM bank_transactions")[0][0]
    settled(run(world, date_from=str(day), date_to=str(day)))
    other_days = world.database.sql(
        "SELECT count(*) FROM bank_transactions WHERE NOT is_active AND transaction_date::date <> %s", (day,))[0][0]
    assert other_days == 0


def test_what_a_person_decided_stays(world):
    settled(run(world))
    sql = world.database.sql
    sql("INSERT INTO categories (code, name, kind) VALUES ('T', 'Проверка', 'expense') ON CONFLICT DO NOTHING")
    sql("UPDATE bank_transactions SET status = 'APPROVED', notes = 'моё', decided_by = 1,"
        " category_id = (SELECT id FROM categories WHERE code = 'T')")
    world.demo.admin("change", {"every": 2})
    changed = settled(run(world))
    assert changed["updated"] > DOCS * 0.4
    assert sql("SELECT count(*) FROM bank_transactions WHERE status <> 'APPROVED' OR notes <> 'моё' OR category_id IS NULL")[0][0] == 0


def test_a_cut_period_gives_each_document_once(world):
    whole = settled(run(world))
    middle = datetime.date.today() - datetime.timedelta(days=180)
    older = settled(run(world, date_to=str(middle)))
    newer = settled(run(world, date_from=str(middle + datetime.timedelta(days=1))))
    assert older["fetched"] + newer["fetched"] == whole["fetched"]
    assert older["deactivated"] == newer["deactivated"] == 0


def test_contractors(world):
    first = run(world, "contractors")
    stats = settled(first)
    assert stats["created"] > 50
    rows = world.admin.get("/contractors?limit=500").json()
    assert rows["total"] == stats["created"]
    assert all(set(c) >= {"id", "external_id", "name", "full_name", "inn", "kpp", "is_active", "warnings"} for c in rows["contractors"])
    again = settled(run(world, "contractors"))
    assert again["unchanged"] == stats["created"]


def test_rows_are_as_the_document_says(world):
    settled(run(world))
    answer = world.admin.get("/bank-transactions?limit=500&payment_source=BANK").json()
    assert answer["total"] > 500 and len(answer["transactions"]) == 500
    for row in answer["transactions"]:
        assert row["source"] == "1c" and row["import_source"] == "ODATA_1C" and row["is_active"] is True
        assert row["currency"] == "RUB"
        whole, kopecks = row["amount"].split(".")
        assert whole.isdigit() and len(kopecks) == 2 and float(row["amount"]) > 0
        assert len(row["transaction_date"]) == 19 and "T" in row["transaction_date"]
        assert row["organization_name"] and row["account_number"] and len(row["account_number"]) == 20
        assert row["counterparty_name"] is not None
    totals = answer["totals"]
    credit, debit = world.database.sql(
        "SELECT coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0)::text,"
        " coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0)::text"
        " FROM bank_transactions WHERE payment_source = 'BANK' AND is_active")[0]
    assert (totals["credit"], totals["debit"]) == (credit, debit)


@pytest.mark.parametrize("profile", ["ut", "bp"])
def test_both_families_of_names(start, database, profile):
    demo = start.demo("--docs", 600, "--profile", profile)
    server = start.server(database, **demo.settings)
    stats = settled(run(server))
    assert stats["created"] > 500
    named = database.sql("SELECT count(*) FROM bank_transactions WHERE counterparty_name IS NULL AND payment_source = 'BANK'")[0][0]
    assert named < stats["created"] * 0.2
    connection = server.admin.get("/sync-1c/test-connection").json()
    assert connection["success"] is True and connection["details"]["profile"] == profile


def test_large_batches_and_small_pages(start, database):
    demo = start.demo("--docs", 3000)
    server = start.server(database, **demo.settings, OBMEN_BATCH=1000, OBMEN_1C_PAGE=70)
    stats = settled(run(server))
    assert stats["created"] > 2700
    assert demo.admin("stats")["parallel_max"] == 1, "one connection at a time"


def test_one_session_for_a_task_ended_after_it(start, database):
    demo = start.demo("--docs", 3000, "--licences", 1)
    server = start.server(database, **demo.settings)
    settled(run(server))
    stats = demo.admin("stats")
    assert stats["sessions_started"] == 1 and stats["sessions_open"] == 0


@pytest.mark.parametrize("body, field", [
    ({"date_from": "2025-02-30"}, "date_from"),
    ({"date_from": "2025-13-01"}, "date_from"),
    ({"date_from": "01.02.2025"}, "date_from"),
    ({"date_from": 5}, "date_from"),
    ({"date_from": "2025-03-02", "date_to": "2025-03-01"}, "date_from"),
    ({"auto_classify": "yes"}, "auto_classify"),
    ({"unknown": 1}, "unknown"),
])
def test_bad_parameters(server, body, field):
    answer = server.admin.post("/sync-1c/bank-transactions/sync-async", json=body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "VALIDATION_ERROR" and any(field in e["field"] for e in problem["errors"])
