"""The page in Chromium against the real program, PostgreSQL and the demo 1C."""
import re

import pytest
import requests

from harness import SLOWNESS, Demo, Server
from vk_harness import Vk


def others(seen, refused=False):
    """Complaints of the console. refused: a sign-in or a session was, on purpose, and the browser says so (401)."""
    return [c for c in seen["complaints"] if not (refused and "401" in c)]


def test_an_import_watched_to_its_end(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 100)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    seen = browse("watch.mjs", server)
    assert "Неверное имя или пароль" in seen["refusal"]
    created, credit = database.sql("SELECT count(*), sum(amount) FILTER (WHERE transaction_type = 'CREDIT') FROM bank_transactions")[0]
    assert created > 2500
    assert f"{created:,}".replace(",", " ") in seen["text"].replace("\u00a0", " "), "the counters are the table's"
    assert "создана" in seen["log"] and "завершена" in seen["log"]
    assert seen["rows"] == 50
    assert f"{credit:,}".replace(",", " ").replace(".", ",") in seen["totals"].replace("\u00a0", " ")
    assert seen["search"] == "аренд"
    assert re.search(r"open=\d+", seen["deep"]) and "sort=-amount" in seen["deep"]
    assert others(seen, refused=True) == []


def test_cancel_on_a_phone_in_the_dark(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 3000)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=50)
    seen = browse("cancel.mjs", server)
    assert seen["wide"] == [], "nothing sticks out at 360 px"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert [t["status"] for t in server.admin.get("/tasks").json()["tasks"]] == ["cancelled"]
    assert others(seen) == []


@pytest.fixture(scope="module")
def filled(cluster):
    """A server with rows, cards, and a task that has refused some records."""
    database = cluster.create()
    demo = Demo("views.demo", "--docs", 500, "--bad-record-every", 50)
    shared = Server("views.server", database, **demo.settings)
    shared.wait_task(shared.start_sync("contractors"))
    shared.wait_task(shared.start_sync("organizations"))
    shared.wait_task(shared.start_sync("categories"))
    task = shared.start_sync(date_from="2026-01-01", date_to="2026-12-31")
    assert shared.wait_task(task)["stats"]["failed"] > 0, "there are refused records to show"
    shared.full = task
    yield shared
    try:
        shared.stop()
    finally:
        demo.stop()
        database.drop()


@pytest.mark.parametrize("views", [
    ["tasks", "task", "watch"], ["sync", "transactions", "contractors"], ["organizations", "system"], ["users", "nowhere"],
    ["review", "summary", "reconciliation"], ["rules", "mappings", "items", "vk"],
], ids="-".join)
def test_every_view(filled, browse, views):
    seen = browse("views.mjs", filled, task=filled.full, views=views)
    assert seen["wide"] == [], "\n".join(seen["wide"])
    assert seen["jumps"] == [], "nothing moves away from under the mouse"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert seen["russian"] == [] and seen["raw"] == [], seen
    assert len(seen["titles"]) == len(views)
    assert seen["titles"].get("nowhere", "Такой страницы нет") == "Такой страницы нет"
    assert 0 < seen["first"] < 300_000, "bytes of JavaScript, as sent, until one can sign in"
    assert others(seen) == []


def test_english_and_the_keyboard(start, database, browse):
    server = start.server(database)
    seen = browse("english.mjs", server)
    assert seen["skip"] == "К содержанию" and seen["focused"] == "content", seen
    assert seen["english"] == "Tasks" and seen["left"] is None, seen
    assert others(seen) == []


def test_two_browsers_on_two_nodes(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 2000)
    settings = dict(demo.settings, OBMEN_1C_PAGE=50)
    one = start.server(database, **settings)
    two = start.server(database, **settings)
    assert one.manager
    seen = browse("nodes.mjs", one, second=two.root)
    assert seen["moved"] and seen["here"] == seen["there"], "both show the same end"
    assert [t["status"] for t in one.admin.get("/tasks").json()["tasks"]] == ["cancelled"]
    assert others(seen) == []


def test_a_hundred_updates_a_second(start, database, browse):
    tasks = 18  # one drawing of the list shows them all; each is told of at most 20 times a second
    server = start.server(database, OBMEN_WORKERS=tasks)
    for _ in range(tasks):
        started = server.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 3600, "records": 3600 * 15}})
        assert started.status_code == 202, started.text
    seen = browse("storm.mjs", server, tasks=tasks, updates=1500)
    assert seen["updates"] >= 1500 and seen["busiest"] >= 100, f"the storm was one: {seen}"
    assert seen["shown"] > 10, "the figures moved while it went on"
    assert seen["drawings"] <= seen["frames"] * 1.1, f"one drawing a frame, however many updates came: {seen}"
    assert seen["share"] < 0.85, f"of one core is used by the page; the rest is for the person, on a slower machine too: {seen}"
    assert seen["frames"] > 25 and seen["p95"] < 400 * SLOWNESS, seen
    assert others(seen) == []


