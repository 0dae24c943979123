"""GET /bank-transactions/export: opened by independent readers and compared cell by cell with the database."""
import csv
import datetime
import decimal
import io
import json
import socket
import time
from urllib.parse import unquote

import openpyxl
import pytest

from harness import wait_for
from test_api import is_problem

COLUMNS = ["id", "transaction_date", "transaction_type", "payment_source", "amount", "currency", "document_number", "document_date", "counterparty_name",
           "counterparty_inn", "counterparty_kpp", "counterparty_account", "counterparty_bank", "counterparty_bik", "payment_purpose", "business_operation",
           "organization_name", "account_number", "our_bank_name", "our_bank_bik", "vat_amount", "vat_rate", "status", "category_id", "category_name",
           "suggested_category_id", "suggested_category_name", "category_confidence", "category_reason", "notes", "import_source", "external_id", "is_active", "updated_at"]
ROWS = 1700  # several pages

FILL = """
INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, document_number, document_date,
    payment_purpose, counterparty_name, counterparty_inn, counterparty_account, organization_name, account_number, vat_amount, vat_rate, status, category_id,
    suggested_category_id, category_confidence, notes, import_source, is_active)
SELECT 'test', 'k' || n, timestamp '2025-01-01' + (n %% 300) * interval '1 day' + (n %% 7) * interval '1 hour 7 seconds',
    ((n::bigint * 7919 * 7919) %% 1000000000000000) * 0.01, 'RUB', CASE WHEN n %% 3 = 0 THEN 'DEBIT' ELSE 'CREDIT' END, CASE WHEN n %% 9 = 0 THEN 'CASH' ELSE 'BANK' END,
    CASE n %% 6 WHEN 0 THEN NULL WHEN 1 THEN '=1+1' WHEN 2 THEN '+7' WHEN 3 THEN '-x' WHEN 4 THEN '@a' ELSE lpad(n::text, 6, '0') END,
    CASE WHEN n %% 4 > 0 THEN date '2024-12-30' + n %% 300 END,
    CASE n %% 5 WHEN 0 THEN 'две' || chr(10) || 'строки; "кавычки", <b>&amp;' WHEN 1 THEN '' WHEN 2 THEN NULL WHEN 3 THEN repeat('длинное назначение ', 60) ELSE 'Ёмкость №' || n || ' 😀' END,
    'ООО «Имя ' || n || '»', lpad(n::text, 10, '0'), '407028109' || lpad(n::text, 11, '0'), 'ИП Тестов', '40702810900000000001',
    CASE WHEN n %% 2 = 0 THEN n * 0.17 END, CASE WHEN n %% 2 = 0 THEN '20%%' END, 'NEW', CASE WHEN n %% 3 = 0 THEN 1 + n %% 5 END, CASE WHEN n %% 3 = 1 THEN 1 + n %% 4 END, CASE WHEN n %% 3 = 0 THEN 0.5 + (n %% 50) * 0.01 END,
    CASE WHEN n %% 50 = 0 THEN chr(1) || 'управляющий знак' END, 'API', n %% 10 > 0
FROM generate_series(1, %s) n"""


@pytest.fixture(scope="module")
def data(cluster):
    from harness import Server
    database = cluster.create()
    server = Server("export.server", database)
    database.sql(FILL % ROWS)
    database.sql("UPDATE bank_transactions SET amount = 999999999999999.99 WHERE external_id = 'k11'")
    database.sql("UPDATE bank_transactions SET amount = 9999999999999.99 WHERE external_id = 'k21'")
    database.sql("INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM bank_transactions")
    yield server
    server.stop()
    database.drop()


def wanted(data, where="is_active", order="transaction_date, b.id"):
    joined = {"category_name": "c.name", "suggested_category_name": "s.name"}
    names = ", ".join(joined.get(c, f"b.{c}") for c in COLUMNS)
    return [dict(zip(COLUMNS, r)) for r in data.database.sql(
        f"SELECT {names} FROM bank_transactions b LEFT JOIN categories c ON c.id = b.category_id LEFT JOIN categories s ON s.id = b.suggested_category_id WHERE {where.replace('is_active', 'b.is_active')} ORDER BY {order}")]


