"""Classifying again from the list of transactions: a dry run first, then the same for real."""
from test_page import others

ROWS = """INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source,
    counterparty_name, counterparty_inn, payment_purpose, import_source)
  SELECT '1c', 'again ' || i, timestamp '2026-03-01' + i * interval '1 minute', 100, 'RUB', 'DEBIT', 'BANK', 'ООО «Склад»', CASE WHEN i <= 60 THEN '5003052454' END,
    CASE WHEN i <= 60 THEN 'Аренда склада за месяц ' || i ELSE 'Аренда офиса' END, 'ODATA_1C' FROM generate_series(1, 80) AS i"""


def test_a_selection_is_classified_again(start, database, browse):
    server = start.server(database)
    database.sql(ROWS)
    seen = {name: text.replace("\u00a0", " ") if isinstance(text, str) else text for name, text in browse("reclassify.mjs", server).items()}
    assert "Операций: 2" in seen["ticked"] and "Операций: 60" in seen["matching"]
    assert "без категории → Аренда\t2" in seen["dry"] and "−200,00" in seen["dry"]
    assert "Отмечено операций" in seen["dry"] and "изменится\n2" in seen["dry"].lower(), seen["dry"]
    assert "без категории → Аренда\t2" in seen["done"]
    assert "без категории → Аренда\t58" in seen["rest"]
    assert "reclassify" not in seen["dry"] + seen["done"] + seen["rest"], "no names of the program"
    rows = database.sql("SELECT payment_purpose LIKE '%%склада%%', count(*) FROM bank_transactions WHERE category_id IS NOT NULL GROUP BY 1")
    assert rows == [(True, 60)], "those of the list, and no others"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert others(seen) == []
