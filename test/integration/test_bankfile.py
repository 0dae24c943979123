"""Bank statement files: uploaded, imported, uploaded again, linked with 1C, killed in the middle."""
import bz2
import datetime
import gzip
import io
import lzma
import pathlib
import re
import sys
import uuid
import zipfile

import pytest
from harness import ROOT, SLOWNESS, wait_for
from test_artifact import artifact
from test_import import settled

sys.path.insert(0, str(ROOT / "test/support"))
from statements import Bank, money  # noqa: E402

UPLOAD = "/bank-statements/import-async"
TABLES = {
    "bank_transactions": "source, external_id, transaction_date, amount, currency, transaction_type, document_number, payment_purpose, "
                         "counterparty_name, counterparty_inn, account_number, is_active",
    "statement_rows": "identity, occurrence, external_id, account_number, posted, transaction_type, amount, transaction_id, line",
    "statement_matches": "row_id, transaction_id, reason, decision",
    "statement_balances": "account_number, date_from, date_to, opening, received, paid, closing, line",
}


def upload(server, *files, session=None, **fields):
    """files: bytes, or (name, bytes)."""
    parts = [("file", one if isinstance(one, tuple) else (f"kl_to_1c_{n}.txt", one)) for n, one in enumerate(files)]
    return (session or server.manager).post(UPLOAD, files=parts, data={k: str(v).lower() for k, v in fields.items()})


def imported(server, *files, timeout=60, **fields):
    answer = upload(server, *files, **fields)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(answer.json()["task_id"])
    return server.wait_task(answer.json()["task_id"], timeout=timeout)


def contents(database):
    return {table: database.sql(f"SELECT {columns} FROM {table} ORDER BY {columns}") for table, columns in TABLES.items()}


def codes(task, file=0):
    return [w["code"] for w in task["result"]["files"][file]["warnings"]]


@pytest.fixture
def server(start, database):
    return start.server(database)


def test_import_again_overlapping(server):
    bank = Bank(days=10, per_day=20)
    half = bank.statement(last=bank.days[5])
    task = imported(server, half)
    stats = settled(task)
    assert stats["created"] == 120 and stats["failed"] == 0
    assert codes(task) == []
    result = task["result"]
    assert result["new"]["rows"] == 120 and result["files"][0]["encoding"] == "windows-1251"
    received = sum(p.amount for p in bank.between(bank.days[0], bank.days[5]) if not p.out)
    assert result["new"]["credit"] == money(received)
    rows = server.database.sql("SELECT sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), count(*), min(source), min(import_source)"
                               " FROM bank_transactions")[0]
    assert (str(rows[0]), *rows[1:]) == (money(received), 120, "bank", "BANK_FILE")

    before = contents(server.database)
    again = settled(imported(server, half))
    assert again["unchanged"] == 120 and again["created"] == again["updated"] == 0
    assert contents(server.database) == before

    whole = settled(imported(server, bank.statement(encoding="utf-8")))
    assert (whole["unchanged"], whole["created"]) == (120, 80)
    assert server.database.sql("SELECT count(*) FROM statement_seen") == [(0,)]
    assert server.database.sql("SELECT count(*), count(DISTINCT account_number) FROM statement_balances") == [(10, 1)]


def test_equal_rows_stay_apart(server):
    bank = Bank(days=2, per_day=3)
    first = bank.payments[0]
    bank.payments[1:3] = [first, first]
    assert settled(imported(server, bank.statement()))["created"] == 6
    assert settled(imported(server, bank.statement()))["unchanged"] == 6
    bank.payments.insert(0, first)  # a fourth one, as the bank gives it out later
    more = settled(imported(server, bank.statement()))
    assert (more["created"], more["unchanged"]) == (1, 6)
    assert server.database.sql("SELECT array_agg(occurrence ORDER BY occurrence) FROM statement_rows WHERE document_number = %s",
                               [first.number]) == [([1, 2, 3, 4],)]


def test_several_files_and_an_archive(server):
    one, two = Bank(seed=1, days=3), Bank(seed=2, account="40702810200000000002", days=3)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("папка/выписка.txt", two.statement())
        z.writestr("прочти.txt", "это не выписка")
    task = imported(server, ("первая.txt", one.statement()), ("all.zip", archive.getvalue()))
    stats = settled(task)
    assert stats["created"] == 120 and stats["failed"] == 1, (stats, task["result"]["files"])
    files = task["result"]["files"]
    assert [f["name"] for f in files] == ["первая.txt", "all.zip/папка/выписка.txt", "all.zip/прочти.txt"]
    assert "1CClientBankExchange" in files[2]["error"]
    errors = server.admin.get(f"/tasks/{task['task_id']}/errors").json()["errors"]
    assert len(errors) == 1 and errors[0]["stage"] == "file"


