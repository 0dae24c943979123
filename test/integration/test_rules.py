"""Rules, mappings and categories as people keep them; trying a rule; classifying again."""
import pathlib
import re

import psycopg2
import pytest

from harness import wait_for
from test_import import YEAR, run, settled


@pytest.fixture(scope="module")
def books(cluster):
    from harness import Demo, Server
    database = cluster.create()
    demo = Demo("rules.demo", "--docs", 1200, "--seed", 5)
    server = Server("rules.server", database, **demo.settings)
    settled(run(server))
    yield server
    server.stop()
    demo.stop()
    database.drop()


def category(books, code):
    return books.database.sql("SELECT id FROM categories WHERE code = %s", (code,))[0][0]


def refused(answer, status, field=None):
    assert answer.status_code == status, answer.text
    problem = answer.json()
    if field:
        assert field in [e["field"] for e in problem["errors"]], problem
    return problem


def flat(nodes):
    for node in nodes:
        yield node
        yield from flat(node["children"])


def test_categories(books):
    tree = books.user.get("/categories").json()
    codes = [c["code"] for c in flat(tree["categories"])]
    assert tree["total"] == len(codes) == len(set(codes)) and {"IN_SALES", "EX_RENT", "MOVE"} <= set(codes)
    parent = category(books, "EX_RENT")
    made = books.admin.post("/categories", json={"name": "Склад", "kind": "expense", "parent_id": parent})
    assert made.status_code == 201 and made.json()["code"]
    tree = books.user.get("/categories").json()["categories"]
    rent = next(c for c in tree if c["code"] == "EX_RENT")
    assert [c["name"] for c in rent["children"]] == ["Склад"]
    assert all(c["id"] != made.json()["id"] for c in tree)
    changed = books.manager.patch(f"/categories/{made.json()['id']}", json={"name": "Склады", "is_active": False})
    assert changed.json()["name"] == "Склады" and changed.json()["is_active"] is False
    refused(books.user.post("/categories", json={"name": "x", "kind": "tax"}), 403)
    refused(books.admin.post("/categories", json={"name": " ", "kind": "tax"}), 422, "name")
    refused(books.admin.post("/categories", json={"name": "x", "kind": "y"}), 422, "kind")
    refused(books.admin.post("/categories", json={"name": "x", "kind": "tax", "code": "MOVE"}), 409)
    refused(books.admin.post("/categories", json={"name": "x", "kind": "tax", "parent_id": 10**9}), 422)
    refused(books.admin.patch("/categories/999999", json={"name": "x"}), 404)
    books.database.sql("INSERT INTO categories (code, name, kind, source, external_id) VALUES ('1', 'Из 1С', 'tax', '1c', 'k')")
    foreign = category(books, "1")
    refused(books.admin.patch(f"/categories/{foreign}", json={"name": "x"}), 409)
    assert books.admin.patch(f"/categories/{foreign}", json={"is_active": False}).status_code == 200


def test_a_tree_tied_in_itself_is_shown_once(books):
    sql = books.database.sql
    sql("INSERT INTO categories (code, name, kind) VALUES ('LOOP1', 'a', 'tax'), ('LOOP2', 'b', 'tax')")
    sql("UPDATE categories c SET parent_id = o.id FROM categories o WHERE (c.code, o.code) IN (('LOOP1', 'LOOP2'), ('LOOP2', 'LOOP1'))")
    codes = [c["code"] for c in flat(books.user.get("/categories").json()["categories"])]
    assert codes.count("LOOP1") == codes.count("LOOP2") == 1
    sql("DELETE FROM categories WHERE code LIKE 'LOOP%'")


