-- What an import may know when it decides about categories: what the ledger held before it wrote its first row. It is put down when
-- the import begins, so that one that was killed and goes on decides as if nothing had happened. Removed when the task ends well.

CREATE TABLE task_knowledge (
    task_id      uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    own_accounts text[] NOT NULL,
    own_inns     text[] NOT NULL
);

-- Payments of an INN and direction by their category: those that people confirmed, and those of which 1C or the document itself said it.
CREATE TABLE task_evidence (
    task_id          uuid NOT NULL REFERENCES task_knowledge ON DELETE CASCADE,
    counterparty_inn text NOT NULL,
    transaction_type text NOT NULL,
    confirmed        boolean NOT NULL,
    category_id      bigint NOT NULL,
    payments         bigint NOT NULL,
    PRIMARY KEY (task_id, counterparty_inn, transaction_type, confirmed, category_id)
);

-- Each batch calls it: a function in SQL is parsed and planned anew with each statement that calls it (about 100 us), this one once a
-- connection (12).
CREATE OR REPLACE FUNCTION obm_tally(created bigint, updated bigint, unchanged bigint, deactivated bigint)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('obm.created', (obm_tallied('created') + $1)::text, true),
            set_config('obm.updated', (obm_tallied('updated') + $2)::text, true),
            set_config('obm.unchanged', (obm_tallied('unchanged') + $3)::text, true),
            set_config('obm.deactivated', (obm_tallied('deactivated') + $4)::text, true);
END
$$;