def test_refused_rows_keep_their_line(server):
    bank = Bank(days=1, per_day=5)
    text = bank.statement().decode("cp1251")
    sums = [f"Сумма={money(p.amount)}" for p in bank.payments]
    text = text.replace(sums[1], "Сумма=12.345").replace(sums[3], "Сумма=0.00")
    task = imported(server, text.encode("cp1251"))
    stats = settled(task)
    assert (stats["created"], stats["failed"], stats["skipped"]) == (3, 1, 1)
    errors = server.admin.get(f"/tasks/{task['task_id']}/errors").json()["errors"]
    lines = text.split("\r\n")
    for error in errors:
        assert lines[error["ordinal"] - 1].startswith("СекцияДокумент")
    assert {e["record"]["Сумма"] for e in errors} == {"12.345", "0.00"}
    assert "TURNOVER" in codes(task)


def test_dry_run_writes_nothing(server):
    bank = Bank(days=3)
    empty = contents(server.database)
    task = imported(server, bank.statement(), bank.statement(last=bank.days[1]), dry_run=True)
    stats = settled(task)
    assert (stats["created"], stats["unchanged"]) == (60, 40)
    assert task["result"]["dry_run"]["created"]["count"] == task["result"]["new"]["rows"] == 60
    assert contents(server.database) == empty
    assert server.database.sql("SELECT count(*) FROM statement_seen, statement_files") == [(0,)]
    assert settled(imported(server, bank.statement()))["created"] == 60


def test_turnovers_are_checked_each_time(server):
    """First, again, under another name, and in a dry run before anything is stored and after it; rows of an earlier file of the days count."""
    bank = Bank(days=3, per_day=4)
    lost = bank.payments[5]
    wrong, whole = bank.statement(leave_out=[lost]), bank.statement()
    section = wrong.decode("cp1251").split("СекцияРасчСчет")[:2]

    def told(*files, **fields):
        task = imported(server, *files, **fields)
        return [[(w["count"], w["line"], w["sample"]) for w in file["warnings"] if w["code"] == "TURNOVER"] for file in task["result"]["files"]]
    once = [(1, sum(part.count("\n") for part in section) + 1, bank.account)]
    assert told(wrong, dry_run=True) == [once]
    assert told(whole, dry_run=True) == [[]]
    assert told(wrong, whole, dry_run=True) == [[], []], "what one file lacks the other has"
    assert told(wrong) == [once] == told(wrong) == told(("copy.txt", wrong))
    assert told(wrong, dry_run=True) == [once]
    assert told(whole, dry_run=True) == [[]]
    assert told(whole) == [[]] == told(wrong)


def changes(server, task, **query):
    answer = server.manager.get(f"/tasks/{task['task_id']}/changes", params={"limit": 500, **query})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["changes"]) == answer.json()["total"]
    return answer.json()["changes"]


