"""What VK says instead of data: each error code, broken answers, limits; kills and cancels in the middle."""
import datetime
import time

import pytest
from harness import SLOWNESS, Server, wait_for
from test_metrics import metrics, sample
from vk_harness import Vk, parse, start_task

TALK = 1006  # one post with about 400 comments


@pytest.fixture(scope="module")
def world(cluster):
    database = cluster.create()
    vk = Vk("test_vk_faults.vk", "--posts", 6, "--comments", 500, "--rate", 500)
    server = Server("test_vk_faults.server", database, **vk.settings(rate=500))
    server.vk = vk
    yield server
    try:
        server.stop()
    finally:
        vk.stop()
        database.drop()


@pytest.fixture(autouse=True)
def no_faults_left(request):
    yield
    if "world" in request.fixturenames:
        request.getfixturevalue("world").vk.faults()


def records(server, group=TALK):
    return server.database.sql(f"SELECT count(*) FROM vk_comments WHERE owner_id = -{group} AND NOT is_deleted")[0][0]


# ---- passing

@pytest.mark.parametrize("fault", [{"code": c} for c in (1, 6, 10, 36, 43)] +
                         [{"kind": k} for k in ("html", "cut", "short", "drop", "empty", "status")], ids=str)
def test_what_passes_is_waited_out(world, fault):
    world.vk.faults({"method": "wall.get", **fault}, {"method": "execute", "after": 0, **fault})
    task = parse(world, TALK, full=True)
    assert task["status"] == "completed" and task["attempt"] == 1, task
    # a request on a kept connection that is closed without a byte is sent again by libcurl itself
    assert task["result"]["retries"] >= 2 or fault == {"kind": "drop"}
    assert records(world) == world.vk.expected(TALK)[1]
    assert task["stats"]["deactivated"] == 0


@pytest.mark.parametrize("code", [6, 10, 36])
def test_what_passes_inside_of_a_batch_too(world, code):
    world.vk.faults({"method": "wall.getComments", "inner": True, "code": code, "after": 2, "times": 2})
    task = parse(world, TALK, full=True)
    assert task["status"] == "completed" and task["stats"]["deactivated"] == 0, task
    assert task["processed"] == sum(world.vk.expected(TALK))


def test_figures_of_it(world):
    before = metrics(world)
    value = lambda text, name: sample(text, f"obmen_vk_{name}_total")
    world.vk.faults({"method": "wall.get", "code": 10}, {"method": "execute", "code": 10})
    assert parse(world, TALK, full=True)["status"] == "completed"
    world.vk.faults({"method": "wall.get", "code": 14, "times": -1})
    assert parse(world, TALK)["status"] == "failed"
    after = metrics(world)
    assert value(after, "retries") >= value(before, "retries") + 2
    assert value(after, "requests") >= value(before, "requests") + 4
    assert value(after, "captchas") == value(before, "captchas") + 1
    assert sample(after, "obmen_outbound_requests_total", target="vk", status="200") > 0


def test_an_unknown_error_is_not_believed_for_ever(world):
    world.vk.faults({"method": "wall.get", "code": 1, "times": -1})
    task = parse(world, TALK, max_retries=0)
    assert (task["status"], task["error_code"]) == ("failed", "VK_API_ERROR"), task
    assert task["result"]["retries"] == 3


# ---- permanent

@pytest.mark.parametrize("code,word", [(5, "OBMEN_VK_TOKEN"), (14, "капч"), (17, "браузер"), (24, "подтвер"), (25, "подтвер"),
                                       (27, "Токен сообщества"), (28, "OBMEN_VK_TOKEN"), (3609, "продлить"), (3, "метод"),
                                       (8, "API"), (35, "API"), (777, "777")])
def test_what_a_person_must_mend_is_said_at_once(world, code, word):
    world.vk.admin("clear", {})
    world.vk.faults({"method": "wall.get", "code": code, "times": -1})
    task = parse(world, TALK)
    assert (task["status"], task["error_code"], task["attempt"]) == ("failed", "VK_API_ERROR", 1), task
    assert word in task["error"], task["error"]
    assert world.vk.stats()["by_method"].get("wall.get") is None, "asked once, refused before the method"
    log = world.log_path.read_text()
    assert "user-demo" not in log, "the token is not logged"


@pytest.mark.parametrize("group,word,code", [(1002, "закрытое", "VK_API_ERROR"), ("private_club", "закрытое", "VK_API_ERROR"),
                                             (1004, "заблокировано", "VK_API_ERROR"), (4242, "нет", "NOT_FOUND"),
                                             ("nobody_at_all", "nobody_at_all", "NOT_FOUND")])
def test_communities_that_cannot_be_read(world, group, word, code):
    task = parse(world, group)
    assert (task["status"], task["error_code"]) == ("failed", code) and word in task["error"], task


def test_an_empty_community(world):
    task = parse(world, "quiet_club")
    assert task["status"] == "completed" and task["progress"] == 100 and task["processed"] == 0, task


