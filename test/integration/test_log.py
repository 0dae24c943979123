"""The log of a running server: who, where and which task in every line; levels changed by signal; nothing private in it."""
import json
import signal

from harness import wait_for


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
