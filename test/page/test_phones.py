"""Tables on a phone, with rows as they come: long names, large sums, refused records, days that differ."""
from harness import ADMIN_PASSWORD
from test_bankfile import Bank, imported
from test_page import others
from test_reclassify import ROWS


def test_nothing_is_swiped(start, database, browse):
    demo = start.demo("--docs", 500, "--bad-record-every", 50)
    server = start.server(database, **demo.settings)
    for what in ("contractors", "organizations"):
        server.wait_task(server.start_sync(what))
    for name, role in (("manager", "MANAGER"), ("n.konstantinopolskaya@bukhgalteriya.example", "USER"), ("accountant", "USER")):
        assert server.admin.post("/users", json={"username": name, "password": ADMIN_PASSWORD, "role": role}).status_code == 201
    refused = server.start_sync(date_from="2026-01-01", date_to="2026-12-31")
    assert server.wait_task(refused)["stats"]["failed"] > 0
    database.sql("UPDATE bank_transactions SET amount = 9876543210.12 WHERE id IN (SELECT id FROM bank_transactions ORDER BY id LIMIT 3)")
    database.sql("UPDATE bank_transactions SET payment_purpose = 'оплата/' || repeat('длинноеслово', 20) WHERE id IN (SELECT id FROM bank_transactions ORDER BY id DESC LIMIT 3)")
    bank = Bank(seed=5, days=10, per_day=8)
    imported(server, bank.statement(leave_out=[bank.between(bank.days[3], bank.days[3])[2]]))
    dry = imported(server, bank.statement(), Bank(seed=8, account="40702810200000000002", days=3).statement(), dry_run=True)
    assert dry["status"] == "completed", dry
    database.sql(ROWS)
    moves = server.admin.post("/bank-transactions/reclassify-async", json={"dry_run": True}).json()["task_id"]
    assert server.wait_task(moves)["result"]["transactions"], "some would get a category"
    seen = browse("phones.mjs", server, refused=refused, moves=moves, dry=dry["task_id"], account=bank.account)
    assert seen["wide"] == [], "\n".join(seen["wide"])
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert all(seen["heads"].values()), f"what a table is of is said at its head: {seen['heads']}"
    assert {"Месяц", "Поступило", "Списано", "Сальдо", "Операций"} <= set(seen["heads"]["summary"]), "what a figure is, in its row"
    assert {"День", "Поступило", "Списано", "На конец", "Выписка: разница"} <= set(seen["heads"]["days"])
    assert others(seen) == []
