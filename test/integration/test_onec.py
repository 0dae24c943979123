"""What real 1C bases and web servers do differently, and what a database refuses: each has its consequence and its sentence."""
import datetime

import psycopg2
import pytest

from harness import wait_for
from test_bad_luck import content, fails, fast
from test_import import YEAR, run, settled

DOCS = 1500


@pytest.fixture(scope="module")
def plain(cluster):
    """The rows of a base without peculiarities."""
    from harness import Demo, Server
    database = cluster.create()
    demo = Demo("plain.demo", "--docs", DOCS, "--seed", 11)
    server = Server("plain.server", database, **demo.settings)
    stats = settled(server.wait_task(server.start_sync(**YEAR)))
    rows = content(database)
    server.stop()
    demo.stop()
    database.drop()
    return rows, stats


def same_rows(start, database, plain, *flags, **settings):
    demo = start.demo("--docs", DOCS, "--seed", 11, *flags)
    server = start.server(database, **{**demo.settings, **settings})
    task = server.wait_task(server.start_sync(**YEAR))
    stats = settled(task)
    assert content(database) == plain[0]
    assert {k: stats[k] for k in ("created", "skipped", "failed")} == {k: plain[1][k] for k in ("created", "skipped", "failed")}
    return demo, server, task


@pytest.mark.parametrize("flags", [("--no-bom",), ("--no-sessions",), ("--max-query", 2048), ("--stable-order",), ("--count-lies", 40),
                                   ("--count-lies", -40)])
def test_other_servers_give_the_same_rows(start, database, plain, flags):
    same_rows(start, database, plain, *flags)


@pytest.mark.parametrize("page", [1, 2, 7, 300, 5000])
def test_any_page_gives_the_same_rows(start, database, plain, page):
    flags = () if page > 2 else ("--from", str(datetime.date.today() - datetime.timedelta(days=370)))
    if page <= 2:  # a request for each document: fewer of them
        demo = start.demo("--docs", 120, "--seed", 11, *flags)
        server = start.server(database, **demo.settings, OBMEN_1C_PAGE=page)
        stats = settled(server.wait_task(server.start_sync(**YEAR)))
        assert database.sql("SELECT count(DISTINCT external_id) FROM bank_transactions")[0][0] == stats["created"] > 100
    else:
        same_rows(start, database, plain, OBMEN_1C_PAGE=page)


def test_an_explicit_profile(start, database, plain):
    same_rows(start, database, plain, OBMEN_1C_PROFILE="ut")


def test_the_other_profile_says_what_is_missing(start, database):
    demo = start.demo("--docs", 50)
    server = start.server(database, **demo.settings, OBMEN_1C_PROFILE="bp")
    fails(server, "ONEC_API_ERROR", "Document_ПоступлениеНаРасчетныйСчет", "OData")


def test_a_stale_cookie_starts_the_session_again(start, database, plain):
    """Pauses after faults are longer than an unused session lives; there is one licence only."""
    demo, server, task = same_rows(start, database, plain, "--session-ttl", 1, "--fail-every", 7, "--licences", 1, **fast())
    stats = demo.admin("stats")
    assert stats["stale_cookies"] > 0 and stats["sessions_started"] > 1 and stats["sessions_open"] == 0
    assert stats["parallel_max"] == 1


def test_one_licence_and_faults(start, database, plain):
    """What looks like a stale session is finished before another one is started: it held the only licence."""
    demo, server, task = same_rows(start, database, plain, "--fail-every", 7, "--licences", 1, **fast())
    stats = demo.admin("stats")
    assert stats["sessions_open"] == 0 and stats["sessions_open_max"] == 1


@pytest.mark.parametrize("fault", ["html-error-every", "fail-every", "hang-every"])
def test_a_session_is_given_back_when_1c_is_back(start, database, fault):
    """1C is cut while the task ends: the farewell does not get through, and is said again afterwards."""
    demo = start.demo("--docs", DOCS, "--seed", 11, "--latency-ms", 50)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=50)
    task_id = server.start_sync(**YEAR)
    wait_for(lambda: server.task(task_id)["stats"]["fetched"] > 0, 60, "records")
    demo.admin("faults", {fault: 1})
    server.admin.post(f"/tasks/{task_id}/cancel")
    assert server.wait_task(task_id)["status"] == "cancelled"
    cut = demo.admin("stats")
    assert cut["sessions_open"] == 1, "not ended while nothing gets through"
    wait_for(lambda: demo.admin("stats")["requests"] >= cut["requests"] + 2, 60, "more farewells that fail")
    demo.admin("faults", {fault: 0})
    wait_for(lambda: demo.admin("stats")["sessions_open"] == 0, 60, "the session to be given back")
    assert demo.admin("stats")["sessions_finished"] == 1


