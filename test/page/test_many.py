"""Many rows on the page: one decision for all that match, a workbook made by a task."""
import openpyxl

from test_page import others

ROWS = """INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, counterparty_name,
    counterparty_inn, payment_purpose, import_source)
  SELECT '1c', 'many ' || i, timestamp '2026-03-01' + i * interval '1 minute', i * 1.01, 'RUB', 'DEBIT', 'BANK', 'ООО «Много»',
    CASE WHEN i <= 300 THEN '5003052454' ELSE '7707083893' END, 'Оплата по счёту ' || i, 'ODATA_1C' FROM generate_series(1, 50100) AS i"""


def test_all_that_match(start, database, browse, tmp_path):
    server = start.server(database)
    database.sql(ROWS)
    path = tmp_path / "all.xlsx"
    seen = browse("many.mjs", server, inn="5003052454", path=str(path))
    assert "300" in seen["ticked"] and "300" in seen["question"] and seen["tooMany"]
    assert database.sql("SELECT counterparty_inn, count(*) FROM bank_transactions WHERE status = 'IGNORED' GROUP BY 1") == [("5003052454", 300)]
    assert seen["file"] == "Операции.xlsx"
    rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(min_row=2, min_col=5, max_col=5, values_only=True)
    amounts = [row[0] for row in rows]
    assert len(amounts) == 50100 and amounts[0] == 50601.0 and amounts == sorted(amounts, reverse=True), "in the order of the list"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert others(seen) == []
