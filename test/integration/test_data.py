"""What people read and decide: PATCH and bulk of bank transactions, summaries, words found; against plain SQL."""
import datetime
import decimal

import pytest

from harness import wait_for
from test_api import is_problem


def insert(database, n, **columns):
    """One row made by hand; its id."""
    row = dict(source="test", external_id=f"e{n}", transaction_date=datetime.datetime(2025, 1 + n % 12, 1 + n % 28, 10, n % 60), amount="100.50",
               currency="RUB", transaction_type="CREDIT" if n % 3 else "DEBIT", payment_source="BANK", import_source="API", **columns)
    names = ", ".join(row)
    made = database.sql(f"WITH made AS (INSERT INTO bank_transactions ({names}) VALUES ({', '.join(['%s'] * len(row))}) RETURNING id),"
                        f" told AS (INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM made) SELECT id FROM made", list(row.values()))
    return made[0][0]


@pytest.fixture(scope="module")
def data(cluster):
    from harness import Server
    database = cluster.create()
    server = Server("data.server", database)
    server.category = database.sql("SELECT id FROM categories ORDER BY id LIMIT 1")[0][0]
    server.gone = database.sql("INSERT INTO categories (code, name, kind, is_active) VALUES ('OLD', 'Старая', 'expense', false) RETURNING id")[0][0]
    yield server
    server.stop()
    database.drop()


count = iter(range(1, 10_000))


@pytest.fixture
def row(data):
    return insert(data.database, next(count), payment_purpose="Оплата")


def stored(data, row, columns):
    return data.database.sql(f"SELECT {columns} FROM bank_transactions WHERE id = %s", (row,))[0]


# ---------------------------------------------------------------- PATCH

def test_a_category_by_hand(data, row):
    answer = data.manager.patch(f"/bank-transactions/{row}", json={"category_id": data.category})
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert now["category_id"] == data.category and now["status"] == "CATEGORIZED" and now["category_confidence"] == 1
    assert "manager" in now["category_reason"] and now["suggested_category_id"] is None
    assert now == data.user.get(f"/bank-transactions/{row}").json()
    who = data.database.sql("SELECT id FROM users WHERE username = 'manager'")[0][0]
    assert stored(data, row, "decided_by") == (who,)
    changes = data.user.get(f"/bank-transactions/{row}/history").json()["history"]
    assert changes[0]["user_id"] == who and {"field": "category_id", "old": None, "new": data.category} in changes[0]["changes"]

    answer = data.admin.patch(f"/bank-transactions/{row}", json={"category_id": None})
    assert answer.json()["category_id"] is None and answer.json()["status"] == "NEW" and answer.json()["category_confidence"] is None
    assert stored(data, row, "decided_by IS NOT NULL") == (True,), "to have none is a decision too"


@pytest.mark.parametrize("before, body, after", [
    ("NEW", {"category_id": 1}, "CATEGORIZED"), ("NEEDS_REVIEW", {"category_id": 1}, "CATEGORIZED"), ("APPROVED", {"category_id": 1}, "APPROVED"),
    ("IGNORED", {"category_id": None}, "IGNORED"), ("CATEGORIZED", {"category_id": None}, "NEW"), ("APPROVED", {"category_id": None}, "NEW"),
    ("NEW", {"category_id": 1, "status": "APPROVED"}, "APPROVED"), ("NEW", {"status": "IGNORED"}, "IGNORED"), ("CATEGORIZED", {"notes": "x"}, "CATEGORIZED")])
def test_the_status_follows(data, row, before, body, after):
    category = 2 if before in ("CATEGORIZED", "APPROVED") else None
    data.database.sql("UPDATE bank_transactions SET status = %s, category_id = %s WHERE id = %s", (before, category, row))
    assert data.admin.patch(f"/bank-transactions/{row}", json=body).json()["status"] == after


