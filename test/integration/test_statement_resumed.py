"""An import of statements that was killed, or cancelled and retried, decides like one that nobody disturbed: about categories, and about whose
accounts are ours, by what the ledger held before its first row."""
import datetime
import io
import sys
import zipfile

import psycopg2
import pytest
from harness import ROOT, wait_for
from test_bankfile import imported, upload
from test_bankfile_categories import OURS, SECOND, Statement, payment
from test_decisions_resumed import crowd
from test_import import settled

sys.path.insert(0, str(ROOT / "test/support"))
from drill_checks import difference, tables  # noqa: E402
from statements import INNS, Bank, with_check_digit  # noqa: E402

OURS_TOO = "40702810500000000003"  # no file of the upload names it
SMALL = dict(OBMEN_BATCH=10)
FEW, MANY = INNS, [with_check_digit(f"77{n:07d}") for n in range(1200)]
TABLES = {
    "statement_rows": "identity, occurrence, account_number, posted, transaction_type, amount, internal, line",
    "statement_balances": "account_number, date_from, date_to, opening, received, paid, closing, line",
    "own_accounts": "account",
    "task_knowledge": "task_id",
    "task_evidence": "task_id",
}


def fee(number, **more):
    return payment(number, "Согласно тарифам", account="70601810000052740201", ПолучательБИК="044525225", ВидОплаты="17", **more)


def words(number, **more):
    return payment(number, "Согласно письму", **more)


def known_before(inns):
    """A third of them nobody knows; payments of a third people will confirm; of the last third the documents said it."""
    return Statement(*(make(n, inn=inns[k]) for k in range(len(inns)) for n, make in enumerate([None, words, fee][k % 3:k % 3 + 1] * 3, 10 * k) if make))


def upload_of(inns, documents):
    """Each INN gets fees, whose category the document says, and payments without a word that says it; and there are transfers: to the other
    account of the upload, and to one that is not known to be ours."""
    for account, other in ((OURS, SECOND), (SECOND, OURS)):
        rows = []
        for n in range(documents):
            make = fee if n // len(inns) % 3 == 0 else words
            rows.append(make(100_000 + n, inn=inns[n % len(inns)]))
            if n % 50 == 0:
                rows += [words(200_000 + n + to, account=a, inn="", party="ООО \"Ромашка\"") for to, a in enumerate((other, OURS_TOO))]
        file = Statement(*rows, account=account)
        file.days = [day + datetime.timedelta(30) for day in file.days]
        for p in rows:
            p.day = file.days[0]
        yield file.statement()


def confirm(database, ends):
    """People decide about payments of some INNs, of the rows that were there before."""
    database.sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED', suggested_category_id = NULL,"
                 " category_id = (SELECT id FROM categories WHERE code = 'EX_RENT')"
                 f" WHERE transaction_date < '2025-03-15' AND category_id IS NULL AND right(counterparty_inn, 1) = ANY('{{{ends}}}')")


def before(start, database, inns):
    server = start.server(database, **SMALL)
    settled(imported(server, known_before(inns).statement()))
    confirm(database, "0,1,2,3,4,5,6,7,8,9")
    return server


def same(one, other):
    a, b = tables(one), tables(other)
    assert {t: difference(a[t], b[t]) for t in a if a[t] != b[t]} == {}
    for table, columns in TABLES.items():
        ask = f"SELECT {columns} FROM {table} ORDER BY {columns}"
        assert one.sql(ask) == other.sql(ask), table
    assert one.sql("SELECT count(*) FROM task_knowledge") == [(0,)], "it goes when the task has ended well"


@pytest.fixture
def undisturbed(cluster, start):
    books = cluster.create()
    yield books
    for child in start.children:
        if getattr(child, "database", None) is books:
            child.stop()
    books.drop()


