"""Others write while statements are imported: a row of 1C is taken between the question and the commit. And what the database refuses for good
is refused alone."""
import random

import psycopg2
import pytest

from harness import wait_for
from test_bankfile import changes, imported, server, settled, upload  # noqa: F401
from test_matches_across import part, reported
from test_reconciliation import in_1c
from statements import Bank, Payment


def refused(server, task):  # noqa: F811
    return [(e["stage"], e["record"].get("document_number")) for e in server.admin.get(f"/tasks/{task['task_id']}/errors").json()["errors"]]


def raising(database, number, code, times):
    """The database refuses rows of this number so many times."""
    database.sql(f"CREATE SEQUENCE tries_{number}")
    database.sql(f"CREATE FUNCTION refuse_{number}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries_{number}') <= {times} THEN"
                 f" RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$")
    database.sql(f"CREATE TRIGGER refuse_{number} BEFORE INSERT ON statement_rows FOR EACH ROW WHEN (NEW.document_number = '{number}')"
                 f" EXECUTE FUNCTION refuse_{number}()")
    return lambda: database.sql(f"SELECT last_value FROM tries_{number}")[0][0]


@pytest.mark.parametrize("more", [0, 2], ids=["alone", "in a batch"])
@pytest.mark.parametrize("person", [True, False], ids=["a person", "a sync"])
def test_a_row_of_1c_is_taken_meanwhile(server, more, person):  # noqa: F811
    """The import has asked and wants to link its payment; another row of a statement gets the row of 1C first: by a person's word, which holds,
    or as the weaker match that it is, which does not."""
    bank, other = Bank(seed=8, days=1, per_day=1), Bank(seed=8, days=1, per_day=1)
    other.payments[0].number, other.payments[0].inn = "777", ""
    settled(imported(server, other.statement()))
    [(old,)] = server.database.sql("SELECT id FROM statement_rows")
    in_1c(server, bank.payments, bank)
    [(theirs,)] = server.database.sql("SELECT id FROM bank_transactions WHERE source = '1c'")
    number = bank.payments[0].number
    bank.payments += Bank(seed=9, days=1, per_day=more).payments
    connection = psycopg2.connect(server.database.url)
    cursor = connection.cursor()
    cursor.execute("UPDATE statement_rows SET transaction_id = %s, link_level = 1 WHERE id = %s", [theirs, old])
    cursor.execute("UPDATE bank_transactions SET is_active = false WHERE source = 'bank'")
    if person:
        cursor.execute("INSERT INTO statement_matches (row_id, transaction_id, reason, decision, decided_by, decided_at)"
                       " VALUES (%s, %s, 'sum_only', 'same', 1, now())", [old, theirs])
    task_id = upload(server, bank.statement()).json()["task_id"]
    wait_for(lambda: server.database.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")[0][0],
             20, "the import to wait for the row of 1C")
    connection.commit()
    connection.close()
    task = server.wait_task(task_id)
    assert (settled(task)["created"], settled(task)["failed"]) == (person + more, 0), refused(server, task)
    assert server.database.sql("SELECT document_number FROM statement_rows WHERE transaction_id IS NOT NULL") == [("777" if person else number,)]
    assert server.database.sql("SELECT count(*), count(*) FILTER (WHERE b.is_active) FROM statement_rows r JOIN bank_transactions b"
                               " ON b.source = 'bank' AND b.external_id = r.external_id") == [(2 + more, 1 + more)]


@pytest.mark.parametrize("per_day", [1, 5])
def test_overtaken_again_and_again(server, per_day):  # noqa: F811
    bank = Bank(seed=3, days=1, per_day=per_day)
    bank.payments[-1].number = "901"
    tries = raising(server.database, "901", "23505", times=3)
    assert settled(imported(server, bank.statement()))["created"] == per_day and tries() == 4


def test_what_clashes_each_time_is_refused_alone(server):  # noqa: F811
    bank = Bank(seed=3, days=1, per_day=5)
    bank.payments[2].number = "901"
    tries = raising(server.database, "901", "23505", times=1000)
    task = imported(server, bank.statement())
    assert (settled(task)["created"], refused(server, task)) == (4, [("store", "901")]) and tries() == 8


def test_overtaken_after_another_one_was_refused(server):  # noqa: F811
    """The batch goes document by document by then."""
    bank = Bank(seed=3, days=1, per_day=5)
    bank.payments[1].number, bank.payments[3].number = "900", "901"
    raising(server.database, "900", "23514", times=1000)
    tries = raising(server.database, "901", "23505", times=3)
    task = imported(server, bank.statement())
    assert (settled(task)["created"], refused(server, task)) == (4, [("store", "900")]) and tries() == 4