DECISION = "status, category_id, suggested_category_id, category_confidence::float, category_method, category_rule_id, decided_by IS NOT NULL"


def suggest(data, row, category=2, status="NEEDS_REVIEW"):
    data.database.sql("UPDATE bank_transactions SET status = %s, suggested_category_id = %s, category_confidence = 0.5, category_method = 'rule',"
                      " category_rule_id = 7, category_reason = 'Слово' WHERE id = %s", (status, category, row))


@pytest.mark.parametrize("status", ["APPROVED", "CATEGORIZED"])
def test_who_approves_accepts_what_is_suggested(data, row, status):
    suggest(data, row)
    answer = data.manager.patch(f"/bank-transactions/{row}", json={"status": status})
    assert answer.status_code == 200, answer.text
    assert stored(data, row, DECISION) == (status, 2, None, 1.0, None, None, True)
    assert "Выбрана" in answer.json()["category_reason"] and "manager" in answer.json()["category_reason"]
    # what has a category is only called right
    data.database.sql("UPDATE bank_transactions SET category_method = 'item', category_reason = 'Статья 1С', decided_by = NULL WHERE id = %s", (row,))
    assert data.manager.patch(f"/bank-transactions/{row}", json={"status": "APPROVED"}).json()["category_reason"] == "Статья 1С"
    assert stored(data, row, "status, category_id, category_method, decided_by IS NOT NULL") == ("APPROVED", 2, "item", True)


@pytest.mark.parametrize("status", ["APPROVED", "CATEGORIZED"])
@pytest.mark.parametrize("suggested", [None, "gone"])
def test_nothing_is_approved_without_a_category(data, row, status, suggested):
    suggest(data, row, suggested and data.gone)
    before = stored(data, row, DECISION + ", updated_at")
    tag = data.admin.get(f"/bank-transactions/{row}").headers["ETag"]
    for headers in ({}, {"If-Match": tag}):
        answer = data.manager.patch(f"/bank-transactions/{row}", json={"status": status, "notes": "x"}, headers=headers)
        assert "категор" in is_problem(answer, 422, "VALIDATION_ERROR")["detail"]
    is_problem(data.manager.patch(f"/bank-transactions/{row}", json={"status": status, "category_id": None}), 422, "VALIDATION_ERROR", "status")
    assert stored(data, row, DECISION + ", updated_at") == before
    is_problem(data.manager.patch(f"/bank-transactions/{row}", json={"status": status}, headers={"If-Match": '"1"'}), 412, "CONFLICT")


def test_a_category_taken_away_leaves_what_is_suggested(data, row):
    suggest(data, row, status="APPROVED")  # as it was possible once
    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": "x"}).json()["status"] == "APPROVED"
    assert data.manager.patch(f"/bank-transactions/{row}", json={"category_id": None}).json()["category_reason"] == "Слово"
    assert stored(data, row, DECISION) == ("NEEDS_REVIEW", None, 2, 0.5, "rule", 7, True)


def test_notes_decide_nothing(data, row):
    answer = data.manager.patch(f"/bank-transactions/{row}", json={"notes": "позвонить\nбухгалтеру ‼"})
    assert answer.json()["notes"] == "позвонить\nбухгалтеру ‼"
    assert stored(data, row, "decided_by, category_reason") == (None, None)
    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": ""}).json()["notes"] is None
    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": "я" * 2000}).status_code == 200
    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": None}).json()["notes"] is None


@pytest.mark.parametrize("body, field", [
    ({}, "body"), ({"colour": 1}, "colour"), ({"category_id": "1"}, "category_id"), ({"category_id": 0}, "category_id"), ({"category_id": 1.5}, "category_id"),
    ({"category_id": True}, "category_id"), ({"category_id": 10**30}, "category_id"), ({"status": "OLD"}, "status"), ({"status": None}, "status"),
    ({"notes": 5}, "notes"), ({"notes": "я" * 2001}, "notes"), ({"notes": "a\0b"}, None), ([], None), ("x", None)])
