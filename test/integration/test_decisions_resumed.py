"""An import that was killed decides about categories like one that nobody disturbed: what it may know was put down before its first row."""
import sys

import pytest

from harness import ROOT, wait_for
from test_import import YEAR, settled

sys.path.insert(0, str(ROOT / "test/support"))
from drill_checks import difference, tables  # noqa: E402

SLOW_1C = ("--docs", 2500, "--seed", 31, "--latency-ms", 15)
SMALL = dict(OBMEN_1C_PAGE=100, OBMEN_BATCH=25)


def nothing(database):
    """A first import: accounts and INNs of ours are not known yet; facts decide, where operations and words do not."""
    database.sql("UPDATE categorization_rules SET is_active = false")
    database.sql("UPDATE business_operation_mappings SET is_active = business_operation ~ 'Поставщик|Клиент|Покупател'")


def decided(database):
    """People confirmed some payments of every second INN, 1C said what others are; all of them come again, changed."""
    database.sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED', category_id = (SELECT id FROM categories WHERE code = 'EX_RENT')"
                 " WHERE counterparty_inn ~ '[13579]$' AND ('x' || substr(md5(external_id), 1, 2))::bit(8)::integer < 90")
    database.sql("UPDATE business_operation_mappings SET is_active = false WHERE business_operation ~ 'Клиент|Покупател'")


def crowd(database):
    """More payees than an import reads the history of beforehand: then it asks for those of each batch."""
    database.sql("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, import_source,"
                 " counterparty_inn, category_id, status, decided_by) SELECT 'api', n::text, '2001-01-01', 1, 'RUB', 'DEBIT', 'BANK', 'API', 'x' || n,"
                 " (SELECT id FROM categories WHERE code = 'EX_RENT'), 'APPROVED', 1 FROM generate_series(1, 4500) n")


def finished(start, database, demo, kills=()):
    """One import of everything; killed each time so many documents had been fetched."""
    server = start.server(database, **demo.settings, **SMALL)
    task_id = server.start_sync(**YEAR, mode="full")
    for fetched in kills:
        wait_for(lambda: server.task(task_id)["stats"]["fetched"] >= fetched, 60, f"{fetched} documents")
        server.kill()
        server = start.server(database, **demo.settings, **SMALL)
    task = server.wait_task(task_id, timeout=120)
    assert settled(task)["failed"] == 0 and task["attempt"] == len(kills) + 1, task
    return server


def same(one, other):
    a, b = tables(one), tables(other)
    assert {t: difference(a[t], b[t]) for t in a if a[t] != b[t]} == {}
    for table in ("own_accounts", "task_knowledge", "task_evidence"):
        assert one.sql(f"SELECT count(*) FROM {table}") == other.sql(f"SELECT count(*) FROM {table}"), table
    assert one.sql("SELECT count(*) FROM task_knowledge") == [(0,)], "it goes when the task has ended well"


def methods(database):
    return dict(database.sql("SELECT category_method, count(*) FROM bank_transactions WHERE decided_by IS NULL GROUP BY 1"))


@pytest.mark.parametrize("profile", ["ut", "bp"])
def test_killed_twice_decides_the_same(start, cluster, database, profile):
    undisturbed = cluster.create()
    try:
        demo = start.demo(*SLOW_1C, "--profile", profile)
        servers = []
        for books, kills in ((undisturbed, ()), (database, (300, 1500))):
            start.server(books, **demo.settings).stop()  # the schema
            nothing(books)
            servers.append(finished(start, books, demo, kills))
        same(database, undisturbed)
        found = methods(database)
        assert found["fact"] > 20 and found["operation"] > 200 and "history" not in found, found
        if profile == "ut":  # the demo's Бухгалтерия has no such payments
            between = "SELECT count(*) FROM bank_transactions WHERE category_method = 'fact' AND category_reason LIKE '%оба свои%'"
            assert database.sql(between)[0][0] > 5, "the first import knows our accounts from 1C"

        for books in (undisturbed, database):
            decided(books)
            if profile == "bp":
                crowd(books)
        demo.admin("change", {"every": 1})
        servers[0].stop()
        servers[1].stop()
        finished(start, undisturbed, demo)
        finished(start, database, demo, (800,))
        same(database, undisturbed)
        found = database.sql("SELECT category_confidence > 0.9, count(*) FROM bank_transactions WHERE category_method = 'history' GROUP BY 1")
        assert set(dict(found)) == {True, False}, f"confirmed ones assign, the others suggest: {found}"
    finally:
        for child in start.children:
            if getattr(child, "database", None) is undisturbed:
                child.stop()
        undisturbed.drop()


@pytest.mark.parametrize("profile", ["ut", "bp"])
def test_a_cancelled_import_keeps_what_it_knew(start, database, profile):
    """Retried from its checkpoint; what people decide meanwhile is for the next import."""
    demo = start.demo(*SLOW_1C, "--profile", profile)
    server = start.server(database, **demo.settings, **SMALL)
    task_id = server.start_sync(**YEAR)
    wait_for(lambda: server.task(task_id)["stats"]["fetched"] >= 300, 60, "some documents")
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    server.wait_task(task_id, "cancelled")
    known = database.sql("SELECT own_accounts, own_inns FROM task_knowledge")
    assert len(known) == 1 and len(known[0][0]) == 6 and len(known[0][1]) == 3, "of 1C's organizations, not of its counterparties"
    decided(database)
    assert server.admin.post(f"/tasks/{task_id}/retry").status_code in (200, 202)
    settled(server.wait_task(task_id, "completed"))
    assert "history" not in methods(database)
    assert database.sql("SELECT count(*) FROM task_knowledge") == [(0,)]


def test_accounts_are_learned_without_categories(start, database):
    demo = start.demo("--docs", 500)
    server = start.server(database, **demo.settings)
    settled(server.wait_task(server.start_sync(**YEAR, auto_classify=False)))
    ours = {a for a, in database.sql("SELECT DISTINCT account_number FROM bank_transactions WHERE account_number <> ''")}
    assert len(ours) > 2 and {a for a, in database.sql("SELECT account FROM own_accounts")} == ours


@pytest.mark.parametrize("profile, flag, name", [("ut", "--hide", "Catalog_БанковскиеСчетаОрганизаций"), ("ut", "--forbid", "Catalog_БанковскиеСчетаОрганизаций"),
                                                 ("bp", "--hide", "Catalog_БанковскиеСчета")])
def test_a_base_that_does_not_publish_our_accounts(start, database, profile, flag, name):
    """Then only the ledger's accounts are known, from the second import on; the log says so."""
    demo = start.demo("--docs", 500, "--profile", profile, flag, name)
    server = start.server(database, **demo.settings)
    task = server.wait_task(server.start_sync(**YEAR))
    assert settled(task)["failed"] == 0
    told = [e["message"] for e in server.admin.get(f"/tasks/{task['task_id']}/log").json()["events"] if e["event"] == "source_incomplete"]
    assert any(name in message and "переводы между своими" in message for message in told), told
