"""GET /bank-transactions: each filter, order and cursor against plain SQL over the same rows."""
import base64
import random

import pytest

from test_import import YEAR, settled


@pytest.fixture(scope="module")
def ledger(cluster):
    from harness import Demo, Server
    database = cluster.create()
    demo = Demo("ledger.demo", "--docs", 1200, "--seed", 5, "--foreign", 50)
    server = Server("ledger.server", database, **demo.settings)
    settled(server.wait_task(server.start_sync(**YEAR)))
    database.sql("INSERT INTO categories (code, name, kind) VALUES ('A', 'Аренда', 'expense')")
    database.sql("UPDATE bank_transactions SET category_id = (SELECT id FROM categories WHERE code = 'A'), status = 'APPROVED' WHERE id % 7 = 0")
    database.sql("UPDATE bank_transactions SET is_active = false WHERE id % 11 = 0")
    database.sql("UPDATE bank_transactions SET counterparty_name = NULL WHERE id % 13 = 0")
    database.sql("UPDATE bank_transactions SET payment_purpose = '100%_\\ ровно' WHERE id = 5")
    database.sql("INSERT INTO search_backlog (ids) VALUES ('{5}')")
    database.sql("INSERT INTO search_backlog (ids) VALUES ('{5}')")
    demo.stop()
    yield server
    server.stop()
    database.drop()