def test_bad_patch(data, row, body, field):
    answer = data.manager.patch(f"/bank-transactions/{row}", json=body)
    is_problem(answer, 400 if body == {"notes": "a\0b"} else 422, "VALIDATION_ERROR", field)


def test_patch_of_what_is_not_there(data, row):
    is_problem(data.manager.patch("/bank-transactions/987654321", json={"status": "NEW"}), 404, "NOT_FOUND")
    is_problem(data.manager.patch("/bank-transactions/x", json={"status": "NEW"}), 404, "NOT_FOUND")
    for category in (987654321, data.gone):
        answer = data.manager.patch(f"/bank-transactions/{row}", json={"category_id": category, "notes": "x"})
        assert "category_id" in is_problem(answer, 422, "VALIDATION_ERROR")["detail"]
    assert stored(data, row, "category_id, notes, decided_by") == (None, None, None)
    is_problem(data.user.patch(f"/bank-transactions/{row}", json={"status": "NEW"}), 403, "AUTHORIZATION_ERROR")
    assert data.manager.patch(f"/bank-transactions/{row}", data="{").status_code in (400, 415)


def test_two_people_at_once(data, row):
    tag = data.admin.get(f"/bank-transactions/{row}").headers["ETag"]
    first = data.manager.patch(f"/bank-transactions/{row}", json={"status": "NEEDS_REVIEW"}, headers={"If-Match": tag})
    assert first.status_code == 200 and first.headers["ETag"] != tag
    is_problem(data.admin.patch(f"/bank-transactions/{row}", json={"status": "IGNORED"}, headers={"If-Match": tag}), 412, "CONFLICT")
    assert stored(data, row, "status") == ("NEEDS_REVIEW",)
    assert data.admin.patch(f"/bank-transactions/{row}", json={"status": "IGNORED"}, headers={"If-Match": first.headers["ETag"]}).status_code == 200
    assert data.admin.patch(f"/bank-transactions/{row}", json={"status": "NEW"}, headers={"If-Match": "*"}).status_code == 200
    is_problem(data.admin.patch(f"/bank-transactions/{row}", json={"status": "NEW"}, headers={"If-Match": "x"}), 422, "VALIDATION_ERROR", "If-Match")


# ---------------------------------------------------------------- bulk

def test_bulk(data):
    rows = [insert(data.database, next(count)) for _ in range(5)]
    answer = data.manager.post("/bank-transactions/bulk", json={"ids": rows[:4] + [rows[0], 987654321], "category_id": data.category})
    assert answer.status_code == 200 and answer.json() == {"updated": 4}
    assert [stored(data, r, "category_id, status") for r in rows] == [(data.category, "CATEGORIZED")] * 4 + [(None, "NEW")]
    assert data.manager.post("/bank-transactions/bulk", json={"ids": rows, "status": "APPROVED"}).json() == {"updated": 4, "without_category": 1}
    assert [stored(data, r, "status") for r in rows] == [("APPROVED",)] * 4 + [("NEW",)]
    suggest(data, rows[4])
    assert data.manager.post("/bank-transactions/bulk", json={"ids": rows, "status": "APPROVED"}).json() == {"updated": 5}
    assert stored(data, rows[4], DECISION) == ("APPROVED", 2, None, 1.0, None, None, True)
    is_problem(data.manager.post("/bank-transactions/bulk", json={"ids": rows, "status": "APPROVED", "category_id": None}), 422, "VALIDATION_ERROR", "status")
    assert data.manager.post("/bank-transactions/bulk", json={"ids": list(range(1, 10001)), "status": "APPROVED"}).status_code == 200


