"""What documents point at: counterparties and organizations are fetched together, once, and from our own tables where they are there."""

WHOLE = {"date_from": "2020-01-01", "date_to": "2030-01-01", "mode": "full"}


def asked(server, demo):
    """(requests to 1C, what the task says) of one import."""
    before = demo.admin("stats")["requests"]
    task = server.wait_task(server.start_sync(**WHOLE))
    assert task["status"] == "completed" and task["stats"]["failed"] == 0, task
    return demo.admin("stats")["requests"] - before, task


def test_cards_come_in_batches_and_once(start, database):
    demo = start.demo("--docs", 3000)
    server = start.server(database, **demo.settings)
    first, task = asked(server, demo)
    cards = database.sql("SELECT count(*) FROM contractors")[0][0]
    linked = "SELECT count(DISTINCT counterparty_id) FROM bank_transactions"
    assert cards > 200 and database.sql(linked) == [(cards,)]
    assert first < task["result"]["pages"] + cards / 5, "not one by one"

    # Known here by now: 1C is asked for documents alone. Another node, or the next start, knows no less.
    database.sql("DELETE FROM bank_transactions")
    server.stop()
    server = start.server(database, **demo.settings)
    again, task = asked(server, demo)
    assert task["stats"]["created"] == task["processed"] and task["processed"] > 2500
    assert again <= first - cards / 40, "no counterparty is fetched again"
    assert database.sql("SELECT count(*) FROM contractors")[0][0] == cards
    assert database.sql(linked) == [(cards,)]