def test_what_a_user_is_offered(start, database, browse):
    demo = start.demo("--docs", 100)
    server = start.server(database, **demo.settings)
    assert server.user
    task = server.start_sync("contractors")
    seen = browse("user.mjs", server, task=task)
    assert seen["sections"] == ["Задачи", "Операции", "Сводка", "Сверка", "Контрагенты", "Организации", "Правила", "ВКонтакте"]
    assert (seen["sync"], seen["dialogs"]) == (0, 0)
    assert seen["users"] == "Этот раздел для администратора"
    assert seen["review"] == "Этот раздел для менеджеров и администраторов"
    assert seen["task"] == "Такой задачи нет"
    assert [c for c in others(seen) if "404" not in c] == []


def test_how_the_page_is_served(start, database):
    server = start.server(database)
    page = requests.get(server.root + "/", timeout=10)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff" and page.headers["Referrer-Policy"]
    assert requests.get(server.root + "/", headers={"If-None-Match": page.headers["ETag"]}, timeout=10).status_code == 304
    assert requests.get(server.root + "/tasks/anything", timeout=10).text == page.text, "unknown page paths get the page"
    assert requests.get(server.url + "/nothing", timeout=10).status_code == 404
    script = [p for p in page.text.split('"') if p.startswith("/assets/")][0]
    packed = requests.get(server.root + script, headers={"Accept-Encoding": "br"}, timeout=10, stream=True)
    assert packed.headers["Content-Encoding"] == "br" and "immutable" in packed.headers["Cache-Control"]
    plain = requests.get(server.root + script, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert "Content-Encoding" not in plain.headers and len(plain.content) > len(packed.raw.read())


def test_a_wall_read_searched_and_exported(start, database, browse):
    emulator = Vk("page_vk", "--posts", 6, "--comments", 300, "--rate", 200)
    start.children.append(emulator)
    server = start.server(database, **emulator.settings(rate=200))
    seen = browse("vk.mjs", server, group=1001, keyword="кредит")
    assert "имя или номер" in seen["refusal"]
    posts, comments = emulator.expected()
    assert str(posts) in seen["group"] and str(comments) in seen["group"]
    assert int(seen["matches"].replace("\u00a0", "")) == database.sql("SELECT count(*) FROM vk_matches")[0][0] > 0
    assert {word.lower()[:6] for word in seen["marked"]} == {"кредит"}, "forms of the word are marked, nothing else"
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert seen["markedPosts"] > 0, "in posts too"
    assert seen["wide"] == [] and seen["markedOnPhone"]["comments"] > 0 and seen["markedOnPhone"]["posts"] > 0, seen
    assert seen["file"].endswith(".csv")
    assert others(seen) == []


DOUBTS = """INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, transaction_type,
    payment_source, counterparty_name, counterparty_inn, payment_purpose, import_source, status, suggested_category_id,
    category_confidence, category_reason)
  SELECT '1c', 'doubt ' || i, timestamp '2026-03-01' + i * interval '1 minute', 100 + i, 'RUB', 'DEBIT', 'BANK',
    'ООО «Складской комплекс ' || i % 10 || '»', (ARRAY['7707083893', '7736050003', '7728168971', '7702070139', '5024089920',
     '7707049388', '6154569327', '7725114488', '3811185573', '6672307097'])[i % 10 + 1],
    'Оплата по счёту ' || i || ' за услуги', 'ODATA_1C', 'NEEDS_REVIEW',
    (SELECT id FROM categories WHERE code = 'EX_SERVICES'), 0.7, 'Слово «услуг» в назначении'
  FROM generate_series(1, 10000) AS i"""


def test_ten_thousand_rows_in_doubt(start, database, browse):
    server = start.server(database)
    database.sql(DOUBTS)
    seen = browse("review.mjs", server)
    assert "10 000" in seen["heading"].replace("\u00a0", " ")
    assert seen["faults"] == [], "\n".join(seen["faults"])
    accepted = [int(row) for row in seen["accepted"]]
    assert len(set(accepted)) == 120, "no row is asked about twice"
    services, rent = (database.sql(f"SELECT id FROM categories WHERE code = '{code}'")[0][0] for code in ("EX_SERVICES", "EX_RENT"))
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE status = 'APPROVED' AND category_id = %s", (services,))[0][0] == 120
    assert database.sql("SELECT status, category_id FROM bank_transactions WHERE id = %s", (int(seen["chosen"]),))[0] == ("APPROVED", rent)
    assert database.sql("SELECT status FROM bank_transactions WHERE id = %s", (int(seen["ignored"]),))[0][0] == "IGNORED"
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE status = 'IGNORED'")[0][0] == 4, "one by its key, three at once"
    assert "1 000" in seen["trial"].replace("\u00a0", " ")
    rule = database.sql("SELECT id FROM categorization_rules WHERE rule_type = 'COUNTERPARTY_INN' AND pattern = %s", (seen["pattern"],))
    left = database.sql("SELECT count(*) FILTER (WHERE category_rule_id = %s), count(*) FILTER (WHERE decided_by IS NOT NULL), count(*)"
                        " FROM bank_transactions WHERE counterparty_inn = %s", (rule[0][0], seen["pattern"]))[0]
    assert left[0] > 900 and left[0] + left[1] >= left[2] == 1000, f"what waited is decided by the rule that was made of it: {left}"
    assert "Заметка" in seen["history"] and "admin" in seen["history"]
    noted = "FROM bank_transactions WHERE id = %s", (int(seen["noted"]),)
    assert database.sql("SELECT notes, status, category_id, suggested_category_id, category_confidence::text, category_reason, decided_by " + noted[0], noted[1])[0] == (
        "Проверено по договору", "NEEDS_REVIEW", None, services, "0.7", "Слово «услуг» в назначении", None), "a note is no decision"
    assert database.sql("SELECT changes FROM transaction_history WHERE transaction_id = %s", noted[1])[0][0] == {"notes": [None, "Проверено по договору"]}
    assert seen["file"].endswith(".csv")
    assert others(seen) == []


def test_ten_thousand_rows_are_worked_off(start, database, browse):
    """To the last one: thousands singly, then all alike, and by rules; the page neither grows nor becomes slower."""
    server = start.server(database)
    database.sql(DOUBTS)
    database.sql("UPDATE bank_transactions SET suggested_category_id = (SELECT id FROM categories WHERE code = 'EX_AD')"
                 " WHERE substr(external_id, 7)::integer % 20 = 19")
    suggested = dict(database.sql("SELECT id, suggested_category_id FROM bank_transactions"))
    singly = 2000
    seen = browse("review_all.mjs", server, singly=singly)
    assert seen["start"] == 10000
    assert database.sql("SELECT count(*) FROM bank_transactions WHERE status NOT IN ('APPROVED', 'IGNORED', 'CATEGORIZED')") == [(0,)]
    rows = database.sql("SELECT id, status, category_id, category_method, counterparty_inn, decided_by FROM bank_transactions")
    [rent] = database.sql("SELECT id FROM categories WHERE code = 'EX_RENT'")[0]
    changed = {int(row) for row in seen["changed"]}
    assert len(changed) == 5 and {r[2] for r in rows if r[0] in changed} == {rent}
    assert sum(r[1] == "IGNORED" for r in rows) == singly / 8, "a key each, none lost and none twice"
    by_rule = [r for r in rows if r[3] == "rule"]
    assert {r[4] for r in by_rule} == set(seen["byRule"]) and len(by_rule) > 1000 and all(r[1] == "CATEGORIZED" and r[5] is None for r in by_rule)
    approved = [r for r in rows if r[1] == "APPROVED" and r[0] not in changed]
    assert len(approved) == 10000 - len(by_rule) - len(changed) - singly / 8
    assert all(r[2] == suggested[r[0]] and r[5] for r in approved), "each got what was suggested for it, alike ones too"
    assert len(seen["asked"]) <= 10 and all("на сумму" in question for question in seen["asked"])
    print(seen["ms"], seen["light"], seen["heavy"], f"{sum(seen['times'][:10]):.0f} ms at first, {sum(seen['times'][-10:]):.0f} at last")
    assert seen["heavy"]["heap"] < 1.1 * seen["light"]["heap"] and seen["heavy"]["nodes"] < 2 * seen["light"]["nodes"] and seen["heavy"]["shown"] < 1.2 * seen["light"]["shown"], seen
    assert sorted(seen["times"][-10:])[5] < 3 * sorted(seen["times"][:10])[5], "the last rows take no longer than the first"
    assert others(seen) == []