@pytest.mark.parametrize("inns", [FEW, MANY], ids=["few", "many"])
def test_killed_twice_decides_the_same(start, database, undisturbed, inns):
    files = list(upload_of(inns, 3600))
    for books, kills in ((undisturbed, ()), (database, (600, 4000))):
        server = before(start, books, inns)
        crowd(books)
        task_id = upload(server, *files).json()["task_id"]
        for processed in kills:
            wait_for(lambda: server.task(task_id)["processed"] >= processed, 60, f"{processed} documents")
            server.kill()
            server = start.server(books, **SMALL)
        task = server.wait_task(task_id, timeout=120)
        assert settled(task)["failed"] == 0 and task["attempt"] == len(kills) + 1, task
    same(database, undisturbed)
    found = dict(database.sql("SELECT category_method || ' ' || status, count(*) FROM bank_transactions WHERE transaction_date > '2025-03-15' GROUP BY 1"))
    assert set(found) == {"fact CATEGORIZED", "history CATEGORIZED", "history NEEDS_REVIEW", "none NEW"} and min(found.values()) > 100, found
    assert database.sql("SELECT count(*) FROM statement_rows WHERE internal") == [(2 * 72,)]


@pytest.mark.parametrize("classify", [True, False])
def test_cancelled_and_retried(start, database, undisturbed, classify):
    """Meanwhile people decide, and a statement tells of one more account of ours: that is for the next import."""
    files = list(upload_of(FEW, 3600))
    third = Statement(words(1, account=OURS, inn=""), account=OURS_TOO).statement()

    def meanwhile(server):
        settled(imported(server, third, auto_classify=classify))
        server.database.sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED',"
                            " category_id = (SELECT id FROM categories WHERE code = 'EX_AD') WHERE transaction_date < '2025-03-15'")

    server = before(start, undisturbed, FEW)
    internal = settled(imported(server, *files, auto_classify=classify)) and undisturbed.sql("SELECT count(*) FROM statement_rows WHERE internal")
    meanwhile(server)

    server = before(start, database, FEW)
    task_id = upload(server, *files, auto_classify=classify).json()["task_id"]
    wait_for(lambda: server.task(task_id)["processed"] >= 600, 60, "some documents")
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    server.wait_task(task_id, "cancelled")
    assert database.sql("SELECT count(*) FROM task_knowledge") == [(1,)]
    meanwhile(server)
    assert server.admin.post(f"/tasks/{task_id}/retry").status_code in (200, 202)
    assert settled(server.wait_task(task_id, timeout=120))["failed"] == 0
    same(database, undisturbed)
    assert internal == [(2 * 72,)]


def test_a_dry_run_forgets_it(start, database):
    server = start.server(database)
    settled(imported(server, *upload_of(FEW, 50), dry_run=True))
    for table in ("task_knowledge", "own_accounts"):
        assert database.sql(f"SELECT count(*) FROM {table}") == [(0,)]


def odd():
    """Files whose report has something of everything: warnings of the reader and of the check, balances, a bank, what is refused, what was known."""
    bank, other = Bank(seed=5, days=3, per_day=6), Bank(seed=6, days=2, per_day=4, account="40702810900000000002")
    text = bank.statement(leave_out=[bank.payments[9]]).decode("cp1251").replace("КонецФайла\r\n", "")
    return bank.statement(last=bank.days[0]), [("первая.txt", text.encode("cp1251")), ("нет.txt", b"nothing"), ("вторая.txt", other.statement(encoding="utf-8"))]


def told(task):
    result = {k: v for k, v in task["result"].items() if k not in ("dry_run", "duration_seconds", "timing")}
    counts = {k: v["count"] for k, v in task["result"]["dry_run"].items() if isinstance(v, dict)} if task["result"]["dry_run"] else None
    return result, counts, task["stats"], task["message"], task["total"]


