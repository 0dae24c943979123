"""REST from outside: rights and bad input of every endpoint, and starting, watching and ending tasks by hand."""
import concurrent.futures
import csv
import io
import json
import time

import pytest
import requests

from harness import wait_for

NOBODY = "00000000-0000-4000-8000-000000000001"
FAR = "2099-01-01T00:00:00Z"
LATER = {"task_type": "sync_contractors", "run_at": FAR}

# method, path, least role; every endpoint is here once
ENDPOINTS = [
    ("POST", "/auth/logout", "USER"),
    ("GET", "/auth/me", "USER"),
    ("GET", "/users", "ADMIN"),
    ("POST", "/users", "ADMIN"),
    ("PATCH", "/users/1", "ADMIN"),
    ("GET", "/tasks", "USER"),
    ("GET", "/tasks/stats", "USER"),
    ("GET", f"/tasks/{NOBODY}", "USER"),
    ("GET", f"/tasks/{NOBODY}/status", "USER"),
    ("GET", f"/tasks/{NOBODY}/result", "USER"),
    ("GET", f"/tasks/{NOBODY}/errors", "USER"),
    ("GET", f"/tasks/{NOBODY}/log", "USER"),
    ("GET", f"/tasks/{NOBODY}/artifact", "USER"),
    ("POST", "/tasks", "USER"),
    ("POST", f"/tasks/{NOBODY}/cancel", "USER"),
    ("DELETE", f"/tasks/{NOBODY}", "USER"),
    ("POST", f"/tasks/{NOBODY}/retry", "MANAGER"),
    ("POST", "/tasks/cleanup", "ADMIN"),
    ("GET", "/task-types", "USER"),
    ("GET", "/sync-1c/test-connection", "MANAGER"),
    ("POST", "/sync-1c/bank-transactions/sync-async", "MANAGER"),
    ("POST", "/sync-1c/contractors/sync-async", "MANAGER"),
    ("GET", "/bank-transactions", "USER"),
    ("GET", "/bank-transactions/1", "USER"),
    ("PATCH", "/bank-transactions/1", "MANAGER"),
    ("POST", "/bank-transactions/bulk", "MANAGER"),
    ("GET", "/bank-transactions/export", "USER"),
    ("GET", "/summary", "USER"),
    ("GET", "/contractors", "USER"),
    ("GET", "/organizations", "USER"),
    ("GET", "/health/detailed", "USER"),
]


def is_problem(answer, status, code, field=None):
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= problem.keys()
    assert problem["status"] == status and problem["code"] == code and problem["detail"], problem
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    if field is not None:
        assert [e for e in problem["errors"] if e["field"] == field and e["message"]], problem
    return problem


@pytest.mark.parametrize("method, path, role", ENDPOINTS)
def test_wrong_rights(server, method, path, role):
    is_problem(server.anonymous.request(method, path), 401, "AUTHENTICATION_ERROR")
    is_problem(server.anonymous.request(method, path, headers={"Authorization": "Bearer nonsense"}), 401, "AUTHENTICATION_ERROR")
    if role != "USER":
        is_problem(server.user.request(method, path), 403, "AUTHORIZATION_ERROR")
    if role == "ADMIN":
        is_problem(server.manager.request(method, path), 403, "AUTHORIZATION_ERROR")


@pytest.mark.parametrize("method, path, role", ENDPOINTS)
def test_unknown_parameter(server, method, path, role):
    if path == "/auth/logout":
        pytest.skip("would end the session when it were accepted; see test_sign_in")
    answer = server.admin.request(method, path + "?nonsense=1", json={} if method in ("POST", "PATCH") else None)
    is_problem(answer, 422, "VALIDATION_ERROR", "nonsense")