def test_rules_are_kept(books):
    total = books.user.get("/categorization-rules").json()["total"]
    assert total >= 25
    body = {"rule_type": "KEYWORD", "pattern": "  молоко + !сгущ ", "category_id": category(books, "EX_SUPPLIERS"), "confidence": 0.91,
            "transaction_type": "DEBIT"}
    refused(books.user.post("/categorization-rules", json=body), 403)
    made = books.manager.post("/categorization-rules", json=body)
    assert made.status_code == 201
    rule = made.json()
    assert rule["pattern"] == "молоко + !сгущ" and rule["priority"] == 100 and rule["confidence"] == 0.91 and rule["is_active"]
    refused(books.admin.post("/categorization-rules", json={**body, "pattern": "МОЛОКО + !сгущ"}), 409)
    assert books.user.get(f"/categorization-rules/{rule['id']}").json() == rule
    found = books.user.get("/categorization-rules", params={"q": "Молоко", "rule_type": "KEYWORD"}).json()
    assert [r["id"] for r in found["rules"]] == [rule["id"]] and found["total"] == 1
    first = books.user.get("/categorization-rules?limit=1").json()["rules"][0]
    assert first["priority"] == 100, "people's own come first"
    changed = books.admin.patch(f"/categorization-rules/{rule['id']}", json={"is_active": False, "transaction_type": None})
    assert changed.json() == {**rule, "is_active": False, "transaction_type": None}
    assert books.admin.delete(f"/categorization-rules/{rule['id']}").status_code == 204
    refused(books.admin.get(f"/categorization-rules/{rule['id']}"), 404)
    refused(books.admin.delete(f"/categorization-rules/{rule['id']}"), 404)
    assert books.user.get("/categorization-rules").json()["total"] == total


@pytest.mark.parametrize("body, field", [
    ({"rule_type": "KEYWORD", "pattern": "+"}, "pattern"),
    ({"rule_type": "KEYWORD", "pattern": "!а"}, "pattern"),
    ({"rule_type": "KEYWORD", "pattern": "аренд + !аренд"}, "pattern"),
    ({"rule_type": "KEYWORD", "pattern": "связь | !аренд + арендн плат"}, "pattern"),
    ({"rule_type": "COUNTERPARTY_NAME", "pattern": "ромашка + !ООО Ромашка"}, "pattern"),
    ({"rule_type": "KEYWORD", "pattern": "x" * 2001}, "pattern"),
    ({"rule_type": "COUNTERPARTY_NAME", "pattern": "ООО"}, "pattern"),
    ({"rule_type": "COUNTERPARTY_INN", "pattern": "77070838АБ"}, "pattern"),
    ({"rule_type": "COUNTERPARTY_INN", "pattern": "7707083894"}, "pattern"),
    ({"rule_type": "WORD", "pattern": "аренд"}, "rule_type"),
    ({"rule_type": "KEYWORD", "pattern": "аренд", "confidence": 1.5}, "confidence"),
    ({"rule_type": "KEYWORD", "pattern": "аренд", "confidence": 0.915}, "confidence"),
    ({"rule_type": "KEYWORD", "pattern": "аренд", "priority": -1}, "priority"),
    ({"rule_type": "KEYWORD", "pattern": "аренд", "more": 1}, "more"),
    ({"rule_type": "KEYWORD", "pattern": "аренд", "transaction_type": "BOTH"}, "transaction_type"),
    ({"pattern": "аренд"}, "rule_type"),
])
def test_a_wrong_rule_is_told_why(books, body, field):
    for path in ("/categorization-rules", "/categorization-rules/try"):
        problem = refused(books.admin.post(path, json={"category_id": category(books, "MOVE"), **body}), 422, field)
        assert len(problem["detail"]) > 10


def test_a_rule_needs_a_category_that_exists(books):
    refused(books.admin.post("/categorization-rules", json={"rule_type": "KEYWORD", "pattern": "нечто", "category_id": 10**9}), 422, "category_id")


def test_mappings_are_kept(books):
    body = {"business_operation": "НоваяОперация", "category_id": category(books, "EX_OTHER"), "confidence": 0.97}
    made = books.admin.post("/business-operation-mappings", json=body)
    assert made.status_code == 201 and made.json()["is_active"] is True and made.json()["confidence"] == 0.97
    path = f"/business-operation-mappings/{made.json()['id']}"
    refused(books.admin.post("/business-operation-mappings", json=body), 409)
    assert books.user.get("/business-operation-mappings?q=новаяоп").json()["total"] == 1
    emptied = books.admin.patch(path, json={"category_id": None}).json()
    assert emptied["category_id"] is None and emptied["is_active"] is False
    assert books.user.get("/business-operation-mappings?limit=1").json()["mappings"][0]["id"] == emptied["id"], "to be filled in: first"
    refused(books.admin.patch(path, json={"is_active": True}), 422)
    refused(books.user.patch(path, json={"is_active": True}), 403)
    filled = books.admin.patch(path, json={"category_id": category(books, "MOVE")}).json()
    assert filled["is_active"] is True
    assert books.admin.delete(path).status_code == 204
    refused(books.admin.get(path), 404)


