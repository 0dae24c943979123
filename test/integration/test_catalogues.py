"""Organizations, cash-flow items as a tree of categories, and everything in one task."""
import json

import pytest
import requests

from harness import wait_for
from test_import import YEAR, run, settled, world  # noqa: F401

TREE = """SELECT c.name, p.name, c.is_active, c.is_folder, c.kind, c.code FROM categories c LEFT JOIN categories p ON p.id = c.parent_id
          WHERE c.source = '1c'"""


def tree(database):
    return {row[0]: row[1:] for row in database.sql(TREE)}


def test_organizations(world):
    first = settled(run(world, "organizations"))
    assert first["created"] == 3
    assert world.admin.get("/organizations").json()["total"] == 3
    assert settled(run(world, "organizations"))["unchanged"] == 3
    world.database.sql("INSERT INTO organizations (source, external_id, name) VALUES ('1c', 'gone', 'Была'), ('hand', 'x', 'Своя')")
    assert settled(run(world, "organizations"))["deactivated"] == 1
    assert world.database.sql("SELECT name FROM organizations WHERE NOT is_active") == [("Была",)]
    world.database.sql("UPDATE organizations SET is_active = false WHERE source = '1c'")
    back = settled(run(world, "organizations"))
    assert back["updated"] == 3, "one that is there becomes active again, though its version is the same"


@pytest.mark.parametrize("profile", ["ut", "bp"])
def test_items_become_a_tree(start, database, profile):
    # One record a commit and two a page: children come before their folders and apart from them.
    demo = start.demo("--docs", 100, "--profile", profile)
    server = start.server(database, **demo.settings, OBMEN_BATCH=1, OBMEN_1C_PAGE=2)
    stats = settled(run(server, "categories"))
    found = tree(database)
    assert stats["created"] == len(found) == 24
    assert found["Реклама и продвижение"][:1] == ("Коммерческие расходы",)
    assert found["Коммерческие расходы"][0] == "Операционная деятельность" and found["Коммерческие расходы"][2]
    assert found["Операционная деятельность"][0] is None and found["Выдача денежных средств в кассу ККМ"][0] is None
    assert found["Прочее (не использовать)"][:2] == ("Коммерческие расходы", False), "marked for deletion"
    assert {n: found[n][3] for n in ("Налоги и взносы", "Кредиты и займы", "Поступление оплаты от клиента", "Оплата поставщику",
                                     "Сдача денежных средств в банк (в рублях)", "Возврат денежных средств от поставщика")} == {
        "Налоги и взносы": "tax", "Кредиты и займы": "financing", "Поступление оплаты от клиента": "income",
        "Оплата поставщику": "expense", "Сдача денежных средств в банк (в рублях)": "internal",
        "Возврат денежных средств от поставщика": "income"}
    assert all(code.startswith("УТ-") for *_, code in found.values())

    again = settled(run(server, "categories"))
    assert again["unchanged"] == 24 and again["updated"] == again["deactivated"] == 0

    demo.admin("items", {"changed": 1})
    moved = settled(run(server, "categories"))
    assert moved["updated"] == 24 and moved["created"] == 0
    assert tree(database)["Реклама и продвижение (1)"][0] == "Операционная деятельность (1)"

    demo.admin("items", {"gone": 1})
    gone = settled(run(server, "categories"))
    assert gone["deactivated"] == 1 and tree(database)["Участие в выставках (1)"][1] is False
    demo.admin("items", {"gone": 0})
    assert settled(run(server, "categories"))["updated"] == 1
    assert tree(database)["Участие в выставках (1)"][1] is True
    assert database.sql("SELECT count(*) FROM missing_cards")[0][0] == 0


def test_codes_that_are_taken_and_ties(world):
    """A code of our own wins over one of 1C; a ring of folders is cut; categories of a person are left alone."""
    world.database.sql("INSERT INTO categories (code, name, kind) VALUES ('УТ-000001', 'Своя', 'expense')")
    settled(run(world, "categories"))
    own = world.database.sql("SELECT name, is_active, source FROM categories WHERE code = 'УТ-000001'")
    assert own == [("Своя", True, None)]
    assert world.database.sql("SELECT count(*) FROM categories WHERE code LIKE '1c:%'")[0][0] == 1
    world.database.sql("UPDATE categories SET parent_external_id = external_id, data_version = 'old' WHERE name = 'Услуги банков'")
    world.database.sql("UPDATE categories a SET parent_id = b.id FROM categories b WHERE a.name = 'Операционная деятельность'"
                       " AND b.name = 'Коммерческие расходы'")
    settled(run(world, "categories"))
    ring = world.database.sql(
        "WITH RECURSIVE up (id, top) AS (SELECT id, parent_id FROM categories WHERE parent_id IS NOT NULL UNION"
        " SELECT up.id, c.parent_id FROM up JOIN categories c ON c.id = up.top WHERE c.parent_id IS NOT NULL)"
        " SELECT count(*) FROM up WHERE id = top")[0][0]
    assert ring == 0