def test_a_server_without_skip_is_noticed(start, database):
    demo = start.demo("--docs", 600, "--seed", 11, "--ignore-skip")
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=10)
    task = server.wait_task(server.start_sync("contractors"), timeout=60)
    assert task["status"] == "failed" and task["error_code"] == "ONEC_API_ERROR", task
    assert "$skip" in task["error"]


@pytest.mark.parametrize("every", [1, 2, 5])
def test_pages_that_repeat_lose_nothing(start, database, every):
    demo = start.demo("--docs", 600, "--seed", 11, "--repeat-every", every)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=10)
    stats = settled(run(server, "contractors"))
    honest = start.demo("--docs", 600, "--seed", 11)
    other = start.server(database, **honest.settings)
    again = settled(run(other, "contractors"))
    assert again["unchanged"] == stats["created"] and again["created"] == 0


@pytest.mark.parametrize("flag, word", [("--hide", "состав"), ("--forbid", "нет права")])
def test_a_set_that_cannot_be_read(start, database, flag, word):
    for name in ("Document_РасходныйКассовыйОрдер", "Catalog_Контрагенты"):
        demo = start.demo("--docs", 100, flag, name)
        server = start.server(database, **demo.settings)
        fails(server, "ONEC_API_ERROR", word, name)
        demo.stop()
        server.stop()


def test_banks_can_be_done_without(start, database):
    demo = start.demo("--docs", 300, "--hide", "Catalog_КлассификаторБанков")
    server = start.server(database, **demo.settings)
    task = server.wait_task(server.start_sync(**YEAR))
    settled(task)
    events = server.admin.get(f"/tasks/{task['task_id']}/log").json()["events"]
    assert any("Catalog_КлассификаторБанков" in (e["message"] or "") for e in events)


def test_nothing_published(start, database):
    names = ["Document_ПоступлениеБезналичныхДенежныхСредств", "Document_СписаниеБезналичныхДенежныхСредств"]
    demo = start.demo("--docs", 50, *[x for n in names for x in ("--hide", n)])
    server = start.server(database, **demo.settings)
    fails(server, "ONEC_API_ERROR", names[0])
    answer = server.admin.get("/sync-1c/test-connection").json()
    assert answer["success"] is False and names[0] in answer["message"]


def test_connection_test(start, database):
    demo = start.demo("--docs", 50, "--hide", "Catalog_Валюты")
    server = start.server(database, **demo.settings)
    answer = server.admin.get("/sync-1c/test-connection").json()
    assert answer["success"] is False and "Catalog_Валюты" in answer["message"]
    assert answer["details"]["entities"]["Catalog_Валюты"] is False
    assert answer["details"]["entities"]["Catalog_Контрагенты"] is True
    assert answer["details"]["url"] == demo.url and answer["details"]["username"] == "demo"
    unset = start.server(database)
    answer = unset.admin.get("/sync-1c/test-connection").json()
    assert answer["success"] is False and "OBMEN_1C_URL" in answer["message"]


def test_other_currencies_are_named(start, database):
    demo = start.demo("--docs", 1000, "--foreign", 300)
    server = start.server(database, **demo.settings)
    settled(server.wait_task(server.start_sync(**YEAR)))
    assert {r[0] for r in database.sql("SELECT DISTINCT currency FROM bank_transactions")} == {"RUB", "USD"}


@pytest.mark.parametrize("batch", [1, 100, 1000])
def test_what_the_database_refuses_costs_one_record(start, database, plain, batch):
    demo = start.demo("--docs", DOCS, "--seed", 11)
    server = start.server(database, **demo.settings, OBMEN_BATCH=batch)
    database.sql("ALTER TABLE bank_transactions ADD CONSTRAINT not_so CHECK (external_id !~ '[05]$')")
    task = server.wait_task(server.start_sync(**YEAR))
    stats = settled(task)
    assert stats["failed"] > DOCS * 0.05 and stats["created"] + stats["failed"] == plain[1]["created"]
    refused = server.admin.get(f"/tasks/{task['task_id']}/errors?limit=500").json()
    assert refused["total"] == stats["failed"]
    assert all(e["stage"] == "store" and e["external_id"][-1] in "05" and e["record"] for e in refused["errors"])
    # When the obstacle is gone, the same import brings the rest.
    database.sql("ALTER TABLE bank_transactions DROP CONSTRAINT not_so")
    again = settled(server.wait_task(server.start_sync(**YEAR)))
    assert again["created"] == stats["failed"] and again["unchanged"] == stats["created"]
    assert content(database) == plain[0]


