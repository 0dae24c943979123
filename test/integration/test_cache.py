"""Lists answered from the cache: one reading for many, nothing old after a write, on every node, with and without Redis."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import wait_for
from services import Redis
from test_metrics import metrics, sample

WHOLE = {"date_from": "2020-01-01", "date_to": "2030-01-01"}


@pytest.fixture
def redis():
    made = Redis()
    yield made
    made.stop()


def figures(server):
    text = metrics(server)
    return {"hits": sample(text, "obmen_cache_hits_total", store="memory"), "loads": sample(text, "obmen_cache_loads_total"),
            "redis": sample(text, "obmen_cache_hits_total", store="redis"), "joined": sample(text, "obmen_cache_joined_total")}


def contractors(server, **params):
    answer = server.admin.get("/contractors", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_read_once_and_anew_after_an_import(start, database):
    demo = start.demo("--docs", 50)
    server = start.server(database, **demo.settings)
    assert contractors(server)["total"] == 0
    before = figures(server)
    for _ in range(5):
        assert contractors(server)["total"] == 0
    after = figures(server)
    assert after["hits"] == before["hits"] + 5 and after["loads"] == before["loads"]
    assert server.wait_task(server.start_sync("contractors"))["status"] == "completed"
    found = contractors(server)
    assert found["total"] > 0, "what a task wrote is there as soon as it has ended"
    assert contractors(server, limit=1)["contractors"] == found["contractors"][:1], "another query is another answer"
    server.wait_task(server.start_sync("organizations"))
    assert server.admin.get("/organizations").json()["total"] > 0


def test_a_summary_is_read_anew_after_what_a_person_decides(start, database):
    demo = start.demo("--docs", 60)
    server = start.server(database, **demo.settings)
    summary = lambda: server.admin.get("/summary", params={"group_by": "category"}).json()
    assert summary()["total"] == 0
    server.wait_task(server.start_sync(**WHOLE, auto_classify=False))
    before = summary()
    assert [g["key"] for g in before["groups"]] != [] and summary() == before
    row = server.admin.get("/bank-transactions?limit=1").json()["transactions"][0]
    category = database.sql("SELECT min(id) FROM categories")[0][0]
    assert server.admin.patch(f"/bank-transactions/{row['id']}", json={"category_id": category}).status_code == 200
    after = summary()
    assert after != before and sum(g["count"] for g in after["groups"]) == sum(g["count"] for g in before["groups"])
    assert server.admin.post("/bank-transactions/bulk", json={"ids": [row["id"]], "category_id": None}).status_code == 200
    assert summary() == before
    assert server.admin.patch(f"/bank-transactions/{row['id']}", json={"category_id": category}).status_code == 200
    moved = lambda: {g["key"]: (g["count"], g["transfers"]["count"]) for g in summary()["groups"]}[str(category)]
    assert moved() == (1, 0)
    assert server.admin.patch(f"/categories/{category}", json={"kind": "internal"}).status_code == 200
    assert moved() == (0, 1), "a category's kind says what is a transfer"


def test_many_who_ask_at_once(start, database):
    server = start.server(database)
    server.admin
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: contractors(server, q="nobody at all"), range(64)))
    assert all(a == answers[0] for a in answers)
    seen = figures(server)
    assert seen["loads"] < 64 and seen["hits"] + seen["joined"] + seen["loads"] == 64, seen


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "redis"])
def test_two_nodes(start, database, redis, shared):
    demo = start.demo("--docs", 50)
    settings = dict(demo.settings, **({"OBMEN_REDIS_URL": redis.url} if shared else {}))
    one, two = start.server(database, **settings), start.server(database, **settings)
    assert contractors(one)["total"] == contractors(two)["total"] == 0
    task = one.start_sync("contractors")  # either node runs it
    one.wait_task(task)
    for server in (one, two):
        wait_for(lambda: contractors(server)["total"] > 0, 5, "the write to be heard of")
    assert contractors(one) == contractors(two)
    if shared:
        wait_for(lambda: contractors(one, q="a", limit=3) and contractors(two, q="a", limit=3) and
                 figures(one)["redis"] + figures(two)["redis"] > 0, 20, "one node to take what the other has read")


def test_redis_dies_and_comes_back_under_load(start, database, redis):
    demo = start.demo("--docs", 300)
    server = start.server(database, OBMEN_REDIS_URL=redis.url, **demo.settings)
    health = lambda: server.admin.get("/health/detailed").json()["components"]["cache"]["status"]
    wait_for(lambda: health() == "healthy", 20, "Redis to be found")
    wrong = []
    stop = []

    def read(i):
        seen = 0
        while not stop:
            answer = server.admin.get("/contractors", params={"limit": 1 + i, "q": ""})
            if answer.status_code != 200:
                wrong.append(answer.text)
            elif answer.json()["total"] < seen:
                wrong.append("an older answer after a newer one")
            else:
                seen = answer.json()["total"]

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, i) for i in range(4)]
        try:
            for end in (redis.kill, redis.hang):
                end()
                wait_for(lambda: health() == "degraded", 20, "the loss to be noticed")
                assert server.wait_task(server.start_sync(**WHOLE))["status"] == "completed"
                redis.start() if end == redis.kill else redis.go_on()
                wait_for(lambda: health() == "healthy", 20, "Redis to be back")
        finally:
            stop.append(True)
        [r.result() for r in readers]
    assert not wrong, wrong[:3]
    total = database.sql("SELECT count(*) FROM contractors")[0][0]
    assert contractors(server)["total"] == total > 0