@pytest.mark.parametrize("code,wait", [(9, 300), (29, 3600)])
def test_later_means_later(world, code, wait):
    world.vk.faults({"method": "wall.get", "code": code, "times": -1})
    task_id = start_task(world, "parse_comments", group_id=TALK)
    wait_for(lambda: world.task(task_id)["wait_reason"] and world.task(task_id)["status"] == "pending", 30, "the task to wait")
    task = world.task(task_id)
    run_at = datetime.datetime.fromisoformat(task["run_at"])
    assert (run_at - datetime.datetime.now(datetime.timezone.utc)).total_seconds() > wait
    assert "позже" in task["wait_reason"] or "через несколько часов" in task["wait_reason"], task
    assert world.admin.post(f"/tasks/{task_id}/cancel").status_code == 200


# ---- one post or comment

@pytest.mark.parametrize("code", [7, 15, 18, 19, 100, 104, 200, 210, 211, 212])
def test_a_post_without_access_is_passed_over(world, code):
    posts = world.vk.world()["posts"]
    world.database.sql("DELETE FROM vk_comments WHERE owner_id = -1001; DELETE FROM vk_posts WHERE owner_id = -1001")
    world.vk.faults({"method": "wall.getComments", "inner": True, "code": code, "times": -1, "match": {"post_id": posts[2]["id"]}})
    task = parse(world)
    assert task["status"] == "completed" and task["result"]["posts_without_access"] == 1, task
    assert records(world, 1001) == sum(p["comments"] for p in posts) - posts[2]["comments"]
    refused = world.admin.get(f"/tasks/{task['task_id']}/errors").json()
    assert refused["total"] == 1 and refused["errors"][0]["external_id"] == f"-1001_{posts[2]['id']}", refused
    shown = world.admin.get("/vk/posts", params={"group_id": 1001, "post_id": posts[2]["id"]}).json()["posts"][0]
    assert shown["access_error"] and shown["comments_stored"] == 0
    world.vk.faults()
    again = parse(world)
    assert again["stats"]["created"] == posts[2]["comments"], "asked again, and read when it opens"


def test_a_post_deleted_while_it_is_read(start, database):
    vk = Vk("test_vk_deleted.vk", "--posts", 3, "--comments", 900, "--rate", 100)
    try:
        long = max(vk.world()["posts"], key=lambda p: p["tops"])
        assert long["tops"] > 100
        vk.faults({"method": "wall.getComments", "code": 100, "times": -1, "match": {"post_id": long["id"]}, "after": 1})
        server = start.server(database, **vk.settings("service-demo", 100))
        task = parse(server)
        assert task["status"] == "completed" and task["result"]["posts_without_access"] == 1, task
        assert 0 < records(server, 1001) < vk.expected()[1], "the page that came stays"
        assert task["stats"]["deactivated"] == 0
    finally:
        vk.stop()


# ---- sizes

@pytest.mark.parametrize("token", ["user-demo", "service-demo"])
def test_answers_that_are_too_large_are_asked_for_in_parts(start, database, token):
    vk = Vk("test_vk_large.vk", "--posts", 10, "--comments", 2000, "--rate", 500, "--max-bytes", 150_000)
    try:
        if token.startswith("service"):
            vk.faults(*({"method": "wall.getComments", "code": 10, "times": -1, "match": {"count": n}} for n in (100, 50)))
        server = start.server(database, **vk.settings(token, 500))
        task = parse(server, timeout=180)
        assert task["status"] == "completed", task
        assert task["stats"]["created"] == task["processed"] == sum(vk.expected())
        assert records(server, 1001) == vk.expected()[1]
    finally:
        vk.stop()


# ---- requests per second

def test_no_second_sees_more_than_is_allowed(start, database):
    """Two tasks, another server on the same database, a kill: VK, which is the emulator's clock, never sees four."""
    vk = Vk("test_vk_rate.vk", "--posts", 5, "--comments", 300)
    try:
        one = start.server(database, **vk.settings("service-demo"))
        two = start.server(database, **vk.settings("service-demo"))
        tasks = [start_task(one, "parse_comments", group_id=g) for g in (1001, TALK)]
        wait_for(lambda: vk.stats()["requests"] >= 8, 60, "some requests")
        running = one if any(one.task(t)["node"] and one.task(t)["node"].endswith(f"-{one.child.pid}") for t in tasks) else two
        running.signal(15)
        left = two if running is one else one
        for task in tasks:
            assert left.wait_task(task, timeout=120)["status"] == "completed"
        stats = vk.stats()
        assert stats["too_many"] == 0 and stats["max_per_second"] <= 3, stats
        assert stats["requests"] > 12
    finally:
        vk.stop()


# ---- in the middle

def large(name, token="user-demo", comments=12_000, latency=30):
    vk = Vk(name, "--posts", 20, "--comments", comments, "--rate", 500, "--latency-ms", latency)
    return vk, vk.settings(token, 500)


def half_way(server, task_id, expected):
    wait_for(lambda: server.task(task_id)["processed"] > sum(expected) / 3, 120, "a third to be read")
    assert server.task(task_id)["status"] == "running"