@pytest.mark.parametrize("at, dry_run", [("check", False), ("last commit", False), ("after it", True), ("forgetting", False), ("forgetting", True)])
def test_killed_at_the_end_reports_the_same(start, database, undisturbed, at, dry_run):
    """What is only known from the files is told also by an attempt that begins behind the import: warnings, balances, the bank."""
    known, files = odd()
    server = start.server(undisturbed)
    settled(imported(server, known))
    expected = told(imported(server, *files, dry_run=dry_run))
    said = [[w["code"] for w in file["warnings"]] for file in expected[0]["files"]]
    assert said == [["NO_END", "TURNOVER"], [], ["ENCODING_SAID"]] and expected[0]["files"][0]["balances"] and expected[0]["files"][0]["bank"]

    server = start.server(database)
    settled(imported(server, known))
    held = psycopg2.connect(database.url)
    if at == "check":
        held.cursor().execute("LOCK TABLE statement_drafts")
    else:
        table = "task_knowledge" if at in ("last commit", "after it") else "statement_drafts" if dry_run else "statement_seen"
        database.sql("CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$")
        database.sql(f"CREATE TRIGGER hold BEFORE DELETE ON {table} EXECUTE FUNCTION hold()")
        held.cursor().execute("SELECT pg_advisory_xact_lock(7)")
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    task_id = upload(server, *files, dry_run=dry_run).json()["task_id"]
    wait_for(lambda: database.sql(waiting), 20, "the import to wait")
    if at in ("check", "forgetting"):
        phase = "finish" if at == "forgetting" else "check"
        wait_for(lambda: database.sql("SELECT phase FROM tasks WHERE task_id = %s", [task_id]) == [(phase,)], 20, phase)
    server.kill()
    if at != "after it":  # else what waits is committed, though nobody hears of it
        database.sql(f"SELECT pg_terminate_backend(pid) FROM ({waiting}) x")
    wait_for(lambda: at == "after it" or not database.sql(waiting), 20, "what was under way to be undone")
    held.rollback()
    held.close()
    wait_for(lambda: not database.sql(waiting), 20, "nobody to wait")
    task = start.server(database).wait_task(task_id, timeout=120)
    assert told(task) == expected and task["attempt"] == 2
    assert settled(task)["failed"] == 1
    for table in ("statement_seen", "statement_drafts", "task_knowledge"):
        assert database.sql(f"SELECT count(*) FROM {table}") == [(0,)], table


def archive(*contents):
    """Statements of one name in folders; between them what can't be read: a locked file, a damaged one, an archive, something else."""
    made = io.BytesIO()
    bad = Bank(seed=7).statement()
    between = [("закрыт.txt", bad), ("повреждён.txt", bad), ("внутри.rar", b"Rar!\x1a\x07\x01\0"), ("прочти.txt", b"nothing")]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as z:
        for n, content in enumerate(contents):
            z.writestr(f"банк {n}/kl_to_1c.txt", content)
            for name, other in between[n::len(contents)]:
                z.writestr(name, other)
        locked, damaged = z.getinfo("закрыт.txt"), z.getinfo("повреждён.txt")
    data = bytearray(made.getvalue())
    data[locked.header_offset + 6] |= 1
    data[data.rindex("закрыт.txt".encode()) - 46 + 8] |= 1
    data[damaged.header_offset + 30 + len("повреждён.txt".encode()) + damaged.compress_size // 2] ^= 0xff
    return bytes(data)


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_archive_is_taken_up_by_the_other_node(start, database, undisturbed, dry_run):
    """The node that unpacks it is killed in the middle of its second file: the other one unpacks it anew and ends as an undisturbed import."""
    one, two = upload_of(FEW, 900)
    files = [("всё.zip", archive(one, two, Bank(seed=8, account="40702810900000000009").statement())), ("ещё.txt", Bank(seed=9).statement())]
    seen = []
    for books in (undisturbed, database):
        server = before(start, books, FEW)
        nodes = {str(node.child.pid): node for node in (server, start.server(books, **SMALL))}
        task_id = upload(server, *files, dry_run=dry_run).json()["task_id"]
        if books is database:
            wait_for(lambda: server.task(task_id)["processed"] >= 1200, 60, "1200 documents")
            [(node,)] = database.sql("SELECT node FROM tasks WHERE task_id = %s", [task_id])
            nodes.pop(node.rsplit("-", 1)[-1]).kill()
            [server] = nodes.values()
        task = server.wait_task(task_id, timeout=120)
        assert task["attempt"] == 1 + (books is database) and settled(task)["failed"] == 4, task
        if dry_run:
            columns = "resource, action, external_id, title, transaction_date, transaction_type, amount, changes::text"
            seen.append(books.sql(f"SELECT {columns} FROM task_changes WHERE task_id = %s ORDER BY {columns}", [task_id]))
        seen.append(told(task))
    half = len(seen) // 2
    assert seen[:half] == seen[half:]
    assert [f["name"] for f in task["result"]["files"] if f.get("error")] == [
        "всё.zip/закрыт.txt", "всё.zip/прочти.txt", "всё.zip/повреждён.txt", "всё.zip/внутри.rar"]
    assert task["result"]["new"]["rows"] > 2000
    same(database, undisturbed)