def some(ledger, column):
    return ledger.database.sql(f"SELECT {column} FROM bank_transactions WHERE is_active AND {column} IS NOT NULL"
                               f" GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0][0]


FILTERS = {
    "date_from": ("transaction_date >= %s::date", "2026-03-01"),
    "date_to": ("transaction_date < %s::date + 1", None),
    "transaction_type": ("transaction_type = %s", "DEBIT"),
    "payment_source": ("payment_source = %s", "CASH"),
    "status": ("status = %s", "APPROVED"),
    "category_id": ("category_id = %s", None),
    "organization_id": ("organization_id = %s", None),
    "counterparty_inn": ("counterparty_inn = %s", None),
    "account_number": ("account_number = %s", None),
    "amount_min": ("amount >= %s", "1000.50"),
    "amount_max": ("amount <= %s", "99999.99"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(ledger, name):
    where, value = FILTERS[name]
    if value is None:
        value = str(some(ledger, "transaction_date::date" if name == "date_to" else name))
    answer = ledger.admin.get("/bank-transactions", params={name: value, "limit": 500}).json()
    rows = ledger.database.sql(
        f"SELECT count(*), coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0)::numeric(20,2)::text,"
        f" coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0)::numeric(20,2)::text,"
        f" coalesce(sum(CASE transaction_type WHEN 'CREDIT' THEN amount ELSE -amount END), 0)::numeric(20,2)::text"
        f" FROM bank_transactions WHERE is_active AND {where}", (value,))[0]
    assert 0 < rows[0] and answer["total"] == rows[0]
    assert answer["totals"] == {"credit": rows[1], "debit": rows[2], "balance": rows[3]}
    wanted = {r[0] for r in ledger.database.sql(f"SELECT id FROM bank_transactions WHERE is_active AND {where}", (value,))}
    assert {t["id"] for t in answer["transactions"]} <= wanted


@pytest.mark.parametrize("active, where", [("true", "is_active"), ("false", "NOT is_active"), ("all", "true")])
def test_activity(ledger, active, where):
    count = ledger.database.sql(f"SELECT count(*) FROM bank_transactions WHERE {where}")[0][0]
    assert ledger.admin.get("/bank-transactions", params={"is_active": active}).json()["total"] == count > 0


def test_search(ledger):
    def found(q):
        return ledger.admin.get("/bank-transactions", params={"q": q, "is_active": "all"}).json()["total"]
    assert found("ровно 100") == 1, "signs of LIKE and of queries are no words"
    assert found("НИЧЕГО ТАКОГО") == 0
    name = some(ledger, "counterparty_name")
    assert found(name) >= 1 and found(name.lower()) == found(name.upper()) == found(name)
    assert found(some(ledger, "counterparty_inn")) >= 1
    assert found(some(ledger, "counterparty_account")[5:]) >= 1
    assert found("'; DROP TABLE bank_transactions; --") == 0


def test_words_that_are_not_looked_for(ledger):
    """«За» stands nearly everywhere, and is in no index: that nothing was found is told apart from what there is none of."""
    def answer(**params):
        return ledger.admin.get("/bank-transactions", params={"is_active": "all", "limit": 1, **params}).json()
    for q in ("за", "И по", "…"):
        assert answer(q=q)["total"] == 0 and answer(q=q)["nothing_to_find"] is True, q
    for q in ("за 100", "ровно за", "НИЧЕГО ТАКОГО", "7"):
        assert answer(q=q)["nothing_to_find"] is False, q
    assert answer()["nothing_to_find"] is False


@pytest.mark.parametrize("sort, order", [
    ("transaction_date", "transaction_date, id"), ("-transaction_date", "transaction_date DESC, id DESC"),
    ("amount", "amount, id"), ("-amount", "amount DESC, id DESC"),
    ("counterparty_name", "left(coalesce(counterparty_name, ''), 80), id"), ("-counterparty_name", "left(coalesce(counterparty_name, ''), 80) DESC, id DESC")])
def test_orders_and_cursors(ledger, sort, order):
    wanted = [r[0] for r in ledger.database.sql(f"SELECT id FROM bank_transactions WHERE is_active ORDER BY {order}")]
    by_cursor, cursor = [], None
    while True:
        params = {"sort": sort, "limit": 97, **({"cursor": cursor} if cursor else {})}
        answer = ledger.admin.get("/bank-transactions", params=params).json()
        by_cursor += [t["id"] for t in answer["transactions"]]
        cursor = answer["next_cursor"]
        if not cursor:
            break
    assert by_cursor == wanted
    page = ledger.admin.get("/bank-transactions", params={"sort": sort, "limit": 50, "offset": 100}).json()
    assert [t["id"] for t in page["transactions"]] == wanted[100:150] and page["total"] == len(wanted)
    assert ledger.admin.get("/bank-transactions", params={"sort": sort, "cursor": "zz"}).status_code == 422
    other = "amount" if "date" in sort else "transaction_date"
    first = ledger.admin.get("/bank-transactions", params={"sort": sort, "limit": 1}).json()["next_cursor"]
    assert ledger.admin.get("/bank-transactions", params={"sort": other, "cursor": first}).status_code == 422


def pages(ledger, **params):
    cursor = None
    while True:
        answer = ledger.admin.get("/bank-transactions", params={**params, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        page, cursor = answer.json()["transactions"], answer.json()["next_cursor"]
        assert cursor is None or len(cursor) <= 500
        yield [t["id"] for t in page]
        if not cursor:
            return


LONG = "Общество с ограниченной ответственностью «" + "😀" * 60


@pytest.mark.parametrize("sort", ["transaction_date", "-transaction_date", "amount", "-amount", "counterparty_name", "-counterparty_name"])
def test_rows_that_change_between_pages_hide_no_others(ledger, sort):
    """The row that a page ended with moves, goes or stays; so do others, seen and unseen. The rest is seen once."""
    chance = random.Random(sort)
    column = sort.lstrip("-")
    ledger.database.sql("UPDATE bank_transactions SET counterparty_name = %s || id WHERE id %% 9 = 0", (LONG,))
    alive = {r[0] for r in ledger.database.sql("SELECT id FROM bank_transactions WHERE is_active")}
    elsewhere = {"transaction_date": lambda: f"timestamp '2026-01-01' + {chance.randrange(400 * 86400)} * interval '1 second'",
                 "amount": lambda: f"{chance.randrange(10 ** chance.randrange(1, 17))} * 0.01",
                 "counterparty_name": lambda: chance.choice(["NULL", "''", "'АО «Новое»'", "'Ящик'", f"'{LONG}'"])}[column]
    seen, moved = [], set()
    for page in pages(ledger, sort=sort, limit=29):
        seen += page
        others = chance.sample(sorted(alive), 4)
        for id in [*page[-1:], *others]:
            moved.add(id)
            gone = ", is_active = false" if chance.random() < .3 else ""
            ledger.database.sql(f"UPDATE bank_transactions SET {column} = {elsewhere()}{gone} WHERE id = %s", (id,))
    assert len(alive) - len(moved) > 300
    assert sorted(id for id in seen if id not in moved) == sorted(alive - moved)


def test_a_cursor_that_was_not_given(ledger):
    given = ledger.admin.get("/bank-transactions?limit=3").json()["next_cursor"]
    inside = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode()
    texts = ["zz", "d5", "d999999999", given + "A", given + "=", given.upper()]
    for plain in ("", "d", "d 5", "d5", "d5 ", "d5 x", "d05 5", "d5 05", "d-5 5", "d5 999999999999999999", "d5 -0", f"{inside} ", inside.upper()):
        texts.append(base64.urlsafe_b64encode(plain.encode()).decode().rstrip("="))
    for text in filter(None, texts):
        answer = ledger.admin.get("/bank-transactions", params={"cursor": text})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "cursor", text
    for plain in (b"n5 \xff", b"n5 a\0b", b"n5 " + b"x" * 81, b"N5 x", b"a5 99999999999999999999", b"a5 1.5"):
        text = base64.urlsafe_b64encode(plain).decode().rstrip("=")
        sort = "-amount" if plain[:1] == b"a" else "-counterparty_name"
        assert ledger.admin.get("/bank-transactions", params={"cursor": text, "sort": sort}).status_code == 422, plain


def test_one_row(ledger):
    rent = ledger.database.sql("SELECT id FROM categories WHERE code = 'A'")[0][0]
    listed = ledger.admin.get(f"/bank-transactions?limit=1&category_id={rent}").json()["transactions"][0]
    row = ledger.admin.get(f"/bank-transactions/{listed['id']}").json()
    assert row == listed and row["category_name"] == "Аренда" and row["status"] == "APPROVED"
    columns = {r[0] for r in ledger.database.sql("SELECT column_name FROM information_schema.columns WHERE table_name = 'bank_transactions'")}
    facts = {"our_inn", "cash_flow_item", "payer_status", "kbk", "payment_kind"}  # what only the classification reads
    assert columns - {"data_version", "decided_by"} - facts | {"category_name", "suggested_category_name"} == set(row)
    assert ledger.admin.get("/bank-transactions/999999999").status_code == 404


def test_contractors_and_organizations(ledger):
    everyone = ledger.admin.get("/contractors?limit=500").json()
    assert everyone["total"] == len(everyone["contractors"]) > 20
    one = next(c for c in everyone["contractors"] if c["inn"])
    assert ledger.admin.get("/contractors", params={"inn": one["inn"]}).json()["total"] >= 1
    part = ledger.admin.get("/contractors", params={"q": one["name"][1:5].upper(), "limit": 500}).json()["contractors"]
    assert one["id"] in [c["id"] for c in part] and len(part) < everyone["total"]
    pages = [ledger.admin.get("/contractors", params={"limit": 10, "offset": o}).json()["contractors"] for o in (0, 10)]
    assert [c["id"] for p in pages for c in p] == [c["id"] for c in everyone["contractors"][:20]]
    own = ledger.admin.get("/organizations").json()
    assert own["total"] == 3 and {"id", "external_id", "name", "full_name", "inn", "kpp", "is_active", "warnings"} == set(own["organizations"][0])
    assert ledger.admin.get("/organizations?q=нет такой").json()["total"] == 0
