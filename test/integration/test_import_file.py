"""obmen import-file: a statement without the server; and a statement whose payments 1C brings later."""
import os
import re
import signal
import subprocess

from harness import OBMEN, SLOWNESS, wait_for
from test_bankfile import imported, settled
from statements import Bank, Payment, money  # noqa: E402
from test_import import YEAR


def import_file(database, *args, data=None, **settings):
    env = {k: v for k, v in os.environ.items() if not k.startswith("OBMEN_")}
    env.update(DATABASE_URL=database.url, **settings)
    return subprocess.run([OBMEN, "import-file", *map(str, args)], input=data, capture_output=True, env=env, timeout=120 * SLOWNESS)


def test_a_file_and_a_pipe(database, tmp_path):
    bank = Bank(days=5, per_day=20)
    path = tmp_path / "kl_to_1c.txt"
    path.write_bytes(bank.statement(last=bank.days[2]))
    done = import_file(database, path)
    assert done.returncode == 0, done
    assert f"Создано: {3 * 20}" in done.stdout.decode()
    assert done.stderr == b""  # no terminal, no bar
    again = import_file(database, path)
    assert again.returncode == 0 and "уже были: 60" in again.stdout.decode()
    dry = import_file(database, "-", "--dry-run", data=bank.statement())
    assert dry.returncode == 0 and "Было бы создано: 40" in dry.stdout.decode()
    piped = import_file(database, "-", data=bank.statement())
    assert piped.returncode == 0 and "Создано: 40" in piped.stdout.decode()
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE is_active") == [(100,)]


def test_exit_status(database, tmp_path):
    bank = Bank(days=1, per_day=3)
    text = bank.statement().decode("cp1251")
    refused = import_file(database, "-", data=text.replace(f"Сумма={money(bank.payments[0].amount)}", "Сумма=x").encode("cp1251"))
    assert refused.returncode == 3 and "отклонено: 1" in refused.stdout.decode()
    nothing = import_file(database, "-", data=b"nothing of the kind")
    assert nothing.returncode == 1 and nothing.stdout == b"", "the error says all"
    assert nothing.stderr.decode().count("1CClientBankExchange") == 1 and len(nothing.stderr.splitlines()) == 1, nothing
    assert import_file(database, tmp_path / "absent.txt").returncode == 1
    assert import_file(database).returncode == 2
    assert import_file(database, "x", "--nonsense").returncode == 2
    for account in ("abc", "", "4" * 35):
        wrong = import_file(database, "-", "--account", account, data=bank.statement())
        assert wrong.returncode == 2 and "номер счёта" in wrong.stderr.decode(), wrong
    fragment = "".join(bank.document(p) for p in bank.payments).encode("cp1251")
    assert import_file(database, "-", data=fragment).returncode == 1
    assert import_file(database, "-", "--account", bank.account, data=fragment).returncode == 0


def test_why_documents_were_refused_is_said(database, tmp_path):
    """The first twenty as file:line: reason, how many more, and where the others are found."""
    bank = Bank(days=1, per_day=30)
    lines = bank.statement().decode("cp1251").split("\r\n")
    sums = [n for n, line in enumerate(lines) if line.startswith("Сумма=")]
    for n in sums[2:27]:
        lines[n] = "Сумма=1.234"
    begins = [max(i for i in range(n) if lines[i].startswith("СекцияДокумент")) + 1 for n in sums[2:27]]
    (tmp_path / "good.txt").write_bytes(Bank(seed=2, account="40702810200000000002", days=1, per_day=3).statement())
    (tmp_path / "bad.txt").write_bytes("\r\n".join(lines).encode("cp1251"))
    (tmp_path / "none.txt").write_bytes(b"nothing of the kind")
    done = import_file(database, *(tmp_path / name for name in ("good.txt", "none.txt", "bad.txt")))
    assert done.returncode == 3 and "отклонено: 26" in done.stdout.decode(), done
    unread, *told, last = done.stderr.decode().splitlines()
    assert unread.startswith("none.txt: Это не файл обмена с банком")
    assert [line.split(": ")[0] for line in told] == [f"bad.txt:{n}" for n in begins[:19]], "the unreadable file is the first of twenty"
    assert all("1.234" in line or "копе" in line for line in told), told
    task_id = database.sql("SELECT task_id FROM tasks")[0][0]
    assert last == f"… и ещё 6. Отклонено и пропущено: 26; поля и причины: задача {task_id}"
    english = import_file(database, tmp_path / "bad.txt", "--dry-run", OBMEN_LANG="en")
    assert english.returncode == 3 and english.stderr.decode().splitlines()[-1].startswith("… and 5 more. Refused and skipped: 25;")


def test_several_files(database, tmp_path):
    """One task for what a shell makes of *.txt; files of one name are told by their paths."""
    banks = [Bank(seed=n, account=f"4070281020000000000{n}", days=1, per_day=3) for n in range(3)]
    paths = [tmp_path / name for name in ("a/kl_to_1c.txt", "b/kl_to_1c.txt", "c.txt")]
    for path, bank in zip(paths, banks):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bank.statement())
    for wrong, ru, en in ((tmp_path / "absent.txt", "такого файла нет", "there is no such file"),
                          (tmp_path / "a", "это папка, назовите файлы в ней", "this is a folder, name the files in it")):
        for settings, why in (({}, ru), (dict(OBMEN_LANG="en"), en)):
            done = import_file(database, paths[0], wrong, **settings)
            assert done.returncode == 1 and done.stderr.decode() == f"obmen: {wrong}: {why}\n" and done.stdout == b"", done
    many = import_file(database, *[paths[0]] * 101)
    assert many.returncode == 2 and "файлов 101, а за один раз можно не больше 100" in many.stderr.decode(), many
    done = import_file(database, *paths)
    assert done.returncode == 0 and "Создано: 9" in done.stdout.decode(), done
    names = database.sql("SELECT jsonb_path_query_array(result::jsonb, '$.files[*].name') FROM tasks")
    assert names == [([str(paths[0]), str(paths[1]), "c.txt"],)]


