-- Rows that people left out of the sums are few; totals take them off what the date's index adds up (src/ledger/query.c).
CREATE INDEX bank_transactions_ignored ON bank_transactions (transaction_date DESC, id DESC) WHERE status = 'IGNORED';
