"""How an import goes about it: which documents it takes, what it asks 1C for and when, and what a pass that ended early leaves alone."""
import psycopg2
import pytest

from harness import wait_for
from test_import import YEAR, run, settled


def test_first_and_last_day_are_included(start, database):
    """Exactly the posted documents of the days from 00:00:00 of the first to 23:59:59 of the last."""
    demo = start.demo("--docs", 3000, "--seed", 11)
    server = start.server(database, **demo.settings)
    days = sorted({d["date"][:10] for d in demo.documents()})
    first, last = days[40], days[47]
    wanted = {d["key"]: d["date"] for d in demo.documents() if d["posted"] and not d["deleted"] and first <= d["date"][:10] <= last}
    assert {d[:10] for d in wanted.values()} >= {first, last}
    settled(run(server, date_from=first, date_to=last))
    rows = database.sql("SELECT external_id, to_char(transaction_date, 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM bank_transactions")
    assert dict(rows) == wanted, "and 1C's wall clock is kept"


@pytest.mark.parametrize("profile", ["ut", "bp"])
def test_what_documents_point_at_comes_in_batches(start, database, profile):
    demo = start.demo("--docs", 3000, "--contractors", 400, "--profile", profile)
    server = start.server(database, **demo.settings)
    task = run(server, auto_classify=False)
    settled(task)
    named = database.sql("SELECT count(*) FROM contractors")[0][0]
    asked = demo.admin("stats")["data_requests"]
    assert named > 250 and asked < task["result"]["pages"] + named / 4, (asked, task["result"])
    again = run(server, auto_classify=False, mode="full")
    assert settled(again)["unchanged"] > 2500
    assert demo.admin("stats")["data_requests"] - asked <= again["result"]["pages"] + 6, \
        "what is unchanged points at nothing new: the pages, four counts, the list of sets and the farewell"


def test_the_next_page_comes_while_this_one_is_written(start, database):
    demo = start.demo("--docs", 2000)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    holder = psycopg2.connect(database.url)
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE bank_transactions IN EXCLUSIVE MODE")  # may be read, not written
        task_id = server.start_sync(**YEAR, auto_classify=False)
        wait_for(lambda: demo.admin("stats")["documents_sent"] >= 200, 30, "a second page")
        assert server.task(task_id)["stats"]["fetched"] == 0, "nothing of the first one could be written yet"
    holder.rollback()
    holder.close()
    assert settled(server.wait_task(task_id))["created"] > 1800


def test_an_incomplete_pass_calls_no_document_gone(start, database):
    demo = start.demo("--docs", 2000, "--latency-ms", 20)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=50, OBMEN_BATCH=25)
    settled(run(server))
    some = [d["index"] for d in demo.documents() if d["posted"]]
    demo.admin("delete", {"index": some[:20] + some[-20:]})
    task_id = server.start_sync(**YEAR, mode="full")
    wait_for(lambda: server.task(task_id)["stats"]["fetched"] > 200, 30, "the middle")
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    half = server.wait_task(task_id, "cancelled")
    assert half["stats"]["deactivated"] == 0 and database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active") == [(0,)]
    assert server.admin.post(f"/tasks/{task_id}/retry").status_code in (200, 202)
    whole = settled(server.wait_task(task_id, "completed"))
    gone = database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0]
    assert whole["deactivated"] == gone > 30