def test_what_came_of_it_is_said(start, database):
    """New, of them unclear, known from 1C, known already: by the command, and in the sentence of the task."""
    from test_reconciliation import in_1c
    server = start.server(database)
    bank = Bank(seed=3, days=2, per_day=6)
    in_1c(server, bank.payments[:3], bank)
    in_1c(server, bank.payments[3:4], bank, number=lambda p: "К100-000901", inn=lambda p: None)
    done = import_file(database, "-", data=bank.statement(last=bank.days[0]))
    assert "Создано: 3 (" in done.stdout.decode() and "из них неясны: 1, известны из 1С: 3, уже были: 0, пропущено: 0, отклонено: 0" in done.stdout.decode()
    task = server.admin.get("/tasks").json()["tasks"][0]
    assert task["message"] == "Готово: новых 3 (из них неясных 1), известных из 1С 3, уже было 0" and task["user_id"] == 0
    dry = imported(server, bank.statement(), dry_run=True)
    assert dry["message"] == "Проверено, ничего не записано: новых 6, известных из 1С 0, уже было 6"
    broken = bank.statement().decode("cp1251").replace(f"Сумма={money(bank.payments[-1].amount)}", "Сумма=x").encode("cp1251")
    assert imported(server, broken)["message"] == "Готово: новых 5, известных из 1С 0, уже было 6, отклонено 1"


def test_a_killed_one_is_taken_up_by_a_server(start, database, tmp_path):
    bank = Bank(seed=3, days=30, per_day=300)
    path = tmp_path / "large.txt"
    path.write_bytes(bank.statement())
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("OBMEN_")}, "DATABASE_URL": database.url, "OBMEN_BATCH": "20"}
    child = subprocess.Popen([OBMEN, "import-file", str(path)], env=env, stdout=subprocess.DEVNULL)

    def some():
        try:
            return database.sql("SELECT count(*) FROM statement_rows")[0][0] >= 500
        except Exception:  # not migrated yet
            return False

    wait_for(some, 60, "five hundred rows")
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert database.sql("SELECT count(*) FROM statement_rows")[0][0] < 9000
    server = start.server(database)
    task_id = server.admin.get("/tasks").json()["tasks"][0]["task_id"]
    task = server.wait_task(task_id, timeout=120)
    assert settled(task)["created"] == 9000


def test_1c_comes_later(start, database, cluster):
    """The rows that 1C brings take the place of the statement's; what a person had decided goes with them."""
    demo = start.demo("--docs", 300)
    first = cluster.create()
    try:
        source = start.server(first, **demo.settings)
        settled(source.wait_task(source.start_sync(**YEAR)))
        found = first.sql("SELECT transaction_date::date, amount, transaction_type, document_number, counterparty_inn, account_number"
                          " FROM bank_transactions WHERE payment_source = 'BANK' AND counterparty_inn ~ '^[0-9]{10,12}$' AND account_number = ("
                          "  SELECT account_number FROM bank_transactions WHERE account_number <> '' AND payment_source = 'BANK'"
                          "  GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY 1 DESC LIMIT 15")
        source.stop()
    finally:
        first.drop()
    assert len(found) == 15
    bank = Bank(account=found[0][5], first=found[-1][0], days=(found[0][0] - found[-1][0]).days + 1, per_day=0)
    bank.payments = [Payment(day=day, out=kind == "DEBIT", amount=int(amount * 100), number=re.sub(r"\D", "", number or "")[-6:] or "1",
                             inn=inn, party="ООО \"Как в банке\"", purpose="Оплата", other="40702810000000000555")
                     for day, amount, kind, number, inn, _ in found]
    server = start.server(database, **demo.settings)
    assert settled(imported(server, bank.statement(per_day=False)))["created"] == 15
    decided = database.sql("SELECT id FROM bank_transactions WHERE source = 'bank' ORDER BY id LIMIT 1")[0][0]
    database.sql("UPDATE bank_transactions SET notes = 'проверено', decided_by = 1, status = 'APPROVED' WHERE id = %s", [decided])
    settled(server.wait_task(server.start_sync(**YEAR)))
    linked = database.sql("SELECT count(*) FROM statement_rows WHERE transaction_id IS NOT NULL")[0][0]
    assert linked == 15
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE source = 'bank' AND is_active") == [(0,)]
    assert database.sql("SELECT count(*), min(status) FROM bank_transactions WHERE source = '1c' AND notes = 'проверено'") == [(1, "APPROVED")]
    # 1C loses half of them: the bank's own rows count again
    demo.admin("delete", {"every": 2})
    settled(server.wait_task(server.start_sync(**YEAR)))
    lost = database.sql("SELECT count(*) FROM bank_transactions WHERE source = 'bank' AND is_active")[0][0]
    assert lost == 15 - database.sql("SELECT count(*) FROM statement_rows WHERE transaction_id IS NOT NULL")[0][0] > 0