def test_dry_run_row_by_row_and_applied(server):
    """Some rows are in 1C as well, for one it is unclear which, one is known; a balance is stated anew: the dry run says what the
    import then does."""
    from test_reconciliation import in_1c
    bank = Bank(seed=3, days=3, per_day=10)
    settled(imported(server, bank.statement(last=bank.days[0])))
    in_1c(server, bank.payments[10:17], bank)
    for number in ("К100-000901", "К100-000902"):
        in_1c(server, [bank.payments[20]], bank, number=lambda p, n=number: n)
    bank.opening += 100  # the bank corrects what it said
    file = bank.statement()
    before = contents(server.database)
    dry = imported(server, file, dry_run=True)
    stats = settled(dry)
    assert contents(server.database) == before
    summary = dry["result"]["dry_run"]
    assert [summary[k]["count"] for k in ("created", "linked", "unclear", "updated", "deactivated")] == [12, 7, 1, 0, 0]
    for side, out in (("credit", False), ("debit", True)):
        assert summary["linked"][side] == money(sum(p.amount for p in bank.payments[10:17] if p.out is out))
        assert summary["unclear"][side] == money(sum(p.amount for p in [bank.payments[20]] if p.out is out))
    rows = changes(server, dry)
    assert len(rows) == 12 + 7 + 1 + 3 == len(summary["rows"])
    by = lambda action, of="bank_transactions": [r for r in rows if r["action"] == action and r["resource"] == of]  # noqa: E731
    onec = {r[0]: r[1] for r in server.database.sql("SELECT id, amount::text FROM bank_transactions WHERE source = '1c'")}
    for row in by("link"):
        assert row["changes"] == [{"field": "same_as", "old": None, "new": row["id"]}] and onec[row["id"]] == row["amount"]
    [unclear] = by("unclear")
    assert unclear["changes"] == [{"field": "unclear", "old": None, "new": "several"}] and unclear["amount"] == money(bank.payments[20].amount)
    assert [r["resource"] for r in rows] == ["bank_transactions"] * 20 + ["statement_balances"] * 3, "money first"
    [balance] = by("update", "statement_balances")
    assert balance["title"] == bank.account and balance["transaction_date"].startswith(str(bank.days[0]))
    assert {c["field"]: (c["old"], c["new"]) for c in balance["changes"]} == {
        name: (money(value - 100), money(value)) for name, value in (("opening", bank.opening), ("closing", bank.balance(bank.days[1])))}
    received, paid = (sum(p.amount for p in bank.between(bank.days[2], bank.days[2]) if p.out is out) for out in (False, True))
    assert {c["field"]: (c["old"], c["new"]) for c in by("create", "statement_balances")[1]["changes"]} == {
        "opening": (None, money(bank.balance(bank.days[2]))), "received": (None, money(received)), "paid": (None, money(paid)),
        "closing": (None, money(bank.balance(bank.days[2]) + received - paid))}
    assert len(by("create", "statement_balances")) == 2
    assert changes(server, dry, action="link") == by("link") and changes(server, dry, action="unclear") == [unclear]

    answer = server.manager.post(f"/tasks/{dry['task_id']}/apply")
    assert answer.status_code == 202, answer.text
    real = server.wait_task(answer.json()["task_id"])
    assert settled(real) == stats
    assert {k: real["result"][k] for k in ("new", "linked", "known", "unclear")} == {k: dry["result"][k] for k in ("new", "linked", "known", "unclear")}
    done = server.database.sql("SELECT r.external_id, r.transaction_id, r.amount::text FROM statement_rows r JOIN statement_files f ON f.id = r.file_id"
                               " WHERE f.task_id = %s", [real["task_id"]])
    said = {r["external_id"]: (r["id"], r["amount"]) for r in rows if r["resource"] == "bank_transactions"}
    assert {key: (linked, amount) for key, linked, amount in done} == said
    assert settled(imported(server, file, dry_run=True))["unchanged"] == 30


def test_dry_run_of_several_files_gives_a_row_of_1c_away_once(server):
    """Two files, in batches of their own, hold a row each that fits the one row of 1C: the dry run links one, as the import does."""
    from test_reconciliation import in_1c
    bank = Bank(seed=3, days=1, per_day=1)
    in_1c(server, bank.payments, bank)
    first = bank.statement()
    bank.payments[0].purpose += " (исправлено банком)"  # another row to us
    second = bank.statement()
    dry = imported(server, first, second, dry_run=True)
    counts = {k: dry["result"]["dry_run"][k]["count"] for k in ("created", "linked")}
    real = imported(server, first, second)
    assert counts == {"created": real["result"]["new"]["rows"], "linked": real["result"]["linked"]["rows"]} == {"created": 1, "linked": 1}


def test_the_report_of_each_file(server):
    from test_reconciliation import in_1c
    bank = Bank(seed=3, days=2, per_day=6)
    in_1c(server, bank.payments[:2], bank)
    settled(imported(server, bank.statement(last=bank.days[0])))
    other = Bank(seed=5, account="40702810200000000002", days=2, per_day=4)
    lost = [other.payments[1]]
    broken = other.statement(leave_out=lost).decode("cp1251").replace(f"Сумма={money(other.payments[0].amount)}", "Сумма=1.234").encode("cp1251")
    task = imported(server, ("первая.txt", bank.statement()), ("вторая.txt", broken), ("третья.txt", b"nothing"))
    first, second, third = task["result"]["files"]
    assert first["rows"] == {"new": 6, "linked": 0, "known": 6, "unclear": 0, "skipped": 0, "refused": 0}
    assert second["rows"] == {"new": 6, "linked": 0, "known": 0, "unclear": 0, "skipped": 0, "refused": 1}
    assert first["bank"] == "АО \"БАНК\"" and "rows" not in third and third["error"]
    [account] = first["balances"]
    received, paid = (sum(p.amount for p in bank.payments if p.out is out) for out in (False, True))
    assert account == {
        "account_number": bank.account, "date_from": str(bank.days[0]), "date_to": str(bank.days[1]), "opening": money(bank.opening),
        "received": money(received), "paid": money(paid), "closing": money(bank.opening + received - paid), "balance_difference": "0.00",
        "documents": 12, "documents_received": money(received), "documents_paid": money(paid), "received_difference": "0.00", "paid_difference": "0.00"}
    [account] = second["balances"]
    missing = [other.payments[0], *lost]
    for name, out in (("received_difference", False), ("paid_difference", True)):
        assert account[name] == money(-sum(p.amount for p in missing if p.out is out))
    # without sections nothing is stated, and nothing is made up
    text = other.statement(per_day=False).decode("cp1251")
    at, end = text.index("СекцияРасчСчет"), text.index("КонецРасчСчет") + len("КонецРасчСчет\r\n")
    [account] = imported(server, (text[:at] + text[end:]).encode("cp1251"))["result"]["files"][0]["balances"]
    assert account["opening"] is account["closing"] is account["balance_difference"] is account["paid_difference"] is None
    assert account["documents"] == 8