@pytest.mark.parametrize("body, field", [
    ({"status": "NEW"}, "ids"), ({"ids": [], "status": "NEW"}, "ids"), ({"ids": [1]}, "body"), ({"ids": ["1"], "status": "NEW"}, "ids[0]"),
    ({"ids": [1, 0], "status": "NEW"}, "ids[1]"), ({"ids": 1, "status": "NEW"}, "ids"), ({"ids": list(range(1, 10002)), "status": "NEW"}, "ids"),
    ({"ids": [1], "status": "NEW", "notes": "x"}, "notes"), ({"ids": [1], "status": "no"}, "status"), ({"ids": [10**30], "status": "NEW"}, None)])
def test_bad_bulk(data, body, field):
    is_problem(data.manager.post("/bank-transactions/bulk", json=body), 422, "VALIDATION_ERROR", field)


def test_bulk_by_filter(data):
    """All that the list of the same filter counts, and nothing when the count is another by then."""
    inn = "7736050003"
    rows = [insert(data.database, next(count), counterparty_inn=inn, payment_purpose=f"Аренда {n} склада") for n in range(7)]
    other = insert(data.database, next(count), counterparty_inn="5003052454")
    data.database.sql("UPDATE bank_transactions SET is_active = false WHERE id = %s", (rows[6],))

    def bulk(filters, **body):
        return data.manager.post("/bank-transactions/bulk", params=filters, json=body)

    total = data.user.get("/bank-transactions", params={"counterparty_inn": inn}).json()["total"]
    assert total == 6
    for wrong in (5, 7):
        detail = is_problem(bulk({"counterparty_inn": inn}, count=wrong, status="APPROVED"), 409, "CONFLICT")["detail"]
        assert "6" in detail and str(wrong) in detail
    assert {stored(data, r, "status") for r in rows} == {("NEW",)}
    suggest(data, rows[0])
    assert bulk({"counterparty_inn": inn}, count=6, status="APPROVED").json() == {"updated": 1, "without_category": 5}
    assert [stored(data, r, "category_id, status") for r in rows] == [(2, "APPROVED")] + [(None, "NEW")] * 6
    assert bulk({"counterparty_inn": inn}, count=6, category_id=None).json() == {"updated": 6}
    answer = bulk({"counterparty_inn": inn}, count=6, category_id=data.category)
    assert answer.status_code == 200 and answer.json() == {"updated": 6}
    assert [stored(data, r, "category_id, status") for r in (*rows, other)] == [(data.category, "CATEGORIZED")] * 6 + [(None, "NEW")] * 2
    history = data.user.get(f"/bank-transactions/{rows[0]}/history").json()["history"]
    assert history[0]["username"] == "manager" and {"field": "category_id", "old": None, "new": data.category} in history[0]["changes"]
    # what matches changes by the change itself; words; those that are gone
    assert bulk({"counterparty_inn": inn, "status": "CATEGORIZED"}, count=6, status="APPROVED").json() == {"updated": 6}
    assert is_problem(bulk({"counterparty_inn": inn, "status": "CATEGORIZED"}, count=6, status="APPROVED"), 409, "CONFLICT")
    wait_for(lambda: data.database.sql("SELECT NOT EXISTS (SELECT FROM search_backlog)")[0][0], 60, "the words")
    assert bulk({"counterparty_inn": inn, "q": "склады аренда"}, count=6, status="IGNORED").json() == {"updated": 6}
    assert bulk({"counterparty_inn": inn, "is_active": "false"}, count=1, status="IGNORED").json() == {"updated": 1}
    assert {stored(data, r, "status") for r in rows} == {("IGNORED",)} and stored(data, other, "status") == ("NEW",)
    assert "category_id" in is_problem(bulk({"counterparty_inn": inn}, count=6, category_id=data.gone), 422, "VALIDATION_ERROR")["detail"]