def test_what_the_database_refuses_while_reconciling(start, database):
    demo = start.demo("--docs", 600, "--seed", 11)
    server = start.server(database, **demo.settings)
    period = dict(date_from=str(datetime.date.today() - datetime.timedelta(days=200)), date_to=str(datetime.date.today()))
    settled(run(server))
    total = demo.admin("stats")["documents"] if "documents" in demo.admin("stats") else 600
    demo.admin("move", {"index": list(range(60, min(total, 110))), "days": -250})
    database.sql("ALTER TABLE bank_transactions ADD CONSTRAINT not_so CHECK (is_active AND external_id !~ '[0-3]$' OR changed_task_id IS NULL"
                 " OR changed_task_id = created_task_id)")
    task = server.wait_task(server.start_sync(**period))
    stats = settled(task)
    assert stats["deactivated"] == 0
    refused = server.admin.get(f"/tasks/{task['task_id']}/errors?limit=500").json()
    assert refused["total"] == stats["failed"]
    database.sql("ALTER TABLE bank_transactions DROP CONSTRAINT not_so")
    after = settled(server.wait_task(server.start_sync(**period)))
    assert after["failed"] == 0 and after["deactivated"] == 0
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE NOT is_active")[0][0] == 0


def test_what_is_refused_while_reconciling_is_refused_once(start, database):
    """Also when the program is killed in the middle of it: whoever takes the task up does not look at these again."""
    demo = start.demo("--docs", 600, "--seed", 11)
    server = start.server(database, **demo.settings)
    settled(run(server))
    moved = demo.documents()[::2]
    demo.admin("faults", {"bad-record-every": 9})
    demo.admin("move", {"index": [d["index"] for d in moved], "days": -250})
    database.sql("ALTER TABLE bank_transactions ADD CONSTRAINT not_so CHECK (external_id !~ '[0-3]$' OR changed_task_id = created_task_id)")
    with psycopg2.connect(database.url) as other, other.cursor() as cursor:
        # the last one that is to be taken over: it waits there, with all the refusals before it committed
        cursor.execute("SELECT id FROM bank_transactions WHERE external_id = ANY (%s) AND payment_source = 'CASH' AND transaction_type = 'DEBIT' AND is_active"
                       " AND external_id !~ '[0-3]$' AND transaction_date > now() - interval '190 days' ORDER BY id DESC LIMIT 1 FOR UPDATE", [[d["key"] for d in moved]])
        assert cursor.fetchall()
        task_id = server.start_sync(date_from=str(datetime.date.today() - datetime.timedelta(days=200)), date_to=str(datetime.date.today()))
        waiting = " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        wait_for(lambda: database.sql("SELECT count(*)" + waiting)[0][0], 60, "the write to wait")
        before = {e["stage"] for e in server.admin.get(f"/tasks/{task_id}/errors?limit=500").json()["errors"]}
        assert before >= {"reconcile", "store"}, "nothing has been refused yet that could be refused again"
        server.kill()
        database.sql("SELECT pg_terminate_backend(pid)" + waiting)
    server = start.server(database, **demo.settings)
    task = server.wait_task(task_id)
    assert settled(task)["failed"] > 10 and task["attempt"] == 2
    refused = [e["external_id"] for e in server.admin.get(f"/tasks/{task_id}/errors?limit=500").json()["errors"] if e["stage"] in ("reconcile", "store")]
    assert sorted(refused) == sorted(set(refused))


def test_an_amount_that_became_zero_ends_the_row(start, database):
    """A document that no longer holds money is skipped; the row it left behind does not stay alive."""
    demo = start.demo("--docs", 200, "--seed", 11)
    server = start.server(database, **demo.settings)
    settled(run(server))
    before = database.sql("SELECT count(*) FROM bank_transactions WHERE is_active")[0][0]
    demo.admin("faults", {"bad-record-every": 5})
    demo.admin("change", {"every": 1})
    stats = settled(run(server))
    assert stats["skipped"] > 0
    alive = database.sql("SELECT count(*) FROM bank_transactions WHERE is_active")[0][0]
    assert alive < before and before - alive == stats["deactivated"]


def test_contractors_with_warnings(start, database):
    demo = start.demo("--docs", 100, "--contractors", 2000)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=300)
    stats = settled(run(server, "contractors"))
    assert 1900 < stats["created"] <= 2100 and stats["skipped"] == stats["failed"] == 0
    warned = database.sql("SELECT count(*) FROM contractors WHERE warnings <> '{}'")[0][0]
    assert 0 < warned < stats["created"] * 0.2
    assert database.sql("SELECT count(*) FROM contractors WHERE name = ''")[0][0] == 0
    found = server.admin.get("/contractors?q=ооо&limit=5").json()
    assert found["total"] > 5 and len(found["contractors"]) == 5