def test_everything_in_one_task(world):
    task = run(world, "full", **YEAR)
    stats = settled(task)
    sets = {s["part"]: s for s in task["result"]["sets"]}
    assert list(dict.fromkeys(s["part"] for s in task["result"]["sets"])) == ["organizations", "categories", "contractors", "transactions"]
    assert all(s["complete"] and s["fetched"] == s["counted"] for s in task["result"]["sets"])
    rows = {t: world.database.sql(f"SELECT count(*) FROM {t}")[0][0] for t in ("organizations", "categories", "contractors", "bank_transactions")}
    assert rows["organizations"] == 3 and rows["categories"] >= 24 and rows["contractors"] >= sets["contractors"]["fetched"]
    assert stats["created"] >= rows["bank_transactions"] + 3 + 24
    assert world.demo.admin("stats")["sessions_started"] == 1, "one session for all of it"
    phases = [t for t in world.admin.get("/task-types").json()["task_types"] if t["name"] == "sync_full"][0]["phases"]
    assert phases == ["connect", "count", "compare", "organizations", "categories", "contractors", "transactions", "reconcile", "link", "finish"]
    again = settled(run(world, "full", **YEAR))
    assert again["created"] == again["updated"] == 0 and again["unchanged"] + again["skipped"] == again["fetched"]


@pytest.mark.parametrize("flags, left, words", [
    (["--forbid", "Catalog_СтатьиДвиженияДенежныхСредств"], {"categories": "no_right"},
     "Готово, кроме статей движения денежных средств: 1С не отдаёт их (у пользователя 1С нет права на «Catalog_СтатьиДвиженияДенежныхСредств»)."
     " Дайте пользователю 1С роль"),
    (["--hide", "Catalog_Организации"], {"organizations": "not_published"},
     "Готово, кроме организаций: 1С не отдаёт их («Catalog_Организации» не входит в состав OData). Администратор 1С"),
    (["--hide", "Catalog_Организации", "--forbid", "Catalog_СтатьиДвиженияДенежныхСредств"],
     {"organizations": "not_published", "categories": "no_right"}, "Готово, кроме организаций: "),
])
def test_a_catalogue_that_cannot_be_read_is_no_complete_one(start, database, flags, left, words):
    demo = start.demo("--docs", 100)
    settled(run(start.server(database, **demo.settings), "full", **YEAR))
    poor = start.demo("--docs", 100, *flags)
    server = start.server(database, **poor.settings)
    task = run(server, "full", **YEAR)
    settled(task)
    assert task["message"].startswith(words) and task["message"].endswith("Затем запустите синхронизацию ещё раз."), task["message"]
    for one in task["result"]["sets"]:
        assert one["complete"] == (one["part"] not in left), one
        assert one.get("left_out") == left.get(one["part"]), one
        assert ("published" in one) == (left.get(one["part"]) == "not_published"), one
    for word in ("статей", "организаций"):
        assert (word in task["message"]) == (("categories" if word == "статей" else "organizations") in left)
    dry = run(server, "full", **YEAR, dry_run=True)
    assert dry["message"].startswith("Проверено, ничего не записано; кроме ")


ACTIVE = "SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active) FROM contractors"


