"""export_transactions: the same rows as the streamed export, as a task whose file can be fetched; a crash in the middle; who may."""
import hashlib
import io
import json

import openpyxl
import pytest

from harness import Server, wait_for
from test_api import is_problem
from test_export import FILL, ROWS


@pytest.fixture(scope="module")
def data(cluster):
    database = cluster.create()
    server = Server("export_task.server", database)
    database.sql(FILL % ROWS)
    database.sql("INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM bank_transactions")
    yield server
    server.stop()
    database.drop()


def begin_export(server, session=None, **params):
    answer = (session or server.user).post("/tasks", json={"task_type": "export_transactions", "params": params})
    assert answer.status_code == 202, answer.text
    return answer.json()["task_id"]


def fetch(server, task_id, session=None):
    task = server.wait_task(task_id, timeout=120)
    stats = task["stats"]
    assert task["status"] == "completed" and task["progress"] == 100, task
    assert stats["fetched"] == stats["created"] == task["total"] == task["result"]["rows"]
    answer = (session or server.user).get(f"/tasks/{task_id}/artifact")
    assert answer.status_code == 200, answer.text
    about = task["result"]["file"]
    assert len(answer.content) == about["size"] and hashlib.sha256(answer.content).hexdigest() == about["sha256"]
    return task, answer


def streamed(server, **params):
    answer = server.user.get("/bank-transactions/export", params=params)
    assert answer.status_code == 200, answer.text
    return answer.content


FILTERS = [{}, {"sort": "-amount"}, {"transaction_type": "DEBIT", "is_active": "all", "sort": "counterparty_name"}, {"q": "длинное назначение"},
           {"date_from": "2025-02-01", "date_to": "2025-03-15", "amount_min": "100.00", "status": "NEW", "payment_source": "BANK"}, {"counterparty_inn": "none"}]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_same_as_the_stream(data, filters):
    task, answer = fetch(data, begin_export(data, format="jsonl", **filters))
    assert answer.content == streamed(data, format="jsonl", **filters)
    assert task["total"] == data.user.get("/bank-transactions", params=filters).json()["total"]


def test_formats(data):
    assert fetch(data, begin_export(data, format="csv"))[1].content == streamed(data, format="csv", dialect="excel")
    assert fetch(data, begin_export(data, format="csv-rfc4180"))[1].content == streamed(data, format="csv", dialect="rfc4180")
    assert json.loads(fetch(data, begin_export(data, format="json"))[1].content) == json.loads(streamed(data, format="json"))
    task, answer = fetch(data, begin_export(data, date_from="2025-01-01", date_to="2025-06-30"))  # xlsx, when nothing is said
    assert task["result"]["file"]["name"] == "Операции с 2025-01-01 по 2025-06-30.xlsx"
    made, wanted = (list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).active.values)
                    for content in (answer.content, streamed(data, format="xlsx", date_from="2025-01-01", date_to="2025-06-30")))
    assert made == wanted and len(made) == task["total"] + 1 > 500


def test_whose_file_it_is(data):
    mine = begin_export(data, format="csv", counterparty_inn="none")
    fetch(data, mine)
    assert data.manager.get(f"/tasks/{mine}/artifact").status_code == 200, "a manager sees all tasks"
    theirs = begin_export(data, session=data.manager, format="csv", counterparty_inn="none")
    fetch(data, theirs, session=data.manager)
    assert data.user.get(f"/tasks/{theirs}/artifact").status_code == 404


@pytest.mark.parametrize("params", [{"format": "pdf"}, {"sort": "status"}, {"date_from": "2025-02-30"}, {"limit": 5}, {"category_id": 0}, {"is_active": "maybe"}], ids=str)
def test_wrong_params(data, params):
    is_problem(data.user.post("/tasks", json={"task_type": "export_transactions", "params": params}), 422, "VALIDATION_ERROR")


@pytest.mark.parametrize("format, sort", [("xlsx", "transaction_date"), ("jsonl", "-amount")])
def test_killed_and_taken_up(start_server, format, sort):
    """kill -9 in the middle: whoever takes it up begins the file anew, and no row is counted twice."""
    database, begin = start_server
    server = begin()
    database.sql(FILL % 30_000)
    task_id = begin_export(server, session=server.manager, format=format, sort=sort, is_active="all")
    wait_for(lambda: server.task(task_id)["processed"] >= 1000, 60, "a thousand rows")
    server.kill()
    second = begin()
    task, answer = fetch(second, task_id, session=second.manager)
    assert task["attempt"] == 2 and task["total"] == 30_000
    whole = streamed(second, format=format, sort=sort, is_active="all")
    if format == "jsonl":
        assert answer.content == whole
    else:
        made, wanted = (list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).active.values) for content in (answer.content, whole))
        assert made == wanted
    assert database.sql("SELECT count(*) FROM stored_files WHERE task_id = %s", [task_id]) == [(1,)], "the half-made one is gone"


def test_more_workbooks_than_are_written_at_once(start_server):
    """Four are; the others wait for their turn, which is no failed attempt."""
    database, begin = start_server
    server = begin()
    database.sql(FILL % 20_000)
    tasks = [begin_export(server, session=server.manager, is_active="all") for _ in range(7)]
    wait_for(lambda: any(server.task(task)["wait_reason"] for task in tasks), 60, "one that waits and says why")
    for task_id in tasks:
        task, answer = fetch(server, task_id, session=server.manager)
        assert (task["attempt"], task["retry_count"], task["total"]) == (1, 0, 20_000) and task["wait_reason"] is None


@pytest.fixture
def start_server(start, database):
    return database, lambda: start.server(database)


@pytest.mark.parametrize("task_type", ["export_transactions", "reclassify_transactions"])
@pytest.mark.parametrize("params, field", [
    ({"date_from": "2025-03-02", "date_to": "2025-03-01"}, "date_from"), ({"amount_min": "5", "amount_max": "4.99"}, "amount_min"),
    ({"category_id": "xx"}, "category_id"), ({"amount_max": "много"}, "amount_max"), ({"changed_task_id": "x"}, "changed_task_id")], ids=str)
def test_a_filter_that_can_match_nothing_is_refused_at_once(data, task_type, params, field):
    """As GET /bank-transactions refuses it, and not by a task that is done with nothing."""
    answer = data.admin.post("/tasks", json={"task_type": task_type, "params": params})
    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == [f"params.{field}"]


def test_a_filter_of_one_day_and_one_amount_is_taken(data):
    day = {"date_from": "2025-03-01", "date_to": "2025-03-01", "amount_min": "5", "amount_max": "5.00"}
    assert data.admin.post("/tasks", json={"task_type": "export_transactions", "params": day}).status_code == 202
