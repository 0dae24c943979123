"""Do the accounts add up: generated statements that do, and broken ones whose first wrong day is found; rows that 1C has too."""
import datetime

import pytest
from test_bankfile import imported, server, settled  # noqa: F401
from statements import Bank, money


def ask(server, bank, **more):  # noqa: F811
    answer = server.user.get("/reconciliation", params={"account_number": bank.account, "date_from": bank.days[0], "date_to": bank.days[-1], **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def in_1c(server, payments, bank, shift=0, number=lambda p: f"К100-{int(p.number):06d}", inn=lambda p: p.inn):  # noqa: F811
    """As 1C would have brought them."""
    for n, p in enumerate(payments):
        server.database.sql(
            "INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source,"
            " document_number, counterparty_inn, account_number, import_source)"
            " VALUES ('1c', gen_random_uuid()::text, %s, %s, 'RUB', %s, 'BANK', %s, %s, %s, 'ODATA_1C')",
            [datetime.datetime.combine(p.day, datetime.time(12)) + datetime.timedelta(days=shift), money(p.amount), "DEBIT" if p.out else "CREDIT",
             number(p), inn(p), bank.account])


def spoken(kopecks):
    """As an accountant writes it: −1 234,50"""
    return ("−" if kopecks < 0 else "") + f"{abs(kopecks) // 100:,}".replace(",", "\u00a0") + f",{abs(kopecks) % 100:02d}"


def counted_twice(server):  # noqa: F811
    return server.database.sql("SELECT count(*) FROM (SELECT 1 FROM bank_transactions WHERE is_active GROUP BY account_number, amount,"
                               " transaction_type, counterparty_inn HAVING count(*) > 1) x")[0][0]


@pytest.mark.parametrize("per_day", [True, False])
def test_generated_statements_add_up(server, per_day):  # noqa: F811
    bank = Bank(seed=4, days=12, per_day=15)
    settled(imported(server, bank.statement(per_day=per_day)))
    said = ask(server, bank)
    assert said["agrees"] and said["message"] == "сходится" and said["rows"] == []
    account = said["accounts"][0]
    assert account["closing"] == money(bank.balance(bank.days[-1] + datetime.timedelta(1)))
    assert [d["date"] for d in account["days"]] == [str(d) for d in bank.days]
    assert all(d["agrees"] for d in account["days"]) and account["agrees_with_1c"] is None
    later = ask(server, bank, date_from=bank.days[6])  # counted from the balance before
    assert later["agrees"] and later["accounts"][0]["days"][0]["opening"] == money(bank.balance(bank.days[6]))


def test_the_first_day_that_differs_is_found(server):  # noqa: F811
    bank = Bank(seed=5, days=10, per_day=8)
    lost = [bank.between(bank.days[3], bank.days[3])[2], bank.between(bank.days[7], bank.days[7])[0]]
    imported(server, bank.statement(leave_out=lost))
    said = ask(server, bank)
    account = said["accounts"][0]
    assert not said["agrees"] and account["first_difference"] == str(bank.days[3])
    assert [d["date"] for d in account["days"] if not d["agrees"]] == [str(bank.days[3]), str(bank.days[7])]
    difference = sum(-p.amount if p.out else p.amount for p in lost)
    assert account["difference"] == money(difference)
    assert abs(difference) >= 1000_00, "thousands are told apart"
    assert said["message"] == f"расходится на {spoken(difference)}, с {bank.days[3]:%d.%m.%Y}"
    assert len(said["rows"]) == 7 and {r["date"] for r in said["rows"]} == {str(bank.days[3])}
    everything = server.user.get("/reconciliation", params={"date_from": bank.days[0], "date_to": bank.days[-1]}).json()
    assert [len(a["days"]) for a in everything["accounts"]] == [2] and everything["message"].startswith(bank.account)
    imported(server, bank.statement())  # the whole one
    assert ask(server, bank)["agrees"]


def test_a_missing_day_between_two_statements(server):  # noqa: F811
    bank = Bank(seed=6, days=6, per_day=5)
    imported(server, bank.statement(last=bank.days[1]), bank.statement(first=bank.days[3]))
    account = ask(server, bank)["accounts"][0]
    assert account["first_difference"] == str(bank.days[3])
    missing = bank.balance(bank.days[3]) - bank.balance(bank.days[2])
    assert account["difference"] == money(missing)


def test_rows_that_1c_has_are_linked(server):  # noqa: F811
    bank = Bank(seed=7, days=8, per_day=10)
    in_1c(server, bank.payments[:60], bank, shift=2)
    stats = settled(task := imported(server, bank.statement()))
    assert (stats["created"], stats["unchanged"]) == (20, 60)
    assert task["result"]["linked"]["rows"] == 60 and task["result"]["unclear"] == 0
    assert counted_twice(server) == 0
    assert server.database.sql("SELECT count(*) FROM bank_transactions WHERE is_active") == [(80,)]
    said = ask(server, bank)  # 1C lacks the last twenty
    account = said["accounts"][0]
    assert account["agrees_with_statement"] and not account["agrees_with_1c"]
    lacking = sum(p.amount if p.out else -p.amount for p in bank.payments[60:])
    assert account["first_difference"] == str(bank.days[6]) and (account["difference"], account["onec_difference"]) == ("0.00", money(lacking))
    assert said["message"] == f"расходится с 1С на {spoken(lacking)}, с {bank.days[6]:%d.%m.%Y}"
    assert len(said["rows"]) == 10 and {r["side"] for r in said["rows"]} == {"statement"}
    in_1c(server, bank.payments[60:], bank)
    assert settled(imported(server, bank.statement()))["unchanged"] == 80


def test_both_differences_are_told(server):  # noqa: F811
    """1C has a receipt too many, and as large a payment five days later: days differ, their sum does not; and the statement lacks a payment."""
    bank = Bank(seed=9, days=6, per_day=4)
    lost = bank.between(bank.days[2], bank.days[2])[1]
    in_1c(server, [p for p in bank.payments if p is not lost], bank)
    imported(server, bank.statement(leave_out=[lost]))
    for day, sign in ((bank.days[0], "CREDIT"), (bank.days[5], "DEBIT")):
        server.database.sql("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source,"
                            " account_number, import_source) VALUES ('1c', gen_random_uuid()::text, %s, 777.77, 'RUB', %s, 'BANK', %s, 'ODATA_1C')",
                            (day, sign, bank.account))
    said = ask(server, bank)
    account = said["accounts"][0]
    difference = -lost.amount if lost.out else lost.amount
    assert (account["difference"], account["onec_difference"]) == (money(difference), "0.00")
    assert not account["agrees_with_statement"] and account["agrees_with_1c"] is False
    assert said["message"] == f"расходится на {spoken(difference)}, с 1С по дням, с {bank.days[0]:%d.%m.%Y}"
    assert account["first_difference"] == str(bank.days[0])


def test_what_fits_several_is_left_to_a_person(server):  # noqa: F811
    bank = Bank(seed=8, days=1, per_day=1)
    p = bank.payments[0]
    in_1c(server, [p], bank, number=lambda p: "К100-000901", inn=lambda p: None)
    in_1c(server, [p], bank, number=lambda p: "К100-000902", inn=lambda p: None)
    task = imported(server, bank.statement())
    assert settled(task)["created"] == 1 and task["result"]["unclear"] == 1
    rows = ask(server, bank)["rows"]
    assert [r["side"] for r in rows].count("1c") == 2 and any(r["unclear"] for r in rows)


def test_questions_that_are_wrong(server):  # noqa: F811
    for query in ("date_from=2025-02-30", "date_from=2025-03-02&date_to=2025-03-01", "date_from=2020-01-01&date_to=2025-01-01", "x=1"):
        assert server.user.get("/reconciliation?" + query).status_code == 422
    nothing = server.user.get("/reconciliation").json()
    assert nothing["accounts"] == [] and nothing["agrees"] and "нет" in nothing["message"]
    assert server.anonymous.get("/reconciliation").status_code == 401
