/* A payment that a statement and 1C both tell counts once: the bank's row gives way to that of 1C.
 * `those` are the statement's rows: (external_id, transaction_id: of 1C's row, NULL for none). */
#ifndef LEDGER_CARRY_SQL_H
#define LEDGER_CARRY_SQL_H

/* What a person decided about the bank's row goes to the row of 1C, with everything that is told of
 * a category. OFFSET 0: from the rows to the bank's; a plan that begins with everything people ever
 * decided, because it believes that to be little, takes seconds. */
#define LEDGER_CARRY(those)                                                                        \
    "UPDATE bank_transactions o SET category_id = b.category_id,"                                  \
    " suggested_category_id = b.suggested_category_id,"                                            \
    " category_confidence = b.category_confidence, category_method = b.category_method,"           \
    " category_rule_id = b.category_rule_id, category_reason = b.category_reason,"                 \
    " status = b.status, notes = coalesce(b.notes, o.notes), decided_by = b.decided_by,"           \
    " updated_at = greatest(now(), o.updated_at + interval '1 microsecond')"                       \
    " FROM " those " AS r CROSS JOIN LATERAL (SELECT * FROM bank_transactions"                     \
    "  WHERE source = 'bank' AND external_id = r.external_id OFFSET 0) AS b"                       \
    " WHERE o.id = r.transaction_id AND b.decided_by IS NOT NULL AND o.decided_by IS NULL"

/* more: what else is set. */
#define LEDGER_GIVE_WAY(those, more)                                                               \
    "UPDATE bank_transactions b SET is_active = r.transaction_id IS NULL" more                     \
    ", updated_at = greatest(now(), b.updated_at + interval '1 microsecond')"                      \
    " FROM " those " AS r WHERE b.source = 'bank' AND b.external_id = r.external_id"               \
    " AND b.is_active <> (r.transaction_id IS NULL)"

#endif