@pytest.mark.parametrize("what", ["contractors", "full"])
def test_contractors_that_are_gone(start, database, what):
    """Inactive after a complete pass, listed in the result, and active again when they come back."""
    body = YEAR if what == "full" else {}
    many, few = (start.demo("--docs", 200, "--contractors", n) for n in (400, 370))
    server = start.server(database, **many.settings, OBMEN_1C_PAGE=50)
    first = run(server, what, **body)
    assert settled(first)["deactivated"] == 0 and "deactivated_cards" not in first["result"]
    active, marked = database.sql(ACTIVE)[0]  # marked for deletion in 1C
    database.sql("UPDATE contractors SET name = 'Помечен' WHERE NOT is_active")
    # One whose pages the reader did not meet, but which is there by its key (a folder is in no page of cards): it stays.
    folder = many_folder(many)
    database.sql("INSERT INTO contractors (source, external_id, name) VALUES ('1c', %s, 'В стороне'), ('1c', 'no key of 1C', 'Чужой'),"
                 " ('hand', 'x', 'Свой')", (folder,))
    server.stop()

    server = start.server(database, **few.settings, OBMEN_1C_PAGE=50)
    dry = run(server, what, **body, dry_run=True)
    said = server.admin.get(f"/tasks/{dry['task_id']}/changes?limit=500").json()["changes"]
    assert sum(c["action"] == "deactivate" and c["resource"] == "contractors" for c in said) == 31 and database.sql(ACTIVE)[0][1] == marked
    task = run(server, what, **body)
    cards = task["result"]["deactivated_cards"]
    gone = database.sql("SELECT id, external_id, name FROM contractors WHERE NOT is_active AND name <> 'Помечен' ORDER BY id")
    assert len(gone) == len(cards) == active - database.sql(ACTIVE)[0][0] + 3 == 31
    assert sorted((c["id"], c["external_id"], c["name"]) for c in cards) == gone and {c["resource"] for c in cards} == {"contractors"}
    if what == "contractors":
        assert settled(task)["deactivated"] == 31
    assert database.sql("SELECT count(*) FROM contractors WHERE NOT is_active AND name IN ('В стороне', 'Свой')") == [(0,)]
    assert database.sql("SELECT count(*) FROM missing_cards") == [(0,)]
    listed = server.admin.get("/contractors", params={"q": cards[0]["external_id"] and cards[0]["name"]}).json()["contractors"]
    assert any(c["id"] == cards[0]["id"] and c["is_active"] is False for c in listed)
    again = run(server, what, **body)
    assert settled(again)["deactivated"] == 0 and "deactivated_cards" not in again["result"], "said once"
    server.stop()

    server = start.server(database, **many.settings, OBMEN_1C_PAGE=50)
    back = settled(run(server, what, **body))
    assert back["deactivated"] == 0 and back["updated"] >= 30
    assert database.sql(ACTIVE) == [(active + 2, marked + 1)], "all but the one that never was 1C's"


def many_folder(demo):
    """Ref_Key of a folder of counterparties."""
    url = demo.settings["OBMEN_1C_URL"] + "/Catalog_Контрагенты"
    answer = requests.get(url + "?$filter=IsFolder%20eq%20true&$format=application/json;odata=nometadata", auth=("demo", "demo"), timeout=30)
    return json.loads(answer.content.decode("utf-8-sig"))["value"][0]["Ref_Key"]


def test_an_incomplete_pass_calls_nobody_gone(start, database):
    demo = start.demo("--docs", 100, "--contractors", 400, "--latency-ms", 20)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=20, OBMEN_BATCH=10)
    database.sql("INSERT INTO contractors (source, external_id, name) VALUES ('1c', 'gone', 'Был')")
    task_id = server.start_sync("contractors")
    wait_for(lambda: server.task(task_id)["stats"]["fetched"] > 30, 30, "the middle")
    server.admin.post(f"/tasks/{task_id}/cancel")
    task = server.wait_task(task_id, "cancelled")
    assert task["stats"]["deactivated"] == 0 and database.sql(ACTIVE)[0][1] == 0
    server.admin.post(f"/tasks/{task_id}/retry")
    task = server.wait_task(task_id, "completed")
    assert settled(task)["deactivated"] == 1 and [c["name"] for c in task["result"]["deactivated_cards"]] == ["Был"]


def test_killed_in_the_middle_of_everything(start, database):
    """Another node goes on in the part where the first one died; nothing is counted twice."""
    demo = start.demo("--docs", 3000, "--contractors", 2000, "--latency-ms", 5)
    one = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    whole = run(one, "full", **YEAR)
    database.sql("TRUNCATE bank_transactions, contractors, organizations CASCADE")
    task_id = one.start_sync("full", **YEAR)
    wait_for(lambda: one.task(task_id)["phase"] in ("contractors", "transactions") and one.task(task_id)["stats"]["fetched"] > 300, 30, "the middle")
    one.kill()
    two = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    task = two.wait_task(task_id, timeout=120)
    stats = settled(task)
    assert task["attempt"] == 2
    assert stats["fetched"] == whole["stats"]["fetched"]
    count = database.sql("SELECT count(*), count(DISTINCT external_id) FROM contractors")[0]
    assert count[0] == count[1] >= 2000


@pytest.mark.parametrize("what", ["organizations", "categories", "full"])
def test_who_may_start(server, what):
    assert server.user.post(f"/sync-1c/{what}/sync-async", json={}).status_code == 403
    assert server.anonymous.post(f"/sync-1c/{what}/sync-async", json={}).status_code == 401
    answer = server.admin.post(f"/sync-1c/{what}/sync-async", json={"unknown": 1})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "unknown"
