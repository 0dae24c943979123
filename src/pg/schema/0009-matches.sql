-- Rows of statements and rows of 1C that may be one payment: the program was not sure, a person decides.

-- decision NULL: open. 'same': statement_rows.transaction_id is it for as long as 1C has the row, and again when it comes
-- back. 'different': no import links these two.
CREATE TABLE statement_matches (
    row_id         bigint NOT NULL REFERENCES statement_rows,
    transaction_id bigint NOT NULL REFERENCES bank_transactions,
    -- several: more than one row of 1C fits as well; shared: it fits other rows of the statement as well; sum_only: neither
    -- number nor INN speak for it
    reason         text NOT NULL CHECK (reason IN ('several', 'shared', 'sum_only')),
    decision       text CHECK (decision IN ('same', 'different')),
    decided_by     bigint,
    decided_at     timestamptz,
    PRIMARY KEY (row_id, transaction_id)
);
CREATE INDEX statement_matches_transaction ON statement_matches (transaction_id);
CREATE INDEX statement_matches_open ON statement_matches (row_id) WHERE decision IS NULL;
CREATE INDEX statement_matches_decided ON statement_matches (decided_at DESC, row_id) WHERE decision IS NOT NULL;

-- Until now it was only noted that there are some.
INSERT INTO statement_matches (row_id, transaction_id, reason)
SELECT r.id, b.id, CASE WHEN count(*) OVER (PARTITION BY r.id) > 1 THEN 'several' ELSE 'sum_only' END
FROM statement_rows r CROSS JOIN LATERAL (
    SELECT b.id FROM bank_transactions b
    WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.account_number = r.account_number AND b.amount = r.amount
        AND b.transaction_type = r.transaction_type AND b.is_active
        AND b.transaction_date >= r.posted - 3 AND b.transaction_date < r.posted + 4
        AND (b.counterparty_inn = r.counterparty_inn) IS NOT FALSE
        AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = b.id)
    ORDER BY b.id LIMIT 20) b
WHERE r.unclear AND r.transaction_id IS NULL;
ALTER TABLE statement_rows DROP COLUMN unclear;

-- Those that still are a question: 1C may have changed or lost its row since, or somebody else got it.
CREATE VIEW open_matches AS
SELECT m.row_id, m.transaction_id, m.reason
FROM statement_matches m JOIN statement_rows r ON r.id = m.row_id JOIN bank_transactions b ON b.id = m.transaction_id
WHERE m.decision IS NULL AND r.transaction_id IS NULL AND b.is_active AND b.account_number = r.account_number
    AND b.amount = r.amount AND b.transaction_type = r.transaction_type
    AND b.transaction_date >= r.posted - 3 AND b.transaction_date < r.posted + 4
    AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = b.id);
