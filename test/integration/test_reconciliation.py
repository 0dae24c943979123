"""Do the accounts add up: generated statements that do, and broken ones whose first wrong day is found; rows that 1C has too."""
import datetime

import pytest
from test_bankfile import imported, server, settled  # noqa: F401
from statements import Bank, day_text, money


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


def months(server, bank, **more):  # noqa: F811
    """Also twenty days after the statement."""
    return ask(server, bank, date_to=bank.days[-1] + datetime.timedelta(20), **more)


@pytest.mark.parametrize("file", [{}, {"per_day": False}, {"sections": False}, {"sections": False, "period": False}])
def test_1c_is_compared_on_days_that_a_statement_speaks_of(server, file):  # noqa: F811
    bank, later = (Bank(seed=10, days=5, per_day=4, first=datetime.date(2025, 3, day)) for day in (1, 6))
    in_1c(server, bank.payments, bank)
    in_1c(server, later.payments, later)
    nothing = ask(server, bank)
    assert (nothing["accounts"], nothing["agrees"], nothing["message"]) == ([], None, "за эти дни выписок нет")
    imported(server, bank.statement(**file))
    said = months(server, bank)
    account = said["accounts"][0]
    assert account["agrees_with_1c"] and account["onec_difference"] == "0.00" and said["rows"] == [], said
    assert account["days_without_statements"] == [{"date_from": "2025-03-06", "date_to": "2025-03-25"}]
    assert said["message"].endswith("дни без выписок: 06.03.2025–25.03.2025") and "расходится" not in said["message"]
    assert [d["date"] for d in account["days"]] == [str(d) for d in bank.days]
    missed = bank.payments[7]  # what differs on a day of the statement does so still
    server.database.sql("DELETE FROM statement_rows; DELETE FROM bank_transactions WHERE source = 'bank' OR document_number = %s", [f"К100-{int(missed.number):06d}"])
    imported(server, bank.statement(**file))
    assert months(server, bank)["accounts"][0]["first_difference"] == str(missed.day)
    before = ask(server, bank, date_from=later.days[1], date_to=later.days[3])
    assert (before["accounts"], before["agrees"]) == ([], None)


def test_a_statement_made_before_its_period_has_ended(server):  # noqa: F811
    bank = Bank(seed=12, days=10, per_day=4)
    today, last = bank.days[3], bank.days[-1]
    text = bank.statement(last=today, per_day=False, made="10:00:00").decode("cp1251")
    in_1c(server, bank.payments, bank)
    imported(server, text.replace(f"ДатаКонца={day_text(today)}", f"ДатаКонца={day_text(last)}").replace(
        f"ДатаСоздания={day_text(bank.days[4])}", f"ДатаСоздания={day_text(today)}").encode("cp1251"))
    account = ask(server, bank)["accounts"][0]
    assert account["agrees"] and account["agrees_with_1c"], account
    assert account["days_without_statements"] == [{"date_from": str(bank.days[4]), "date_to": str(last)}]


def test_without_anything_to_compare_nothing_is_said_to_agree(server):  # noqa: F811
    bank = Bank(seed=11, days=31, per_day=3)
    imported(server, bank.statement(sections=False))
    said = ask(server, bank)
    account = said["accounts"][0]
    assert (said["agrees"], account["agrees"], account["agrees_with_statement"], account["closing"]) == (None, None, None, None)
    assert said["message"] == account["message"] == "остатков в выписке нет, сверять не с чем"
    unknown = ask(server, bank, account_number="40702810999999999999")
    assert (unknown["agrees"], unknown["accounts"]) == (None, []) and "не известен" in unknown["message"]
    in_1c(server, bank.payments, bank)
    imported(server, bank.statement(sections=False))
    said = ask(server, bank)
    assert (said["agrees"], said["accounts"][0]["agrees_with_statement"], said["accounts"][0]["agrees_with_1c"]) == (True, None, True)
    assert said["message"] == "сходится с 1С; остатков в выписке нет"
    whole = Bank(seed=12, days=31, per_day=3, account="40702810000000000012")
    lost = whole.between(whole.days[9], whole.days[9])[1]
    imported(server, whole.statement(per_day=False, leave_out=[lost]))
    assert ask(server, whole)["accounts"][0]["difference"] == money(-lost.amount if lost.out else lost.amount)
    within = ask(server, whole, date_from=whole.days[8], date_to=whole.days[11])  # no balance is stated there
    assert (within["agrees"], within["accounts"][0]["agrees_with_statement"]) == (None, None)
    assert within["message"] == "остатков в выписке нет, сверять не с чем" and within["accounts"][0]["closing"] is not None
    both = server.user.get("/reconciliation", params={"date_from": str(bank.days[8]), "date_to": str(bank.days[11])}).json()
    assert both["agrees"] and len(both["accounts"]) == 2, both