PAGED = ["/users", "/tasks", "/bank-transactions", "/contractors", "/organizations", f"/tasks/{NOBODY}/errors", f"/tasks/{NOBODY}/log"]


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("query, field", [
    ("limit=0", "limit"), ("limit=501", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=1.5", "limit"),
    ("limit=1&limit=2", "limit"), ("offset=-1", "offset"), ("offset=x", "offset"), ("offset=99999999999999999999", "offset"),
])
def test_bad_paging(server, path, query, field):
    is_problem(server.admin.get(f"{path}?{query}"), 422, "VALIDATION_ERROR", field)


@pytest.mark.parametrize("path, field", [
    ("/tasks?status=done", "status"),
    ("/tasks?status=pending,done", "status"),
    ("/tasks?user_id=me", "user_id"),
    ("/tasks?user_id=0", "user_id"),
    ("/tasks?created_from=2025-02-30", "created_from"),
    ("/tasks?created_to=yesterday", "created_to"),
    ("/tasks?created_from=2025-03-02&created_to=2025-03-01", "created_from"),
    ("/tasks?sort=name", "sort"),
    ("/tasks?q=" + "x" * 201, "q"),
    (f"/tasks/{NOBODY}/errors?format=xlsx", "format"),
    ("/bank-transactions?date_from=2025-02-29", "date_from"),
    ("/bank-transactions?date_from=29.02.2024", "date_from"),
    ("/bank-transactions?date_to=2025-04-31", "date_to"),
    ("/bank-transactions?date_from=2025-03-02&date_to=2025-03-01", "date_from"),
    ("/bank-transactions?transaction_type=credit", "transaction_type"),
    ("/bank-transactions?payment_source=CARD", "payment_source"),
    ("/bank-transactions?status=OLD", "status"),
    ("/bank-transactions?category_id=x", "category_id"),
    ("/bank-transactions?organization_id=-5", "organization_id"),
    ("/bank-transactions?amount_min=ten", "amount_min"),
    ("/bank-transactions?amount_max=1.234", "amount_max"),
    ("/bank-transactions?amount_min=2&amount_max=1", "amount_min"),
    ("/bank-transactions?is_active=maybe", "is_active"),
    ("/bank-transactions?sort=colour", "sort"),
    ("/bank-transactions?cursor=nonsense", "cursor"),
    ("/bank-transactions?counterparty_inn=" + "1" * 21, "counterparty_inn"),
])
def test_bad_filters(server, path, field):
    is_problem(server.admin.get(path), 422, "VALIDATION_ERROR", field)


BODIES = ["/users", "/tasks", "/sync-1c/bank-transactions/sync-async", "/sync-1c/contractors/sync-async", "/auth/login"]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("body", ['{', '{"a":}', '{"a":1} x', "not json", '{"a":"\xff"}'.encode("latin-1"), '{"a":1,"a":2}', '"\\ud800"', "[" * 100 + "]" * 100])
def test_broken_json(server, path, body):
    answer = server.admin.post(path, data=body, headers={"Content-Type": "application/json"})
    is_problem(answer, 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("path", BODIES)
def test_wrong_content_type(server, path):
    answer = server.admin.post(path, data="{}", headers={"Content-Type": "text/plain"})
    is_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    answer = server.admin.post(path, data=b"{}", headers={"Content-Type": ""})
    is_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("body", ["[]", "null", '"text"', "5"])
def test_no_object(server, path, body):
    answer = server.admin.post(path, data=body, headers={"Content-Type": "application/json"})
    is_problem(answer, 422, "VALIDATION_ERROR", "body")


@pytest.mark.parametrize("method, path, body, field", [
    ("POST", "/auth/login", {"username": "admin"}, "password"),
    ("POST", "/auth/login", {"password": "x"}, "username"),
    ("POST", "/auth/login", {"username": "", "password": "x"}, "username"),
    ("POST", "/auth/login", {"username": 1, "password": "x"}, "username"),
    ("POST", "/auth/login", {"username": "admin", "password": "x" * 1025}, "password"),
    ("POST", "/auth/login", {"username": "admin", "password": "x", "code": 1}, "code"),
    ("POST", "/users", {"username": "x", "password": "long enough"}, "role"),
    ("POST", "/users", {"username": "x", "password": "short", "role": "USER"}, "password"),
    ("POST", "/users", {"username": "x", "password": "x" * 1025, "role": "USER"}, "password"),
    ("POST", "/users", {"username": "x y", "password": "long enough", "role": "USER"}, "username"),
    ("POST", "/users", {"username": "", "password": "long enough", "role": "USER"}, "username"),
    ("POST", "/users", {"username": "x" * 65, "password": "long enough", "role": "USER"}, "username"),
    ("POST", "/users", {"username": "x", "password": "long enough", "role": "ROOT"}, "role"),
    ("POST", "/users", {"username": "x", "password": "long enough", "role": "USER", "is_active": True}, "is_active"),
    ("POST", "/users", {"username": None, "password": "long enough", "role": "USER"}, "username"),
    ("PATCH", "/users/1", {"role": "user"}, "role"),
    ("PATCH", "/users/1", {"is_active": "no"}, "is_active"),
    ("PATCH", "/users/1", {"password": "short"}, "password"),
    ("PATCH", "/users/1", {"username": "root"}, "username"),
    ("PATCH", "/users/1", {}, "body"),
    ("POST", "/tasks", {}, "task_type"),
    ("POST", "/tasks", {"task_type": "no_such_type"}, "task_type"),
    ("POST", "/tasks", {"task_type": 1}, "task_type"),
    ("POST", "/tasks", {"task_type": "sync_bank_transactions", "params": []}, "params"),
    ("POST", "/tasks", {"task_type": "sync_bank_transactions", "params": {"x": 1}}, "params.x"),
    ("POST", "/tasks", {"task_type": "sync_bank_transactions", "params": {"date_from": "2025-02-30"}}, "params.date_from"),
    ("POST", "/tasks", {"task_type": "sync_bank_transactions", "params": {"date_from": "2025-03-02", "date_to": "2025-03-01"}}, "params.date_from"),
    ("POST", "/tasks", {"task_type": "sync_full", "params": {"date_from": "2025-03-02", "date_to": "2025-03-01"}}, "params.date_from"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "priority": "urgent"}, "priority"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "timeout": 0}, "timeout"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "timeout": 1.5}, "timeout"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "max_retries": -1}, "max_retries"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "max_retries": "3"}, "max_retries"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "run_at": "soon"}, "run_at"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "run_at": "2025-02-30T00:00:00Z"}, "run_at"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "unique_key": ""}, "unique_key"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "metadata": "x"}, "metadata"),
    ("POST", "/tasks", {"task_type": "sync_contractors", "name": "x"}, "name"),
    ("POST", "/sync-1c/contractors/sync-async", {"date_from": "2025-01-01"}, "date_from"),
    ("POST", f"/tasks/{NOBODY}/cancel", {"force": True}, "force"),
    ("DELETE", f"/tasks/{NOBODY}", {"force": True}, "force"),
    ("POST", f"/tasks/{NOBODY}/retry", {"force": True}, "force"),
    ("POST", "/tasks/cleanup", {"max_age_hours": 1}, "max_age_hours"),
    ("POST", "/auth/logout", {"all": True}, "all"),
])
def test_bad_bodies(server, method, path, body, field):
    is_problem(server.admin.request(method, path, json=body), 422, "VALIDATION_ERROR", field)


