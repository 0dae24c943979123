"""Categories of imported rows: against the truth of the demo base, with what people decided, and told why."""
import collections

import pytest
import requests

from test_import import YEAR, run, settled

DOCS = 3000


def truth_of(demo):
    """Key → category code a careful accountant would give."""
    known, at, total = {}, 0, 1
    while at < total:
        page = requests.get(f"{demo.origin}/demo/admin/documents?from={at}&count=5000", auth=("demo", "demo"), timeout=60).json()
        total = page["total"]
        known.update((d["key"], d["truth"]) for d in page["documents"])
        at += len(page["documents"])
    return known


def accuracy(database, truth):
    """assigned and suggested: (right, wrong) each, and how many got nothing; and what was taken for what."""
    figures, confused = collections.Counter(), collections.Counter()
    for key, assigned, suggested in database.sql(
            "SELECT b.external_id, a.code, s.code FROM bank_transactions b LEFT JOIN categories a ON a.id = b.category_id"
            " LEFT JOIN categories s ON s.id = b.suggested_category_id"):
        kind = "assigned" if assigned else "suggested" if suggested else "none"
        right = (assigned or suggested) == truth[key]
        figures[kind, right] += 1
        if not right:
            confused[kind, truth[key], assigned or suggested] += 1
    return figures, confused


def share(figures, kind):
    right, wrong = figures[kind, True], figures[kind, False]
    return right / (right + wrong) if right + wrong else 1.0


@pytest.mark.parametrize("family", ["ut", "bp"])
@pytest.mark.parametrize("mapped", [True, False])
def test_against_the_truth(start, database, family, mapped):
    """With 1C's operations mapped, and by the documents' facts and words alone."""
    demo = start.demo("--docs", DOCS, "--seed", 23, "--profile", family)
    server = start.server(database, **demo.settings)
    if not mapped:
        database.sql("UPDATE business_operation_mappings SET is_active = false")
    stats = settled(run(server))
    figures, confused = accuracy(database, truth_of(demo))
    total = sum(figures.values())
    assert total == stats["created"]
    coverage = (figures["assigned", True] + figures["assigned", False]) / total
    print(f"\n{family} mapped={mapped} rows={total} assigned={coverage:.3f} right={share(figures, 'assigned'):.4f}"
          f" suggested right={share(figures, 'suggested'):.3f} none={figures['none', False] / total:.3f}\n", confused.most_common(14))
    assert share(figures, "assigned") >= (0.995 if mapped else 0.99), confused.most_common(10)
    assert coverage >= (0.65 if mapped else 0.25), figures
    said = database.sql("SELECT count(*) FROM bank_transactions WHERE (category_id IS NOT NULL OR suggested_category_id IS NOT NULL)"
                        " AND (category_reason IS NULL OR category_method IS NULL OR category_confidence IS NULL)")
    assert said[0][0] == 0
    wrong = database.sql("SELECT count(*) FROM bank_transactions WHERE status <> CASE WHEN category_confidence::numeric >= 0.9 THEN 'CATEGORIZED'"
                         " WHEN category_confidence IS NULL THEN 'NEW' ELSE 'NEEDS_REVIEW' END"
                         " OR (category_id IS NOT NULL) <> (status = 'CATEGORIZED')")
    assert wrong[0][0] == 0


def column(database, sql):
    return [r[0] for r in database.sql(sql)]


def test_off_means_off(start, database):
    demo = start.demo("--docs", 300, "--seed", 23)
    server = start.server(database, **demo.settings)
    settled(run(server, auto_classify=False))
    assert column(database, "SELECT DISTINCT status FROM bank_transactions") == ["NEW"]
    assert column(database, "SELECT count(*) FROM bank_transactions WHERE category_method IS NOT NULL OR category_reason IS NOT NULL") == [0]


def test_what_a_person_decided_stays(start, database):
    demo = start.demo("--docs", 600, "--seed", 23)
    server = start.server(database, **demo.settings)
    settled(run(server))
    decided = column(database, "UPDATE bank_transactions SET category_id = (SELECT id FROM categories WHERE code = 'EX_OTHER'), status ="
                               " 'APPROVED', decided_by = 1 WHERE id % 3 = 0 RETURNING id")
    kept = "SELECT md5(string_agg(concat(id, status, category_id, suggested_category_id, category_reason, category_method), ',' ORDER BY id))" \
           " FROM bank_transactions WHERE decided_by IS NOT NULL"
    before = database.sql(kept)
    demo.admin("change", {"every": 1})
    assert settled(run(server))["updated"] > 400
    assert database.sql(kept) == before and len(decided) > 100


