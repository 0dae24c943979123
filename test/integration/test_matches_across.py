"""Which row of a statement is which row of 1C does not depend on batches, on the cut into files or on who came first."""
import collections
import datetime
import random

import pytest

from harness import wait_for
from test_bankfile import imported, settled, upload
from test_matches import decide, matches
from test_reconciliation import in_1c
from statements import INNS, Bank, Payment, money

FIRST = datetime.date(2025, 3, 1)
NUMBERS = ("1", "К-1", "2", "3", "", "17")
AMOUNTS = (100_00, 250_50, 99_99)


def crowded(seed, rows=220, days=45):
    """A statement and 1C's side of it that have few sums, numbers and payees between them: much fits much."""
    dice = random.Random(seed)

    def some(name, n=0):
        return Payment(day=FIRST + datetime.timedelta(dice.randrange(days)), out=dice.random() < 0.7, amount=dice.choice(AMOUNTS),
                       number=dice.choice(NUMBERS), inn=dice.choice(INNS[:2] + [""]), party=name, purpose=f"Оплата {n}", other="40702810000000000555")

    bank = Bank(first=FIRST, days=days, per_day=0)
    bank.payments = [some("ООО \"Вектор\"", n) for n in range(rows)]
    return bank, [some("1С") for _ in range(rows)], dice


def part(bank, payments, shuffled=None):
    """A statement of these alone; without balances."""
    other = Bank(account=bank.account, first=FIRST, days=len(bank.days), per_day=0)
    other.payments = list(payments)
    if shuffled:
        shuffled.shuffle(other.payments)
    text = other.statement(per_day=False).decode("cp1251")
    return (text[:text.index("СекцияРасчСчет")] + text[text.index("КонецРасчСчет") + len("КонецРасчСчет"):]).encode("cp1251")


def side(day, number, inn):
    return str(day), number or "", inn or ""


def links(database):
    """What is linked to what, and who is asked about what, by what rows say of themselves: equal ones may change places."""
    rows = database.sql("SELECT r.posted, r.document_number, r.counterparty_inn, r.amount::text, r.transaction_type, o.transaction_date::date,"
                        " o.document_number, o.counterparty_inn FROM statement_rows r LEFT JOIN bank_transactions o ON o.id = r.transaction_id")
    asked = database.sql("SELECT r.posted, r.document_number, r.counterparty_inn, r.amount::text, r.transaction_type, o.transaction_date::date,"
                         " o.document_number, o.counterparty_inn, m.reason FROM open_matches m JOIN statement_rows r ON r.id = m.row_id"
                         " JOIN bank_transactions o ON o.id = m.transaction_id")
    return tuple(collections.Counter((side(*r[:3]), r[3], r[4], side(*r[5:8]) if r[5] else None, *r[8:]) for r in found) for found in (rows, asked))


def holds(database):
    """Of a payment one row counts; nobody has two; the level is told."""
    assert database.sql("SELECT count(*) FROM statement_rows r JOIN bank_transactions b ON b.source = 'bank' AND b.external_id = r.external_id"
                        " WHERE b.is_active <> (r.transaction_id IS NULL)") == [(0,)]
    assert database.sql("SELECT count(*) FROM statement_rows WHERE (transaction_id IS NOT NULL) <> (link_level > 0)") == [(0,)]
    assert database.sql("SELECT count(*) FROM statement_matches m WHERE NOT EXISTS (SELECT FROM open_matches o WHERE o.row_id = m.row_id"
                        " AND o.transaction_id = m.transaction_id)") == [(0,)], "no question that is none"


