"""Who may sign in, and what is offered to whom, on the page."""
from harness import ADMIN_PASSWORD
from test_page import others


def test_sign_in_and_its_refusals(start, database, browse):
    server = start.server(database)
    made = server.admin.post("/users", json={"username": "disabled", "password": ADMIN_PASSWORD, "role": "USER"})
    assert server.admin.patch(f"/users/{made.json()['id']}", json={"is_active": False}).status_code == 200
    seen = browse("refusals.mjs", server, doing={"kill": server.kill})
    first = {name: seen[name].splitlines()[0] for name in ("unknown", "wrong", "disabled")}
    assert set(first.values()) == {"Неверное имя или пароль"}, "who exists and who is shut out is not told"
    assert "Запрос" in seen["wrong"], "the request's id can be handed on"
    assert "Слишком много неудачных входов" in seen["many"]
    assert seen["kept"] == ["many", "some-password-1"] and seen["typed"] == ADMIN_PASSWORD, "nothing typed is lost"
    assert seen["still"] == 1, "who signs out elsewhere leaves this page alone"
    assert [c for c in others(seen, refused=True) if "429" not in c and "ERR_CONNECTION" not in c and "WebSocket connection" not in c] == []


def test_accounts_made_and_changed(start, database, browse):
    server = start.server(database)
    seen = browse("users.mjs", server)
    assert "admin" in seen["refusal"] and "Запрос" in seen["refusal"]
    assert seen["kept"] == ["admin", "buh-password-1"]
    assert seen["faults"] == [], "\n".join(seen["faults"])
    assert seen["own"] == 0, "nobody takes their own rights by mistake"
    assert "На проверку" in seen["manager"] and "Пользователи" not in seen["manager"]
    assert "права изменились" in seen["why"], "an open page whose person's role has changed says so by itself"
    assert seen["user"]["sync"] == 0 and "На проверку" not in seen["user"]["sections"]
    assert "Неверное имя или пароль" in seen["shut"]
    assert seen["again"] == 0, "a USER is offered no synchronization"
    found = {u["username"]: u for u in server.admin.get("/users").json()["users"]}
    assert (found["buh"]["role"], found["buh"]["is_active"]) == ("USER", True)
    assert [c for c in others(seen, refused=True) if "409" not in c and "WebSocket" not in c] == []