def export(data, **params):
    answer = data.user.get("/bank-transactions/export", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def as_text(name, value):
    """What csv for programs holds."""
    if value is None:
        return ""
    if name == "updated_at":
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


WORDS = {"CREDIT": "Поступление", "DEBIT": "Списание", "BANK": "Банк", "CASH": "Касса", "NEW": "новая"}
CODES = ("transaction_type", "payment_source", "status")


def same(said, row, convert):
    for name in COLUMNS:
        if name == "category_confidence" and row[name] is not None:
            assert float(said[name].replace(",", ".")) == pytest.approx(row[name], abs=1e-6)
        elif name != "updated_at" or convert is as_text:
            assert said[name].replace("\r\n", "\n") == convert(name, row[name]), (name, row["id"])


def test_csv_for_programs(data):
    answer = export(data, format="csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert unquote(answer.headers["Content-Disposition"].split("''")[1]) == "Операции.csv"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))
    expected = wanted(data)
    assert len(rows) == len(expected) > 1500 and list(rows[0]) == COLUMNS
    for said, row in zip(rows, expected):
        same(said, row, as_text)


def as_excel(name, value):
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, decimal.Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        return value.strftime("%d.%m.%Y %H:%M:%S")
    if isinstance(value, datetime.date):
        return value.strftime("%d.%m.%Y")
    if name in CODES:
        return WORDS[value]
    text = as_text(name, value)
    if isinstance(value, str) and text.isdigit() and (len(text) > 11 or text[0] == "0" and len(text) > 1):
        return f'="{text}"'
    return ("'" if isinstance(value, str) and text[:1] in tuple("=+-@\t\r") and text != "+7" else "") + text


@pytest.mark.parametrize("how", [{"params": {"format": "csv", "dialect": "excel"}}, {"params": {"format": "csv"}, "headers": {"Sec-Fetch-Mode": "navigate"}}])
def test_csv_for_excel(data, how):
    answer = data.user.get("/bank-transactions/export", **how)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][:5] == ["№", "Дата", "Вид", "Банк или касса", "Сумма"] and len(rows[0]) == len(COLUMNS)
    expected = wanted(data)
    assert len(rows) - 1 == len(expected)
    for cells, row in zip(rows[1:], expected):
        same(dict(zip(COLUMNS, cells)), row, as_excel)


@pytest.mark.parametrize("format", ["jsonl", "json"])
def test_json(data, format):
    answer = export(data, format=format, sort="-transaction_date")
    text = answer.content.decode("utf-8")
    rows = json.loads(text) if format == "json" else [json.loads(line) for line in text.splitlines()]
    expected = wanted(data, order="transaction_date DESC, b.id DESC")
    assert len(rows) == len(expected)
    for said, row in zip(rows, expected):
        assert list(said) == COLUMNS
        for name in COLUMNS:
            value = row[name]
            if isinstance(value, decimal.Decimal):
                assert said[name] == str(value)
            elif name == "category_confidence":
                assert said[name] == pytest.approx(value)
            elif isinstance(value, (bool, int)) or value is None:
                assert said[name] is value or said[name] == value
            else:
                assert said[name] == as_text(name, value)


def test_xlsx(data):
    answer = export(data, format="xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.title == "Операции" and sheet.freeze_panes == "A2"
    expected = wanted(data)
    assert sheet.max_row == len(expected) + 1 and sheet.auto_filter.ref == f"A1:AH{len(expected) + 1}"
    rows = sheet.iter_rows()
    heading = next(rows)
    assert [c.value for c in heading][:5] == ["№", "Дата", "Вид", "Банк или касса", "Сумма"] and heading[0].font.bold
    for cells, row in zip(rows, expected):
        said = dict(zip(COLUMNS, cells))
        for name in COLUMNS:
            value, cell = row[name], said[name]
            if value is None or value == "":
                assert cell.value is None, name
            elif isinstance(value, decimal.Decimal) and value < 10**13:
                assert cell.data_type == "n" and cell.number_format == "#,##0.00", (name, cell.value)
                assert decimal.Decimal(repr(cell.value)) == value if isinstance(cell.value, float) else cell.value == value
            elif isinstance(value, decimal.Decimal):
                assert cell.data_type == "s" and cell.value == str(value), "Excel keeps fifteen digits"
            elif name == "updated_at":
                assert abs(cell.value - value.astimezone(datetime.timezone.utc).replace(tzinfo=None)) < datetime.timedelta(seconds=1)
            elif isinstance(value, datetime.datetime):
                assert cell.is_date and abs(cell.value - value) < datetime.timedelta(milliseconds=600)
            elif isinstance(value, datetime.date):
                assert cell.is_date and cell.value.date() == value
            elif name == "category_confidence":
                assert cell.value == pytest.approx(value)
            elif name == "notes":
                assert cell.value.endswith("управляющий знак")
            elif name in CODES:
                assert cell.value == WORDS[value]
            else:
                assert cell.value == value and cell.data_type == ("b" if isinstance(value, bool) else "n" if isinstance(value, int) else "s"), (name, cell.value)


@pytest.mark.parametrize("sort", ["amount", "-amount", "counterparty_name", "-counterparty_name", "-transaction_date"])
@pytest.mark.parametrize("filters", [{}, {"transaction_type": "DEBIT", "is_active": "all"}, {"q": "длинное назначение"}, {"counterparty_inn": "none"}], ids=str)
def test_the_order_of_the_list(data, sort, filters):
    """A file has the rows in the very order in which the list shows them, over several pages of it."""
    said = [json.loads(line)["id"] for line in export(data, format="jsonl", sort=sort, **filters).text.splitlines()]
    listed, offset, total = [], 0, 1
    while offset < total:
        answer = data.user.get("/bank-transactions", params={"sort": sort, "limit": 500, "offset": offset, **filters}).json()
        listed += [row["id"] for row in answer["transactions"]]
        offset, total = offset + 500, answer["total"]
    assert said == listed and (len(said) > 250 or "counterparty_inn" in filters)


def test_a_workbook_in_the_order_of_the_list(data):
    book = openpyxl.load_workbook(io.BytesIO(export(data, format="xlsx", sort="-amount").content), read_only=True)
    ids = [row[0].value for row in book.active.iter_rows(min_row=2)]
    assert ids == [r["id"] for r in wanted(data, order="b.amount DESC, b.id DESC")]


@pytest.mark.parametrize("params, where", [
    ({"date_from": "2025-03-01", "date_to": "2025-04-30"}, "is_active AND transaction_date >= '2025-03-01' AND transaction_date < '2025-05-01'"),
    ({"transaction_type": "DEBIT", "payment_source": "CASH", "is_active": "all"}, "transaction_type = 'DEBIT' AND payment_source = 'CASH'"),
    ({"amount_min": "1000000", "amount_max": "2000000000", "category_id": 2}, "is_active AND amount BETWEEN 1000000 AND 2000000000 AND category_id = 2"),
    ({"q": "имя 77"}, "is_active AND counterparty_name ~ 'Имя 77[^ ]*»'"), ({"counterparty_inn": "0000000012"}, "is_active AND counterparty_inn = '0000000012'"),
    ({"status": "IGNORED"}, "false")])
def test_the_same_filters(data, params, where):
    rows = list(csv.DictReader(io.StringIO(export(data, format="csv", **params).content.decode())))
    assert [int(r["id"]) for r in rows] == [r["id"] for r in wanted(data, where)]
    assert data.user.get("/bank-transactions", params=params).json()["total"] == len(rows)


@pytest.mark.parametrize("query, field", [
    ("format=pdf", "format"), ("dialect=mac", "dialect"), ("sort=status", "sort"), ("sort=x", "sort"), ("limit=5", "limit"), ("cursor=x", "cursor"),
    ("date_from=2025-02-30", "date_from"), ("colour=1", "colour"), ("format=csv&format=csv", "format")])
def test_bad_export(data, query, field):
    is_problem(data.user.get("/bank-transactions/export?" + query), 422, "VALIDATION_ERROR", field)


def test_head_and_rights(data):
    answer = data.user.head("/bank-transactions/export?format=xlsx")
    assert answer.status_code == 200 and answer.content == b""
    assert data.user.get("/auth/me").status_code == 200
    assert data.anonymous.get("/bank-transactions/export").status_code == 401


def raw(data, format, request_id="raw"):
    host, port = data.address.rsplit(":", 1)
    s = socket.create_connection((host, int(port)))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.sendall(f"GET /api/v1/bank-transactions/export?format={format}&is_active=all HTTP/1.1\r\nHost: x\r\nX-Request-ID: {request_id}\r\nAuthorization: Bearer {data.user.token}\r\n\r\n".encode())
    return s


def answered(data):
    return {e["request_id"] for e in data.events("request")}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_whoever_leaves_ends_it(data, format):
    ids = {f"leaves-{format}-{i}" for i in range(3)}
    for request_id in ids:
        s = raw(data, format, request_id)
        s.recv(100)
        s.close()
    wait_for(lambda: ids <= answered(data), 60, "the exports to be ended")
    assert export(data, format=format, status="IGNORED").status_code == 200


def test_a_slow_reader_gets_all(data):
    s = raw(data, "csv")
    time.sleep(1)  # the server has nothing to do but wait
    got = b""
    while b"\r\n0\r\n\r\n" not in got[-20:]:
        piece = s.recv(65536)
        assert piece
        got += piece
    s.close()
    assert got.count(b"\r\n") > ROWS and b"k1700" in got


def test_too_many_xlsx(data):
    held = [raw(data, "xlsx") for _ in range(6)]
    heads = []
    for s in held:
        heads.append(s.recv(2000).split(b"\r\n")[0])
        s.close()
    assert {h.split()[1] for h in heads} <= {b"200", b"503"}
    wait_for(lambda: data.user.get("/bank-transactions/export?format=xlsx&status=IGNORED").status_code == 200, 60, "room for xlsx again")


def test_signs_that_xml_lacks(data):
    """U+FFFE and U+FFFF can't be said in XML at all: one of them made the whole file unreadable."""
    bad = chr(0xFFFE) + "до" + chr(0xFFFF) + "после" + chr(0xFFFD) + chr(0xFFEF) + chr(0xFFFF)
    data.database.sql("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type, payment_source, payment_purpose,"
                      " counterparty_name, status, import_source, account_number) VALUES ('test', 'signs', '2025-01-01', 1, 'RUB', 'DEBIT', 'BANK', %s, %s, 'NEW', 'API', 'SIGNS')", (bad, bad))
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(export(data, format="xlsx", account_number="SIGNS").content)).active
        row = [c.value for c in sheet[2]]
        said = bad.replace(chr(0xFFFE), chr(0xFFFD)).replace(chr(0xFFFF), chr(0xFFFD))
        assert row[COLUMNS.index("payment_purpose")] == row[COLUMNS.index("counterparty_name")] == said
    finally:
        data.database.sql("DELETE FROM bank_transactions WHERE external_id = 'signs'")