@pytest.mark.parametrize("query", ["max_age_hours=-1", "max_age_hours=x", "max_age_hours=nan"])
def test_bad_cleanup(server, query):
    is_problem(server.admin.post(f"/tasks/cleanup?{query}"), 422, "VALIDATION_ERROR", "max_age_hours")


@pytest.mark.parametrize("method, path", [
    *[(m, p.replace(NOBODY, i)) for m, p, _ in ENDPOINTS if NOBODY in p for i in (NOBODY, "nonsense")],
    ("GET", "/bank-transactions/999999999"), ("GET", "/bank-transactions/x"), ("GET", "/bank-transactions/0"),
    ("GET", "/nothing"), ("POST", "/nothing"), ("GET", "/tasks/"),
])
def test_not_found(server, method, path):
    is_problem(server.admin.request(method, path), 404, "NOT_FOUND")


def test_unknown_user(server):
    for name in ("999999", "x", "0", "-1"):
        is_problem(server.admin.patch(f"/users/{name}", json={"role": "USER"}), 404, "NOT_FOUND")


@pytest.mark.parametrize("method, path, allowed", [
    ("PUT", "/tasks", {"GET", "HEAD", "POST"}),
    ("POST", "/tasks/stats", {"GET", "HEAD"}),
    ("DELETE", "/users/1", {"PATCH"}),
    ("POST", "/health", {"GET", "HEAD"}),
    ("GET", "/auth/login", {"POST"}),
])
def test_method_not_allowed(server, method, path, allowed):
    answer = server.admin.request(method, path)
    is_problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert allowed <= set(answer.headers["Allow"].split(", "))