def rows(books, sql):
    return books.database.sql("SELECT id, category_id, suggested_category_id, status FROM bank_transactions WHERE " + sql + " ORDER BY id")


def reclassified(books, **body):
    answer = books.admin.post("/bank-transactions/reclassify-async", json=body)
    assert answer.status_code == 202, answer.text
    task = books.wait_task(answer.json()["task_id"])
    settled(task)
    return task


def test_what_is_tried_is_what_comes(books):
    """The rows a trial names are those that the saved rule changes, and no others; what people decided stays."""
    target = category(books, "EX_AD")
    body = {"rule_type": "KEYWORD", "pattern": "по сч | по счет", "category_id": target, "confidence": 0.95, "transaction_type": "DEBIT"}
    locked = books.database.sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED' WHERE id IN (SELECT id FROM bank_transactions"
                                " WHERE transaction_type = 'DEBIT' AND payment_purpose ~* 'по сч' LIMIT 3) RETURNING id")
    reclassified(books)  # history knows more now than while the rows came in
    before = rows(books, "true")
    tried = books.manager.post("/categorization-rules/try", json=body)
    assert tried.status_code == 200, tried.text
    said = tried.json()
    assert said["complete"] and said["scanned"] == len(before) and said["kept_by_people"] >= 3
    assert said["matched"] >= said["changed"] + said["kept_by_people"] and 0 < len(said["transactions"]) <= 20
    assert all(t["new_category_id"] == target and t["new_status"] == "CATEGORIZED" for t in said["transactions"])
    assert rows(books, "true") == before, "a trial changes nothing"
    day = said["transactions"][0]["transaction_date"][:10]
    short = books.manager.post("/categorization-rules/try", json={**body, "date_from": day, "date_to": day}).json()
    assert 0 < short["changed"] < said["changed"]

    rule = books.admin.post("/categorization-rules", json=body).json()
    dry = reclassified(books, dry_run=True)
    assert rows(books, "true") == before
    moved = sum(m["count"] for m in dry["result"]["moves"] if m["to_category_id"] == target)
    assert moved == said["changed"] == dry["result"]["would_change"]
    assert dry["stats"]["updated"] == dry["result"]["would_change"] + dry["result"]["same_category"], "counted as a dry import counts: what would be"
    assert dry["stats"]["unchanged"] == dry["total"] - dry["stats"]["updated"]
    assert dry["result"]["kept_by_people"] == 3 and dry["result"]["transactions"]
    applied = books.admin.post(f"/tasks/{dry['task_id']}/apply")
    assert applied.status_code == 202, applied.text
    task = books.wait_task(applied.json()["task_id"])
    assert task["result"]["moves"] == dry["result"]["moves"] and task["result"]["dry_run"] is False
    after = {r[0]: r for r in rows(books, "true")}
    changed = [r[0] for r in before if after[r[0]] != r]
    assert len(changed) == task["result"]["changed"] == dry["result"]["would_change"]
    assert task["stats"]["updated"] == dry["stats"]["updated"] and task["result"]["same_category"] == dry["result"]["same_category"]
    assert {t["id"] for t in said["transactions"]} <= set(changed)
    assert not {i for (i,) in locked} & set(changed)
    by_rule = rows(books, f"category_rule_id = {rule['id']} AND category_method = 'rule'")
    assert len(by_rule) == said["changed"] and all(r[1] == target for r in by_rule)
    again = reclassified(books)
    assert again["stats"]["updated"] == 0, "the same rules say the same"
    assert [r["id"] for r in books.user.get(f"/categorization-rules?id={rule['id']}").json()["rules"]] == [rule["id"]]
    assert books.admin.delete(f"/categorization-rules/{rule['id']}").status_code == 204
    assert books.user.get(f"/categorization-rules?id={rule['id']}").json() == {"rules": [], "total": 0}
    left = books.user.get(f"/bank-transactions/{by_rule[0][0]}").json()
    assert left["category_rule_id"] == rule["id"] and left["category_reason"].startswith(f"Правило {rule['id']}: "), "why stays to be read"
    reclassified(books)
    assert rows(books, "true") == before, "without the rule all is as it was"


