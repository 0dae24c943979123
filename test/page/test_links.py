"""Addresses: every filter is in them, a fresh page shows what they say; what is chosen is kept."""
from test_page import others

WHERE = {
    "q=%D0%B0%D1%80%D0%B5%D0%BD%D0%B4": "(payment_purpose ILIKE '%аренд%' OR counterparty_name ILIKE '%аренд%')",
    "date_from=2026-03-01": "transaction_date >= '2026-03-01'",
    "date_to=2026-03-31": "transaction_date < '2026-04-01'",
    "transaction_type=CREDIT": "transaction_type = 'CREDIT'",
    "payment_source=CASH": "payment_source = 'CASH'",
    "status=NEEDS_REVIEW": "status = 'NEEDS_REVIEW'",
    "category_id={category_id}": "category_id = {category_id}",
    "organization_id={organization_id}": "organization_id = {organization_id}",
    "counterparty_inn={counterparty_inn}": "counterparty_inn = '{counterparty_inn}'",
    "account_number={account_number}": "account_number = '{account_number}'",
    "amount_min=100000": "amount >= 100000",
    "amount_max=5000.50": "amount <= 5000.50",
    "is_active=false": "NOT is_active",
    "is_active=all": "true",
    "transaction_type=DEBIT&payment_source=BANK&amount_min=1000": "transaction_type = 'DEBIT' AND payment_source = 'BANK' AND amount >= 1000",
}


def test_every_filter_is_an_address(start, database, browse):
    demo = start.demo("--docs", 600)
    server = start.server(database, **demo.settings)
    for what in ("contractors", "organizations"):
        server.wait_task(server.start_sync(what))
    task = server.start_sync(date_from="2026-01-01", date_to="2026-12-31")
    server.wait_task(task)
    database.sql("UPDATE bank_transactions SET is_active = false WHERE id % 7 = 0")
    names = ("category_id", "organization_id", "counterparty_inn", "account_number")
    values = dict(zip(names, database.sql(
        f"SELECT {', '.join(names)} FROM bank_transactions WHERE is_active AND "
        f"{' AND '.join(n + ' IS NOT NULL' for n in names)} ORDER BY id LIMIT 1")[0]))
    expected = {}
    for query, where in WHERE.items():
        active = "true" if "is_active" in query else "is_active"
        count = database.sql(f"SELECT count(*) FROM bank_transactions WHERE ({where.format(**values)}) AND {active}")[0][0]
        expected["/transactions?" + query.format(**values)] = count
    assert all(expected.values()), f"each finds something: {expected}"
    expected |= {"/tasks?status=completed": 3, "/tasks?status=failed": 0, "/tasks?task_type=sync_contractors": 1, "/tasks?user_id=1": 3,
                 f"/tasks?q={task}": 1, "/tasks?created_from=2001-01-01": 3, "/tasks?created_to=2001-01-01": 0,
                 "/contractors?q=7704768779": database.sql("SELECT count(*) FROM contractors WHERE inn = '7704768779'")[0][0]}
    seen = browse("links.mjs", server, paths=list(expected))
    assert seen["totals"] == expected
    assert "ИНН" in seen["columns"] and "Назначение" not in seen["columns"]
    assert seen["back"] == "/transactions"
    assert seen["focused"] is True, "the keyboard stays where it was"
    rent = database.sql("SELECT c.name, t.status FROM bank_transactions t JOIN categories c ON c.id = t.category_id WHERE t.id = %s", (int(seen["id"]),))
    assert rent == [("Аренда", "APPROVED")]
    assert others(seen) == []
