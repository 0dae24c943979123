"""WebSockets that can't be had, are cut or go dumb, and a server that is away: by a real proxy between the page and the program."""
import pytest

from harness import SLOWNESS
from test_page import others


def awaited(seen, *more):
    """Complaints but those that the browser itself makes of a connection that was refused on purpose."""
    return [c for c in others(seen) if not any(word in c for word in ("WebSocket connection", *more))]


@pytest.mark.parametrize("mode", ["strip", "swallow"])
def test_without_websocket(start, database, browse, through, mode):
    demo = start.demo("--docs", 1000, "--latency-ms", 300)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    proxy = through(server, mode)

    def let_pass():
        proxy.mode = "pass"

    seen = browse("polling.mjs", server, root=proxy.root, doing={"pass": let_pass, "more": lambda: server.wait_task(server.start_sync("contractors"))})
    created = database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    assert proxy.handshakes[mode] and seen["state"] == "polling" and seen["before"] == 0, "there was no WebSocket"
    assert f"{created:,}".replace(",", " ") in seen["text"].replace("\u00a0", " ")
    assert seen["seen"] >= 3, "its figures moved while it went on"
    assert f"{created:,}".replace(",", " ") in seen["totals"].replace("\u00a0", " "), "what an import brought is shown where one was"
    assert seen["banner"] == 0, "the fall-back is silent"
    assert proxy.handshakes["pass"] == 1 and seen["after"] > 0, "pushed again, by one WebSocket"
    assert awaited(seen) == []


@pytest.mark.parametrize("mode", ["cut", "freeze"])
def test_a_websocket_that_breaks(start, database, browse, through, mode):
    server = start.server(database)
    proxy = through(server, "cut" if mode == "cut" else "pass")
    task = server.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 3600, "records": 3600 * 15}}).json()["task_id"]

    def as_mode(name):
        def change():
            proxy.mode = name
        return change

    seen = browse("cut.mjs", server, root=proxy.root, task=task, doing={"break": as_mode(mode), "pass": as_mode("pass")})
    assert seen["lies"] <= 2, f"a lost WebSocket is not said to be there, but for a moment: {seen}"
    assert seen["gap"] < (6 if mode == "cut" else 30) * SLOWNESS, f"seconds without news of the task: {seen}"
    assert seen["states"][-1] == "socket" and "polling" in seen["states"] and "offline" not in seen["states"] and seen["banner"] == 0, seen
    assert server.task(task)["status"] == "cancelled"
    assert awaited(seen) == []


@pytest.mark.parametrize("behind", [False, True], ids=["direct", "behind a proxy"])
def test_the_server_dies_and_comes_back(start, database, browse, through, behind):
    demo = start.demo("--docs", 1000, "--latency-ms", 500)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    task = server.start_sync(date_from="2026-01-01", date_to="2026-12-31")
    again = dict(demo.settings, OBMEN_1C_PAGE=100, OBMEN_LISTEN=server.address)
    root = through(server).root if behind else server.root
    seen = browse("restart.mjs", server, root=root, task=task, doing={"kill": server.kill, "start": lambda: start.server(database, **again)})
    created = database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    assert f"{created:,}".replace(",", " ") in seen["text"].replace("\u00a0", " ")
    # While the server is away the browser itself notes each refused connection.
    assert awaited(seen, "ERR_CONNECTION", "502") == []
