"""The log of a running server: who, where and which task in every line; levels changed by signal; nothing private in it."""
import json
import re
import signal

from harness import wait_for
from test_bankfile import Bank, imported
from vk_harness import Vk, parse, start_task


def one_line(server, event, **fields):
    """The first line of that event with these fields, once it is there."""
    def found():
        return [e for e in server.events(event) if fields.items() <= e.items()]
    return wait_for(found, 20, f"a line {event!r} with {fields}")[0]


def test_every_line_says_its_node_and_lines_of_tasks_their_task(start, database):
    demo = start.demo("--docs", 200, "--fail-every", 7)
    server = start.server(database, **demo.settings)
    answer = server.admin.post("/sync-1c/bank-transactions/sync-async", headers={"X-Request-ID": "of-this-test"},
                               json={"date_from": "2020-01-01", "date_to": "2030-01-01"})
    task_id = answer.json()["task_id"]
    server.wait_task(task_id, timeout=120)
    one_line(server, "request", request_id="of-this-test", status=202)
    for event in ("task created", "task started", "1c request retried", "task completed"):
        one_line(server, event, task_id=task_id)
    node = one_line(server, "ready")["node"]
    lines = server.events()
    assert len(lines) > 10
    assert {line["node"] for line in lines} == {node}
    for line in lines:
        assert {"at", "level", "event", "node"} <= line.keys(), line
        if line["event"].startswith("task "):
            assert line["task_id"]


def test_levels_change_by_signal(start, database):
    server = start.server(database)
    requests = lambda: len([e for e in server.events("request") if e["path"] == "/health/live"])

    def changed_to(level):
        seen = len(server.events("log level changed"))
        return lambda: len(server.events("log level changed")) > seen and server.events("log level changed")[-1]["log_level"] == level

    def turn(number, level):
        done = changed_to(level)
        server.signal(number)
        wait_for(done, 10, f"level {level}")

    def ask():
        assert server.anonymous.get(server.root + "/health/live").status_code == 200

    ask()
    wait_for(lambda: requests() == 1, 10, "the line of a request")
    turn(signal.SIGUSR2, "warning")
    ask()
    turn(signal.SIGUSR2, "error")
    turn(signal.SIGUSR2, "error")  # there is no level above
    turn(signal.SIGUSR1, "warning")
    turn(signal.SIGUSR1, "info")
    assert requests() == 1, "nothing was logged below the level"
    ask()
    wait_for(lambda: requests() == 2, 10, "the line of a request")
    turn(signal.SIGUSR1, "debug")
    turn(signal.SIGUSR1, "debug")


def test_secrets_and_persons_are_masked(start, database):
    demo = start.demo("--docs", 20)
    server = start.server(database, OBMEN_METRICS_TOKEN="metrics-secret-1", OBMEN_LOG="debug",
                          **dict(demo.settings, OBMEN_1C_PASSWORD="wr0ng-s3cret"))
    token = server.admin.token
    server.admin.get("/bank-transactions?q=7707083893")
    server.anonymous.get("/no/ivan.petrov@mail.example.ru/40702810900000012345")
    server.anonymous.get(f"/auth/me?token={token}")
    server.wait_task(server.start_sync())
    line = wait_for(lambda: [e for e in server.events("request") if e["path"].startswith("/api/v1/no/")], 10, "the request's line")[0]
    assert line["path"] == "/api/v1/no/***@mail.example.ru/***2345"
    text = "".join(server.all)
    for hidden in (token, "wr0ng-s3cret", "metrics-secret-1", "admin-password-1", "7707083893", "40702810900000012345", "ivan.petrov"):
        assert hidden not in text, hidden
    assert all(json.loads(line) for line in server.all if line.startswith("{"))


def test_a_whole_run_tells_nothing_of_whom_it_was_about(start, database):
    """Imports from all three sources with faults on their way, lists, exports, a search, a wrong sign-in, at the level debug: no secret, no
    whole number of an account or a person, no name, purpose or comment stands in the log."""
    demo = start.demo("--docs", 300, "--bad-record-every", 20, "--fail-every", 9, "--html-error-every", 13)
    vk = Vk("test_log.vk", "--posts", 6, "--comments", 300, "--rate", 500)
    try:
        settings = dict(demo.settings, **vk.settings("user-s3cret-vk-token", 500))
        server = start.server(database, OBMEN_LOG="debug", OBMEN_METRICS_TOKEN="metrics-s3cret", OBMEN_SECRET="signing-s3cret-" + "x" * 30, **settings)
        settled = [server.wait_task(server.start_sync("full", date_from="2020-01-01", date_to="2030-01-01"), timeout=120)]
        settled.append(imported(server, Bank(days=5, per_day=10).statement(), timeout=120))
        settled.append(imported(server, "1CClientBankExchange\nСекцияДокумент=Платежное поручение\nСумма=x\nПлательщик=Петрова".encode(), timeout=120))
        assert [t["status"] for t in settled[:2]] == ["completed", "completed"], settled
        vk.faults({"method": "execute", "code": 10}, {"method": "wall.getComments", "inner": True, "code": 15, "times": 3})
        settled.append(parse(server))
        server.admin.post("/vk/keywords", json={"keyword": "банк"})
        for kind in ("analyze_comments", "export_data"):
            settled.append(server.wait_task(start_task(server, kind, group_id=1001, **({"format": "csv"} if kind == "export_data" else {}))))
        assert [t["status"] for t in settled[3:]] == ["completed"] * 3, settled
        vk.admin("revoke", {"token": "user-s3cret-vk-token"})
        assert parse(server, full=True)["status"] == "failed"

        rows = server.admin.get("/bank-transactions?limit=500").json()["transactions"]
        inn = next(r["counterparty_inn"] for r in rows if r["counterparty_inn"])
        account = next(r["account_number"] for r in rows if r["account_number"])
        server.admin.get("/bank-transactions", params={"q": inn, "account_number": account, "counterparty_inn": inn})
        server.admin.get("/bank-transactions/export", params={"account_number": account})
        server.admin.get("/contractors", params={"inn": inn})
        server.admin.get("/reconciliation", params={"account_number": account, "date_from": "2025-01-01", "date_to": "2025-01-31"})
        server.login("admin", "a-wr0ng-password")
        server.login("buh@firma.example.ru", "another-wr0ng-one")
        server.admin.get("/categorization-rules", params={"q": inn})
        server.admin.post("/categorization-rules/try", json={"rule_type": "COUNTERPARTY_INN", "pattern": inn, "category_id": 1})
        server.admin.get(f"/nothing/{account}?token={server.admin.token}")
        one_line(server, "request", status=404)
        server.stop()  # what is still being written is written
    finally:
        vk.stop()
    text = "".join(server.all)
    assert len(server.events()) > 100 and server.events("http call") and server.events("1c request retried")
    secrets = [server.admin.token, "user-s3cret", "metrics-s3cret", "signing-s3cret", "wr0ng", "admin-password-1", "buh@firma"]
    private = {str(v) for r in rows for k in ("counterparty_inn", "counterparty_account", "account_number", "counterparty_name", "payment_purpose")
               if (v := r[k])}
    private |= {r[0] for r in database.sql("SELECT text FROM vk_comments WHERE length(text) > 12")}
    private |= {r[0] for r in database.sql("SELECT inn FROM contractors WHERE inn <> ''")}
    assert len(private) > 200
    for one in (*secrets, *private, "Петрова"):
        assert one not in text, f"{one}: {next(line for line in server.all if one in line)}"
    assert not re.search(r"(?<![\w.-])\d{20}(?![\w.])", text), "the whole number of an account"