@pytest.mark.parametrize("filters, body, field", [
    ({}, {"count": 50001, "status": "NEW"}, "count"), ({}, {"count": 0, "status": "NEW"}, "count"), ({}, {"count": 1, "ids": [1], "status": "NEW"}, "ids"),
    ({"status": "NEW"}, {"ids": [1], "status": "NEW"}, "status"), ({"status": "NEW"}, {"status": "NEW"}, "ids"), ({"limit": 5}, {"count": 5, "status": "NEW"}, "limit"),
    ({"date_from": "2025-02-30"}, {"count": 5, "status": "NEW"}, "date_from"), ({"status": "NEW"}, {"count": 5}, "body")])
def test_bad_bulk_by_filter(data, filters, body, field):
    is_problem(data.manager.post("/bank-transactions/bulk", params=filters, json=body), 422, "VALIDATION_ERROR", field)


def test_bulk_is_not_for_users(data):
    is_problem(data.user.post("/bank-transactions/bulk", json={"ids": [1], "status": "NEW"}), 403, "AUTHORIZATION_ERROR")
    assert data.manager.post("/bank-transactions/bulk", json={"ids": [1], "category_id": 987654321}).status_code == 422


# ---------------------------------------------------------------- what counts

COUNTS = "is_active AND status <> 'IGNORED'"


@pytest.fixture(scope="module")
def left_out(data):
    """Rows of which some are gone, some replaced by 1C's, some left out by a person."""
    for n in range(40):
        insert(data.database, 40_000 + n, counterparty_inn="5024089920", payment_purpose="Взвешивание", is_active=n % 5 > 0, status="IGNORED" if n % 4 == 0 else "NEW")
    wait_for(lambda: data.database.sql("SELECT NOT EXISTS (SELECT FROM search_backlog)")[0][0], 60, "the words")
    return data


@pytest.mark.parametrize("query, where", [
    ({}, "is_active"), ({"is_active": "all"}, "true"), ({"is_active": "false"}, "NOT is_active"), ({"q": "взвешивание", "is_active": "all"}, "true"),
    ({"q": "взвешивание", "status": "IGNORED"}, "status = 'IGNORED' AND is_active"), ({"status": "IGNORED"}, "status = 'IGNORED' AND is_active"),
    ({"status": "NEW", "transaction_type": "DEBIT"}, "status = 'NEW' AND transaction_type = 'DEBIT' AND is_active")])
def test_sums_of_rows_that_count(left_out, query, where):
    """Of all that match, as it always was; and apart from it of those that count, each payment once."""
    answer = left_out.user.get("/bank-transactions", params={"counterparty_inn": "5024089920", **query}).json()
    sums = ("count(*), coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0)::numeric(20,2)::text,"
            " coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0)::numeric(20,2)::text,"
            " coalesce(sum(CASE transaction_type WHEN 'CREDIT' THEN amount ELSE -amount END), 0)::numeric(20,2)::text")
    of = f"SELECT {sums} FROM bank_transactions WHERE counterparty_inn = '5024089920' AND {where}"
    total, *wanted = left_out.database.sql(of)[0]
    assert total == answer["total"] > 0 and list(answer["totals"].values()) == wanted
    assert list(answer["counted"].values()) == list(left_out.database.sql(f"{of} AND {COUNTS}")[0])
    assert query or answer["counted"]["count"] < total < 40


# ---------------------------------------------------------------- summary

KEYS = {"month": "to_char(transaction_date, 'YYYY-MM')", "category": "category_id::text", "organization": "organization_id::text"}


@pytest.fixture(scope="module")
def sums(data):
    organization = data.database.sql("INSERT INTO organizations (external_id, name) VALUES ('o', 'ООО «Сводная»') RETURNING id")[0][0]
    for n in range(60):
        insert(data.database, 20_000 + n, category_id=n % 3 + 1 if n % 4 else None, organization_id=organization if n % 5 else None,
               is_active=n % 7 > 0, vat_amount=None)
    data.database.sql("UPDATE bank_transactions SET amount = amount + id * 0.37")
    data.database.sql("UPDATE categories SET kind = 'internal' WHERE id = 2")  # a third of what has a category
    data.database.sql("UPDATE bank_transactions SET status = 'IGNORED' WHERE external_id LIKE 'e200%%' AND id %% 5 = 0", ())
    return data


