"""What is done with a task that ended, on the page: gone on with, started once more."""
import csv
import io

from test_page import others


def test_continued_and_started_again(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 300)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    task = server.start_sync(date_from="2026-01-01", date_to="2026-12-31", auto_classify=False)
    seen = browse("again.mjs", server, task=task)
    rows = database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    assert 0 < seen["stopped"] < rows, "it was stopped on its way"
    assert seen["stopped"] <= seen["least"], "what was done is not done again, nor shown so"
    assert seen["ended"] == rows
    assert "отменена" in seen["log"] and "завершена" in seen["log"]
    first, second = server.task(task), server.task(seen["second"])
    assert first["attempt"] == 2 and first["stats"]["created"] == rows
    assert second["task_id"] != task and second["metadata"]["auto_classify"] is False and seen["period"] == 1
    assert second["stats"]["created"] == 0 and second["status"] == "completed"
    assert others(seen) == []


def test_refused_records_a_shut_1c_and_old_tasks(start, database, browse):
    demo = start.demo("--docs", 300, "--bad-record-every", 50)
    server = start.server(database, **demo.settings)
    task = server.start_sync(date_from="2026-01-01", date_to="2026-12-31")
    stats = server.wait_task(task)["stats"]
    refused = stats["failed"] + stats["skipped"]
    assert 0 < refused <= 10, "they fit one page of the table"
    seen = browse("refused.mjs", server, task=task, doing={"shut": demo.kill})
    assert seen["rows"] == refused
    assert seen["record"].lstrip().startswith("{"), "the record as it came"
    rows = list(csv.reader(io.StringIO(seen["csv"].lstrip("\ufeff")), delimiter=";" if ";" in seen["csv"].splitlines()[0] else ","))
    assert len(rows) == refused + 1
    assert "1С" in seen["away"] or "1C" in seen["away"], seen["away"]
    assert seen["cleared"] == "Убрано: 1" and server.admin.get("/tasks").json()["total"] == 0
    assert others(seen) == []
