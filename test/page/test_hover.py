"""Colours under the mouse, in both themes."""
from test_page import others


def test_what_the_mouse_is_over_can_be_read(start, database, browse):
    demo = start.demo("--docs", 200)
    server = start.server(database, **demo.settings)
    server.wait_task(server.start_sync(date_from="2026-01-01", date_to="2026-12-31"))
    seen = browse("hover.mjs", server, paths=["/tasks", "/transactions", "/review", "/rules", "/summary", "/reconciliation", "/users"])
    assert seen["pale"] == [], "\n".join(seen["pale"])
    assert seen["looked"] > 100
    assert others(seen) == []