@pytest.mark.parametrize("token", ["user-demo", "service-demo"])
def test_killed_in_the_middle_it_goes_on(start, database, token):
    """The full size is in test/bench/vk."""
    vk, settings = large("test_vk_kill.vk", token)
    try:
        expected = vk.expected()
        server = start.server(database, **settings)
        task_id = start_task(server, "parse_comments", group_id=1001)
        half_way(server, task_id, expected)
        server.kill()
        server = start.server(database, **settings)
        last = 0

        def ended():
            nonlocal last
            task = server.task(task_id)
            assert task["progress"] >= last or task["attempt"] > 2, "progress falls"
            assert task["progress"] <= 100
            last = task["progress"]
            return task["status"] == "completed"

        wait_for(ended, 180, "the task to be completed")
        task = server.task(task_id)
        assert task["attempt"] == 2 and task["stats"]["created"] == task["processed"] == task["total"] == sum(expected), task
        assert task["stats"]["deactivated"] == task["stats"]["updated"] == 0
        assert records(server, 1001) == expected[1]
    finally:
        vk.stop()


def test_cancelled_in_the_middle(start, database):
    vk, settings = large("test_vk_cancel.vk")
    try:
        server = start.server(database, **settings)
        task_id = start_task(server, "parse_comments", group_id=1001)
        half_way(server, task_id, vk.expected())
        vk.faults({"method": "execute", "kind": "hang", "times": -1})
        wait_for(lambda: vk.stats()["requests"] > 3, 10, "a request that hangs")
        began = time.monotonic()
        assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
        task = server.wait_task(task_id, timeout=10)
        assert task["status"] == "cancelled" and time.monotonic() - began < 2 * SLOWNESS, task
        assert task["result"]["stats"]["created"] == task["processed"] > 0
        # and a retry goes on from there
        vk.faults()
        assert server.admin.post(f"/tasks/{task_id}/retry").status_code == 200
        task = server.wait_task(task_id, timeout=120)
        assert task["status"] == "completed" and task["stats"]["created"] == sum(vk.expected()), task
    finally:
        vk.stop()


def test_a_token_revoked_in_the_middle(start, database):
    vk, settings = large("test_vk_revoked.vk")
    try:
        server = start.server(database, **settings)
        task_id = start_task(server, "parse_comments", group_id=1001)
        half_way(server, task_id, vk.expected())
        vk.admin("revoke", {"token": "user-demo"})
        task = server.wait_task(task_id, timeout=60)
        assert (task["status"], task["error_code"]) == ("failed", "VK_API_ERROR") and "токен" in task["error"], task
        assert records(server, 1001) > 0, "what was read stays"
        vk.admin("allow", {"token": "user-demo"})
        assert server.admin.post(f"/tasks/{task_id}/retry").status_code == 200
        task = server.wait_task(task_id, timeout=120)
        assert task["status"] == "completed" and task["stats"]["created"] == sum(vk.expected()), task
    finally:
        vk.stop()


@pytest.mark.parametrize("path,body,defaults", [
    ("parse-comments", {}, ("parse_comments", 300, "normal")), ("analyze-comments", {}, ("analyze_comments", 600, "normal")),
    ("export-data", {"format": "csv"}, ("export_data", 900, "low"))])
def test_what_is_not_said_is_as_agreed(world, path, body, defaults):
    task = lambda **more: world.task(world.admin.post(f"/vk/{path}", json={"group_id": "quiet_club", **body, **more}).json()["task_id"])
    plain = task()
    assert (plain["task_type"], plain["timeout"], plain["priority"]) == defaults
    assert task(timeout=77)["timeout"] == 77
    if path != "analyze-comments":
        assert task(priority="high")["priority"] == "high"


def test_without_a_token(start, database):
    server = start.server(database)
    task = parse(server, 1001)
    assert (task["status"], task["error_code"]) == ("failed", "VK_API_ERROR") and "OBMEN_VK_TOKEN" in task["error"], task


def test_a_community_token_is_told_what_it_is(start, database):
    vk = Vk("test_vk_group_token.vk", "--posts", 2, "--comments", 20)
    try:
        server = start.server(database, **vk.settings("group-demo"))
        task = parse(server)
        assert (task["status"], task["error_code"]) == ("failed", "VK_API_ERROR") and "Токен сообщества" in task["error"], task
    finally:
        vk.stop()


def test_a_record_the_database_refuses_costs_one_record(start, database):
    vk = Vk("test_vk_record.vk", "--posts", 2, "--comments", 300, "--rate", 500)
    try:
        server = start.server(database, **vk.settings(rate=500))
        bad = vk.admin("add_comment", {"post_id": vk.world()["posts"][0]["id"], "text": "Этого не надо"})["id"]
        database.sql("ALTER TABLE vk_comments ADD CHECK (text <> 'Этого не надо')")
        task = parse(server)
        posts, comments = vk.expected()
        assert task["status"] == "completed" and task["stats"]["failed"] == 1, task
        assert task["processed"] == posts + comments and records(server, 1001) == comments - 1
        refused = server.admin.get(f"/tasks/{task['task_id']}/errors").json()["errors"]
        assert [(r["stage"], str(bad) in r["external_id"]) for r in refused] == [("store", True)], refused
    finally:
        vk.stop()