def test_what_is_tolerated_is_told(server):
    """Warnings of the encoding that the header names wrongly and of a file without any account; docs/bank-statements.md has every kind."""
    bank = Bank(days=1, per_day=3)
    [said] = imported(server, bank.statement(encoding="utf-8"))["result"]["files"][0]["warnings"]
    assert (said["code"], said["count"], said["line"], said["sample"]) == ("ENCODING_SAID", 1, 3, "Windows")
    for word, encoding in (("UTF-8", "utf-8"), ("windows-1251", "cp1251"), ("DOS", "cp866"), ("KOI8-R", "koi8-r"), ("utf8", "utf-8-sig")):
        text = bank.statement(encoding=encoding.removesuffix("-sig")).decode(encoding.removesuffix("-sig")).replace("Кодировка=Windows", f"Кодировка={word}")
        assert "ENCODING_SAID" not in codes(imported(server, text.encode(encoding))), word
    lie = bank.statement().decode("cp1251").replace("Кодировка=Windows", "Кодировка=DOS").encode("cp1251")
    assert [w["sample"] for w in imported(server, lie)["result"]["files"][0]["warnings"] if w["code"] == "ENCODING_SAID"] == ["DOS"]

    other = Bank(seed=2, account="40702810200000000002", days=1, per_day=3)
    text = other.statement(per_day=False).decode("cp1251")
    at, end = text.index("СекцияРасчСчет"), text.index("КонецРасчСчет") + len("КонецРасчСчет\r\n")
    bare = (text[:at] + text[end:]).replace(f"\r\nРасчСчет={other.account}\r\nСекцияДокумент", "\r\nСекцияДокумент", 1).encode("cp1251")
    task = imported(server, bare)
    assert settled(task)["created"] == 3
    assert set(codes(task)) == {"NO_ACCOUNT", "BY_DATES"}
    assert "NO_ACCOUNT" not in codes(imported(server, bare, account_number=other.account))

    text = bank.statement().decode("cp1251")
    for was, now in (("ДатаКонца=01.03.2025\r\nРасчСчет", "ДатаКонца=01.03.20252\r\nРасчСчет"), ("КонечныйОстаток=", "КонечныйОстаток=1"),
                     ("СекцияДокумент", "СекцияРасчСчет\r\nРасчСчет=407\r\nКонецРасчСчет\r\nСекцияДокумент"),
                     ("НазначениеПлатежа=", "НазначениеПлатежа=" + 17000 * "я")):
        assert was in text
        text = text.replace(was, now, 1)
    dates = re.findall("Дата(?:Списано|Поступило)=01.03.2025", text)
    text = text.replace(dates[0], dates[0].replace("01.03.2025", "99.03.2025"), 1).replace(dates[1], dates[1].replace("01.03", "01.01"), 1)
    task = imported(server, text.encode("cp1251"))
    assert set(codes(task)) == {"HEADER_DATE", "BALANCE", "SECTION", "LINE_CUT", "DATE_REPLACED", "OUTSIDE", "TURNOVER"}
    [header] = [w for w in task["result"]["files"][0]["warnings"] if w["code"] == "HEADER_DATE"]
    assert text.split("\r\n")[header["line"] - 1] == "ДатаКонца=01.03.20252", "the field's line, not the section's"

    # every kind is named by a test: one that nothing gives any more would not be documented truly
    tests = "".join(path.read_text() for path in [*(ROOT / "test/data/bankfile").glob("*.out"), *(ROOT / "test/unit/bankfile").glob("*.c"),
                                                  *(ROOT / "test/integration").glob("*.py")])
    kinds = re.findall(r"X\((\w+), ", (ROOT / "src/bankfile/warning.h").read_text())
    documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/bank-statements.md").read_text(), re.M)
    assert documented == [kind for kind in kinds if kind != "name"] and len(documented) > 20
    assert [kind for kind in documented if not re.search(rf"\b{kind}\b", tests)] == []


