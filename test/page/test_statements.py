"""Statements on the page: what is unclear between them and 1C."""
from test_page import others
from test_bankfile import Bank, imported, settled
from test_reconciliation import in_1c


def test_one_payment_or_two(start, database, browse):
    server = start.server(database)
    bank = Bank(seed=8, days=1, per_day=2)
    in_1c(server, bank.payments, bank, number=lambda p: "К100-000901", inn=lambda p: None)
    task = imported(server, bank.statement())
    assert settled(task)["created"] == task["result"]["unclear"] == 2
    seen = browse("matches.mjs", server)
    assert "2" in seen["badge"]
    assert seen["faults"] == [] and seen["wide"] == [], seen
    assert "не номер и не ИНН" in seen["why"] and "kl_to_1c_0.txt" in seen["why"]
    assert any(title.startswith("Номер") for title in seen["differs"]) and not any(title.startswith("Дата") for title in seen["differs"])
    assert seen["focused"] == "Это тот же платёж"
    assert sorted(seen["decided"]) == ["разные платежи", "тот же платёж"]
    assert database.sql("SELECT decision, count(*) FROM statement_matches GROUP BY 1") == [("different", 2)]
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE is_active") == [(4,)]
    assert "Не тот платёж" in seen["history"] and "admin" in seen["history"]
    assert others(seen) == []
