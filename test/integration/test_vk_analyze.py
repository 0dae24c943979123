"""analyze_comments, the keywords, and the reading side."""
import pytest
from harness import Server
from vk_harness import Vk, parse, start_task

STEMS = {"банк": ("банк", "банка", "банке", "банком"), "ёлка": ("ёлка", "елка", "ёлки"), "договор": ("договор", "договора", "договору"),
         "кредитная карта": ("кредитная карта", "кредитной картой", "кредитной карта", "кредитная картой"),
         "кредит": ("кредит", "кредита", "кредиты", "кредитом")}


@pytest.fixture(scope="module")
def world(cluster):
    """A server with one group read, shared by this file."""
    database = cluster.create()
    vk = Vk("test_vk_analyze.vk", "--posts", 12, "--comments", 1500, "--rate", 500)
    server = Server("test_vk_analyze.server", database, **vk.settings(rate=500))
    server.vk = vk
    assert parse(server)["status"] == "completed"
    yield server
    try:
        server.stop()
    finally:
        vk.stop()
        database.drop()


def analyze(server, group=1001):
    answer = server.manager.post("/vk/analyze-comments", json={"group_id": group})
    assert answer.status_code == 202, answer.text
    task = server.wait_task(answer.json()["task_id"])
    assert task["status"] == "completed", task
    return task


def found_by_hand(text, keyword):
    """How often, by the forms this world is made of."""
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    phrases = [" ".join(words[i:i + len(keyword.split())]) for i in range(len(words))]
    return sum(p in STEMS[keyword] for p in phrases)


def test_keywords_are_found_in_all_forms_and_again_the_same(world):
    for one in world.admin.get("/vk/keywords").json()["keywords"]:
        world.admin.delete(f"/vk/keywords/{one['id']}")
    ids = {}
    for keyword in STEMS:
        answer = world.manager.post("/vk/keywords", json={"keyword": keyword})
        assert answer.status_code == 201, answer.text
        ids[keyword] = answer.json()["id"]
    again = world.manager.post("/vk/keywords", json={"keyword": "БАНКОМ"})
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT"), again.text

    task = analyze(world)
    sql = world.database.sql
    items = sql("SELECT id, text, true FROM vk_posts UNION ALL SELECT id, text, false FROM vk_comments")
    assert task["processed"] == task["total"] == len(items)
    assert task["stats"]["created"] == len(items), task["stats"]
    for keyword, keyword_id in ids.items():
        expected = {(i, n) for i, text, _ in items if (n := found_by_hand(text, keyword))}
        found = set(sql("SELECT item_id, count(*) FROM vk_matches WHERE keyword_id = %s GROUP BY item_id", (keyword_id,)))
        assert found == expected and expected, keyword
        summary = next(k for k in task["result"]["summary"]["keywords"] if k["keyword_id"] == keyword_id)
        assert summary["matches"] == sum(n for _, n in expected)
    total = sql("SELECT count(*) FROM vk_matches")[0][0]
    assert sum(d["matches"] for d in task["result"]["summary"]["days"]) == total
    assert sum(p["matches"] for p in task["result"]["summary"]["posts"]) == total
    assert sql("SELECT sum(match_count) FROM (SELECT match_count FROM vk_posts UNION ALL "
               "SELECT match_count FROM vk_comments) x")[0][0] == total
    # each match says where it stands
    for text, position, length, context in sql(
            "SELECT text, position, length, context FROM vk_matches m JOIN vk_comments c ON c.id = m.item_id LIMIT 200"):
        piece = text[position:position + length]
        assert any(found_by_hand(piece, k) for k in STEMS) and piece in context, (text, position, length, context)

    again = analyze(world)
    assert again["stats"]["unchanged"] == len(items) and again["stats"]["updated"] == 0
    assert sql("SELECT count(*) FROM vk_matches")[0][0] == total


def test_a_keyword_changed_or_removed_changes_what_is_marked(world):
    sql = world.database.sql
    made = world.admin.post("/vk/keywords", json={"keyword": "налог"}).json()
    analyze(world)
    assert sql("SELECT count(*) FROM vk_matches WHERE keyword_id = %s", (made["id"],))[0][0] > 0
    consistent = ("SELECT count(*) FROM vk_comments c WHERE match_count <> "
                  "(SELECT count(*) FROM vk_matches m WHERE m.item_id = c.id)")
    changed = world.admin.patch(f"/vk/keywords/{made['id']}", json={"keyword": "магазин"})
    assert (changed.status_code, changed.json()["matches"]) == (200, 0), changed.text
    assert sql(consistent)[0][0] == 0
    assert analyze(world)["stats"]["updated"] > 0
    shown = world.user.get(f"/vk/keywords/{made['id']}").json()
    assert shown["keyword"] == "магазин" and shown["matches"] > 0
    assert world.admin.delete(f"/vk/keywords/{made['id']}").status_code == 204
    assert sql(consistent)[0][0] == 0
    assert world.admin.get(f"/vk/keywords/{made['id']}").status_code == 404
    assert world.admin.delete(f"/vk/keywords/{made['id']}").status_code == 404
    off = world.admin.post("/vk/keywords", json={"keyword": "спасибо", "is_active": False}).json()
    analyze(world)
    assert world.admin.get(f"/vk/keywords/{off['id']}").json()["matches"] == 0


