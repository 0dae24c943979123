-- Rows of statements are decided about together with their neighbours: stored rows and rows of 1C of the same account, side and amount.

-- How well a row fits what it is linked to (src/ledger/link.h); 7: number, INN and day. 0: not linked, or it is not known.
ALTER TABLE statement_rows ADD COLUMN link_level smallint NOT NULL DEFAULT 0;
UPDATE statement_rows r SET link_level = 7 FROM bank_transactions o
WHERE o.id = r.transaction_id AND o.transaction_date::date = r.posted AND o.counterparty_inn = r.counterparty_inn
    AND ltrim(substring(o.document_number FROM '([0-9]+)[^0-9]*$'), '0') = ltrim(substring(r.document_number FROM '([0-9]+)[^0-9]*$'), '0')
    AND ltrim(substring(r.document_number FROM '([0-9]+)[^0-9]*$'), '0') <> '' AND r.counterparty_inn <> '';
ALTER TABLE statement_rows ADD CHECK (transaction_id IS NOT NULL OR link_level = 0);

-- As expressions, so that no plan can take another index in its place, nor this one in place of another.
CREATE INDEX statement_rows_payment ON statement_rows ((account_number || ' ' || transaction_type || ' ' || amount::text),
    (posted - '2000-01-01'::date));
-- Rows whose link may become another one.
CREATE INDEX statement_rows_unsettled ON statement_rows (posted, id) WHERE link_level < 7;
DROP INDEX statement_rows_waiting;

-- What rows of statements would become in a dry run: new ones, and stored ones (row_id) that would be linked otherwise. Emptied at
-- its end.
CREATE TABLE statement_drafts (
    task_id          uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    id               bigint GENERATED ALWAYS AS IDENTITY,
    row_id           bigint REFERENCES statement_rows,
    file_no          integer,
    external_id      text NOT NULL,
    title            text,
    account_number   text NOT NULL,
    posted           date NOT NULL,
    transaction_type text NOT NULL,
    amount           numeric(17,2) NOT NULL,
    document_number  text,
    counterparty_inn text,
    transaction_id   bigint,
    link_level       smallint NOT NULL,
    reason           text,              -- of the doubt; NULL: there is none
    PRIMARY KEY (task_id, id),
    UNIQUE (task_id, external_id)
);
CREATE INDEX statement_drafts_payment ON statement_drafts ((account_number || ' ' || transaction_type || ' ' || amount::text),
    (posted - '2000-01-01'::date));
CREATE INDEX statement_drafts_row ON statement_drafts (row_id) WHERE row_id IS NOT NULL;
CREATE INDEX statement_drafts_linked ON statement_drafts (transaction_id) WHERE transaction_id IS NOT NULL;
DROP INDEX task_changes_linked; -- who has a row of 1C in a dry run is told by the drafts
