"""The task type of docs/writing-a-task.md, compiled as it is printed there: run to its end, cancelled, killed and taken up."""
import pathlib

import pytest

import harness
from harness import wait_for
from test_import import settled

PROGRAM = pathlib.Path(harness.OBMEN).parents[2] / "test/own_task/obmen-own-task"
ROWS, ODD_EVERY, CASH_EVERY = 12000, 7, 10


@pytest.fixture
def ledger(start, database, monkeypatch):
    monkeypatch.setattr(harness, "OBMEN", str(PROGRAM))
    server = start.server(database)
    database.sql(
        "INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source,"
        " import_source, counterparty_inn) SELECT 'test', i::text, '2025-01-01', 1, 'RUB', 'CREDIT',"
        " CASE WHEN i %% %(cash)s = 0 THEN 'CASH' ELSE 'BANK' END, 'API',"
        " CASE WHEN i %% %(odd)s = 0 THEN '77O7083893' WHEN i %% 3 = 0 THEN NULL WHEN i %% 3 = 1 THEN '7707083893'"
        " ELSE '500100732259' END FROM generate_series(1, %(rows)s) AS i",
        dict(rows=ROWS, odd=ODD_EVERY, cash=CASH_EVERY))
    return server


BANK = [i for i in range(1, ROWS + 1) if i % CASH_EVERY]
ODD = [i for i in BANK if i % ODD_EVERY == 0]


def begin(server, **params):
    answer = server.admin.post("/tasks", json={"task_type": "odd_inn", "params": params})
    assert answer.status_code == 202, answer.text
    return answer.json()["task_id"]


def marked(database):
    return database.sql("SELECT external_id::int FROM bank_transactions WHERE status = 'NEEDS_REVIEW' ORDER BY 1")


def all_done(server, database, task):
    stats = settled(task)
    assert stats["fetched"] == len(BANK) and stats["updated"] == len(ODD) and stats["unchanged"] == len(BANK) - len(ODD)
    assert marked(database) == [(i,) for i in ODD]


def in_the_middle(server, task_id):
    return wait_for(lambda: 500 < server.task(task_id)["stats"]["fetched"] < len(BANK) - 500, 20, "some progress", every=0.001)


def test_to_its_end(ledger, database):
    kinds = {t["name"]: t for t in ledger.admin.get("/task-types").json()["task_types"]}
    assert kinds["odd_inn"]["phases"] == ["mark"] and kinds["odd_inn"]["title"]
    refused = ledger.admin.post("/tasks", json={"task_type": "odd_inn", "params": {"payment_source": "GOLD"}})
    assert refused.status_code == 422
    all_done(ledger, database, ledger.wait_task(begin(ledger)))
    again = settled(ledger.wait_task(begin(ledger)))
    assert again["unchanged"] == again["fetched"] == len(BANK)
    cash = settled(ledger.wait_task(begin(ledger, payment_source="CASH")))
    assert cash["fetched"] == ROWS - len(BANK)


def test_nothing_to_do(ledger, database):
    database.sql("DELETE FROM bank_transactions")
    assert settled(ledger.wait_task(begin(ledger)))["fetched"] == 0


def test_cancelled_and_retried(ledger, database):
    task_id = begin(ledger)
    in_the_middle(ledger, task_id)
    assert ledger.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    stats = ledger.wait_task(task_id, "cancelled", timeout=5)["stats"]
    assert 0 < stats["fetched"] < len(BANK) and stats["fetched"] % 50 == 0
    assert len(marked(database)) == stats["updated"], "what was committed stays, and is what was counted"
    assert ledger.admin.post(f"/tasks/{task_id}/retry").status_code in (200, 202)
    all_done(ledger, database, ledger.wait_task(task_id, "completed"))


def test_killed_and_taken_up(ledger, start, database):
    task_id = begin(ledger)
    in_the_middle(ledger, task_id)
    ledger.kill()
    kept = database.sql("SELECT status, fetched, updated FROM tasks")[0]
    assert kept[0] == 1 and 0 < kept[1] < len(BANK), kept
    assert len(marked(database)) == kept[2]
    second = start.server(database)
    task = second.wait_task(task_id, timeout=40)
    all_done(second, database, task)
    assert task["attempt"] == 2 and task["retry_count"] == 0
    events = [e["event"] for e in second.admin.get(f"/tasks/{task_id}/log").json()["events"]]
    assert "resumed" in events and events[-1] == "completed", events
