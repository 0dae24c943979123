"""parse_comments against the VK emulator: what is read, what a second run reads, who may not be asked."""
import pytest

from harness import SLOWNESS, wait_for
from vk_harness import Vk, parse, start_task


@pytest.fixture
def vk(request):
    made = []

    def start(*args):
        made.append(Vk(f"{request.node.name}.vk{len(made)}", *args))
        return made[-1]

    yield start
    for one in made:
        one.stop()


def stored(database, where="true"):
    posts = database.sql("SELECT count(*) FROM vk_posts WHERE owner_id = -1001")[0][0]
    return posts, database.sql(f"SELECT count(*) FROM vk_comments WHERE owner_id = -1001 AND {where}")[0][0]


@pytest.mark.parametrize("token", ["user-demo", "service-demo"])
def test_a_whole_group_is_read_once_and_then_only_what_is_new(start, database, vk, token):
    emulator = vk("--posts", 40, "--comments", 3000, "--rate", 200)
    server = start.server(database, **emulator.settings(token, 200))
    expected = emulator.expected()

    task = parse(server)
    assert task["status"] == "completed", task
    assert stored(database) == expected
    stats = task["stats"]
    assert stats["created"] == sum(expected) and stats["fetched"] == sum(expected) and stats["failed"] == 0
    assert task["total"] == task["processed"] == sum(expected) and task["progress"] == 100
    assert (emulator.stats()["by_method"].get("execute") is None) and emulator.stats()["too_many"] == 0

    emulator.admin("clear", {})
    again = parse(server)
    assert again["status"] == "completed", again
    assert again["stats"]["created"] == again["stats"]["updated"] == 0
    assert again["stats"]["unchanged"] == again["stats"]["fetched"] == expected[0], "only the wall was read"
    assert "wall.getComments" not in emulator.stats()["by_method"]


def post_with(emulator, tops, group=1001):
    return next(p for p in emulator.world(group)["posts"] if p["tops"] >= tops)


def test_a_second_run_finds_what_changed(start, database, vk):
    emulator = vk("--posts", 10, "--comments", 4000, "--rate", 200)
    server = start.server(database, **emulator.settings(rate=200))
    assert parse(server)["status"] == "completed"
    post = post_with(emulator, 130)["id"]
    other = [p["id"] for p in emulator.world()["posts"] if p["id"] != post][0]
    sql = database.sql

    # one new comment at the end of a long level: one page is read, not the level
    emulator.admin("clear", {})
    new = emulator.admin("add_comment", {"post_id": post, "text": "Совсем новый &amp; свежий"})["id"]
    task = parse(server)
    assert task["stats"]["created"] == 1 and task["stats"]["updated"] == 1, task["stats"]  # the post's count
    assert emulator.stats()["by_method"]["wall.getComments"] == 1
    assert sql(f"SELECT text, post_id, parent_id, is_deleted FROM vk_comments WHERE id = {new}") == \
        [("Совсем новый & свежий", post, 0, False)]

    # a reply to the oldest comment: its post is read, and the thread's other replies stay as they are
    oldest = sql(f"SELECT min(id) FROM vk_comments WHERE post_id = {post} AND parent_id = 0")[0][0]
    reply = emulator.admin("add_comment", {"post_id": post, "parent": oldest, "text": "Ответ"})["id"]
    task = parse(server)
    assert task["stats"]["created"] == 1 and task["stats"]["deactivated"] == 0, task["stats"]
    assert sql(f"SELECT parent_id FROM vk_comments WHERE id = {reply}") == [(oldest,)]

    # a deleted answer goes, a deleted comment with answers stays as a stub: the texts are kept in both cases
    gone = sql(f"SELECT id FROM vk_comments WHERE post_id = {other} AND parent_id = 0 AND thread_count = 0 LIMIT 1")[0][0]
    stub, text = sql(f"SELECT id, text FROM vk_comments WHERE post_id = {other} AND thread_count > 0 AND text <> '' LIMIT 1")[0]
    for one in (gone, stub, reply):
        emulator.admin("delete_comment", {"post_id": post if one == reply else other, "id": one})
    task = parse(server)
    assert task["status"] == "completed" and task["stats"]["created"] == 0, task
    assert {r[0] for r in sql("SELECT id FROM vk_comments WHERE is_deleted")} == {gone, stub, reply}
    assert sql(f"SELECT text, from_id IS NOT NULL FROM vk_comments WHERE id = {stub}") == [(text, True)]

    # an edited comment changes no count: only a full reading finds it
    kept = sql(f"SELECT id FROM vk_comments WHERE post_id = {other} AND NOT is_deleted AND parent_id = 0 LIMIT 1")[0][0]
    emulator.admin("edit_comment", {"post_id": other, "id": kept, "text": "Теперь иначе"})
    assert parse(server)["stats"]["updated"] == 0
    task = parse(server, full=True)
    assert task["stats"]["updated"] >= 1 and task["stats"]["created"] == task["stats"]["deactivated"] == 0, task["stats"]
    assert sql(f"SELECT text FROM vk_comments WHERE id = {kept}") == [("Теперь иначе",)]


