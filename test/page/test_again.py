"""What is done with a task that ended, on the page: gone on with, started once more."""
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