def added_up(sums, group, where):
    """By key: receipts, payments, how many."""
    return {r[0]: r[1:] for r in sums.database.sql(
        f"SELECT {KEYS[group]}, coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0)::numeric(20,2)::text,"
        f" coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0)::numeric(20,2)::text, count(*)"
        f" FROM bank_transactions WHERE {where} GROUP BY 1")}


OWN = "coalesce(category_id = 2, false)"


@pytest.mark.parametrize("group", KEYS)
@pytest.mark.parametrize("query, where", [
    ({}, "is_active AND status <> 'IGNORED'"),
    ({"date_from": "2025-03-01", "date_to": "2025-08-15"}, "is_active AND status <> 'IGNORED' AND transaction_date >= '2025-03-01' AND transaction_date < '2025-08-16'"),
    ({"is_active": "all", "transaction_type": "DEBIT"}, "transaction_type = 'DEBIT' AND status <> 'IGNORED'"),
    ({"status": "IGNORED"}, "is_active AND status = 'IGNORED'")])
def test_summary(sums, group, query, where):
    """Receipts and payments; what only moved between own accounts apart; what people left out not at all, unless it is asked for."""
    answer = sums.user.get("/summary", params={"group_by": group, **query})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    money, own, wanted = (added_up(sums, group, f"{where} AND {which}") for which in (f"NOT {OWN}", OWN, "true"))
    assert own and said["total"] == len(said["groups"]) == len(wanted)
    nothing = ("0.00", "0.00", 0)
    for g in said["groups"]:
        assert (g["credit"], g["debit"], g["count"]) == money.get(g["key"], nothing)
        assert tuple(g["transfers"][k] for k in ("credit", "debit", "count")) == own.get(g["key"], nothing)
    left = {} if "status" in query else added_up(sums, "month", where.replace("status <>", "status ="))
    assert said["left_out"] == sum(count for *_, count in left.values()) and (said["left_out"] > 0) == ("status" not in query)
    for g in said["groups"]:
        assert decimal.Decimal(g["balance"]) == decimal.Decimal(g["credit"]) - decimal.Decimal(g["debit"]) and g["title"]
    if group == "month":
        assert [g["key"] for g in said["groups"]] == sorted(wanted)
        assert said["groups"][0]["title"].split()[0] in ("январь", "март")
    if group == "organization":
        assert {g["title"] for g in said["groups"]} == {"ООО «Сводная»", "Без организации"}


@pytest.mark.parametrize("query, field", [
    ("group_by=day", "group_by"), ("date_from=x", "date_from"), ("date_from=2025-02-01&date_to=2025-01-01", "date_from"), ("limit=5", "limit"), ("q=x", "q")])
def test_bad_summary(data, query, field):
    is_problem(data.user.get("/summary?" + query), 422, "VALIDATION_ERROR", field)


# ---------------------------------------------------------------- filters

def chosen(data, path="/bank-transactions", **filters):
    answer = data.user.get(path, params={"counterparty_inn": "5024111111", "limit": 500, **filters})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["total"] == len(said["transactions"])
    return {t["id"] for t in said["transactions"]}


