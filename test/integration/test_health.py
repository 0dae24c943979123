"""/health/detailed while its parts are well, hang, die and come back; nodes."""
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness import SLOWNESS, Cluster, wait_for
from services import Redis, Silent


@pytest.fixture
def redis():
    made = Redis()
    yield made
    made.stop()


@pytest.fixture
def silent():
    made = Silent()
    yield made
    made.stop()


def detailed(server):
    answer = server.user.get("/health/detailed")
    assert answer.status_code == 200, answer.text
    return answer.json()


def component(server, name):
    return detailed(server)["components"][name]


def test_all_is_well(start, database):
    demo = start.demo("--docs", 10)
    server = start.server(database, **demo.settings)
    health = detailed(server)
    assert set(health["components"]) == {"database", "cache", "onec", "vk", "queue", "loop", "disk"}
    for name in health["components"]:
        part = health["components"][name]
        if name != "loop":  # on a busy machine the loop may rightly complain
            assert part["status"] == "healthy", (name, part)
        assert part["last_error"] is None
        assert name == "vk" or part["latency_ms"] >= 0  # nobody to ask without a token
    pool = health["components"]["database"]["pool"]
    assert pool["size"] >= 1 and pool["in_use"] + pool["idle"] == pool["size"]
    assert health["components"]["cache"]["kind"] == "memory"
    assert health["components"]["vk"]["configured"] is False
    disk = health["components"]["disk"]
    assert 0 < disk["free_bytes"] <= disk["total_bytes"]
    assert [n["this"] for n in health["nodes"] if n["connected"]] == [True]


def test_what_hangs_hangs_nothing(start, database, silent):
    server = start.server(database, OBMEN_1C_URL=silent.url + "/base/odata/standard.odata", OBMEN_VK_URL=silent.url,
                          OBMEN_VK_TOKEN="t" * 40)
    server.user  # signed in before eight ask at once
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: detailed(server), range(8)))
    for health in answers:
        assert health["status"] == "degraded"
        assert health["components"]["database"]["status"] == "healthy"
        for name in ("onec", "vk"):
            part = health["components"][name]
            assert part["status"] == "degraded" and part["error"] and part["last_error"]
            assert part["latency_ms"] >= 900
    assert len(silent.held) == 2, "one that hangs is not asked again before it has come back"
    first, second = (at for *_, at in silent.held)
    assert second - first < 0.9, "both hang at once, a second each, not one after the other"


def test_refused_and_no_such_address(start, database):
    demo = start.demo("--docs", 10)
    server = start.server(database, **dict(demo.settings, OBMEN_1C_URL=demo.origin + "/nothing"))
    part = component(server, "onec")
    assert part["status"] == "degraded" and "404" in part["error"]


def test_the_credentials_are_not_used_for_it(start, database):
    """A wrong password, repeated every few seconds, would lock the account in 1C."""
    demo = start.demo("--docs", 10)
    server = start.server(database, **dict(demo.settings, OBMEN_1C_PASSWORD="wrong"))
    assert component(server, "onec")["status"] == "healthy", "it answers; nobody has tried the password"
    assert server.admin.get("/sync-1c/test-connection").json()["success"] is False
    part = component(server, "onec")
    assert part["status"] == "degraded" and part["last_error"], "and now somebody has"


def test_redis_dies_under_load_and_comes_back(start, database, redis):
    server = start.server(database, OBMEN_REDIS_URL=redis.url)
    wait_for(lambda: component(server, "cache")["status"] == "healthy", 20, "Redis to be found")
    assert component(server, "cache")["kind"] == "redis"
    redis.kill()
    wait_for(lambda: component(server, "cache")["status"] == "degraded", 20, "the loss to be noticed")
    part = component(server, "cache")
    assert part["error_code"] == "CACHE_ERROR" and part["last_error"]
    assert detailed(server)["status"] == "degraded"
    assert requests.get(server.root + "/health/ready", timeout=10).status_code == 200
    redis.start()
    wait_for(lambda: component(server, "cache")["status"] == "healthy", 20, "Redis to be back")
    redis.hang()
    wait_for(lambda: component(server, "cache")["status"] == "degraded", 20, "the silence to be noticed")
    began = time.monotonic()
    assert component(server, "cache")["status"] == "degraded" and time.monotonic() - began < 5 * SLOWNESS
    redis.go_on()
    wait_for(lambda: component(server, "cache")["status"] == "healthy", 20, "Redis to go on")
    assert len(server.events("redis lost")) == 2


def test_the_database_stops_and_comes_back(start):
    cluster = Cluster(own=True)
    try:
        database = cluster.create()
        server = start.server(database)
        assert component(server, "database")["status"] == "healthy"
        cluster.control("stop")
        wait_for(lambda: component(server, "database")["status"] == "unhealthy", 20, "the loss to be noticed")
        began = time.monotonic()
        health = detailed(server)
        assert time.monotonic() - began < 3 * SLOWNESS
        assert health["status"] == "unhealthy" and health["components"]["database"]["last_error"]
        assert health["nodes"] == []
        assert requests.get(server.root + "/health/ready", timeout=10).status_code == 503
        assert requests.get(server.root + "/health", timeout=10).status_code == 200
        cluster.control("start")
        wait_for(lambda: component(server, "database")["status"] == "healthy", 30, "the database to be back")
        server.stop()
    finally:
        cluster.close()


def test_nodes(start, database):
    one = start.server(database, OBMEN_WORKERS=1)
    two = start.server(database)
    names = lambda: {n["node"]: n for n in detailed(two)["nodes"]}
    wait_for(lambda: sum(n["connected"] for n in names().values()) == 2, 10, "both nodes to be seen")
    held = {}

    def busy_on_one():
        task = one.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 60}}).json()["task_id"]
        state = one.wait_task(task, "running")
        held["node"] = state["node"]
        return state["node"] == detailed(one)["node"]

    wait_for(busy_on_one, 30, "the first node to run something")
    wait_for(lambda: names()[held["node"]]["running"] == 1, 10, "its lease to be seen")
    one.kill()
    wait_for(lambda: held["node"] not in names() or names()[held["node"]]["connected"] is False, 20,
             "the dead one's connections to be gone")
    assert any(n["connected"] and n["this"] for n in names().values())