def test_reading(world):
    groups = world.user.get("/vk/groups").json()
    assert groups["total"] == 1
    group = groups["groups"][0]
    posts, comments = world.vk.expected()
    assert (group["id"], group["screen_name"], group["posts"], group["comments"]) == (1001, "demo_club", posts, comments)
    assert group["name"] == "Демо-сообщество: бухгалтерия & жизнь" and group["parsed_at"].endswith("Z")
    listed = world.user.get("/vk/posts", params={"group_id": 1001, "limit": 5}).json()
    assert listed["total"] == posts and len(listed["posts"]) == 5
    post = listed["posts"][0]
    assert post["group_id"] == 1001 and post["url"] == f"https://vk.com/wall-1001_{post['id']}"
    of_post = world.user.get("/vk/comments", params={"post_id": post["id"], "group_id": 1001, "limit": 500}).json()
    assert of_post["total"] == post["comments"] == post["comments_stored"]
    found = world.user.get("/vk/comments", params={"keyword": "кредитами", "limit": 50}).json()
    assert 0 < found["total"] < comments
    for comment in found["comments"]:
        match = next(m for m in comment["matches"] if m["keyword"] == "кредит")
        assert comment["text"][match["start"]:match["start"] + match["length"]].lower().startswith("кредит")
    part = world.user.get("/vk/comments", params={"q": "СПАСИБО", "group_id": 1001}).json()
    assert part["total"] > 0 and all("спасибо" in c["text"].lower() for c in part["comments"])
    assert world.user.get("/vk/comments", params={"q": "100%"}).json()["total"] == 0
    assert world.user.get("/vk/comments", params={"keyword": "такого нет"}).json() == {"comments": [], "total": 0}
    assert world.user.get("/vk/comments", params={"group_id": 4}).json()["total"] == 0


@pytest.mark.parametrize("path,body,field", [
    ("/vk/parse-comments", {}, "group_id"), ("/vk/parse-comments", {"group_id": "https://example.com/"}, "group_id"),
    ("/vk/parse-comments", {"group_id": 0}, "group_id"), ("/vk/parse-comments", {"group_id": [1]}, "group_id"),
    ("/vk/parse-comments", {"group_id": 1, "post_id": 0}, "post_id"), ("/vk/parse-comments", {"group_id": 1, "x": 1}, "x"),
    ("/vk/parse-comments", {"group_id": 1, "timeout": 0}, "timeout"), ("/vk/analyze-comments", {"group_id": 1, "post_id": 1}, "post_id"),
    ("/vk/keywords", {"keyword": "…"}, "keyword"), ("/vk/keywords", {"keyword": "x" * 101}, "keyword"), ("/vk/keywords", {}, "keyword")])
def test_what_is_wrong_is_said(world, path, body, field):
    answer = world.admin.post(path, json=body)
    assert answer.status_code == 422 and answer.json()["code"] == "VALIDATION_ERROR", answer.text
    assert any(field in e["field"] for e in answer.json()["errors"]), answer.text


def test_rights(world):
    for path, body in (("/vk/parse-comments", {"group_id": 1001}), ("/vk/analyze-comments", {"group_id": 1001}),
                       ("/vk/keywords", {"keyword": "право"})):
        assert world.user.post(path, json=body).status_code == 403
        assert world.anonymous.post(path, json=body).status_code == 401
    assert world.user.delete("/vk/keywords/1").status_code == 403
    assert world.anonymous.get("/vk/comments").status_code == 401


def test_an_unread_group_is_told(world):
    task = world.wait_task(start_task(world, "analyze_comments", group_id=777))
    assert (task["status"], task["error_code"]) == ("failed", "NOT_FOUND") and "parse_comments" in task["error"], task


def test_filters_together_and_pages(world):
    """Keyword, post and words at once, in comments and posts; the pages of a list are its parts, in order; by the keyword's id too."""
    world.manager.post("/vk/keywords", json={"keyword": "банк"})
    keyword = next(k for k in world.user.get("/vk/keywords").json()["keywords"] if k["keyword"] == "банк")
    analyze(world)
    get = lambda what, **params: world.user.get(f"/vk/{what}", params=params).json()
    for what in ("comments", "posts"):
        table, post = ("vk_comments", "r.post_id") if what == "comments" else ("vk_posts", "r.id")
        has = "EXISTS (SELECT FROM vk_matches m WHERE m.owner_id = r.owner_id AND m.item_id = r.id AND m.keyword_id = %s)"
        marked = [r[0] for r in world.database.sql(f"SELECT r.id FROM {table} r WHERE {has} ORDER BY date DESC, id DESC", (keyword["id"],))]
        assert marked
        for given in (keyword["keyword"], keyword["id"]):
            pages = [get(what, keyword=given, limit=7, offset=n) for n in range(0, len(marked), 7)]
            assert [one["id"] for page in pages for one in page[what]] == marked and {page["total"] for page in pages} == {len(marked)}
        number = world.database.sql(f"SELECT {post} FROM {table} r WHERE r.id = %s", (marked[-1],))[0][0]
        there = {r[0] for r in world.database.sql(f"SELECT r.id FROM {table} r WHERE {has} AND {post} = %s AND text ILIKE '%%банк%%'", (keyword["id"], number))}
        found = get(what, keyword="банк", post_id=number, group_id=1001, q="банк", limit=500)
        assert {one["id"] for one in found[what]} == there and found["total"] == len(there)
        everything = get(what, limit=500)
        assert everything["total"] == world.database.sql(f"SELECT count(*) FROM {table}")[0][0]
        moments = [(one["published_at"], one["id"]) for one in everything[what]]
        assert moments == sorted(moments, reverse=True)
    group = next(g for g in get("groups")["groups"] if g["id"] == 1001)
    assert (group["posts"], group["comments"]) == (get("posts")["total"], get("comments")["total"])