def test_without_a_category_by_source_and_by_task(data):
    sql, inn, task = data.database.sql, "5024111111", "01890000-0000-7000-8000-000000000001"
    organization = sql("INSERT INTO organizations (source, external_id, name) VALUES ('hand', 'filter', 'ООО «Отбор»') RETURNING id")[0][0]
    a, b, c, d = [insert(data.database, next(count), counterparty_inn=inn) for _ in range(4)]
    sql("UPDATE bank_transactions SET category_id = %s WHERE id = ANY (%s)", (data.category, [a, b]))
    sql("UPDATE bank_transactions SET organization_id = %s WHERE id = %s", (organization, a))
    sql("UPDATE bank_transactions SET import_source = 'BANK_FILE' WHERE id = %s", (b,))
    sql("UPDATE bank_transactions SET changed_task_id = %s, is_active = id <> %s WHERE id = ANY (%s)", (task, d, [c, d]))
    cases = [({}, {a, b, c}), ({"category_id": "none"}, {c}), ({"category_id": data.category}, {a, b}), ({"organization_id": "none"}, {b, c}),
             ({"import_source": "BANK_FILE"}, {b}), ({"import_source": "API"}, {a, c}), ({"import_source": "ODATA_1C"}, set()),
             ({"changed_task_id": task}, {c}), ({"changed_task_id": task, "is_active": "false"}, {d}),
             ({"changed_task_id": task, "is_active": "all", "category_id": "none"}, {c, d}), ({"category_id": "none", "organization_id": organization}, set())]
    for filters, wanted in cases:
        assert chosen(data, **filters) == wanted, filters
        for sort in ("amount", "-counterparty_name"):
            assert chosen(data, **filters, sort=sort) == wanted, filters
        text = data.user.get("/bank-transactions/export", params={"format": "jsonl", "counterparty_inn": inn, **filters}).text
        assert len(text.splitlines()) == len(wanted), filters
    # The summary's group without a category, and the rows behind it.
    groups = data.user.get("/summary", params={"counterparty_inn": inn, "group_by": "category"}).json()["groups"]
    assert {g["key"]: g["count"] for g in groups} == {str(data.category): 2, None: 1}
    # A task that makes a file of them takes the same filter.
    for params, wanted in (({"category_id": "none"}, 1), ({"changed_task_id": task, "is_active": "false"}, 1), ({"import_source": "BANK_FILE"}, 1)):
        made = data.manager.post("/tasks", json={"task_type": "export_transactions", "params": {"format": "jsonl", "counterparty_inn": inn, **params}})
        assert made.status_code == 202, made.text
        assert data.wait_task(made.json()["task_id"])["result"]["processed"] == wanted
    assert data.manager.post("/bank-transactions/bulk", params={"counterparty_inn": inn, "changed_task_id": task, "is_active": "all"},
                             json={"count": 2, "status": "IGNORED"}).json() == {"updated": 2}
    for name, bad in (("category_id", "nobody"), ("category_id", "-1"), ("changed_task_id", "x"), ("import_source", "1C")):
        is_problem(data.user.get("/bank-transactions", params={name: bad}), 422, "VALIDATION_ERROR", name)


# ---------------------------------------------------------------- words

@pytest.fixture(scope="module")
def words(data):
    made = {
        "rent": insert(data.database, 30_001, payment_purpose="Оплата аренды нежилых помещений за март 2025 по счёту №15/2-А", counterparty_name="ООО «Ромашка»",
                       counterparty_inn="7736050003", counterparty_account="40702810900000012345", document_number="К100-000777"),
        "goods": insert(data.database, 30_002, payment_purpose="За строительные материалы", counterparty_name="АО «Стройинвест»", account_number="40702810000000099999"),
        "odd": insert(data.database, 30_003, payment_purpose="Прочее", document_number="ЖЮЛЬ", notes="Уточнить у кладовщика"),
        "prefix": insert(data.database, 30_004, payment_purpose="Прочее", document_number="ЩЫ-000951"),
    }
    return data, {v: k for k, v in made.items()}


def found(words, q):
    data, names = words
    answer = data.user.get("/bank-transactions", params={"q": q, "is_active": "all", "limit": 500})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["total"] == len(said["transactions"])
    return sorted(names[t["id"]] for t in said["transactions"] if t["id"] in names)


