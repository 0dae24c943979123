-- Where a row came from, what changed it; what an incremental pass knows.

-- Cash-flow items of 1C as categories: which folder they say they stand in (it may come later), and who wrote them.
ALTER TABLE categories
    ADD COLUMN data_version       text,
    ADD COLUMN parent_external_id text,
    ADD COLUMN is_folder          boolean NOT NULL DEFAULT false,
    ADD COLUMN created_task_id    uuid,
    ADD COLUMN changed_task_id    uuid;

-- Rows of a catalogue that a pass over it has not met yet. Filled when the pass begins; what is left when it is complete
-- is gone at the source.
CREATE TABLE missing_cards (
    task_id     uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    catalogue   text NOT NULL,      -- name of our table
    external_id text NOT NULL,
    PRIMARY KEY (task_id, catalogue, external_id)
);

-- What a task read: the 1C base and the set of documents, by the kind of rows that came of it. Rows know their tasks
-- (created_task_id, changed_task_id); this outlives a task's cleanup.
CREATE TABLE task_sources (
    task_id          uuid NOT NULL,
    transaction_type text NOT NULL,
    payment_source   text NOT NULL,
    base             text NOT NULL,     -- address, without credentials
    document         text NOT NULL,     -- entity set
    PRIMARY KEY (task_id, transaction_type, payment_source)
);

-- What was changed in a row after it was created, by which task or person: {"amount": ["100.00", "120.00"], …}.
CREATE TABLE transaction_history (
    transaction_id bigint NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    at             timestamptz NOT NULL DEFAULT now(),
    task_id        uuid,
    user_id        bigint,
    changes        jsonb NOT NULL,
    PRIMARY KEY (transaction_id, id)
);

