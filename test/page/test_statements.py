"""Statements on the page: what is unclear between them and 1C."""
import datetime
import zipfile

from test_page import others
from test_bankfile import Bank, imported, money, settled
from test_reconciliation import in_1c, spoken


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
    assert "kl_to_1c_0.txt, строка" in seen["history"] and "снова учитывается" in seen["history"], "where the row is from; what the decisions did"
    assert others(seen) == []


def test_upload_of_a_file_and_an_archive(start, database, browse, tmp_path):
    server = start.server(database)
    one, two, three = Bank(seed=3, days=2, per_day=5), Bank(seed=5, account="40702810200000000002", days=2, per_day=4), Bank(seed=6, account="40702810200000000003", days=1)
    in_1c(server, one.payments[:3], one)
    for number in ("К100-000901", "К100-000902"):
        in_1c(server, [one.payments[4]], one, number=lambda p, n=number: n)
    (tmp_path / "первая.txt").write_bytes(one.statement(per_day=False))
    broken = two.statement(leave_out=[two.payments[1]]).decode("cp1251").replace(f"Сумма={money(two.payments[0].amount)}", "Сумма=1.234")
    with zipfile.ZipFile(tmp_path / "архив.zip", "w") as archive:
        archive.writestr("вторая.txt", broken.encode("cp1251"))
        archive.writestr("третья.txt", three.statement(encoding="utf-8"))
        archive.writestr("прочти.txt", "это не выписка")
    seen = browse("statements.mjs", server, files=[str(tmp_path / "первая.txt"), str(tmp_path / "архив.zip")])
    dry, real = (seen[name].replace("\u00a0", " ") for name in ("dry", "real"))
    # the report: each file, its bank, account and period, the checks in words, what was noticed with its line, what to do next
    for said in (dry, real):
        for part in ("первая.txt", "архив.zip/вторая.txt", "архив.zip/третья.txt", "архив.zip/прочти.txt", "АО \"БАНК\"", one.account, "01.03.2025 — 02.03.2025",
                     "✓ Остатки сходятся", "✓ Обороты сходятся с документами (10)", "✗ Обороты не сходятся с документами", "не прочитан", "1CClientBankExchange"):
            assert part in said, part
    assert "Ничего не записано" in dry and "Решите, какие строки" in real and "Решите, какие строки" not in dry
    assert "строка" in real and "Отклонённые документы перечислены ниже" in real
    assert seen["unclear"] == seen["matches"] == 1
    rows = database.sql("SELECT count(*), count(transaction_id) FROM statement_rows")[0]
    assert rows == (10 + 6 + 20, 3)
    assert seen["faults"] == [] and seen["wide"] == [], seen
    assert others(seen) == []


def test_a_file_dropped_on_the_window(start, database, browse):
    server = start.server(database)
    banks = [Bank(seed=7, days=2, per_day=5), Bank(seed=9, account="40702810200000000009", days=1, per_day=4)]
    seen = browse("dropped.mjs", server, files={f"dropped-{n}.txt": bank.statement(encoding="utf-8").decode() for n, bank in enumerate(banks)})
    assert seen["idle"], "nothing to import, nothing to press"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert database.sql("SELECT count(*) FROM bank_transactions") == [(14,)]
    assert "14" in seen["counters"].split()
    assert others(seen) == []


def test_what_differs_from_1c_and_from_the_statement(start, database, browse):
    server = start.server(database)
    short, broken = Bank(seed=7, days=3, per_day=4), Bank(seed=5, account="40702810200000000002", days=3, per_day=4)
    missed = short.between(short.days[1], short.days[1])[2]
    in_1c(server, [p for p in short.payments if p is not missed], short)
    lost = broken.between(broken.days[1], broken.days[1])[1]
    imported(server, short.statement(), broken.statement(leave_out=[lost]))
    seen = browse("reconciliation.mjs", server, **{"from": str(short.days[0]), "to": str(short.days[-1])})
    onec, own = spoken(missed.amount if missed.out else -missed.amount), spoken(-lost.amount if lost.out else lost.amount)
    day = f"{short.days[1]:%d.%m.%Y}"
    for width, text in seen["seen"].items():
        assert f"расходится с 1С на {onec}" in text and f"{broken.account}: расходится на {own}, с {day}" in text, (width, text)
        assert f"расходится с выпиской на {own}" in text and "1С: разница" in text.replace("\n", " "), (width, text)
        assert "0,00" not in text.replace("00,00", ""), "no day differs by nothing"
    by_1c = [row for row in seen["days"] if onec in row]
    assert len(by_1c) == 1 and "—" in by_1c[0] and "в 1С" in by_1c[0] and day in by_1c[0]
    assert sum(own in row for row in seen["days"]) == 1 and len(seen["days"]) == 2
    assert [q for q in seen["questions"] if "только в выписке" in q and spoken(missed.amount) in q] and len(seen["questions"]) == 1 + 3
    assert missed.number.lstrip("0") in seen["opened"]
    # the rows of that day, the bank's and 1C's: each payment is in the sums once
    day_of = f"account_number = '{short.account}' AND transaction_date::date = '{short.days[1]}'"
    assert database.sql(f"SELECT source, is_active, count(*) FROM bank_transactions WHERE {day_of} GROUP BY 1, 2 ORDER BY 1, 2") == [
        ("1c", True, 3), ("bank", False, 3), ("bank", True, 1)]
    assert seen["states"].count("учтена из 1С") == 3 and "нет в 1С" not in seen["states"]
    sums = [sum(p.amount for p in short.between(short.days[1], short.days[1]) if p.out is out) for out in (False, True)]
    assert f"Всего 7 поступило {spoken(sums[0])} списано {spoken(sums[1])} сальдо {spoken(sums[0] - sums[1])} в суммы не вошло 3" == seen["sums"], seen["sums"]
    assert seen["faults"] == [] and seen["wide"] == [], seen
    assert others(seen) == []


def test_a_payment_that_1c_has_otherwise_and_nothing_to_compare(start, database, browse):
    server = start.server(database)
    bank, silent = Bank(seed=7, days=3, per_day=3), Bank(seed=5, account="40702810200000000002", days=3, per_day=2)
    in_1c(server, bank.payments, bank)
    imported(server, bank.statement(), silent.statement(sections=False))
    changed = bank.between(bank.days[1], bank.days[1])[0]
    database.sql("UPDATE bank_transactions SET amount = amount + 1 WHERE source = '1c' AND document_number = %s", [f"К100-{int(changed.number):06d}"])
    last = bank.days[-1] + datetime.timedelta(5)
    seen = browse("reconciliation_pair.mjs", server, **{"from": str(bank.days[0]), "to": str(last), "silent": silent.account})
    assert len(seen["questions"]) == 1, seen
    assert "в 1С изменено" in seen["questions"][0] and spoken(changed.amount) in seen["questions"][0] and spoken(changed.amount + 100) in seen["questions"][0]
    assert any(silent.account in words and "сверять не с чем" in words for words in seen["accounts"]), seen["accounts"]
    days = f"{bank.days[-1] + datetime.timedelta(1):%d.%m.%Y}–{last:%d.%m.%Y}"
    assert len(seen["gaps"]) == 1 and days in seen["gaps"][0]
    assert "остатков в выписке нет, сверять не с чем" in seen["silent"] and days in seen["silent"]
    assert "не известен" in seen["unknown"]
    assert seen["faults"] == [] and seen["wide"] == [] and others(seen) == [], seen