CASES = [
    ("ЖЮЛЬ", ["odd"]), ("жюл", ["odd"]), ("кладовщик", ["odd"]), ("жюль уточнить", ["odd"]), ("щы", []), ("ЩЫ-0009", ["prefix"]), (" аренда ", ["rent"]),
    ("аренда", ["rent"]), ("АРЕНДОЙ помещения", ["rent"]), ("помещение аренда", ["rent"]), ("аренда материалов", []), ("арен", ["rent"]),
    ("счету", ["rent"]), ("счет 15", ["rent"]), ("15/2", ["rent"]), ("ромашка", ["rent"]), ("«Ромаш", ["rent"]), ("стройинв", ["goods"]), ("материал", ["goods"]),
    ("7736050003", ["rent"]), ("3605", ["rent"]), ("12345", ["rent"]), ("000777", ["rent"]), ("к100-0007", ["rent"]), ("99999", ["goods"]),
    ("0-00077", ["rent"]), ("4070281090000001234", ["rent"]), ("407028109000000123456", []), ("К100-000777 x", []), ("#7736050003", []), ("1'2\\3", []),
    ("%", []), ("_", []), ("'", []), ("\\", []), ("& | ! :*", []), ("a'b:*&", []), ("по", []), ("'; DROP TABLE bank_transactions; --", [])]


def test_words_at_once_and_when_indexed(words):
    data, _ = words
    for q, wanted in CASES:
        assert found(words, q) == wanted, q
    wait_for(lambda: data.database.sql("SELECT count(*) FROM search_backlog")[0][0] == 0, 60, "the words to be indexed")
    assert data.database.sql("SELECT count(*) FROM transaction_words")[0][0] == data.database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    for q, wanted in CASES:
        assert found(words, q) == wanted, f"{q}, indexed"


def test_blanks_are_no_search(data):
    everything = data.user.get("/bank-transactions", params={"is_active": "all"}).json()["total"]
    for q in (" ", "\t ", ""):
        assert data.user.get("/bank-transactions", params={"q": q, "is_active": "all"}).json()["total"] == everything > 0


def test_notes_are_found_when_they_are_written(data, row):
    def found():
        return data.user.get("/bank-transactions", params={"q": "фазендейро"}).json()["total"]

    def indexed():
        wait_for(lambda: data.database.sql("SELECT count(*) FROM search_backlog")[0][0] == 0, 60, "the words to be indexed")

    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": "фазендейро"}).status_code == 200
    assert found() == 1, "at once"
    indexed()
    assert found() == 1
    assert data.manager.patch(f"/bank-transactions/{row}", json={"notes": None}).status_code == 200
    indexed()
    assert found() == 0


def test_parts_of_numbers_are_not_looked_for_in_every_row(words):
    data, _ = words
    wait_for(lambda: data.database.sql("SELECT count(*) FROM search_backlog")[0][0] == 0, 60, "the words to be indexed")
    # Of so few rows all are rightly read, once the table has been analyzed: asked is whether the index can serve at all.
    plan = "\n".join(line for line, in data.database.sql(
        "ANALYZE transaction_words; SET enable_seqscan = off;"
        " EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT w.transaction_id FROM unnest(ARRAY['7736050003']) AS f(number)"
        " JOIN transaction_words w ON w.words @@ obm_search_number(f.number)"))
    assert "transaction_words_words" in plan, plan
    rows = data.database.sql("SELECT obm_search_numbers('%3605%')")
    assert {r for r, in rows} == {r for r, in data.database.sql("SELECT id FROM bank_transactions WHERE counterparty_inn LIKE '%3605%'"
                                  " OR document_number LIKE '%3605%' OR account_number LIKE '%3605%' OR counterparty_account LIKE '%3605%'")}
    # one that is in too many numbers to be worth it is read out of the rows, and finds the same
    data.database.sql("INSERT INTO search_numbers SELECT 'x3605x' || n FROM generate_series(1, 4000) n")
    assert sorted(data.database.sql("SELECT DISTINCT obm_search_numbers('%3605%')")) == sorted(set(rows))
    data.database.sql("DELETE FROM search_numbers WHERE number LIKE 'x3605x%'")
