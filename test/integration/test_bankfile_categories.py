"""Categories of rows that come from a bank's file: by the document, by words, by what people decided before, and never over a person."""
import sys

import pytest
from harness import ROOT
from test_bankfile import contents, imported
from test_import import settled

sys.path.insert(0, str(ROOT / "test/support"))
from statements import INNS, Bank, Payment  # noqa: E402

OURS, SECOND = "40702810900000000001", "40702810200000000002"
SUPPLIER = "40702810000000000077"


def payment(number, purpose, account=SUPPLIER, party="ООО \"Вектор\"", inn=INNS[0], out=True, amount=10_000_00, **more):
    return Payment(number=str(number), out=out, amount=amount + number, inn=inn, party=party, purpose=purpose, other=account, more=more)


class Statement(Bank):
    """Given payments, all on one day."""

    def __init__(self, *payments, account=OURS):
        super().__init__(account=account, days=1, per_day=0)
        for p in payments:
            p.day = self.days[0]
        self.payments = list(payments)

    def document(self, p):
        lines = "".join(f"{key}={value}\n" for key, value in p.more.items())
        return super().document(p).replace("ВидОплаты=01\n", lines if "ВидОплаты" in p.more else "ВидОплаты=01\n" + lines)


def fee():
    return payment(1, "Плата за обслуживание за март", account="70601810000052740201", party="АО \"БАНК\"", inn="7728168971",
                   ПолучательБИК="044525225", ВидОплаты="17")


def tax():
    return payment(2, "Перечисление за февраль", account="03100643000000018500", party="Казначейство России (ФНС России)", inn="7727406020",
                   СтатусСоставителя="01", ПоказательКБК="18210102010011000110")


def rent():
    return payment(3, "Арендная плата за март, офис 12. НДС не облагается", inn=INNS[1])


def transfer():
    return payment(4, "Пополнение счета", account=SECOND, party="ООО \"Ромашка\"", inn="")


def unclear():
    return payment(5, "Оплата по счету 17 от 01.03.2025. НДС не облагается", inn=INNS[2])


def nameless():
    return payment(6, "Согласно письму", inn=INNS[3], party="ИП Иванов И. И.")


def all_kinds():
    return Statement(fee(), tax(), rent(), transfer(), unclear(), nameless())


ROWS = "SELECT b.document_number, b.status, a.code, s.code, b.category_method FROM bank_transactions b" \
       " LEFT JOIN categories a ON a.id = b.category_id LEFT JOIN categories s ON s.id = b.suggested_category_id" \
       " WHERE b.account_number = %s ORDER BY b.document_number"
EXPECTED = [
    ("1", "CATEGORIZED", "EX_BANK", None, "fact"),
    ("2", "CATEGORIZED", "EX_NDFL", None, "fact"),
    ("3", "CATEGORIZED", "EX_RENT", None, "rule"),
    ("4", "CATEGORIZED", "MOVE", None, "fact"),
    ("5", "NEEDS_REVIEW", None, "EX_SUPPLIERS", "rule"),
    ("6", "NEW", None, None, "none"),
]


def rows(database, account=OURS):
    return database.sql(ROWS, (account,))


@pytest.fixture
def server(start, database):
    return start.server(database)


@pytest.mark.parametrize("other_file", ["same upload", "earlier"])
def test_each_kind(server, database, other_file):
    """The transfer is seen by the other account alone, which another file of the upload names, or one before."""
    other = Statement(payment(7, "Пополнение счета", account=OURS, party="ООО \"Ромашка\"", inn="", out=False), account=SECOND).statement()
    if other_file == "earlier":
        settled(imported(server, other))
        settled(imported(server, all_kinds().statement()))
    else:
        settled(imported(server, all_kinds().statement(), other))
        assert rows(database, SECOND) == [("7", "CATEGORIZED", "MOVE", None, "fact")]
    assert rows(database) == EXPECTED
    said = database.sql("SELECT count(*) FROM bank_transactions WHERE (category_reason IS NULL) <> (category_confidence IS NULL)"
                        " OR (category_method = 'rule') <> (category_rule_id IS NOT NULL)")
    assert said == [(0,)]


def test_off_means_off(server, database):
    settled(imported(server, all_kinds().statement(), auto_classify=False))
    assert {r[1:] for r in rows(database)} == {("NEW", None, None, None)}
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE category_reason IS NOT NULL") == [(0,)]
    assert settled(imported(server, all_kinds().statement()))["unchanged"] == 6  # what stands is left to a second look
    assert {r[1] for r in rows(database)} == {"NEW"}


def test_dry_run_decides_nothing(server, database):
    empty = contents(database)
    settled(imported(server, all_kinds().statement(), dry_run=True))
    assert contents(database) == empty
    assert database.sql("SELECT count(*) FROM own_accounts") == [(0,)]


def test_what_a_person_decided_stays(server, database):
    settled(imported(server, all_kinds().statement()))
    database.sql("UPDATE bank_transactions SET status = 'APPROVED', decided_by = 1, suggested_category_id = NULL,"
                 " category_id = (SELECT id FROM categories WHERE code = 'EX_OTHER') WHERE document_number IN ('3', '5')")
    before = rows(database)
    assert settled(imported(server, all_kinds().statement()))["unchanged"] == 6
    assert rows(database) == before


def test_history_of_many_in_one_file(server, database):
    """More rows than a step takes, in several batches: confirmed payments of an INN decide the next ones, of nobody else."""
    settled(imported(server, Statement(*(payment(n, "Согласно письму") for n in range(1, 4))).statement()))
    database.sql("UPDATE bank_transactions SET status = 'APPROVED', decided_by = 1,"
                 " category_id = (SELECT id FROM categories WHERE code = 'EX_AD')")
    many = [payment(n, "Согласно письму", inn=INNS[n % 2]) for n in range(1000, 2200)]
    assert settled(imported(server, Statement(*many).statement()))["created"] == 1200
    found = database.sql("SELECT counterparty_inn, status, category_method, count(*) FROM bank_transactions WHERE decided_by IS NULL"
                         " GROUP BY 1, 2, 3 ORDER BY 2")
    assert found == [(INNS[0], "CATEGORIZED", "history", 600), (INNS[1], "NEW", "none", 600)]


def test_a_row_that_the_database_refuses(server, database):
    """The batch is stored document by document then, and its rows get their categories all the same."""
    database.sql("ALTER TABLE bank_transactions ADD CONSTRAINT no_sixth CHECK (document_number <> '6')")
    database.sql("INSERT INTO own_accounts VALUES (%s)", (SECOND,))
    stats = settled(imported(server, all_kinds().statement()))
    assert (stats["created"], stats["failed"]) == (5, 1)
    assert rows(database) == EXPECTED[:5]