def test_an_unknown_operation_becomes_an_inactive_mapping(start, database):
    demo = start.demo("--docs", 600, "--seed", 23)
    server = start.server(database, **demo.settings)
    database.sql("DELETE FROM business_operation_mappings WHERE business_operation = 'ОплатаПоставщику'")
    settled(run(server))
    stub = database.sql("SELECT category_id, is_active FROM business_operation_mappings WHERE business_operation = 'ОплатаПоставщику'")
    assert stub == [(None, False)]
    settled(run(server))  # once
    assert column(database, "SELECT count(*) FROM business_operation_mappings WHERE NOT is_active") == [1]


def test_cash_flow_items_of_1c_beat_everything(start, database):
    demo = start.demo("--docs", 1500, "--seed", 23)
    server = start.server(database, **demo.settings)
    settled(server.wait_task(server.start_sync("full", **YEAR)))
    named = database.sql("SELECT b.category_id = coalesce(c.same_as, c.id), b.status, b.category_confidence, b.category_reason FROM bank_transactions b"
                         " JOIN categories c ON c.source = '1c' AND c.external_id = b.cash_flow_item WHERE b.category_method = 'item'")
    assert len(named) > 300
    assert all(same and status == "CATEGORIZED" and confidence == 1 and "Статья" in reason for same, status, confidence, reason in named)
    assert column(database, "SELECT count(*) FROM bank_transactions b JOIN categories c ON c.source = '1c' AND c.external_id = b.cash_flow_item"
                            " WHERE b.category_method <> 'item'") == [0]


def test_history_of_an_inn(start, database):
    """Three confirmed payments of an INN assign a fourth; two do not; automatic ones only suggest."""
    demo = start.demo("--docs", 1500, "--seed", 23)
    server = start.server(database, **demo.settings)
    database.sql("UPDATE categorization_rules SET is_active = false")
    database.sql("UPDATE business_operation_mappings SET is_active = false")
    settled(run(server))
    inns = column(database, "SELECT counterparty_inn FROM bank_transactions WHERE status = 'NEW' AND transaction_type = 'DEBIT'"
                            " AND counterparty_inn <> '' AND counterparty_inn NOT IN (SELECT counterparty_inn FROM"
                            " bank_transactions WHERE category_method = 'fact' AND counterparty_inn <> '') GROUP BY 1 HAVING count(*) > 4 ORDER BY count(*) DESC, 1 LIMIT 4")
    rent, other = (column(database, f"SELECT id FROM categories WHERE code = '{c}'")[0] for c in ("EX_RENT", "EX_OTHER"))

    def mark(inn, category, n, by_person=True):
        database.sql("UPDATE bank_transactions SET category_id = %s, status = %s, decided_by = %s, category_method = %s WHERE id IN (SELECT id"
                     " FROM bank_transactions WHERE counterparty_inn = %s AND transaction_type = 'DEBIT' AND category_id IS NULL"
                     " ORDER BY id LIMIT %s)", (category, "APPROVED" if by_person else "CATEGORIZED", 1 if by_person else None,
                                                None if by_person else "operation", inn, n))
    mark(inns[0], rent, 3)
    mark(inns[1], rent, 2)
    mark(inns[2], rent, 3, by_person=False)
    mark(inns[3], rent, 2)
    mark(inns[3], other, 2)
    database.sql("UPDATE bank_transactions SET data_version = 'old' WHERE category_id IS NULL")
    settled(run(server, mode="full"))

    def found(inn):
        return database.sql("SELECT DISTINCT status, category_id, suggested_category_id, category_method FROM bank_transactions"
                            " WHERE counterparty_inn = %s AND transaction_type = 'DEBIT' AND decided_by IS NULL"
                            " AND category_method NOT IN ('rule', 'operation')", (inn,))
    assert found(inns[0]) == [("CATEGORIZED", rent, None, "history")]
    assert found(inns[1]) == [("NEW", None, None, "none")]
    assert found(inns[2]) == [("NEEDS_REVIEW", None, rent, "history")]
    assert found(inns[3]) == [("NEW", None, None, "none")]
