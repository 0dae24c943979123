"""Records without a readable key: whoever sends them cannot be asked what is gone, so nothing of that set is."""
import http.server
import threading

import pytest
import requests

from test_import import YEAR, run, settled, world  # noqa: F401

ACTIVE = "SELECT count(*), sum(amount) FROM bank_transactions WHERE is_active"
KEYLESS = {"no_key", "empty_key"}


def keyless(server):
    return [d for d in server.demo.documents() if d["posted"] and d.get("damage") in KEYLESS]


@pytest.fixture
def without_keys(world):
    """Everything is known; then every 40th document is damaged, some of them in their key."""
    settled(run(world))
    world.before = world.database.sql(ACTIVE)
    world.demo.admin("faults", {"bad-record-every": 40})
    return world


def blind_sets(task):
    assert task["result"]["reconciled"] is False
    told = {n["entity"]: n["rows"] for n in task["result"]["not_reconciled"]}
    assert all(n["why"] == "records_without_key" for n in task["result"]["not_reconciled"])
    counted = {s["entity"]: s["without_key"] for s in task["result"]["sets"] if "without_key" in s}
    assert set(told) <= set(counted)
    return told, counted


def test_their_rows_stay(without_keys):
    server = without_keys
    task = run(server, mode="full")
    stats = settled(task)
    told, counted = blind_sets(task)
    assert stats["deactivated"] == 0 and stats["failed"] == sum(counted.values()) == sum(told.values()) > 10
    assert server.database.sql(ACTIVE) == server.before, "the sum has not fallen"
    events = server.admin.get(f"/tasks/{task['task_id']}/log").json()["events"]
    assert [e["event"] for e in events].count("not_reconciled") == 1

    server.demo.admin("faults", {"bad-record-every": 0})
    mended = run(server, mode="full")
    assert mended["result"]["reconciled"] is True and mended["result"]["not_reconciled"] == []
    assert settled(mended)["unchanged"] == stats["fetched"] and server.database.sql(ACTIVE) == server.before


def test_nothing_of_their_set_is_gone(without_keys):
    """One that was deleted cannot be told from one without a key; one that is there, but unposted, can."""
    server = without_keys
    whole = [d for d in server.demo.documents() if d["set"] == "bank_in" and d["posted"] and (d["index"] + 1) % 40]
    server.demo.admin("delete", {"index": [whole[100]["index"]]})
    server.demo.admin("unpost", {"index": [whole[200]["index"]]})
    task = run(server, mode="full")
    assert settled(task)["deactivated"] == 1
    gone = [d["external_id"] for d in task["result"]["deactivated"]]
    assert gone == [whole[200]["key"]]
    blind_sets(task)
    server.demo.admin("faults", {"bad-record-every": 0})
    assert settled(run(server, mode="full"))["deactivated"] == 1


def test_dry_runs_and_incremental_ones_say_the_same(without_keys):
    server = without_keys
    dry = run(server, mode="full", dry_run=True)
    assert settled(dry)["deactivated"] == 0 and dry["result"]["dry_run"]["deactivated"]["count"] == 0
    blind_sets(dry)
    task = run(server)
    assert settled(task)["deactivated"] == 0 and server.database.sql(ACTIVE) == server.before
    blind_sets(task)


class Scrub:
    """Between the server and 1C: takes one key out of every body."""

    def __init__(self, target, key, only=""):
        scrub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "accept-encoding")}
                answer = requests.get(scrub.origin + self.path, headers=headers, timeout=60)
                body = answer.content
                if scrub.key and only in self.path:
                    body = body.replace(f'"Ref_Key":"{scrub.key}"'.encode(), b'"Ref_Key":""')
                    body = body.replace(f'"Ref_Key": "{scrub.key}"'.encode(), b'"Ref_Key": ""')
                self.send_response(answer.status_code)
                for name in ("Content-Type", "Set-Cookie"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.key = key
        self.origin, path = target.split("/demo/", 1)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/demo/{path}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def scrubbed(start, database):
    """A server that reads 1C through a Scrub: of bodies whose address holds `only`."""
    made = []

    def make(only=""):
        demo = start.demo("--docs", 300, "--seed", 7)
        made.append(Scrub(demo.settings["OBMEN_1C_URL"], None, only))
        server = start.server(database, **{**demo.settings, "OBMEN_1C_URL": made[0].url})
        server.demo, server.scrub = demo, made[0]
        return server

    yield make
    for scrub in made:
        scrub.stop()


@pytest.mark.parametrize("what,table", [("contractors", "contractors"), ("categories", "categories")])
def test_cards(scrubbed, what, table):
    server = scrubbed()
    settled(run(server, what))
    server.scrub.key = server.database.sql(f"SELECT external_id FROM {table} WHERE source = '1c' AND is_active ORDER BY id DESC LIMIT 1")[0][0]
    active = f"SELECT count(*) FROM {table} WHERE source = '1c' AND is_active"
    before = server.database.sql(active)
    task = run(server, what)
    assert settled(task)["deactivated"] == 0 and task["stats"]["failed"] == 1
    assert server.database.sql(active) == before
    assert [n["rows"] for n in task["result"]["not_reconciled"]] == [1]


def test_only_the_answer_by_key_comes_without_it(scrubbed):
    server = scrubbed(only="Ref_Key%20eq")
    settled(run(server))
    moved = next(d for d in server.demo.documents() if d["posted"])
    server.scrub.key = moved["key"]
    server.demo.admin("move", {"index": [moved["index"]], "days": -3000})  # out of the period: asked for by key
    task = run(server, mode="full")
    assert settled(task)["deactivated"] == 0
    assert task["result"]["reconciled"] is False and [n["rows"] for n in task["result"]["not_reconciled"]] == [1]
    server.scrub.key = None
    back = run(server, mode="full")
    assert settled(back)["updated"] == 1 and back["result"]["reconciled"] is True