def test_only_what_is_named(books):
    ids = [r[0] for r in rows(books, "decided_by IS NULL AND category_id IS NOT NULL")][:5]
    books.database.sql("UPDATE bank_transactions SET category_id = NULL, status = 'NEW', category_confidence = NULL, category_method = NULL,"
                       " category_rule_id = NULL WHERE decided_by IS NULL")
    task = reclassified(books, ids=ids)
    assert task["stats"]["updated"] == 5 and len(rows(books, "category_id IS NOT NULL AND decided_by IS NULL")) == 5
    task = reclassified(books, transaction_type="CREDIT", status="NEW")
    assert rows(books, "transaction_type = 'DEBIT' AND decided_by IS NULL AND category_method IS NOT NULL AND NOT id = ANY (ARRAY[%s])" % ",".join(map(str, ids))) == []
    assert task["stats"]["updated"] > 0
    reclassified(books)


def test_what_the_list_shows_is_what_is_classified(books):
    """All conditions of the list, so that a selection on the page is one here too; moves carry their sums."""
    sql = books.database.sql
    reclassified(books)
    word, least = "аренда", sql("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) FROM bank_transactions WHERE payment_purpose ~* 'аренда'")[0][0]
    listed = books.user.get("/bank-transactions", params={"q": word, "amount_min": str(least), "limit": 500}).json()
    ids = [t["id"] for t in listed["transactions"]]
    assert 0 < listed["total"] == len(ids)
    sql("UPDATE bank_transactions SET category_id = NULL, suggested_category_id = NULL, status = 'NEW', category_confidence = NULL,"
        " category_method = NULL, category_rule_id = NULL WHERE decided_by IS NULL")
    open_ids = [r[0] for r in rows(books, "decided_by IS NULL AND id = ANY (ARRAY[%s])" % ",".join(map(str, ids)))]
    dry = reclassified(books, q=word, amount_min=str(least), dry_run=True)
    assert dry["total"] == listed["total"]
    task = reclassified(books, q=word, amount_min=str(least))
    assert [r[0] for r in rows(books, "category_method IS NOT NULL AND decided_by IS NULL")] == open_ids
    moves = task["result"]["moves"]
    assert sum(m["count"] for m in moves) == len(open_ids) and all(m["from_category_id"] is None and not m["from_suggested"] for m in moves)
    for m in moves:
        column = "suggested_category_id" if m["to_suggested"] else "category_id"
        assert sql(f"SELECT coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0.00)::text, coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0.00)::text, count(*)"
                   f" FROM bank_transactions WHERE {column} = %s AND id = ANY (%s)", (m["to_category_id"], open_ids)) == [(m["credit"], m["debit"], m["count"])]
    sql("UPDATE bank_transactions SET is_active = false WHERE id = %s", (open_ids[0],))
    assert reclassified(books, ids=open_ids[:2], dry_run=True)["total"] == 2, "who names a row means it"
    assert reclassified(books, is_active="false", dry_run=True)["total"] == 1
    sql("UPDATE bank_transactions SET is_active = true WHERE id = %s", (open_ids[0],))
    reclassified(books)


def test_a_suggestion_that_becomes_a_decision_is_a_move(books):
    sql = books.database.sql
    one, category_id = sql("SELECT id, category_id FROM bank_transactions WHERE category_id IS NOT NULL AND decided_by IS NULL ORDER BY id LIMIT 1")[0]
    sql("UPDATE bank_transactions SET category_id = NULL, suggested_category_id = %s, status = 'NEEDS_REVIEW', category_confidence = 0.5 WHERE id = %s", (category_id, one))
    [move] = reclassified(books, ids=[one])["result"]["moves"]
    assert (move["from_category_id"], move["from_suggested"], move["to_category_id"], move["to_suggested"]) == (category_id, True, category_id, False)