def reported(task, database):
    """The result says what stands there, though later batches have changed what earlier ones had counted."""
    of = "FROM statement_rows r JOIN statement_files f ON f.id = r.file_id WHERE f.task_id = %s"
    [(new, linked, new_sum, linked_sum)] = database.sql(
        f"SELECT count(*) FILTER (WHERE transaction_id IS NULL), count(transaction_id), coalesce(sum(amount) FILTER (WHERE transaction_id IS NULL), 0)::text,"
        f" coalesce(sum(amount) FILTER (WHERE transaction_id IS NOT NULL), 0)::text {of}", [task["task_id"]])
    result, stats = task["result"], settled(task)
    assert (result["new"]["rows"], result["linked"]["rows"]) == (new, linked) == (stats["created"], stats["unchanged"] - result["known"])
    for said, is_sum in ((result["new"], new_sum), (result["linked"], linked_sum)):
        assert float(said["credit"]) + float(said["debit"]) == pytest.approx(float(is_sum))
    asked = database.sql(f"SELECT count(*) {of} AND EXISTS (SELECT FROM statement_matches m WHERE m.row_id = r.id)", [task["task_id"]])[0][0]
    assert result["unclear"] == asked == sum(f["rows"]["unclear"] for f in result["files"])
    for n, file in enumerate(result["files"], 1):
        of_file = database.sql(f"SELECT count(*) FILTER (WHERE transaction_id IS NULL), count(transaction_id) {of} AND file_no = %s", [task["task_id"], n])
        assert [(file["rows"]["new"], file["rows"]["linked"])] == of_file


@pytest.fixture
def books(start, cluster):
    """As many ledgers as a test wants, each with a server of its own settings."""
    made = []

    def one(**settings):
        database = cluster.create()
        server = start.server(database, **settings)
        made.append((server, database))
        return server

    yield one
    for server, database in made:
        server.stop()
        database.drop()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_batches_files_and_order_do_not_matter(books, seed):
    bank, theirs, dice = crowded(seed)
    whole = books(OBMEN_BATCH=500)
    in_1c(whole, theirs, bank, number=lambda p: p.number)
    task = imported(whole, part(bank, bank.payments))
    expected = links(whole.database)
    reported(task, whole.database)
    holds(whole.database)
    reasons = {reason for *_, reason in expected[1]}
    assert reasons == {"several", "shared", "sum_only"} and task["result"]["linked"]["rows"] > 50

    small = books(OBMEN_BATCH=7)
    in_1c(small, theirs, bank, number=lambda p: p.number)
    task = imported(small, part(bank, bank.payments, dice))
    assert links(small.database) == expected
    reported(task, small.database)
    holds(small.database)

    cut = books(OBMEN_BATCH=20)
    in_1c(cut, theirs, bank, number=lambda p: p.number)
    pile = list(bank.payments)
    dice.shuffle(pile)
    tasks = [imported(cut, part(bank, pile[:60]), part(bank, pile[60:100]), part(bank, pile[100:130])), imported(cut, part(bank, pile[130:]))]
    assert links(cut.database) == expected
    holds(cut.database)
    reported(tasks[1], cut.database)
    assert tasks[1]["result"]["relinked"] > 0, "rows of the first upload have another counterpart, or none, since"
    again = imported(cut, part(bank, bank.payments))
    assert settled(again)["unchanged"] == len(bank.payments) and again["result"]["relinked"] == 0 and links(cut.database) == expected