def test_request_id_and_headers(server):
    taken = server.admin.get("/auth/me", headers={"X-Request-ID": "my-id.1"})
    assert taken.headers["X-Request-ID"] == "my-id.1"
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Cache-Control"] == "no-store"
    made = server.admin.get("/auth/me", headers={"X-Request-ID": "bad id"})
    assert made.headers["X-Request-ID"] not in ("", "bad id")


# ---- tasks ----


def later(server, who=None, **more):
    """A task that waits for a day far away."""
    answer = (who or server.admin).post("/tasks", json={**LATER, **more})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert set(body) == {"task_id", "message"} and answer.headers["Location"] == f"/api/v1/tasks/{body['task_id']}"
    return body["task_id"]


def test_a_task_as_it_was_asked_for(server):
    task_id = later(server, priority="high", timeout=77, max_retries=5, unique_key=f"k{time.time()}", metadata={"why": "test"})
    task = server.task(task_id)
    assert task["task_id"] == task_id and task["task_type"] == "sync_contractors" and task["status"] == "pending"
    assert task["priority"] == "high" and task["timeout"] == 77 and task["max_retries"] == 5
    assert task["run_at"].startswith("2099-01-01T00:00:00") and task["run_at"].endswith("Z")
    assert task["metadata"]["why"] == "test" and task["metadata"]["user_id"] == task["user_id"]
    assert task["progress"] == 0 and task["result"] is None and task["error"] is None and task["started_at"] is None
    assert set(task["stats"]) == {"fetched", "created", "updated", "unchanged", "skipped", "failed", "deactivated"}
    status = server.admin.get(f"/tasks/{task_id}/status").json()
    assert status["task_id"] == task_id and status["status"] == "pending" and status["progress"] == 0
    is_problem(server.admin.get(f"/tasks/{task_id}/result"), 404, "NOT_FOUND")
    assert server.admin.get(f"/tasks/{task_id}/errors").json() == {"errors": [], "total": 0}
    log = server.admin.get(f"/tasks/{task_id}/log").json()
    assert log["total"] >= 1 and log["events"][0]["event"] == "created"
    assert server.admin.request("HEAD", f"/tasks/{task_id}").status_code == 200


def test_cancel_and_what_follows(server):
    task_id = later(server)
    cancelled = server.admin.post(f"/tasks/{task_id}/cancel")
    assert cancelled.status_code == 200 and set(cancelled.json()) == {"message", "task_id", "status"}
    assert cancelled.json()["status"] == "cancelled", "a pending task is cancelled at once"
    is_problem(server.admin.post(f"/tasks/{task_id}/cancel"), 409, "CONFLICT")
    is_problem(server.admin.delete(f"/tasks/{task_id}"), 409, "CONFLICT")
    assert server.task(task_id)["completed_at"]
    again = server.admin.post(f"/tasks/{task_id}/retry")
    assert again.status_code == 200 and again.json()["status"] in ("pending", "running")
    is_problem(server.admin.post(f"/tasks/{later(server)}/retry"), 409, "CONFLICT")
    events = [e["event"] for e in server.admin.get(f"/tasks/{task_id}/log?limit=100").json()["events"]]
    assert "created" in events and "cancelled" in events
    server.wait_task(task_id)
    other = later(server)
    assert server.admin.delete(f"/tasks/{other}").json()["status"] == "cancelled"


def test_cleanup_takes_only_what_has_ended(server):
    waits, ended = later(server), later(server)
    server.admin.post(f"/tasks/{ended}/cancel")
    kept = server.admin.post("/tasks/cleanup").json()
    assert set(kept) == {"message", "removed_count"}
    assert server.task(ended)["status"] == "cancelled", "younger than 24 hours"
    assert server.admin.post("/tasks/cleanup?max_age_hours=0").json()["removed_count"] >= 1
    is_problem(server.admin.get(f"/tasks/{ended}"), 404, "NOT_FOUND")
    assert server.task(waits)["status"] == "pending"


