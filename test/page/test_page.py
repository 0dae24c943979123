"""The page in Chromium against the real program, PostgreSQL and the demo 1C."""
import requests


def test_an_import_watched_to_its_end(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 100)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    seen = browse("watch.mjs", server)
    assert seen["refusal"]
    assert "100" in seen["text"] or "завершена" in seen["text"]
    assert seen["rows"] == 50
    # The refused sign-in (and the first question who one is) are 401 in the console; nothing else may stand there.
    assert [c for c in seen["complaints"] if "401" not in c] == []
    created = database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    assert created > 2500


def test_cancel_on_a_phone_in_the_dark(start, database, browse):
    demo = start.demo("--docs", 3000, "--latency-ms", 400)
    server = start.server(database, **demo.settings, OBMEN_1C_PAGE=100)
    seen = browse("cancel.mjs", server)
    assert not seen["wide"], "nothing sticks out at 360 px"
    assert [c for c in seen["complaints"] if "401" not in c] == []


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
