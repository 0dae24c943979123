"""What may be one payment in a statement and in 1C, and may not: listed, decided by a person, never overturned by an import."""
import subprocess

import psycopg2
import pytest

from harness import OBMEN, ROOT, wait_for
from test_bankfile import imported, server, settled  # noqa: F401
from statements import Bank, Payment, money
from test_import import YEAR
from test_reconciliation import in_1c

MATCHES = "/bank-statements/matches"


def matches(server, **query):  # noqa: F811
    answer = server.user.get(MATCHES, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def decide(server, match, candidate, decision, status=200, session=None):  # noqa: F811
    answer = (session or server.manager).post(f"{MATCHES}/{match['id']}", json={"transaction_id": candidate["transaction"]["id"], "decision": decision})
    assert answer.status_code == status, answer.text
    return answer.json()


def active(server, side):  # noqa: F811
    return server.user.get(f"/bank-transactions/{side['id']}").json()["is_active"]


def history(server, side):  # noqa: F811
    found = server.user.get(f"/bank-transactions/{side['id']}/history").json()["history"]
    return [(c["field"], c["old"], c["new"], h["username"]) for h in reversed(found) for c in h["changes"]]


def several(server):  # noqa: F811
    """One row of a statement, two of 1C with its sum and INN, none with its number."""
    bank = Bank(seed=8, days=1, per_day=1)
    for number in ("К100-000901", "К100-000902"):
        in_1c(server, bank.payments, bank, number=lambda p, n=number: n)
    task = imported(server, bank.statement())
    assert settled(task)["created"] == task["result"]["unclear"] == 1
    return bank


def test_both_sides_and_why(server):  # noqa: F811
    bank = several(server)
    found = matches(server)
    assert found["total"] == 1
    [match] = found["matches"]
    assert match["reason"] == "several" and "несколько" in match["why"]
    said, p = match["statement"], bank.payments[0]
    assert (said["amount"], said["document_number"], said["counterparty_inn"], said["payment_purpose"]) == (money(p.amount), p.number, p.inn, p.purpose)
    assert said["file"] == "kl_to_1c_0.txt" and bank.statement().decode("cp1251").split("\r\n")[said["line"] - 1].startswith("СекцияДокумент")
    assert [c["transaction"]["document_number"] for c in match["candidates"]] == ["К100-000901", "К100-000902"]
    assert all(not c["linked"] and c["decision"] is None and c["other_rows"] == 0 for c in match["candidates"])
    assert matches(server, account_number=bank.account)["total"] == 1
    assert matches(server, account_number="40702810000000000000")["total"] == 0
    assert matches(server, state="decided") == {"matches": [], "total": 0}
    assert server.user.get(MATCHES, params={"state": "x"}).status_code == 422


def test_the_same_payment(server):  # noqa: F811
    bank = several(server)
    [match] = matches(server)["matches"]
    first, second = match["candidates"]
    server.manager.patch(f"/bank-transactions/{match['statement']['id']}", json={"notes": "от банка", "status": "APPROVED"})
    assert decide(server, match, first, "same") == {"id": match["id"], "transaction_id": first["transaction"]["id"], "decision": "same", "linked": True}
    assert matches(server)["total"] == 0, "the other one is no question any more"
    assert not active(server, match["statement"]) and active(server, first["transaction"]) and active(server, second["transaction"])
    now = server.user.get(f"/bank-transactions/{first['transaction']['id']}").json()
    assert (now["notes"], now["status"]) == ("от банка", "APPROVED"), "what a person decided goes with it"
    one, other = match["statement"], first["transaction"]
    assert [h for h in history(server, one) if h[0] in ("same_as", "is_active")] == [("same_as", None, other["id"], "manager"), ("is_active", True, False, "manager")]
    assert ("same_as", None, one["id"], "manager") in history(server, other)
    [decided] = matches(server, state="decided")["matches"]
    assert [(c["decision"], c["linked"]) for c in decided["candidates"]] == [("same", True)] and decided["candidates"][0]["decided_by"]
    decide(server, match, first, "same")  # again: nothing more
    assert len(history(server, other)) == len({h[0] for h in history(server, other)})
    decide(server, match, second, "same", status=409)
    assert settled(imported(server, bank.statement()))["unchanged"] == 1
    assert not active(server, match["statement"])
    # A mistake: the other one was meant.
    assert decide(server, match, first, "different")["linked"] is False
    assert active(server, match["statement"])
    [left] = matches(server)["matches"]
    assert [c["transaction"]["id"] for c in left["candidates"]] == [second["transaction"]["id"]]
    assert decide(server, left, second, "same")["linked"]
    assert ("same_as", other["id"], None, "manager") in history(server, one) and ("different_from", None, other["id"], "manager") in history(server, one)
    assert matches(server)["total"] == 0


CATEGORY = ("category_id", "category_confidence", "category_method", "category_rule_id", "category_reason", "suggested_category_id", "status")


def decided_by_program(database, those):
    database.sql("UPDATE bank_transactions SET category_id = (SELECT id FROM categories WHERE code = 'EX_RENT'), category_confidence = 0.95, category_method = 'rule',"
                 " category_rule_id = 20, category_reason = 'Правило 20: в назначении есть «аренды».', status = 'CATEGORIZED', decided_by = NULL"
                 f" WHERE {those}")


def categorized(server, row_id, code):  # noqa: F811
    """By a person; what is told of it."""
    [(category,)] = server.database.sql("SELECT id FROM categories WHERE code = %s", [code])
    answer = server.manager.patch(f"/bank-transactions/{row_id}", json={"category_id": category})
    assert answer.status_code == 200 and "человеком" in answer.json()["category_reason"], answer.text
    return told(server, row_id)


def told(server, row_id):  # noqa: F811
    row = server.user.get(f"/bank-transactions/{row_id}").json()
    return {field: row.get(field) for field in CATEGORY}


def test_a_category_goes_with_its_reason(server):  # noqa: F811
    """To the row of 1C, about which the program had decided something else."""
    several(server)
    [match] = matches(server)["matches"]
    candidate = match["candidates"][0]
    decided_by_program(server.database, "source = '1c'")
    said = categorized(server, match["statement"]["id"], "EX_AD")
    decide(server, match, candidate, "same")
    assert told(server, candidate["transaction"]["id"]) == said


def test_different_payments(server):  # noqa: F811
    several(server)
    [match] = matches(server)["matches"]
    for n, candidate in enumerate(match["candidates"]):
        assert decide(server, match, candidate, "different")["linked"] is False
        assert matches(server)["total"] == 1 - n
    for side in (match["statement"], *(c["transaction"] for c in match["candidates"])):
        assert active(server, side)
        assert [h[0] for h in history(server, side)] == ["different_from"] * (2 if side is match["statement"] else 1)


def test_one_row_of_1c_for_two_of_a_statement(server):  # noqa: F811
    bank = Bank(seed=8, days=1, per_day=1)
    p = bank.payments[0]
    bank.payments.append(Payment(**{**vars(p), "number": "777"}))
    in_1c(server, [p], bank, number=lambda p: "К100-000901")
    task = imported(server, bank.statement())
    assert settled(task)["created"] == task["result"]["unclear"] == 2 and task["result"]["linked"]["rows"] == 0
    found = matches(server)["matches"]
    assert {m["reason"] for m in found} == {"shared"} and [m["candidates"][0]["other_rows"] for m in found] == [1, 1]
    decide(server, found[1], found[1]["candidates"][0], "same")
    assert matches(server)["total"] == 0
    decide(server, found[0], found[0]["candidates"][0], "same", status=409)
    assert server.database.sql("SELECT sum(amount)::text FROM bank_transactions WHERE is_active") == [(money(2 * p.amount),)]


def test_who_may_and_what_is_wrong(server):  # noqa: F811
    several(server)
    [match] = matches(server)["matches"]
    candidate = match["candidates"][0]
    decide(server, match, candidate, "same", status=403, session=server.user)
    decide(server, match, candidate, "perhaps", status=422)
    decide(server, match, {"transaction": match["statement"]}, "same", status=404)
    decide(server, {"id": 10**15}, candidate, "same", status=404)
    assert server.manager.post(f"{MATCHES}/{match['id']}", json={"transaction_id": 1}).status_code == 422
    assert server.anonymous.get(MATCHES).status_code == 401
    # 1C has lost it since: no question any more.
    server.database.sql("UPDATE bank_transactions SET is_active = false WHERE id = %s", [candidate["transaction"]["id"]])
    assert [len(m["candidates"]) for m in matches(server)["matches"]] == [1]
    decide(server, match, candidate, "same", status=409)


@pytest.fixture
def world(start, database):
    """A statement with two rows of which 1C has the sums and days, but other numbers and no INN: a payment each."""
    demo = start.demo("--docs", 400)
    made = start.server(database, **demo.settings)
    made.demo = demo
    settled(made.wait_task(made.start_sync(**YEAR)))
    rows = database.sql("SELECT DISTINCT ON (amount) transaction_date::date, amount, transaction_type, account_number, external_id FROM bank_transactions"
                        " WHERE payment_source = 'BANK' AND account_number = (SELECT account_number FROM bank_transactions"
                        "  WHERE account_number <> '' AND payment_source = 'BANK' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY amount LIMIT 2")
    bank = Bank(account=rows[0][3], first=min(r[0] for r in rows), days=abs((rows[1][0] - rows[0][0]).days) + 1, per_day=0)
    bank.payments = [Payment(day=r[0], out=r[2] == "DEBIT", amount=int(r[1] * 100), number="99999999", inn="", party="ООО \"Без ИНН\"",
                             purpose="Оплата", other="40702810000000000555") for r in rows]
    made.bank, made.keys = bank, [r[4] for r in rows]
    task = imported(made, bank.statement(per_day=False))
    assert settled(task)["created"] == task["result"]["unclear"] == 2
    return made


def sync(world):
    settled(world.wait_task(world.start_sync(**YEAR, mode="full")))
    settled(imported(world, world.bank.statement(per_day=False)))


def test_no_import_overturns_it(world):
    of = {m["candidates"][0]["transaction"]["amount"]: m for m in matches(world)["matches"]}
    same, different = (of[money(p.amount)] for p in world.bank.payments)
    assert same["reason"] == different["reason"] == "sum_only"
    decide(world, same, same["candidates"][0], "same")
    decide(world, different, different["candidates"][0], "different")

    def stands():
        return (active(world, same["statement"]), active(world, same["candidates"][0]["transaction"]),
                active(world, different["statement"]), active(world, different["candidates"][0]["transaction"]))

    sync(world)
    assert stands() == (False, True, True, True) and matches(world)["total"] == 0
    # 1C now has the very number: reason enough for the program, but it was decided otherwise.
    index = {d["key"]: d["index"] for d in world.demo.documents()}
    world.database.sql("UPDATE bank_transactions SET document_number = 'К-99999999', counterparty_inn = NULL WHERE external_id = %s", [world.keys[1]])
    day = str(world.bank.payments[1].day)
    settled(world.wait_task(world.start_sync(date_from=day, date_to=day)))
    assert stands() == (False, True, True, True) and matches(world)["total"] == 0
    # 1C loses both: the bank's own rows count, so that no money is missing; it has them again: as decided.
    world.demo.admin("delete", {"index": [index[key] for key in world.keys]})
    sync(world)
    assert stands() == (True, False, True, False)
    world.demo.admin("restore")
    sync(world)
    assert stands() == (False, True, True, True) and matches(world)["total"] == 0
    assert {c["decision"] for m in matches(world, state="decided")["matches"] for c in m["candidates"]} == {"same", "different"}


def test_what_1c_says_later_is_looked_at_again(world):
    """A question that nobody answered ends when 1C gives the answer."""
    world.database.sql("UPDATE bank_transactions SET document_number = 'К-99999999' WHERE external_id = %s", [world.keys[0]])
    day = str(world.bank.payments[0].day)
    settled(world.wait_task(world.start_sync(date_from=day, date_to=day)))
    assert world.database.sql("SELECT b.external_id FROM statement_rows r JOIN bank_transactions b ON b.id = r.transaction_id") == [(world.keys[0],)]
    assert [m["candidates"][0]["transaction"]["amount"] for m in matches(world)["matches"]] == [money(world.bank.payments[1].amount)]


def test_a_category_goes_with_its_reason_when_1c_gives_the_answer(world):
    [(linked,)] = world.database.sql("UPDATE bank_transactions SET document_number = 'К-99999999' WHERE external_id = %s RETURNING id", [world.keys[0]])
    [(bank,)] = world.database.sql("SELECT id FROM bank_transactions WHERE source = 'bank' AND amount = %s", [money(world.bank.payments[0].amount)])
    decided_by_program(world.database, f"id = {linked}")
    said = categorized(world, bank, "EX_AD")
    day = str(world.bank.payments[0].day)
    settled(world.wait_task(world.start_sync(date_from=day, date_to=day)))
    assert told(world, linked) == said


def lost_by_1c(world, match):
    index = {d["key"]: d["index"] for d in world.demo.documents()}
    [(key,)] = world.database.sql("SELECT external_id FROM bank_transactions WHERE id = %s", [match["candidates"][0]["transaction"]["id"]])
    world.demo.admin("delete", {"index": [index[key]]})
    settled(world.wait_task(world.start_sync(**YEAR, mode="full")))
    assert active(world, match["statement"]) and not active(world, match["candidates"][0]["transaction"])


def test_a_category_goes_with_its_reason_when_1c_has_the_row_again(world):
    """It was chosen while 1C had lost the row that is the same payment."""
    match = matches(world)["matches"][0]
    decide(world, match, match["candidates"][0], "same")
    lost_by_1c(world, match)
    said = categorized(world, match["statement"]["id"], "EX_AD")
    world.demo.admin("restore")
    settled(world.wait_task(world.start_sync(**YEAR, mode="full")))
    assert not active(world, match["statement"]) and active(world, match["candidates"][0]["transaction"])
    assert told(world, match["candidates"][0]["transaction"]["id"]) == said


def test_two_that_are_the_same_as_one(world):
    """Each was called so while 1C had the row and the other one was not linked: when it comes back it belongs to the one that was called so last."""
    match, other = matches(world)["matches"]
    one = match["candidates"][0]["transaction"]["id"]
    decide(world, match, match["candidates"][0], "same")
    lost_by_1c(world, match)
    world.database.sql("INSERT INTO statement_matches (row_id, transaction_id, reason, decision, decided_by, decided_at) VALUES (%s, %s, 'shared', 'same', 1, now())",
                       [other["id"], one])
    world.demo.admin("restore")
    settled(world.wait_task(world.start_sync(**YEAR, mode="full")))
    assert world.database.sql("SELECT id FROM statement_rows WHERE transaction_id = %s", [one]) == [(other["id"],)]
    assert active(world, match["statement"]) and not active(world, other["statement"])


def test_a_row_comes_back_that_a_person_links_in_the_same_moment(world):
    sql = world.database.sql
    match, other = matches(world)["matches"]
    one = match["candidates"][0]["transaction"]["id"]
    decide(world, match, match["candidates"][0], "same")
    lost_by_1c(world, match)
    world.demo.admin("restore")
    with psycopg2.connect(world.database.url) as person, person.cursor() as cursor:
        cursor.execute("UPDATE statement_rows SET transaction_id = %s WHERE id = %s", [one, other["id"]])
        task_id = world.start_sync(**YEAR, mode="full")
        wait_for(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")[0][0] > 0, 60, "the pass waits for the person")
    settled(world.wait_task(task_id))
    assert sql("SELECT id FROM statement_rows WHERE transaction_id = %s", [one]) == [(other["id"],)]


def test_a_person_links_in_the_same_moment(world):
    """The row of 1C that the pass wants is given to another row before the pass can store it: the pass looks again."""
    sql = world.database.sql
    sql("UPDATE bank_transactions SET document_number = 'К-99999999' WHERE external_id = %s", [world.keys[0]])
    mine, other = (sql("SELECT id FROM statement_rows WHERE amount = %s", [money(p.amount)])[0][0] for p in world.bank.payments)
    person = psycopg2.connect(world.database.url)
    with person.cursor() as cursor:
        cursor.execute("UPDATE statement_rows SET transaction_id = (SELECT id FROM bank_transactions WHERE external_id = %s) WHERE id = %s", [world.keys[0], other])
    day = str(world.bank.payments[0].day)
    task_id = world.start_sync(date_from=day, date_to=day)
    wait_for(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")[0][0] > 0, 60, "the pass waits for the person")
    person.commit()
    person.close()
    settled(world.wait_task(task_id))
    assert sql("SELECT transaction_id FROM statement_rows WHERE id = %s", [mine]) == [(None,)]
    assert sql("SELECT count(*) FROM statement_rows WHERE transaction_id IS NOT NULL") == [(1,)]


def test_what_was_only_noted_before_is_asked_now(cluster):
    """A ledger from before there were matches (schema 0008): its unclear rows find their candidates again."""
    whole, old = cluster.create(), cluster.create()

    def migrate(database):
        subprocess.run([OBMEN, "migrate"], env={"DATABASE_URL": database.url, "PATH": "/usr/bin"}, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    try:
        migrate(whole)
        for file in sorted((ROOT / "src/pg/schema").glob("000[1-8]-*.sql")):
            old.sql(file.read_text())
        old.sql("CREATE TABLE schema_migrations (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())")
        for row in whole.sql("SELECT number, name, checksum FROM schema_migrations WHERE number <= 8"):
            old.sql("INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)", row)
        for key, day, amount, inn in (("a", 1, 10, "77"), ("b", 2, 10, None), ("another party", 2, 10, "88"), ("c", 2, 20, None), ("too late", 9, 20, None)):
            old.sql("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, counterparty_inn,"
                    " account_number, import_source) VALUES ('1c', %s, %s, %s, 'RUB', 'DEBIT', 'BANK', %s, 'A', 'ODATA_1C')", [key, f"2025-03-0{day} 12:00", amount, inn])
        old.sql("INSERT INTO statement_files (task_id, file_no, name, encoding, version, sender) VALUES (gen_random_uuid(), 1, 'a', '', '', '')")
        for key, amount, unclear in (("one", 10, True), ("two", 20, True), ("clear", 20, False)):
            old.sql("INSERT INTO statement_rows (identity, occurrence, external_id, account_number, posted, transaction_type, amount, counterparty_inn, internal,"
                    " unclear, file_id, line) VALUES (gen_random_uuid(), 1, %s, 'A', '2025-03-01', 'DEBIT', %s, '77', false, %s, 1, 1)", [key, amount, unclear])
        migrate(old)
        assert old.sql("SELECT r.external_id, b.external_id, m.reason FROM open_matches m JOIN statement_rows r ON r.id = m.row_id"
                       " JOIN bank_transactions b ON b.id = m.transaction_id ORDER BY 1, 2") == [("one", "a", "several"), ("one", "b", "several"), ("two", "c", "sum_only")]
    finally:
        whole.drop()
        old.drop()