def test_list_filters_and_paging(start, database):
    server = start.server(database)
    made = [later(server, priority="low" if i % 2 else "high") for i in range(7)]
    server.admin.post(f"/tasks/{made[0]}/cancel")

    def ids(query=""):
        answer = server.admin.get(f"/tasks?{query}")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert set(body) == {"tasks", "total"}
        return [t["task_id"] for t in body["tasks"]], body["total"]

    assert ids() == (made[::-1], 7), "newest first"
    assert ids("sort=created_at") == (made, 7)
    assert ids("sort=priority")[0][0] in made[::2]
    assert ids("limit=3&offset=2") == (made[::-1][2:5], 7)
    assert ids("limit=3&offset=6") == (made[:1], 7)
    assert ids("offset=7") == ([], 7)
    assert ids("status=cancelled") == (made[:1], 1)
    assert ids("status=pending")[1] == 6
    assert ids("status=pending,cancelled")[1] == 7
    assert ids("status=running") == ([], 0)
    assert ids("task_type=sync_contractors")[1] == 7
    assert ids("task_type=other") == ([], 0)
    assert ids(f"q={made[3]}") == ([made[3]], 1)
    assert ids("q=%25") == ([], 0), "no pattern of LIKE"
    assert ids("user_id=1")[1] == 7
    assert ids("user_id=99") == ([], 0)
    assert ids("created_from=2000-01-01&created_to=2098-01-01")[1] == 7
    assert ids("created_to=2000-01-01") == ([], 0)
    assert ids("created_from=2098-01-01") == ([], 0)
    stats = server.admin.get("/tasks/stats").json()
    assert stats["pending"] == 6 and stats["cancelled"] == 1 and stats["max_workers"] == 10
    assert {"running", "completed", "failed", "queue_size", "active_workers", "types"} <= stats.keys()


def test_unique_key(server):
    key = f"only one {time.time()}"
    first = later(server, unique_key=key)
    second = server.admin.post("/tasks", json={**LATER, "unique_key": key})
    assert second.status_code == 200 and second.json()["task_id"] == first and second.json()["deduplicated"] is True
    server.admin.post(f"/tasks/{first}/cancel")
    assert later(server, unique_key=key) != first, "the first has ended"


def post_with_key(who, key, **more):
    return who.post("/tasks", json={**LATER, **more}, headers={"Idempotency-Key": key})


def test_idempotency_key(server):
    key = f"key {time.time()}"
    first = post_with_key(server.admin, key)
    assert first.status_code == 202
    repeated = post_with_key(server.admin, key)
    assert (repeated.status_code, repeated.json(), repeated.headers["Location"]) == (202, first.json(), first.headers["Location"])
    is_problem(post_with_key(server.admin, key, priority="low"), 422, "VALIDATION_ERROR", "Idempotency-Key")
    other = post_with_key(server.manager, key)
    assert other.status_code == 202 and other.json()["task_id"] != first.json()["task_id"], "keys are per user"

    server.admin.post(f"/tasks/{first.json()['task_id']}/cancel")
    server.admin.post("/tasks/cleanup?max_age_hours=0")
    assert post_with_key(server.admin, key).json() == first.json(), "the first answer, whatever became of the task"
    is_problem(server.admin.get(f"/tasks/{first.json()['task_id']}"), 404, "NOT_FOUND")


def test_idempotency_key_with_unique_key(server):
    key, unique = f"key {time.time()}", f"unique {time.time()}"
    stands = later(server, unique_key=unique)
    first = post_with_key(server.admin, key, unique_key=unique)
    assert first.status_code == 200 and first.json()["task_id"] == stands
    server.admin.post(f"/tasks/{stands}/cancel")
    repeated = post_with_key(server.admin, key, unique_key=unique)
    assert repeated.status_code == 200 and repeated.json() == first.json()


def test_idempotency_key_at_once(server):
    key = f"key {time.time()}"
    before = server.admin.get("/tasks?limit=1").json()["total"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: post_with_key(server.admin, key), range(16)))
    assert {a.status_code for a in answers} == {202}
    assert len({a.json()["task_id"] for a in answers}) == 1
    assert server.admin.get("/tasks?limit=1").json()["total"] == before + 1