def test_sums_end_where_64_bits_do(server):
    """A hundred payments of a quadrillion rubles: no sum turns round into the negative."""
    most = "92233720368547758.07"
    bank = Bank(days=1, per_day=120)
    for n, p in enumerate(bank.payments):
        p.amount, p.out = 99_999_999_999_999_999, n % 6 == 0
    section = "РасчСчет=" + bank.account + "\r\nДатаНачала=01.03.2025\r\nДатаКонца=01.03.2025\r\nНачальныйОстаток=-1000000000000.00\r\n" \
        "ВсегоПоступило=999999999999999.99\r\nВсегоСписано=0\r\nКонечныйОстаток=-1\r\n"
    text = bank.statement(per_day=False).decode("cp1251")
    at, end = text.index("СекцияРасчСчет"), text.index("КонецРасчСчет") + len("КонецРасчСчет\r\n")
    text = text[:at] + f"СекцияРасчСчет\r\n{section}КонецРасчСчет\r\n" * 110 + text[end:]
    task = imported(server, text.encode("cp1251"))
    assert settled(task)["created"] == 120
    assert task["result"]["new"] == {"rows": 120, "credit": most, "debit": money(20 * 99_999_999_999_999_999)}
    [account] = task["result"]["files"][0]["balances"]
    assert (account["received"], account["documents_received"], account["received_difference"]) == (most, most, "0.00")
    assert account["balance_difference"] == "92232720368547759.07"


def test_a_row_tells_its_file_and_line(server):
    """Provenance: the file and line of a row, also after the file came again under another name; of a row of 1C that it is linked to as well."""
    from test_reconciliation import in_1c
    bank = Bank(days=2, per_day=4)
    in_1c(server, bank.payments[:1], bank)
    file = bank.statement()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("март/выписка.txt", file)
    first = imported(server, ("март.zip", archive.getvalue()))
    lines = file.decode("cp1251").split("\r\n")
    rows = server.database.sql("SELECT b.id, b.source, b.external_id, b.document_number FROM bank_transactions b ORDER BY id")
    assert len(rows) == 9
    seen = set()
    for row_id, kind, key, number in rows:
        told = server.user.get(f"/bank-transactions/{row_id}/history").json()
        source = told["source"]
        assert (source["kind"], source["external_id"], source["file"]) == (kind, key, "март.zip/март/выписка.txt")
        assert source["base"] is None and source["document"] is None
        assert lines[source["line"] - 1].startswith("СекцияДокумент=")
        if kind == "bank":
            assert lines[source["line"]] == f"Номер={number}" and told["created"]["task_id"] == first["task_id"]
            assert told["created"]["task_type"] == "import_bank_statement"
            seen.add(source["line"])
    assert len(seen) == 8
    settled(imported(server, ("ещё раз.txt", b"\r\n" + file)))
    again = server.user.get(f"/bank-transactions/{rows[-1][0]}/history").json()["source"]
    assert again["file"] == "март.zip/март/выписка.txt", "the file that brought it, not the one that had it too"


def test_bad_uploads(server):
    bank = Bank(days=1)
    assert upload(server, bank.statement(), session=server.user).status_code == 403
    assert server.manager.post(UPLOAD, json={}).status_code == 415
    assert server.manager.post(UPLOAD, data=b"x", headers={"Content-Type": "multipart/form-data; boundary=b"}).status_code == 400
    assert server.manager.post(UPLOAD, files={"dry_run": (None, "true")}).status_code == 422
    assert upload(server, bank.statement(), nonsense=1).status_code == 422
    assert upload(server, bank.statement(), dry_run="perhaps").status_code == 422
    assert upload(server, b"x" * (64 * 1024 * 1024 + 1)).status_code == 413
    failed = imported(server, b"no statement at all")
    assert failed["status"] == "failed" and "1CClientBankExchange" in failed["error"]
    for unread in (b"1CClientBankExchange\r\n", bank.statement(encoding="mac_cyrillic")):
        failed = imported(server, unread)
        assert failed["status"] == "failed" and "кодировка не распознана" in failed["error"], failed
    task = imported(server, bank.statement(encoding="mac_cyrillic"), bank.statement().decode("cp1251").encode("koi8-r", "replace"))
    assert settled(task)["failed"] == 1 and settled(task)["created"] == 20
    unread, read = task["result"]["files"]
    assert "кодировка не распознана" in unread["error"] and read["encoding"] == "KOI8-R"
    for blank in (b"", b"\r\n \r\n", b"\xef\xbb\xbf"):
        failed = imported(server, blank)
        assert failed["status"] == "failed" and "Файл пуст" in failed["error"], failed
    broken = imported(server, ("x.zip", b"PK\3\4 no archive"))
    assert broken["status"] == "failed" and "ZIP" in broken["error"]