@pytest.mark.parametrize("seed", [4, 5])
def test_a_dry_run_foretells_it(books, seed):
    """Of an upload that meets rows of an earlier one: what is told is what comes."""
    bank, theirs, dice = crowded(seed)
    server = books(OBMEN_BATCH=9)
    sql = server.database.sql
    in_1c(server, theirs, bank, number=lambda p: p.number)
    pile = list(bank.payments)
    dice.shuffle(pile)
    settled(imported(server, part(bank, pile[:90])))
    files = part(bank, pile[90:150]), part(bank, pile[150:])
    before = links(server.database)
    earlier = dict(sql("SELECT external_id, transaction_id IS NULL FROM statement_rows"))
    dry = imported(server, *files, dry_run=True)
    assert links(server.database) == before and sql("SELECT count(*) FROM statement_drafts") == [(0,)]

    told = sql("SELECT c.action, c.external_id, o.transaction_date::date, o.document_number, o.counterparty_inn, c.changes -> 'unclear' ->> 1, c.changes -> 'is_active'"
               " FROM task_changes c LEFT JOIN bank_transactions o ON o.id = c.row_id AND c.action = 'link' WHERE c.task_id = %s", [dry["task_id"]])
    real = imported(server, *files)
    for key in ("new", "linked", "known", "unclear", "relinked"):
        assert dry["result"][key] == real["result"][key], key
    assert [f["rows"] for f in dry["result"]["files"]] == [f["rows"] for f in real["result"]["files"]]
    reported(real, server.database)

    def content(rows):
        """Of equal rows (one identity) either may be the first."""
        return collections.Counter((action, key.split("/")[0], side(*c) if c[0] else None, reason) for action, key, *c, reason in rows)

    came = sql("SELECT CASE WHEN r.transaction_id IS NOT NULL THEN 'link' WHEN m.reason IS NOT NULL THEN 'unclear' ELSE 'create' END, r.external_id,"
               " o.transaction_date::date, o.document_number, o.counterparty_inn, m.reason FROM statement_rows r"
               " JOIN statement_files f ON f.id = r.file_id LEFT JOIN bank_transactions o ON o.id = r.transaction_id"
               " LEFT JOIN LATERAL (SELECT min(reason) AS reason FROM statement_matches m WHERE m.row_id = r.id) m ON true"
               " WHERE f.task_id = %s", [real["task_id"]])
    assert content([t[:6] for t in told if t[0] != "update"]) == content(came)
    now = dict(sql("SELECT external_id, transaction_id IS NULL FROM statement_rows"))
    switched = {key: [was, now[key]] for key, was in earlier.items() if now[key] != was}
    assert {t[1]: t[6] for t in told if t[0] == "update" and t[6]} == switched
    assert switched, "some of the first upload's rows change sides"