-- Written once for each statement, not for each row: an import that only inserts pays a look at an empty set. Only what
-- differs is put together, as text: building an object of all fields and stripping it costs eight times as much. Who did
-- it: the person named by the setting obm.user_id, or the one who decided, when it was a decision that changed and no task
-- signed it; else the task that signed the row last. An update that changes nothing of this list leaves no trace.
CREATE FUNCTION obm_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM o) THEN
        RETURN NULL;
    END IF;
    INSERT INTO transaction_history (transaction_id, task_id, user_id, changes)
    SELECT d.id, CASE WHEN d.person IS NULL THEN d.changed_task_id END, d.person, ('{' || substr(d.changes, 2) || '}')::jsonb
    FROM (
        SELECT n.id, n.changed_task_id,
            coalesce(nullif(current_setting('obm.user_id', true), '')::bigint,
                CASE WHEN n.changed_task_id IS NOT DISTINCT FROM o.changed_task_id
                    AND (n.status, n.category_id, n.notes, n.decided_by)
                        IS DISTINCT FROM (o.status, o.category_id, o.notes, o.decided_by)
                THEN n.decided_by END) AS person,
            concat(
                CASE WHEN o.transaction_date IS DISTINCT FROM n.transaction_date THEN
                    ',"transaction_date":' || json_build_array(to_char(o.transaction_date, 'YYYY-MM-DD"T"HH24:MI:SS'),
                        to_char(n.transaction_date, 'YYYY-MM-DD"T"HH24:MI:SS')) END,
                CASE WHEN o.amount IS DISTINCT FROM n.amount THEN
                    ',"amount":' || json_build_array(o.amount::text, n.amount::text) END,
                CASE WHEN o.currency IS DISTINCT FROM n.currency THEN
                    ',"currency":' || json_build_array(o.currency, n.currency) END,
                CASE WHEN o.transaction_type IS DISTINCT FROM n.transaction_type THEN
                    ',"transaction_type":' || json_build_array(o.transaction_type, n.transaction_type) END,
                CASE WHEN o.payment_source IS DISTINCT FROM n.payment_source THEN
                    ',"payment_source":' || json_build_array(o.payment_source, n.payment_source) END,
                CASE WHEN o.document_number IS DISTINCT FROM n.document_number THEN
                    ',"document_number":' || json_build_array(o.document_number, n.document_number) END,
                CASE WHEN o.document_date IS DISTINCT FROM n.document_date THEN
                    ',"document_date":' || json_build_array(o.document_date::text, n.document_date::text) END,
                CASE WHEN o.payment_purpose IS DISTINCT FROM n.payment_purpose THEN
                    ',"payment_purpose":' || json_build_array(o.payment_purpose, n.payment_purpose) END,
                CASE WHEN o.business_operation IS DISTINCT FROM n.business_operation THEN
                    ',"business_operation":' || json_build_array(o.business_operation, n.business_operation) END,
                CASE WHEN o.counterparty_id IS DISTINCT FROM n.counterparty_id THEN
                    ',"counterparty_id":' || json_build_array(o.counterparty_id, n.counterparty_id) END,
                CASE WHEN o.counterparty_name IS DISTINCT FROM n.counterparty_name THEN
                    ',"counterparty_name":' || json_build_array(o.counterparty_name, n.counterparty_name) END,
                CASE WHEN o.counterparty_inn IS DISTINCT FROM n.counterparty_inn THEN
                    ',"counterparty_inn":' || json_build_array(o.counterparty_inn, n.counterparty_inn) END,
                CASE WHEN o.counterparty_kpp IS DISTINCT FROM n.counterparty_kpp THEN
                    ',"counterparty_kpp":' || json_build_array(o.counterparty_kpp, n.counterparty_kpp) END,
                CASE WHEN o.counterparty_account IS DISTINCT FROM n.counterparty_account THEN
                    ',"counterparty_account":' || json_build_array(o.counterparty_account, n.counterparty_account) END,
                CASE WHEN o.counterparty_bank IS DISTINCT FROM n.counterparty_bank THEN
                    ',"counterparty_bank":' || json_build_array(o.counterparty_bank, n.counterparty_bank) END,
                CASE WHEN o.counterparty_bik IS DISTINCT FROM n.counterparty_bik THEN
                    ',"counterparty_bik":' || json_build_array(o.counterparty_bik, n.counterparty_bik) END,
                CASE WHEN o.organization_id IS DISTINCT FROM n.organization_id THEN
                    ',"organization_id":' || json_build_array(o.organization_id, n.organization_id) END,
                CASE WHEN o.organization_name IS DISTINCT FROM n.organization_name THEN
                    ',"organization_name":' || json_build_array(o.organization_name, n.organization_name) END,
                CASE WHEN o.account_number IS DISTINCT FROM n.account_number THEN
                    ',"account_number":' || json_build_array(o.account_number, n.account_number) END,
                CASE WHEN o.our_bank_name IS DISTINCT FROM n.our_bank_name THEN
                    ',"our_bank_name":' || json_build_array(o.our_bank_name, n.our_bank_name) END,
                CASE WHEN o.our_bank_bik IS DISTINCT FROM n.our_bank_bik THEN
                    ',"our_bank_bik":' || json_build_array(o.our_bank_bik, n.our_bank_bik) END,
                CASE WHEN o.vat_amount IS DISTINCT FROM n.vat_amount THEN
                    ',"vat_amount":' || json_build_array(o.vat_amount::text, n.vat_amount::text) END,
                CASE WHEN o.vat_rate IS DISTINCT FROM n.vat_rate THEN
                    ',"vat_rate":' || json_build_array(o.vat_rate, n.vat_rate) END,
                CASE WHEN o.cash_flow_item IS DISTINCT FROM n.cash_flow_item THEN
                    ',"cash_flow_item":' || json_build_array(o.cash_flow_item, n.cash_flow_item) END,
                CASE WHEN o.status IS DISTINCT FROM n.status THEN ',"status":' || json_build_array(o.status, n.status) END,
                CASE WHEN o.category_id IS DISTINCT FROM n.category_id THEN
                    ',"category_id":' || json_build_array(o.category_id, n.category_id) END,
                CASE WHEN o.suggested_category_id IS DISTINCT FROM n.suggested_category_id THEN
                    ',"suggested_category_id":' || json_build_array(o.suggested_category_id, n.suggested_category_id) END,
                CASE WHEN o.category_confidence IS DISTINCT FROM n.category_confidence THEN
                    ',"category_confidence":' || json_build_array(o.category_confidence, n.category_confidence) END,
                CASE WHEN o.category_method IS DISTINCT FROM n.category_method THEN
                    ',"category_method":' || json_build_array(o.category_method, n.category_method) END,
                CASE WHEN o.category_rule_id IS DISTINCT FROM n.category_rule_id THEN
                    ',"category_rule_id":' || json_build_array(o.category_rule_id, n.category_rule_id) END,
                CASE WHEN o.category_reason IS DISTINCT FROM n.category_reason THEN
                    ',"category_reason":' || json_build_array(o.category_reason, n.category_reason) END,
                CASE WHEN o.notes IS DISTINCT FROM n.notes THEN ',"notes":' || json_build_array(o.notes, n.notes) END,
                CASE WHEN o.is_active IS DISTINCT FROM n.is_active THEN
                    ',"is_active":' || json_build_array(o.is_active, n.is_active) END) AS changes
        FROM n JOIN o ON o.id = n.id
        OFFSET 0) AS d      -- put together once, not again for the condition
    WHERE d.changes <> '';
    RETURN NULL;
END
$$;
CREATE TRIGGER bank_transactions_history AFTER UPDATE ON bank_transactions
    REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION obm_keep_history();

-- Fingerprints of days that were read completely and of which every document became a row: how many, their sum, and a
-- hash over Ref_Key and DataVersion that does not depend on their order. A day that looks the same at the source, and of
-- which the ledger still holds as many rows with the same sum, is not read again.
CREATE TABLE source_days (
    source           text NOT NULL,
    transaction_type text NOT NULL,
    payment_source   text NOT NULL,
    day              date NOT NULL,
    base             text NOT NULL,
    documents        bigint NOT NULL,
    amount           numeric(30,2) NOT NULL,
    hash             uuid NOT NULL,
    task_id          uuid NOT NULL,
    read_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, transaction_type, payment_source, day)
);

-- What a dry run would have written, row by row; changes: as in transaction_history, NULL for a new row.
CREATE TABLE task_changes (
    task_id          uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    id               bigint GENERATED ALWAYS AS IDENTITY,
    resource         text NOT NULL,     -- bank_transactions, contractors, organizations, categories
    action           text NOT NULL CHECK (action IN ('create', 'update', 'deactivate')),
    external_id      text NOT NULL,
    row_id           bigint,
    title            text,
    transaction_date timestamp,
    transaction_type text,
    amount           numeric(17,2),
    changes          jsonb,
    PRIMARY KEY (task_id, id)
);
CREATE UNIQUE INDEX task_changes_row ON task_changes (task_id, resource, external_id);