def test_a_linked_payment_that_1c_has_otherwise_by_now(server):  # noqa: F811
    bank = Bank(seed=13, days=3, per_day=4)
    in_1c(server, bank.payments, bank)
    imported(server, bank.statement())
    assert ask(server, bank)["agrees"]
    changed = bank.between(bank.days[1], bank.days[1])[2]
    server.database.sql("UPDATE bank_transactions SET amount = amount + 1 WHERE source = '1c' AND document_number = %s", [f"К100-{int(changed.number):06d}"])
    said = ask(server, bank)
    account = said["accounts"][0]
    assert (account["first_difference"], account["onec_difference"]) == (str(bank.days[1]), "-1.00" if changed.out else "1.00")
    rows = said["rows"]
    assert [(r["side"], r["amount"]) for r in rows] == [("statement", money(changed.amount)), ("1c", money(changed.amount + 100))], rows
    assert rows[0]["pair"] == rows[1]["pair"] is not None
    server.database.sql("UPDATE bank_transactions SET amount = amount - 1, transaction_type = CASE transaction_type WHEN 'DEBIT' THEN 'CREDIT'"
                        " ELSE 'DEBIT' END WHERE source = '1c' AND document_number = %s", [f"К100-{int(changed.number):06d}"])
    assert len({r["transaction_type"] for r in ask(server, bank)["rows"]}) == 2


def balances(server):  # noqa: F811
    return server.database.sql("SELECT received + paid, closing FROM statement_balances ORDER BY 1")


@pytest.mark.parametrize("made", [("10:00:00", "18:00:00"), (None, None)])
def test_an_older_statement_of_the_same_day_changes_nothing(server, made):  # noqa: F811
    morning, evening = (Bank(seed=14, days=1, per_day=2) for _ in range(2))
    morning.payments = morning.payments[:1]
    old, new = morning.statement(made=made[0]), evening.statement(made=made[1])
    imported(server, old)
    imported(server, new)
    stands = balances(server)
    assert ask(server, evening)["agrees"]
    dry = imported(server, old, dry_run=True)
    assert server.manager.get(f"/tasks/{dry['task_id']}/changes").json()["changes"] == []
    imported(server, old)
    assert balances(server) == stands and ask(server, evening)["agrees"]
    for files in ((old, new), (new, old)):
        server.database.sql("DELETE FROM statement_balances")
        dry = imported(server, *files, dry_run=True)
        told = [c for c in server.manager.get(f"/tasks/{dry['task_id']}/changes").json()["changes"] if c["resource"] == "statement_balances"]
        assert [x["new"] for c in told for x in c["changes"] if x["field"] == "closing"] == [str(stands[0][1])], told
        imported(server, *files)
        assert balances(server) == stands and ask(server, evening)["agrees"]


def test_the_statement_made_later_is_right_also_with_less(server):  # noqa: F811
    """The bank has taken a payment back meanwhile."""
    full, less = (Bank(seed=15, days=1, per_day=2) for _ in range(2))
    less.payments = less.payments[:1]
    imported(server, full.statement(made="9:05"))
    imported(server, less.statement(made="18:00:00"))
    assert float(balances(server)[0][0]) == less.payments[0].amount / 100
    imported(server, full.statement(made="9:05"))
    assert float(balances(server)[0][0]) == less.payments[0].amount / 100


def test_questions_that_are_wrong(server):  # noqa: F811
    for query in ("date_from=2025-02-30", "date_from=2025-03-02&date_to=2025-03-01", "date_from=2020-01-01&date_to=2025-01-01", "x=1"):
        assert server.user.get("/reconciliation?" + query).status_code == 422
    nothing = server.user.get("/reconciliation").json()
    assert nothing["accounts"] == [] and nothing["agrees"] is None and "нет" in nothing["message"]
    assert server.anonymous.get("/reconciliation").status_code == 401
