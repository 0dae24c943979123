"""Cash-flow items of 1C and our own categories: one that is called the same is the same; of others a person says so."""
from test_api import is_problem
from test_import import YEAR, run, settled, world  # noqa: F401

SERVICES = "Услуги сторонних организаций"


def category(server, **where):
    (column, value), = where.items()
    return server.database.sql(f"SELECT id, same_as FROM categories WHERE {column} = %s AND source IS NOT NULL = %s", (value, column != "code"))[0]


def flat(nodes):
    for node in nodes:
        yield node
        yield from flat(node["children"])


def groups(server):
    return {g["title"]: g["count"] for g in server.admin.get("/summary?group_by=category").json()["groups"]}


def rows_of(server, id):
    return server.admin.get("/bank-transactions", params={"category_id": id, "is_active": "all"}).json()["total"]


def merge(server, id, into):
    answer = server.manager.post(f"/categories/{id}/merge", json={"into_id": into})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_called_the_same_is_the_same(world):
    """One that is told apart by a person stays so, however often it is imported."""
    sql = world.database.sql
    settled(run(world, "categories"))
    ours, _ = category(world, code="EX_SERVICES")
    item, same_as = category(world, name=SERVICES)
    assert same_as == ours
    assert sql("SELECT count(*) FROM categories WHERE same_as IS NOT NULL")[0][0] >= 1
    assert sql("SELECT count(*) FROM categories i JOIN categories o ON o.id = i.same_as WHERE obm_category_name(i.name) <> obm_category_name(o.name)")[0][0] == 0
    settled(run(world))
    assert rows_of(world, ours) > 5 and rows_of(world, item) == 0
    assert sql("SELECT count(*) FROM bank_transactions WHERE category_method = 'item' AND category_id = %s", (ours,))[0][0] > 0
    assert merge(world, item, None) == {"moved": 0, "more": False}
    sql("UPDATE categories SET data_version = 'old' WHERE id = %s", (item,))
    settled(run(world, "categories"))
    assert category(world, name=SERVICES) == (item, None)


def test_a_name_that_two_of_ours_have_tells_nothing(world):
    world.database.sql("INSERT INTO categories (code, name, kind) VALUES ('TWIN', 'УСЛУГИ  сторонних организаций.', 'expense')")
    settled(run(world, "categories"))
    assert category(world, name=SERVICES)[1] is None


def test_a_person_says_that_they_are_the_same(world):
    sql = world.database.sql
    settled(run(world, "full", **YEAR))
    ours, _ = category(world, code="IN_SALES")
    item, _ = category(world, name="Поступление оплаты от клиента")
    both = rows_of(world, ours) + rows_of(world, item)
    assert rows_of(world, item) > 20
    by_hand = sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED' WHERE id = (SELECT min(id) FROM bank_transactions WHERE category_id = %s) RETURNING id", (item,))[0][0]
    rule = world.manager.post("/categorization-rules", json={"rule_type": "KEYWORD", "pattern": "небывалое", "category_id": item}).json()["id"]
    sql("UPDATE business_operation_mappings SET category_id = %s WHERE id = (SELECT min(id) FROM business_operation_mappings)", (item,))

    moved = merge(world, item, ours)
    assert moved["moved"] > 20 and moved["more"] is False
    assert rows_of(world, item) == 0 and rows_of(world, ours) == both
    assert groups(world).get("Поступление оплаты от клиента") is None and groups(world)["Поступления от покупателей"] == both
    row = world.admin.get(f"/bank-transactions/{by_hand}").json()
    assert row["category_id"] == ours and row["status"] == "APPROVED"
    history = world.admin.get(f"/bank-transactions/{by_hand}/history").json()["history"][0]
    assert history["username"] == "manager" and {"field": "category_id", "old": item, "new": ours} in history["changes"]
    assert sql("SELECT decided_by FROM bank_transactions WHERE id = %s", (by_hand,)) == [(1,)]
    assert world.admin.get(f"/categorization-rules/{rule}").json()["category_id"] == ours
    assert sql("SELECT count(*) FROM business_operation_mappings WHERE category_id = %s", (item,))[0][0] == 0
    tree = {c["id"]: c["same_as"] for c in flat(world.user.get("/categories").json()["categories"])}
    assert tree[item] == ours and tree[ours] is None
    assert merge(world, item, ours) == {"moved": 0, "more": False}, "said twice, done once"

    # Imports and people come to the other one from now on.
    world.demo.admin("change", {"every": 1})
    assert settled(run(world))["updated"] > 1000
    assert rows_of(world, item) == 0 and rows_of(world, ours) == both
    assert "Поступление оплаты от клиента" in sql("SELECT max(category_reason) FROM bank_transactions WHERE category_id = %s AND category_method = 'item'", (ours,))[0][0]
    is_problem(world.manager.patch(f"/bank-transactions/{by_hand}", json={"category_id": item}), 422, "VALIDATION_ERROR")
    assert world.admin.get(f"/bank-transactions/{by_hand}").json()["category_id"] == ours


def test_chains_and_what_cannot_be(world):
    settled(run(world, "categories"))
    one, two = category(world, name="Оплата поставщику")[0], category(world, name="Налоги и взносы")[0]
    folder = category(world, name="Коммерческие расходы")[0]
    ours, other = category(world, code="EX_SUPPLIERS")[0], category(world, code="EX_TAX")[0]
    merge(world, one, two)
    merge(world, two, ours)
    assert category(world, name="Оплата поставщику") == (one, ours), "who was the same as an item goes with it"

    def refused(id, into, status, code="VALIDATION_ERROR"):
        is_problem(world.manager.post(f"/categories/{id}/merge", json={"into_id": into}), status, code)

    for into in (two, folder, one, 987654321, 0, "x"):
        refused(one, into, 422)
    refused(ours, other, 409, "CONFLICT")
    refused(folder, ours, 409, "CONFLICT")
    refused(987654321, ours, 404, "NOT_FOUND")
    is_problem(world.user.post(f"/categories/{one}/merge", json={"into_id": ours}), 403, "AUTHORIZATION_ERROR")
    world.database.sql("UPDATE categories SET is_active = false WHERE id = %s", (other,))
    refused(one, other, 422)
    assert category(world, name="Оплата поставщику") == (one, ours)


def test_many_rows_go_in_turns(world):
    sql = world.database.sql
    settled(run(world, "categories"))
    ours, item = category(world, code="IN_SALES")[0], category(world, name="Поступление оплаты от клиента")[0]
    sql("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, import_source, category_id)"
        " SELECT 'test', n, '2026-01-01', 1, 'RUB', 'CREDIT', 'BANK', 'API', %s FROM generate_series(1, 20001) n", (item,))
    assert merge(world, item, ours) == {"moved": 20000, "more": True}
    assert merge(world, item, ours) == {"moved": 1, "more": False}
    assert rows_of(world, ours) == 20001