def test_a_task_takes_only_uploads_that_are_free(server):
    """Not an artifact, whose task would lose it; not what a task that has not ended has; what ended ones have read may be read again."""
    bank = Bank(days=1, per_day=3)
    database = server.database

    def owner(file_id):
        return database.sql("SELECT task_id::text, expires_at FROM stored_files WHERE id = %s", [file_id])

    def run(file_id):
        made = server.manager.post("/tasks", json={"task_type": "import_bank_statement", "params": {"files": [{"id": file_id, "name": "чужой.txt"}]}})
        assert made.status_code == 202, made.text
        return server.wait_task(made.json()["task_id"])

    def refused(file_id):
        before = owner(file_id)
        task = run(file_id)
        assert task["status"] == "failed" and task["error_code"] == "NOT_FOUND" and task["error"].startswith("чужой.txt: "), task
        assert "Загрузите его снова" in task["error"] and owner(file_id) == before
        assert database.sql("SELECT count(*) FROM statement_rows") == stored

    stored = [(0,)]
    refused(str(uuid.uuid4()))
    ended = server.admin.post("/tasks", json={"task_type": "echo", "params": {"message": "x"}}).json()["task_id"]
    server.wait_task(ended)
    refused(artifact(database, ended, bank.statement(), expires="1 hour"))

    settled(imported(server, bank.statement()))
    [(file_id, first)] = database.sql("SELECT id::text, task_id FROM stored_files WHERE kind = 'upload'")
    stored = [(3,)]
    again = run(file_id)
    assert settled(again)["unchanged"] == 3 and owner(file_id) == [(again["task_id"], None)]
    waiting = server.admin.post("/tasks", json={"task_type": "echo", "params": {"message": "x"}, "run_at": "2099-01-01T00:00:00Z"}).json()["task_id"]
    database.sql("UPDATE stored_files SET task_id = %s WHERE id = %s", [waiting, file_id])
    refused(file_id)


def packed(name, content):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, content)
    return archive.getvalue()