@pytest.mark.parametrize("seed", [6])
def test_1c_before_or_after(start, cluster, books, seed):
    """The statement first, then 1C, or month after month of 1C, or 1C first: the same links. Numbers, days and payees are not 1C's, here and there."""
    dice = random.Random(seed)
    demo = start.demo("--docs", 1200, "--seed", 40 + seed)
    today = datetime.date.today()
    year = dict(date_from=str(today - datetime.timedelta(days=370)), date_to=str(today))

    first = books(**demo.settings, OBMEN_BATCH=50)
    settled(first.wait_task(first.start_sync(**year)))
    documents = first.database.sql("SELECT transaction_date::date, amount, transaction_type, document_number, counterparty_inn, account_number FROM bank_transactions"
                                   " WHERE payment_source = 'BANK' AND account_number = (SELECT account_number FROM bank_transactions WHERE account_number <> ''"
                                   "  AND payment_source = 'BANK' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY external_id")
    bank = Bank(account=documents[0][5], first=min(d[0] for d in documents), days=370, per_day=0)
    for day, amount, way, number, inn, _ in documents:
        for _ in range(dice.choice((1, 1, 1, 2))):
            bank.payments.append(Payment(day=day + datetime.timedelta(dice.randrange(-2, 3)), out=way == "DEBIT", amount=int(amount * 100),
                                         number=dice.choice((number[-4:], "7", "8")), inn=inn if dice.random() < 0.8 else "", party="ООО \"Вектор\"",
                                         purpose=f"Оплата {len(bank.payments)}", other="40702810000000000555"))
    statement = part(bank, bank.payments, dice)
    settled(imported(first, statement))
    expected = links(first.database)
    assert sum(expected[1].values()) > 15 and sum(n for key, n in expected[0].items() if key[3]) > 50

    for cuts in (1, 5):
        after = books(**demo.settings, OBMEN_BATCH=50)
        settled(imported(after, statement))
        edges = [today - datetime.timedelta(days=370 - n * 370 // cuts) for n in range(cuts + 1)]
        pieces = [dict(date_from=str(a if n == 0 else a + datetime.timedelta(1)), date_to=str(b)) for n, (a, b) in enumerate(zip(edges, edges[1:]))]
        dice.shuffle(pieces)
        told = []
        for piece in pieces:
            task = after.wait_task(after.start_sync(**piece))
            settled(task)
            told.append(task["result"]["statements"])
        assert links(after.database) == expected, f"1C in {cuts} pieces"
        linked = after.database.sql("SELECT count(*) FROM statement_rows WHERE transaction_id IS NOT NULL")[0][0]
        assert sum(t["linked"] - t["opened"] for t in told) == linked if cuts == 1 else sum(t["linked"] for t in told) >= linked
        holds(after.database)


def test_a_decision_stands_though_a_better_row_comes(books):
    """A person has said that two rows are one payment; a row that fits 1C's better comes in the next file."""
    server = books()
    bank = Bank(seed=8, days=1, per_day=1)
    p = bank.payments[0]
    in_1c(server, [p], bank, number=lambda p: "К100-000901")
    in_1c(server, [p], bank, number=lambda p: "К100-000902")
    settled(imported(server, bank.statement()))
    [match] = matches(server)["matches"]
    decide(server, match, match["candidates"][0], "same")
    late = Bank(seed=8, days=1, per_day=0)
    late.payments = [Payment(**{**vars(p), "number": "901"})]
    task = imported(server, part(bank, late.payments))
    assert task["result"]["relinked"] == 0
    rows = server.database.sql("SELECT r.document_number, o.document_number FROM statement_rows r LEFT JOIN bank_transactions o ON o.id = r.transaction_id ORDER BY r.id")
    assert rows == [(p.number, "К100-000901"), ("901", "К100-000902")], "the INN and the day speak for what is left"


def test_a_better_row_of_a_later_file_gets_what_an_earlier_one_had(books):
    server = books()
    bank = Bank(seed=8, days=1, per_day=1)
    p = bank.payments[0]
    in_1c(server, [p], bank, number=lambda p: "К100-000901")
    task = imported(server, bank.statement())
    assert settled(task)["unchanged"] == 1, "the INN and the day speak for it"
    mine = server.database.sql("SELECT id FROM bank_transactions WHERE source = 'bank'")[0][0]
    late = Bank(seed=8, days=1, per_day=0)
    late.payments = [Payment(**{**vars(p), "number": "901"})]
    task = imported(server, part(bank, late.payments))
    assert task["result"]["relinked"] == 1 and task["result"]["linked"]["rows"] == 1 and settled(task)["unchanged"] == 1
    row = server.user.get(f"/bank-transactions/{mine}").json()
    assert row["is_active"], "it counts again"
    told = [(c["field"], c["old"], c["new"]) for h in server.user.get(f"/bank-transactions/{mine}/history").json()["history"] if h["task_id"] == task["task_id"]
            for c in h["changes"]]
    assert told == [("is_active", False, True)]
    assert server.database.sql("SELECT sum(amount)::text FROM bank_transactions WHERE is_active") == [(money(2 * p.amount),)]


def test_killed_between_batches(start, books):
    """Whoever goes on sees what the earlier attempt has linked, and decides about it again."""
    bank, theirs, dice = crowded(9)
    statement = part(bank, bank.payments, dice)
    whole = books(OBMEN_BATCH=500)
    in_1c(whole, theirs, bank, number=lambda p: p.number)
    settled(imported(whole, statement))

    killed = books(OBMEN_BATCH=2)
    in_1c(killed, theirs, bank, number=lambda p: p.number)
    task_id = upload(killed, statement).json()["task_id"]
    wait_for(lambda: killed.task(task_id)["stats"]["fetched"] >= 40, 60, "some rows")
    killed.kill()
    assert killed.database.sql("SELECT count(*) FROM statement_rows")[0][0] < len(bank.payments)
    holds(killed.database)
    second = start.server(killed.database)
    task = second.wait_task(task_id)
    assert task["attempt"] == 2
    reported(task, killed.database)
    holds(killed.database)
    assert links(killed.database) == links(whole.database)
    second.stop()
