-- Bank statement files: what they were, the rows they brought, the balances they state.

-- A file, or an entry of an archive, that a task has read.
CREATE TABLE statement_files (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id    uuid NOT NULL,
    file_no    integer NOT NULL,        -- its number within the task, from 1
    name       text NOT NULL,
    encoding   text NOT NULL,
    version    text NOT NULL,
    sender     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (task_id, file_no)
);

-- Every row that a statement has, once, however often its file comes. Each has a row of bank_transactions with source
-- 'bank' and this external_id. When 1C knows the payment as well, transaction_id is the row from 1C and the bank's own
-- row is inactive, so that no sum counts it twice; when 1C loses it again, the bank's row comes back.
CREATE TABLE statement_rows (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- A hash of what makes the payment this one (src/bankfile/row.c), and which of several equal ones of a file it is.
    identity         uuid NOT NULL,
    occurrence       integer NOT NULL,
    external_id      text NOT NULL,
    account_number   text NOT NULL,
    posted           date NOT NULL,
    transaction_type text NOT NULL CHECK (transaction_type IN ('CREDIT', 'DEBIT')),
    amount           numeric(17,2) NOT NULL,
    document_number  text,
    counterparty_inn text,
    internal         boolean NOT NULL,              -- between accounts of ours
    transaction_id   bigint REFERENCES bank_transactions,
    unclear          boolean NOT NULL DEFAULT false, -- 1C has rows that may be this one: a person decides
    file_id          bigint NOT NULL REFERENCES statement_files,
    line             bigint NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (identity, occurrence)
);
CREATE INDEX statement_rows_account ON statement_rows (account_number, posted) INCLUDE (transaction_type, amount);
CREATE INDEX statement_rows_waiting ON statement_rows (posted, id) WHERE transaction_id IS NULL;
CREATE UNIQUE INDEX statement_rows_linked ON statement_rows (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX statement_rows_unclear ON statement_rows (id) WHERE unclear;

-- Where 1C's side of a payment is looked for.
CREATE INDEX bank_transactions_payment ON bank_transactions (account_number, amount, transaction_date)
    WHERE source = '1c' AND payment_source = 'BANK';

-- What the sections of statements say of an account; the newest statement of the same days counts.
CREATE TABLE statement_balances (
    account_number text NOT NULL,
    date_from      date NOT NULL,
    date_to        date NOT NULL,
    opening        numeric(17,2) NOT NULL,
    received       numeric(17,2),
    paid           numeric(17,2),
    closing        numeric(17,2),
    file_id        bigint NOT NULL REFERENCES statement_files,
    line           bigint NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, date_from, date_to)
);

-- Rows that a task met in its present file and that were known before (or, in a dry run, would be created): so that the
-- second of two equal rows of a file is told from the first, without keeping the file's rows in memory. Emptied at the end.
CREATE TABLE statement_seen (
    task_id  uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    identity uuid NOT NULL,
    file_no  integer NOT NULL,
    fresh    boolean NOT NULL
);
CREATE INDEX statement_seen_identity ON statement_seen (task_id, identity);