@pytest.mark.parametrize("last", ["skipped", "refused"])
def test_what_a_batch_changes_is_counted_once(start, database, last):
    """The second row takes the first one's row of 1C. Nothing of the last one is stored, so it changes nothing: one without money behind them,
    or the second one itself, which the database refuses."""
    server = start.server(database, OBMEN_BATCH=1)  # noqa: F811
    bank = Bank(seed=8, days=1, per_day=1)
    [p] = bank.payments
    in_1c(server, [p], bank)
    rows = [Payment(**{**vars(p), "number": "777"}), p]
    if last == "skipped":
        rows.append(Payment(**{**vars(p), "number": "900", "amount": 0}))
    else:
        raising(database, p.number, "23514", times=1000)
    task = imported(server, part(bank, rows))
    assert (settled(task)["skipped"], settled(task)["failed"]) == ((1, 0) if last == "skipped" else (0, 1))
    [stored] = database.sql("SELECT count(*) FILTER (WHERE transaction_id IS NULL), count(transaction_id) FROM statement_rows")
    assert (task["result"]["new"]["rows"], task["result"]["linked"]["rows"]) == stored == ((1, 1) if last == "skipped" else (0, 1))


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_section_of_an_absurd_account_is_passed_over(server, dry_run):  # noqa: F811
    """2,800 letters of chance do not fit into an index: with the documents of their batch they would fail the task."""
    dice = random.Random(1)
    absurd = "".join(chr(dice.choice([*range(0x430, 0x450), *range(0x30, 0x3A), *range(0x61, 0x7B)])) for _ in range(2800))
    bank, good = Bank(seed=3, days=1, per_day=5), Bank(seed=4, days=1, per_day=5, account="40702810900000000002")
    section = f"СекцияРасчСчет\r\nДатаНачала=01.03.2025\r\nДатаКонца=01.03.2025\r\nРасчСчет={absurd}\r\nНачальныйОстаток=1.00\r\nКонецРасчСчет\r\n"
    text = bank.statement().decode("cp1251").replace("СекцияДокумент", section + "СекцияДокумент", 1)
    task = imported(server, text.encode("cp1251"), good.statement(), dry_run=dry_run)
    assert (settled(task)["created"], settled(task)["failed"]) == (10, 0)
    [warning] = [w for w in task["result"]["files"][0]["warnings"] if w["code"] == "SECTION"]
    assert warning["count"] == 1 and absurd.startswith(warning["sample"])
    assert [b["account_number"] for b in task["result"]["files"][0]["balances"]] == [bank.account]
    if dry_run:
        assert {c["title"] for c in changes(server, task) if c["resource"] == "statement_balances"} == {bank.account, good.account}
    else:
        assert server.database.sql("SELECT DISTINCT account_number FROM statement_balances ORDER BY 1") == sorted([(bank.account,), (good.account,)])


@pytest.mark.parametrize("synchronized", [True, False])
def test_rows_of_1c_that_come_between_question_and_commit(start, database, synchronized):
    """The sync that brings them has had its own pass before. They come with the import's commit itself, so that its question can't have seen
    them; that a sync ran meanwhile the task's own row says."""
    server = start.server(database, OBMEN_BATCH=4)
    bank = Bank(seed=8, days=2, per_day=6)
    sync = server.admin.post("/tasks", json={"task_type": "echo", "params": {"message": "x"}}).json()["task_id"]
    server.wait_task(sync)
    if synchronized:
        database.sql("UPDATE tasks SET exclusive = '1c', completed_at = now() + interval '1 hour' WHERE task_id = %s", [sync])
    database.sql("CREATE FUNCTION bring() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO bank_transactions (source, external_id,"
                 " transaction_date, amount, currency, transaction_type, payment_source, document_number, counterparty_inn, account_number, import_source)"
                 " VALUES ('1c', gen_random_uuid()::text, NEW.posted + interval '12 hours', NEW.amount, 'RUB', NEW.transaction_type, 'BANK',"
                 " NEW.document_number, NEW.counterparty_inn, NEW.account_number, 'ODATA_1C'); RETURN NEW; END $$")
    database.sql("CREATE TRIGGER bring BEFORE INSERT ON statement_rows FOR EACH ROW EXECUTE FUNCTION bring()")
    task = imported(server, bank.statement())
    linked = 12 if synchronized else 0
    assert (settled(task)["created"], settled(task)["unchanged"]) == (12 - linked, linked)
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE is_active") == [(24 - linked,)]
    assert task["result"]["relinked"] == 0
    reported(task, database)