def test_a_row_that_is_written_meanwhile(books):
    """An import beside it brings another text: what was decided about the old one is not written, and nothing is counted twice."""
    sql = books.database.sql
    reclassified(books)
    ids = [r[0] for r in rows(books, "category_id IS NOT NULL AND decided_by IS NULL AND is_active")][:20]
    one, person = ids[7], ids[13]
    sql("UPDATE bank_transactions SET category_id = NULL, suggested_category_id = NULL, status = 'NEW', category_confidence = NULL,"
        " category_method = NULL, category_rule_id = NULL WHERE id = ANY (%s)", (ids,))
    sql("UPDATE bank_transactions SET payment_purpose = 'Оплата аренды', business_operation = NULL, cash_flow_item = NULL, kbk = NULL,"
        " counterparty_account = NULL, counterparty_inn = NULL, transaction_type = 'DEBIT' WHERE id = %s", (one,))
    with psycopg2.connect(books.database.url) as other, other.cursor() as cursor:
        cursor.execute("UPDATE bank_transactions SET payment_purpose = 'Выплата дивидендов' WHERE id = %s", (one,))
        cursor.execute("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED', category_id = %s WHERE id = %s", (category(books, "EX_AD"), person))
        made = books.admin.post("/bank-transactions/reclassify-async", json={"ids": ids})
        wait_for(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")[0][0], 20, "it to wait")
    task = books.wait_task(made.json()["task_id"])
    assert settled(task)["updated"] == task["result"]["changed"] == 19 and task["stats"]["unchanged"] == 1 and task["total"] == 20
    [(code, reason)] = sql("SELECT c.code, category_reason FROM bank_transactions b JOIN categories c ON c.id = b.category_id WHERE b.id = %s", (one,))
    assert code == "EX_DIVIDEND" and "дивиденд" in reason
    assert rows(books, f"id = {person}")[0][1:] == (category(books, "EX_AD"), None, "APPROVED")
    told = {(m["to_category_id"], m["to_suggested"]): m["count"] for m in task["result"]["moves"]}
    assert told == {(to, False): n for to, n in sql("SELECT category_id, count(*) FROM bank_transactions WHERE id = ANY (%s) AND id <> %s GROUP BY 1", (ids, person))}
    sql("UPDATE bank_transactions SET decided_by = NULL WHERE id = %s", (person,))
    reclassified(books)


def test_rows_are_found_by_what_is_suggested(books):
    [(suggested, count)] = books.database.sql("SELECT suggested_category_id, count(*) FROM bank_transactions WHERE suggested_category_id IS NOT NULL AND is_active"
                                              " GROUP BY 1 ORDER BY 2 DESC LIMIT 1")
    found = books.user.get(f"/bank-transactions?suggested_category_id={suggested}&limit=1").json()
    assert 0 < found["total"] == count and found["transactions"][0]["suggested_category_id"] == suggested
    assert reclassified(books, suggested_category_id=suggested, dry_run=True)["total"] == count
    refused(books.user.get("/bank-transactions?suggested_category_id=x"), 422, "suggested_category_id")


def test_every_phase_has_words(books):
    """What the page shows of a phase is a word and no name of the program."""
    known = (pathlib.Path(__file__).resolve().parents[2] / "frontend/src/features/tasks/status.ts").read_text()
    types = books.admin.get("/task-types").json()["task_types"]
    missing = {p for t in types for p in t["phases"] if not re.search(rf"^  {p}: \[", known, re.M)}
    assert len(types) > 5 and not missing


def test_wrong_requests(books):
    path = "/bank-transactions/reclassify-async"
    refused(books.user.post(path, json={}), 403)
    refused(books.admin.post(path, json={"ids": []}), 422, "ids")
    refused(books.admin.post(path, json={"ids": [0]}), 422)
    refused(books.admin.post(path, json={"date_from": "2026-02-02", "date_to": "2026-02-01"}), 422, "date_from")
    refused(books.admin.post(path, json={"status": "WRONG"}), 422, "status")
    refused(books.admin.post(path, json={"amount_min": "много"}), 422, "amount_min")
    refused(books.admin.post(path, json={"amount_min": "5", "amount_max": "4.99"}), 422, "amount_min")
    refused(books.admin.post(path, json={"category_id": "xx"}), 422, "category_id")
    refused(books.admin.post(path, json={"what": 1}), 422, "what")
    refused(books.admin.get("/categorization-rules?rule_type=X"), 422, "rule_type")


def test_ten_thousand_rules(books):
    """They are loaded page by page, and the one that fits still decides."""
    target = category(books, "EX_OTHER")
    books.database.sql("INSERT INTO categorization_rules (rule_type, pattern, category_id, priority) SELECT 'KEYWORD', 'слово' || g, %s, 200"
                       " FROM generate_series(1, 10000) g", (target,))
    one = rows(books, "decided_by IS NULL")[0][0]
    books.database.sql("UPDATE bank_transactions SET payment_purpose = 'Оплата слово9731', business_operation = NULL, cash_flow_item = NULL,"
                       " counterparty_account = NULL, counterparty_inn = NULL WHERE id = %s", (one,))
    reclassified(books, ids=[one])
    assert rows(books, f"id = {one}")[0][1] == target
    books.database.sql("DELETE FROM categorization_rules WHERE priority = 200")


def test_folders_and_what_is_not_in_use_are_not_chosen(books):
    """By nobody: neither people, one row or many, nor rules, tried or saved, nor mappings; each time with the same words."""
    sql = books.database.sql
    sql("INSERT INTO categories (code, name, kind, source, external_id, is_folder, is_active) VALUES ('F', 'Папка', 'expense', '1c', 'f', true, true), ('OFF', 'Старая', 'expense', NULL, NULL, false, false)")
    one = sql("SELECT id FROM bank_transactions ORDER BY id LIMIT 1")[0][0]
    rule = books.admin.post("/categorization-rules", json={"rule_type": "KEYWORD", "pattern": "выбор статьи", "category_id": category(books, "EX_RENT")}).json()
    mapping = books.admin.post("/business-operation-mappings", json={"business_operation": "ВыборСтатьи", "category_id": category(books, "EX_RENT")}).json()
    listed = {c["code"]: c["is_folder"] for c in flat(books.user.get("/categories").json()["categories"])}
    assert listed["F"] is True and listed["OFF"] is False
    before = rows(books, "true")
    for chosen, said in ((category(books, "F"), "это папка статей: выберите статью внутри неё"), (category(books, "OFF"), "категория не действует"), (10**9, "такой категории нет")):
        ways = [
            ("PATCH", f"/bank-transactions/{one}", {}),
            ("POST", "/bank-transactions/bulk", {"ids": [one]}),
            ("POST", f"/bank-transactions/bulk?category_id={category(books, 'EX_RENT')}", {"count": 1}),
            ("POST", "/categorization-rules", {"rule_type": "KEYWORD", "pattern": "другой выбор"}),
            ("POST", "/categorization-rules/try", {"rule_type": "KEYWORD", "pattern": "другой выбор"}),
            ("POST", "/categorization-rules/try", {"rule_type": "KEYWORD", "pattern": "другой выбор", "id": rule["id"]}),
            ("PATCH", f"/categorization-rules/{rule['id']}", {}),
            ("POST", "/business-operation-mappings", {"business_operation": "ДругойВыбор"}),
            ("PATCH", f"/business-operation-mappings/{mapping['id']}", {}),
        ]
        for method, path, body in ways:
            problem = refused(books.admin.request(method, path, json={**body, "category_id": chosen}), 422, "category_id")
            assert problem["errors"][0]["message"] == said and problem["detail"] == f"category_id: {said}", (method, path)
    assert rows(books, "true") == before
    assert books.user.get(f"/categorization-rules/{rule['id']}").json() == rule
    assert books.user.get(f"/business-operation-mappings/{mapping['id']}").json() == mapping
    sql("UPDATE categories SET is_active = false WHERE code = 'EX_RENT'")
    kept = books.admin.patch(f"/categorization-rules/{rule['id']}", json={"category_id": rule["category_id"], "is_active": False})
    assert kept.status_code == 200, "one that has gone out of use meanwhile does not keep its rule from being changed"
    assert books.admin.patch(f"/business-operation-mappings/{mapping['id']}", json={"category_id": mapping["category_id"], "is_active": False}).status_code == 200
    sql("UPDATE categories SET is_active = true WHERE code = 'EX_RENT'")
    books.admin.delete(f"/categorization-rules/{rule['id']}")
    books.admin.delete(f"/business-operation-mappings/{mapping['id']}")
    sql("DELETE FROM categories WHERE code IN ('F', 'OFF')")