def zipped(**entries):
    """Stored as they are: what is done to the bytes of the archive is done to those of an entry."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as z:
        for name, content in entries.items():
            z.writestr(f"{name}.txt", content)
    return archive.getvalue()


def test_what_can_be_read_of_damaged_archives_is_imported(server):
    """A good file, an archive with a damaged entry between two good ones, a truncated one, an empty one, an archive within an archive:
    a refused record for each thing that can't be read, a chapter with its reason, the others imported."""
    banks = [Bank(seed=n, account=f"4070281000000000000{n}", days=2, per_day=3) for n in range(5)]
    whole = zipped(a=banks[1].statement(), b=banks[2].statement(), c=banks[3].statement())
    at = whole.index(banks[2].statement()) + len(banks[2].statement()) - 100
    damaged = whole[:at] + b"#" + whole[at + 1:]
    files = [("good.txt", banks[0].statement()), ("damaged.zip", damaged), ("cut.zip", whole[:len(whole) // 2]), ("empty.zip", zipped()),
             ("nested.zip", zipped(inner=whole, d=banks[4].statement()))]
    task = imported(server, *files)
    stats = settled(task)
    assert (stats["created"], stats["failed"]) == (24, 4), task["result"]["files"]
    said = {f["name"]: f.get("error") for f in task["result"]["files"]}
    bad = {"damaged.zip/b.txt": "повреждён", "cut.zip": "повреждён", "empty.zip": "пуст", "nested.zip/inner.txt": "архив внутри архива"}
    assert [name for name, error in said.items() if error] == list(bad) and list(said) == [
        "good.txt", "damaged.zip/a.txt", "damaged.zip/b.txt", "damaged.zip/c.txt", "cut.zip", "empty.zip", "nested.zip/inner.txt", "nested.zip/d.txt"]
    errors = server.admin.get(f"/tasks/{task['task_id']}/errors").json()["errors"]
    assert {e["record"]["file"]: e["stage"] for e in errors} == dict.fromkeys(bad, "file")
    for name, words in bad.items():
        assert words in said[name] and said[name] == next(e["message"] for e in errors if e["record"]["file"] == name)
    accounts = {r[0] for r in server.database.sql("SELECT DISTINCT account_number FROM statement_rows UNION SELECT account_number FROM statement_balances")}
    assert accounts == {banks[n].account for n in (0, 1, 3, 4)}, "nothing of a damaged file, also what was read before the damage"
    dry = imported(server, *files, dry_run=True)
    assert settled(dry)["failed"] == 4 and {r["title"] for r in changes(server, dry)} == set()
    for name, content in files[2:4]:
        alone = imported(server, (name, content))
        assert alone["status"] == "failed" and alone["error"] == f"{name}: {said[name]}" and alone["result"]["files"][0]["error"] == said[name]


def test_locked_entries_of_an_archive(server):
    """A password on one file keeps that one out, by its name; when all have one, the task says so."""
    banks = [Bank(seed=n, account=f"4070281000000000000{n}", days=1, per_day=3) for n in range(3)]
    archive = zipped(**{str(n): bank.statement() for n, bank in enumerate(banks)})

    def locked(archive, *names):
        """The flag that says so, in front of the entry and in the directory."""
        with zipfile.ZipFile(io.BytesIO(archive)) as z:
            at = [z.getinfo(name).header_offset + 6 for name in names]
        at += [archive.rindex(name.encode()) - 46 + 8 for name in names]
        return bytes(byte | (n in at) for n, byte in enumerate(archive))

    task = imported(server, ("q.zip", locked(archive, "0.txt", "1.txt")))
    assert (settled(task)["created"], settled(task)["failed"]) == (3, 2)
    said = {f["name"]: f.get("error") for f in task["result"]["files"]}
    assert list(said) == ["q.zip/0.txt", "q.zip/1.txt", "q.zip/2.txt"] and said["q.zip/2.txt"] is None
    assert said["q.zip/0.txt"] == said["q.zip/1.txt"] == "файл закрыт паролем: распакуйте архив и пришлите файлы"
    task = imported(server, ("q.zip", locked(archive, "0.txt", "1.txt", "2.txt")))
    assert task["status"] == "failed" and task["error"].startswith("q.zip/0.txt: файл закрыт паролем"), task


OTHER_ARCHIVES = {"RAR": b"Rar!\x1a\x07\x01\0", "7z": b"7z\xbc\xaf\x27\x1c\0\4", "gzip": gzip.compress(b"x"), "bzip2": bz2.compress(b"x"), "xz": lzma.compress(b"x")}


def test_other_archives_are_told_apart(server):
    """Not "the first line must be": what to do with it; also of one within a ZIP. The others are imported."""
    bank = Bank(days=1, per_day=3)
    within = io.BytesIO()
    with zipfile.ZipFile(within, "w") as z:
        z.writestr("b.rar", OTHER_ARCHIVES["RAR"])
        z.writestr("c.txt", bank.statement())
    task = imported(server, *((f"a.{kind}", content) for kind, content in OTHER_ARCHIVES.items()), ("b.zip", within.getvalue()))
    assert (settled(task)["created"], settled(task)["failed"]) == (3, 6)
    said = {f["name"]: f.get("error") for f in task["result"]["files"]}
    assert said.pop("b.zip/c.txt") is None and said.pop("b.zip/b.rar") == said["a.RAR"]
    assert said == {f"a.{kind}": f"это архив {kind}, а читается только ZIP: распакуйте его и загрузите файлы" for kind in OTHER_ARCHIVES}


def test_names_within_archives(server):
    """Files of one name in different folders are told apart, also in a row's history; none goes lost for a dot in front of its path; names
    of Windows and of DOS."""
    names = ["Сбербанк/kl_to_1c.txt", "ВТБ/kl_to_1c.txt", "./kl_to_1c.txt", "../../etc/x.txt", ".скрыт.txt", "__MACOSX/kl_to_1c.txt",
             "N01xxxxx march.txt", "N02xxxxx march.txt"]
    raw = {b"N01xxxxx": "Сбербанк".encode("cp1251"), b"N02xxxxx": "Сбербанк".encode("cp866")}
    banks = [Bank(seed=n, account=f"4070281000000000000{n}", days=1, per_day=1) for n in range(len(names))]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        for name, bank in zip(names, banks):
            z.writestr(name, bank.statement())
    archive = archive.getvalue()
    for mark, name in raw.items():
        archive = archive.replace(mark, name)
    task = imported(server, ("two.zip", archive))
    told = ["Сбербанк/kl_to_1c.txt", "ВТБ/kl_to_1c.txt", "kl_to_1c.txt", "etc/x.txt", "Сбербанк march.txt", "Сбербанк march.txt"]
    assert [f["name"] for f in task["result"]["files"]] == [f"two.zip/{name}" for name in told] and settled(task)["created"] == 6
    row_id = server.database.sql("SELECT id FROM bank_transactions WHERE account_number = %s", [banks[1].account])[0][0]
    assert server.user.get(f"/bank-transactions/{row_id}/history").json()["source"]["file"] == "two.zip/ВТБ/kl_to_1c.txt"


def test_too_many_files_are_refused_with_their_number(server):
    """200 are taken at a time, those of archives counted; nothing of more is stored, also what stands before the limit."""
    bank = Bank(days=1, per_day=1)
    many = zipped(**{f"n{n:03}": bank.statement() if n == 0 else b"nothing" for n in range(230)})
    one = ("a.txt", bank.statement())
    for files, count in (([one, ("many.zip", many), one], 232), ([("most.zip", zipped(**{f"n{n:03}": b"x" for n in range(199)})), one, one, one], 202)):
        task = imported(server, *files)
        assert task["status"] == "failed" and task["error_code"] == "VALIDATION_ERROR", task
        assert f"не меньше {count}, " in task["error"] and "не больше 200" in task["error"] and "по частям" in task["error"]
    assert server.database.sql("SELECT count(*) FROM statement_rows") == [(0,)]
    most = imported(server, ("most.zip", zipped(**{f"n{n:03}": b"x" for n in range(199)})), one)
    assert (settled(most)["created"], settled(most)["failed"]) == (1, 199)
    answer = upload(server, *[one] * 101)
    assert answer.status_code == 422 and "не больше 100" in answer.text and "ZIP" in answer.text


def test_what_unpacks_is_loaded_with_the_first_archive(server):
    def loaded():
        return "libarchive" in pathlib.Path(f"/proc/{server.child.pid}/maps").read_text()

    bank = Bank(days=1)
    settled(imported(server, bank.statement()))
    assert not loaded(), "libarchive and what it brings are two MiB of an idle server"
    settled(imported(server, ("a.zip", packed("a.txt", bank.statement()))))
    assert loaded()


def test_no_library_to_unpack_with(start, database, tmp_path):
    (tmp_path / "libarchive.so.13").write_bytes(b"no library")
    server = start.server(database, LD_LIBRARY_PATH=tmp_path)
    bank = Bank(days=1)
    task = imported(server, ("a.zip", packed("a.txt", bank.statement())))
    assert task["status"] == "failed" and "libarchive13" in task["error"], task
    settled(imported(server, bank.statement()))


def test_a_bomb_is_refused(server):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr("bomb.txt", b"1CClientBankExchange\n" + b"=\n" * (40 * 1024 * 1024))
    task = imported(server, ("bomb.zip", bomb.getvalue()), timeout=120)
    assert task["status"] == "failed" and "отклонён" in task["error"], task


def test_repeated_request_makes_one_task(server):
    bank = Bank(days=1)
    files = {"file": ("a.txt", bank.statement())}
    key = {"Idempotency-Key": "statement-1"}
    first = server.manager.post(UPLOAD, files=files, headers=key)
    second = server.manager.post(UPLOAD, files=files, headers=key)
    assert first.json()["task_id"] == second.json()["task_id"]
    other = server.manager.post(UPLOAD, files={"file": ("a.txt", bank.statement() + b"\n")}, headers=key)
    assert other.status_code == 422


def test_killed_and_taken_up(start, database, cluster):
    """kill -9 in the middle: whoever goes on ends with the same tables as an import that nobody disturbed."""
    bank = Bank(seed=9, days=30, per_day=200)
    bank.payments[5:8] = [bank.payments[5]] * 3
    file = bank.statement()
    server = start.server(database, OBMEN_BATCH=20)
    answer = upload(server, file)
    task_id = answer.json()["task_id"]
    wait_for(lambda: server.task(task_id)["processed"] >= 1000, 60, "a thousand rows")
    server.kill()
    done = database.sql("SELECT count(*) FROM statement_rows")[0][0]
    assert 0 < done < 6000
    second = start.server(database)
    task = second.wait_task(task_id, timeout=120)
    assert settled(task)["created"] == 6000
    assert task["attempt"] == 2
    assert task["result"]["files"][0]["rows"]["new"] == 6000 and task["result"]["files"][0]["balances"][0]["documents"] == 6000
    undisturbed = cluster.create()
    try:
        third = start.server(undisturbed)
        settled(imported(third, file, timeout=120))
        assert contents(undisturbed) == contents(database)
        third.stop()
    finally:
        undisturbed.drop()