def test_idempotency_key_after_a_crash(start, database):
    """A process that dies between two steps leaves the key unanswered, with or without its task."""
    server = start.server(database)
    first = post_with_key(server.admin, "k").json()
    database.sql("UPDATE idempotency_keys SET answered = false")
    assert post_with_key(server.admin, "k").json() == first, "died after the task was made"
    assert server.admin.get("/tasks").json()["total"] == 1
    server.admin.post(f"/tasks/{first['task_id']}/cancel")
    server.admin.post("/tasks/cleanup?max_age_hours=0")
    database.sql("UPDATE idempotency_keys SET answered = false")
    assert post_with_key(server.admin, "k").json() == first, "died before the task was made"
    assert server.task(first["task_id"])["status"] == "pending"
    database.sql("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    assert post_with_key(server.admin, "k", priority="low").json()["task_id"] != first["task_id"], "a day later it is free"


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_bad_idempotency_key(server, key):
    is_problem(post_with_key(server.admin, key), 422, "VALIDATION_ERROR", "Idempotency-Key")


def test_idempotency_key_of_a_sync(server):
    headers = {"Idempotency-Key": f"sync {time.time()}"}
    path = "/sync-1c/contractors/sync-async"
    first, second = (server.admin.post(path, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 202 and first.json() == second.json()
    server.wait_task(first.json()["task_id"])


def test_a_user_sees_only_their_own(server):
    theirs = later(server, server.manager)
    for method, path in [("GET", ""), ("GET", "/status"), ("GET", "/result"), ("GET", "/errors"), ("GET", "/errors?format=csv"),
                         ("GET", "/log"), ("POST", "/cancel"), ("DELETE", "")]:
        is_problem(server.user.request(method, f"/tasks/{theirs}{path}"), 404, "NOT_FOUND")
    assert server.task(theirs)["status"] == "pending"
    assert server.user.get("/tasks").json() == {"tasks": [], "total": 0}
    manager_id = server.manager.get("/auth/me").json()["id"]
    assert server.user.get(f"/tasks?user_id={manager_id}").json() == {"tasks": [], "total": 0}
    assert server.user.get(f"/tasks?q={theirs}").json()["total"] == 0
    assert server.user.get("/tasks/stats").json()["pending"] == 0
    assert server.manager.get(f"/tasks/{theirs}").status_code == 200
    assert server.admin.get(f"/tasks?user_id={manager_id}").json()["total"] >= 1
    refused = server.user.post("/tasks", json=LATER)
    is_problem(refused, 403, "AUTHORIZATION_ERROR")


def test_task_types(server):
    types = {t["name"]: t for t in server.user.get("/task-types").json()["task_types"]}
    assert {"sync_bank_transactions", "sync_contractors"} <= types.keys()
    for t in types.values():
        assert t["title"] and isinstance(t["user"], bool) and t["phases"]
        assert t["params_schema"]["type"] == "object"


def test_a_full_queue(start, database):
    server = start.server(database, OBMEN_QUEUE_MAX=3)
    for _ in range(3):
        later(server)
    answer = server.admin.post("/tasks", json=LATER)
    is_problem(answer, 503, "SERVICE_UNAVAILABLE")


# ---- health and metrics ----


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_health(server, prefix):
    health = requests.get(server.root + prefix + "/health", timeout=10)
    assert health.status_code == 200 and health.json()["status"] == "healthy"
    assert {"version", "uptime_seconds"} <= health.json().keys()
    assert requests.get(server.root + prefix + "/health/live", timeout=10).status_code == 200
    assert requests.get(server.root + prefix + "/health/ready", timeout=10).status_code == 200
    is_problem(requests.get(server.root + prefix + "/health/detailed", timeout=10), 401, "AUTHENTICATION_ERROR")
    detailed = requests.get(server.root + prefix + "/health/detailed", headers=server.user.headers, timeout=10).json()
    assert detailed["status"] in ("healthy", "degraded")
    assert {"database", "cache", "onec", "queue", "loop"} <= detailed["components"].keys()
    assert {"size", "in_use", "idle", "overflow", "waiting"} <= detailed["components"]["database"]["pool"].keys()
    assert detailed["components"]["loop"]["lag_p99_ms"] >= 0


def test_metrics(start, database):
    server = start.server(database, OBMEN_METRICS_TOKEN="metrics-secret")
    server.admin.get("/tasks")
    server.admin.get(f"/tasks/{NOBODY}")
    page = requests.get(server.root + "/metrics", timeout=10)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/plain")
    assert 'obmen_http_requests_total{route="/api/v1/tasks",method="GET",status="200"} 1\n' in page.text
    assert 'obmen_http_requests_total{route="/api/v1/tasks/{id}",method="GET",status="404"} 1\n' in page.text
    for name in ("obmen_http_connections", "obmen_tasks_pending", "obmen_db_connections", "obmen_loop_lag_p99_seconds",
                 "process_resident_memory_bytes", "process_cpu_seconds_total", "obmen_build_info"):
        assert f"\n{name}" in page.text
    for line in page.text.splitlines():
        assert line.startswith("# ") or len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0, line
    behind_proxy = {"X-Forwarded-For": "10.0.0.1"}
    is_problem(requests.get(server.root + "/metrics", headers=behind_proxy, timeout=10), 401, "AUTHENTICATION_ERROR")
    right = {**behind_proxy, "Authorization": "Bearer metrics-secret"}
    assert requests.get(server.root + "/metrics", headers=right, timeout=10).status_code == 200
    assert "metrics-secret" not in page.text


def test_no_secret_is_shown(start, database):
    demo = start.demo("--docs", 50)
    server = start.server(database, **{**demo.settings, "OBMEN_1C_PASSWORD": "wr0ng-s3cret"}, OBMEN_SECRET="s1gning-s3cret-of-32-characters-x")
    texts = [server.admin.get("/sync-1c/test-connection").text, server.admin.get("/health/detailed").text,
             requests.get(server.root + "/metrics", timeout=10).text, server.admin.get("/users").text]
    task_id = server.start_sync()
    task = server.wait_task(task_id)
    texts += [json.dumps(task), server.admin.get(f"/tasks/{task_id}/log").text, "".join(server.all)]
    for text in texts:
        for secret in ("wr0ng-s3cret", "s1gning-s3cret", "argon2", "admin-password-1"):
            assert secret not in text


class NoDatabase:
    url = "host=/nonexistent dbname=nothing connect_timeout=1"


def test_without_a_database(start):
    """It listens, says that it is alive and not ready, and ends on SIGTERM."""
    server = start.server(NoDatabase, wait=False)
    assert requests.get(server.root + "/health", timeout=10).status_code == 200
    assert requests.get(server.root + "/health/live", timeout=10).status_code == 200
    for path in ("/health/ready", "/api/v1/tasks"):
        answer = requests.get(server.root + path, timeout=10)
        is_problem(answer, 503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
    is_problem(server.login("admin", "some password"), 503, "SERVICE_UNAVAILABLE")
    assert requests.get(server.root + "/metrics", timeout=10).status_code == 200


def test_a_full_queue_and_an_idempotency_key(start, database):
    server = start.server(database, OBMEN_QUEUE_MAX=1)
    first = later(server)
    is_problem(post_with_key(server.admin, "k"), 503, "SERVICE_UNAVAILABLE")
    server.admin.post(f"/tasks/{first}/cancel")
    made = wait_for(lambda: (a := post_with_key(server.admin, "k")).status_code == 202 and a, 5, "room in the queue")
    assert post_with_key(server.admin, "k").json() == made.json()
    assert server.admin.get("/tasks?status=pending").json()["total"] == 1


# ---- refused records as a table ----


def test_errors_as_csv(start, database):
    demo = start.demo("--docs", 900, "--bad-record-every", 3)
    server = start.server(database, **demo.settings)
    task_id = server.start_sync(date_from="2000-01-01", date_to="2098-12-31")
    server.wait_task(task_id)
    path = f"/tasks/{task_id}/errors"
    total = server.admin.get(path).json()["total"]
    assert total > 200, "more than two pages of the export"
    listed = []
    while len(listed) < total:
        page = server.admin.get(f"{path}?limit=150&offset={len(listed)}").json()
        assert page["total"] == total and page["errors"]
        listed += page["errors"]
    whole = server.admin.get(f"{path}?format=csv")
    assert whole.status_code == 200 and whole.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in whole.headers["Content-Disposition"]

    def rows(answer, **dialect):
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), **dialect))

    table = rows(whole)
    assert [int(r["ordinal"]) for r in table] == [e["ordinal"] for e in listed]
    assert [r["code"] for r in table] == [e["code"] for e in listed]
    assert [r["message"] for r in table] == [e["message"] for e in listed]
    part = rows(server.admin.get(f"{path}?format=csv&limit=7&offset=120"))
    assert [int(r["ordinal"]) for r in part] == [e["ordinal"] for e in listed[120:127]]
    excel = server.admin.get(f"{path}?format=csv", headers={"Sec-Fetch-Mode": "navigate"})
    assert excel.content.startswith(b"\xef\xbb\xbf") and rows(excel, delimiter=";") == table
    assert server.admin.request("HEAD", f"{path}?format=csv").content == b""


# ---- what was imported ----


@pytest.fixture(scope="module")
def imported(shared):
    task_id = shared.start_sync(date_from="2000-01-01", date_to="2098-12-31")
    assert shared.wait_task(task_id)["status"] == "completed"
    assert shared.wait_task(shared.start_sync("contractors"))["status"] == "completed"
    return shared


def transactions(server, query=""):
    answer = server.user.get(f"/bank-transactions?{query}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {"transactions", "total", "totals", "next_cursor"} <= body.keys()
    return body


def kopecks(text):
    assert "." in text and len(text.split(".")[1]) == 2, text
    return int(text.replace(".", ""))


def test_transactions(imported):
    everything = transactions(imported, "limit=1")
    credit = transactions(imported, "transaction_type=CREDIT&limit=1")
    debit = transactions(imported, "transaction_type=DEBIT&limit=1")
    assert everything["total"] == credit["total"] + debit["total"] > 1500
    assert kopecks(everything["totals"]["credit"]) == kopecks(credit["totals"]["credit"])
    assert kopecks(everything["totals"]["balance"]) == kopecks(credit["totals"]["credit"]) - kopecks(debit["totals"]["debit"])
    one = everything["transactions"][0]
    assert imported.user.get(f"/bank-transactions/{one['id']}").json() == one
    assert one["source"] == "1c" and one["import_source"] == "ODATA_1C" and isinstance(one["amount"], str)
    assert len(one["transaction_date"]) == 19, "the wall clock of 1C, without a zone"
    assert transactions(imported, f"counterparty_inn={one['counterparty_inn']}")["total"] >= 1 or not one["counterparty_inn"]
    assert transactions(imported, "q=%25")["total"] < everything["total"], "no pattern of LIKE"
    assert transactions(imported, "is_active=false")["total"] == 0
    assert transactions(imported, "is_active=all")["total"] == everything["total"]


def test_transactions_by_pages_and_by_cursor(imported):
    query = "payment_source=CASH&transaction_type=DEBIT"
    total = transactions(imported, query)["total"]
    for sort in ("-transaction_date", "transaction_date", "amount", "-counterparty_name"):
        by_offset = []
        while len(by_offset) < total:
            by_offset += [t["id"] for t in transactions(imported, f"{query}&sort={sort}&limit=97&offset={len(by_offset)}")["transactions"]]
        by_cursor, cursor = [], ""
        while cursor is not None:
            page = transactions(imported, f"{query}&sort={sort}&limit=97" + (f"&cursor={cursor}" if cursor else ""))
            by_cursor += [t["id"] for t in page["transactions"]]
            cursor = page["next_cursor"]
        assert by_cursor == by_offset and len(set(by_offset)) == total
    cursor = transactions(imported, "limit=1")["next_cursor"]
    is_problem(imported.user.get(f"/bank-transactions?sort=amount&cursor={cursor}"), 422, "VALIDATION_ERROR", "cursor")
    is_problem(imported.user.get(f"/bank-transactions?offset=1&cursor={cursor}"), 422, "VALIDATION_ERROR", "offset")


def test_transactions_of_a_period(imported):
    newest = transactions(imported, "limit=1")["transactions"][0]
    day = newest["transaction_date"][:10]
    of_day = transactions(imported, f"date_from={day}&date_to={day}&limit=500")
    assert of_day["total"] >= 1 and {t["transaction_date"][:10] for t in of_day["transactions"]} == {day}
    amount = newest["amount"]
    same = transactions(imported, f"amount_min={amount}&amount_max={amount}")
    assert {t["amount"] for t in same["transactions"]} == {amount}
    assert transactions(imported, "date_from=2098-01-01") ["total"] == 0


def test_contractors_and_organizations(imported):
    everything = imported.user.get("/contractors?limit=5").json()
    assert everything["total"] > 5 and len(everything["contractors"]) == 5
    one = next(c for c in everything["contractors"] if c["inn"])
    assert {"id", "external_id", "name", "full_name", "inn", "kpp", "is_active", "warnings"} <= one.keys()
    found = imported.user.get("/contractors", params={"inn": one["inn"]}).json()
    assert one in found["contractors"]
    assert one in imported.user.get("/contractors", params={"q": one["name"][:12], "limit": 500}).json()["contractors"]
    organizations = imported.user.get("/organizations").json()
    assert organizations["total"] >= 1 and organizations["organizations"][0]["name"]
