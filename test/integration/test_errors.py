"""Every code of the taxonomy is provoked, and is what docs/errors.md says."""
import re
import socket

import pytest
import requests

from harness import ROOT, Cluster, Demo, Server, wait_for
from services import Redis
from vk_harness import Vk

HEADER = (ROOT / "include/obmen/err.h").read_text()
CODES = {name: int(status) for name, status in re.findall(r'X\((\w+), (\d+), "', HEADER)}
LATER = {"task_type": "sleep", "params": {"seconds": 1}, "run_at": "2100-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def one(cluster):
    """A server that is provoked in many ways: a full queue at one task, a 1C with another password, a revoked VK token."""
    database = cluster.create()
    demo = Demo("test_errors.demo", "--docs", 10)
    vk = Vk("test_errors.vk")
    settings = dict(demo.settings, OBMEN_1C_PASSWORD="wrong", **vk.settings(token="never-issued-token"))
    server = Server("test_errors.server", database, OBMEN_QUEUE_MAX=1, **settings)
    yield server
    server.stop()
    vk.stop()
    demo.stop()
    database.drop()


def raw(server, text, timeout=60):
    """(status, code) of what answers these bytes."""
    host, port = server.address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout) as s:
        s.settimeout(timeout)
        s.sendall(text)
        answer = b""
        while piece := s.recv(65536):
            answer += piece
            if b'"code":"' in answer and answer.endswith(b"}"):
                break
    return int(answer.split()[1]), re.search(rb'"code":"(\w+)"', answer)[1].decode()


def of(answer):
    return answer.status_code, answer.json()["code"]


def of_task(server, body):
    task = server.wait_task(server.admin.post("/tasks", json=body).json()["task_id"], timeout=120)
    assert task["status"] == "failed" and task["error"], task
    return task["error_code"]


def test_what_was_sent(one):
    assert of(one.admin.post("/tasks", data="{", headers={"Content-Type": "application/json"})) == (400, "VALIDATION_ERROR")
    assert of(one.admin.post("/tasks", json={"task_type": 1})) == (422, "VALIDATION_ERROR")
    assert of(one.anonymous.get("/tasks")) == (401, "AUTHENTICATION_ERROR")
    assert of(one.user.post("/tasks", json=LATER)) == (403, "AUTHORIZATION_ERROR")
    assert of(one.admin.get("/tasks/00000000-0000-0000-0000-000000000000")) == (404, "NOT_FOUND")
    assert of(one.admin.post("/health")) == (405, "METHOD_NOT_ALLOWED")
    again = {"username": "user", "password": "long enough a one", "role": "USER"}
    assert of(one.admin.post("/users", json=again)) == (409, "CONFLICT")
    assert of(one.admin.post("/tasks", data="x", headers={"Content-Type": "text/plain"})) == (415, "UNSUPPORTED_MEDIA_TYPE")
    bearer = one.admin.headers["Authorization"].encode()
    assert raw(one, b"POST /api/v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: " + bearer +
               b"\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n") == (413, "PAYLOAD_TOO_LARGE")
    assert raw(one, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n") == (414, "URI_TOO_LONG")
    assert raw(one, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40000 + b"\r\n\r\n") == (431, "HEADERS_TOO_LARGE")
    assert raw(one, b"GET / HTTP/1.1\r\nHost: a\r\n") == (408, "REQUEST_TIMEOUT")


def test_too_much(one, start, database):
    first = one.admin.post("/tasks", json=LATER)
    assert first.status_code == 202
    refused = one.admin.post("/tasks", json=LATER)
    assert of(refused) == (503, "SERVICE_UNAVAILABLE") and int(refused.headers["Retry-After"]) >= 1
    one.admin.post(f"/tasks/{first.json()['task_id']}/cancel")
    strict = start.server(database, OBMEN_RATE=1)
    answers = [requests.get(strict.url + "/auth/me", timeout=10) for _ in range(20)]
    limited = [a for a in answers if a.status_code == 429]
    assert limited and of(limited[0]) == (429, "RATE_LIMIT_ERROR") and int(limited[0].headers["Retry-After"]) >= 1


def test_of_tasks(one, database):
    late = {"task_type": "sleep", "params": {"seconds": 60}, "timeout": 1, "max_retries": 0}
    assert of_task(one, late) == "TASK_TIMEOUT"
    assert of_task(one, {"task_type": "sync_contractors"}) == "ONEC_API_ERROR"
    assert of_task(one, {"task_type": "parse_comments", "params": {"group_id": 1001}, "max_retries": 0}) == "VK_API_ERROR"


def test_a_fault_of_the_program(one):
    """A checkpoint that this program has not written: the task fails and says so, in the log too."""
    made = one.admin.post("/tasks", json=LATER).json()["task_id"]
    one.database.sql("UPDATE tasks SET checkpoint = '{\"phase\": \"of another version\"}', run_at = now(), due_by = now() WHERE task_id = %s", [made])
    task = one.wait_task(made, timeout=60)
    assert (task["status"], task["error_code"]) == ("failed", "INTERNAL_ERROR"), task
    wait_for(lambda: any(e["error_code"] == "INTERNAL_ERROR" for e in one.events("task failed")), 10, "its line in the log")


def test_the_database(start):
    cluster = Cluster(own=True)
    try:
        server = start.server(cluster.create())
        token = server.admin
        cluster.control("stop")
        assert of(token.get("/users", timeout=60)) == (503, "DATABASE_ERROR")
        cluster.control("start")
        wait_for(server.is_ready, 30, "the database to be back")
        server.database.sql("ALTER TABLE contractors RENAME TO elsewhere")
        assert of(token.get("/contractors", timeout=60)) == (500, "DATABASE_ERROR")
        server.stop()
    finally:
        cluster.close()


def test_the_cache(start, database):
    redis = Redis()
    try:
        server = start.server(database, OBMEN_REDIS_URL=redis.url)
        cache = lambda: server.admin.get("/health/detailed").json()["components"]["cache"]
        wait_for(lambda: cache()["status"] == "healthy", 30, "Redis to be found")
        redis.kill()
        wait_for(lambda: cache().get("error_code") == "CACHE_ERROR", 30, "the loss of Redis")
        wait_for(lambda: [e["error_code"] for e in server.events("redis lost")] == ["CACHE_ERROR"], 10, "its line in the log")
    finally:
        redis.stop()


def test_each_code_is_provoked_here_and_described():
    """A new code comes with the test that provokes it, its line in docs/errors.md and its advice."""
    text = open(__file__).read()
    page = (ROOT / "docs/errors.md").read_text()
    for code, status in CODES.items():
        assert f'"{code}"' in text, f"{code} is not provoked"
        assert f"| `{code}` | {status} |" in page, f"{code} is not described"


def test_the_page_the_type_points_to(one):
    problem = one.anonymous.get("/tasks").json()
    answer = requests.get(one.root + problem["type"], timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    for code in CODES:
        assert f'<tr id="{code}">' in answer.text
