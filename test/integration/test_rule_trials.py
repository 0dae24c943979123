"""A trial of a rule against what then comes: rules of all kinds, new ones and changes."""
import pytest

from test_import import run, settled
from test_rules import category, reclassified, refused, rows


@pytest.fixture(scope="module")
def books(cluster):
    from harness import Demo, Server
    database = cluster.create()
    demo = Demo("trials.demo", "--docs", 1200, "--seed", 5)
    server = Server("trials.server", database, **demo.settings)
    settled(run(server))
    database.sql("UPDATE bank_transactions SET decided_by = 1, status = 'APPROVED' WHERE id % 40 = 0 AND category_id IS NOT NULL")
    yield server
    server.stop()
    demo.stop()
    database.drop()


def frequent(books, column, where="true"):
    return books.database.sql(f"SELECT {column} FROM bank_transactions WHERE {column} IS NOT NULL AND decided_by IS NULL AND {where} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0][0]


def by_words(books):
    """The rule of the starter set for rent: words of the purpose, certain."""
    names = ("id", "rule_type", "pattern", "category_id", "priority", "confidence", "transaction_type")
    return dict(zip(names, books.database.sql("SELECT id, rule_type, pattern, category_id, priority, confidence::numeric(4,2)::float, transaction_type"
                                              " FROM categorization_rules WHERE pattern LIKE '=аренда%%'")[0]))


def first_of(pattern):
    return pattern.split("|")[0].strip()


TRIALS = {
    "new": lambda b: {"rule_type": "KEYWORD", "pattern": "по счет | по сч", "category_id": category(b, "EX_AD"), "confidence": 0.95},
    "unsure, before a sure one": lambda b: {"rule_type": "KEYWORD", "pattern": by_words(b)["pattern"], "category_id": by_words(b)["category_id"], "priority": 1000, "confidence": 0.5},
    "unsure, of another category": lambda b: {"rule_type": "KEYWORD", "pattern": by_words(b)["pattern"], "category_id": category(b, "EX_AD"), "priority": 1000, "confidence": 0.3},
    "weak": lambda b: {"rule_type": "KEYWORD", "pattern": first_of(by_words(b)["pattern"]), "category_id": category(b, "EX_AD"), "priority": 0},
    "of an INN": lambda b: {"rule_type": "COUNTERPARTY_INN", "pattern": frequent(b, "counterparty_inn", "category_method = 'rule'"), "category_id": category(b, "EX_AD"), "priority": 500},
    "of a name": lambda b: {"rule_type": "COUNTERPARTY_NAME", "pattern": frequent(b, "counterparty_name", "category_method = 'rule'"), "category_id": category(b, "EX_AD"), "confidence": 0.6, "transaction_type": "DEBIT"},
    "of an operation": lambda b: {"rule_type": "BUSINESS_OPERATION", "pattern": frequent(b, "business_operation", "category_method IN ('rule', 'fact', 'none')"), "category_id": category(b, "EX_AD"), "priority": 500},
    "inactive": lambda b: {"rule_type": "KEYWORD", "pattern": "по счет | по сч", "category_id": category(b, "EX_AD"), "is_active": False},
    "narrower": lambda b: {**by_words(b), "pattern": first_of(by_words(b)["pattern"]) + " + нетакогослова"},
    "other words": lambda b: {**by_words(b), "pattern": "по счет | по сч"},
    "another category": lambda b: {**by_words(b), "category_id": category(b, "EX_AD")},
    "less sure": lambda b: {**by_words(b), "confidence": 0.4},
    "switched off": lambda b: {**by_words(b), "is_active": False},
    "what is not said stays": lambda b: {k: v for k, v in by_words(b).items() if k in ("id", "rule_type", "pattern")} | {"category_id": category(b, "EX_AD")},
}


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_says_what_comes_whatever_decides(books, name):
    """The trial of a rule, a dry run with it saved, and the real run change the same rows in the same way."""
    reclassified(books)
    body = TRIALS[name](books)
    id = body.get("id")
    was = books.user.get(f"/categorization-rules/{id}").json() if id else None
    operations = books.database.sql("SELECT count(*) FROM business_operation_mappings")
    said = books.manager.post("/categorization-rules/try", json=body).json()
    assert said["complete"] and books.database.sql("SELECT count(*) FROM business_operation_mappings") == operations
    saved = {k: v for k, v in body.items() if k != "id"}
    answer = books.admin.patch(f"/categorization-rules/{id}", json=saved) if id else books.admin.post("/categorization-rules", json=saved)
    assert answer.status_code in (200, 201), answer.text
    try:
        dry = reclassified(books, dry_run=True)["result"]
        before = {r[0]: r for r in rows(books, "true")}
        real = reclassified(books)["result"]
        after = {r[0]: r for r in rows(books, "true")}
        changed = {i for i in before if before[i] != after[i]}
        assert said["changed"] == dry["would_change"] == real["changed"] == len(changed), (said["changed"], dry["would_change"], len(changed))
        assert (said["changed"] > 0) == (name not in ("weak", "inactive")), said
        assert len(said["transactions"]) == min(20, said["changed"])
        for t in said["transactions"]:
            assert t["id"] in changed
            new = after[t["id"]]
            assert (new[1] or new[2], new[3]) == (t["new_category_id"], t["new_status"])
    finally:
        if id:
            books.admin.patch(f"/categorization-rules/{id}", json={k: v for k, v in was.items() if k not in ("id", "category_name")})
        else:
            books.admin.delete(f"/categorization-rules/{answer.json()['id']}")


def test_a_trial_of_a_rule_that_is_gone(books):
    refused(books.admin.post("/categorization-rules/try", json={"id": 10**9, "rule_type": "KEYWORD", "pattern": "аренд", "category_id": category(books, "MOVE")}), 404)