def test_posts_come_change_and_go(start, database, vk):
    emulator = vk("--posts", 130, "--comments", 0, "--rate", 200)
    server = start.server(database, **emulator.settings(rate=200))
    assert parse(server)["stats"]["created"] == 130
    ids = [p["id"] for p in emulator.world()["posts"]]
    emulator.admin("post", {"post_id": ids[100], "deleted": True})
    emulator.admin("post", {"post_id": ids[0], "deleted": True})
    emulator.admin("post", {"post_id": ids[5], "pinned": True})
    emulator.admin("post", {"post_id": ids[50], "text": "Поправлено", "edited": 1_750_000_000})
    emulator.admin("add_post", {"text": "Новая", "tops": 5})
    task = parse(server)
    assert task["status"] == "completed", task
    assert task["stats"]["deactivated"] == 2 and task["stats"]["updated"] == 2, task["stats"]
    sql = database.sql
    assert {r[0] for r in sql("SELECT id FROM vk_posts WHERE is_deleted")} == {ids[0], ids[100]}
    assert sql("SELECT id FROM vk_posts WHERE is_pinned") == [(ids[5],)]
    assert sql(f"SELECT text, edited IS NOT NULL FROM vk_posts WHERE id = {ids[50]}") == [("Поправлено", True)]
    assert sql("SELECT count(*) FROM vk_comments")[0][0] >= 5
    again = parse(server)["stats"]
    assert again["updated"] == again["created"] == again["deactivated"] == 0, again


def test_one_post_and_old_shapes(start, database, vk):
    emulator = vk("--posts", 5, "--comments", 600, "--rate", 200, "--old-shapes")
    server = start.server(database, **emulator.settings(rate=200))
    post = post_with(emulator, 20)
    task = parse(server, group="https://vk.com/demo_club", post_id=post["id"])
    assert task["status"] == "completed", task
    assert stored(database) == (1, post["comments"])
    assert task["result"]["group_id"] == 1001 and task["result"]["posts_read"] == 1
    gone = parse(server, post_id=7)
    assert (gone["status"], gone["error_code"]) == ("failed", "NOT_FOUND") and "post_id" in gone["error"], gone


def test_killed_in_the_middle_of_a_large_group(start, database, vk):
    """100,820 comments; a sanitized program has enough of fewer. Nothing is lost, doubled, counted twice or begun anew."""
    emulator = vk("--posts", 100, "--comments", 103_000 if SLOWNESS == 1 else 8_000, "--rate", 1_000_000)
    settings = emulator.settings(rate=1000)
    server = start.server(database, **settings)
    posts = {p["id"]: p["comments"] for p in emulator.world()["posts"]}
    all_of_it = len(posts) + sum(posts.values())
    task_id = start_task(server, "parse_comments", group_id=1001)
    wait_for(lambda: server.task(task_id)["processed"] >= all_of_it / 2, 120, "the middle")
    server.kill()
    left = database.sql("SELECT fetched FROM tasks WHERE task_id = %s", (task_id,))[0][0]
    assert all_of_it / 2 <= left < all_of_it
    asked = emulator.stats()["comments"]
    server = start.server(database, **settings)
    task = server.wait_task(task_id, timeout=180)
    assert task["status"] == "completed" and task["attempt"] == 2, task
    assert task["stats"]["created"] == task["processed"] == task["total"] == all_of_it, task["stats"]
    stored_by_post = dict(database.sql("SELECT post_id, count(DISTINCT id) FROM vk_comments WHERE owner_id = -1001 GROUP BY 1"))
    assert stored_by_post == {post: n for post, n in posts.items() if n}
    assert emulator.stats()["comments"] - asked <= all_of_it - left + 5000, "it went on from its checkpoint"
