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

-- One member of `changes`, or NULL.
CREATE FUNCTION obm_change(was text, now text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN was IS DISTINCT FROM now THEN jsonb_build_array(was, now) END
$$;

-- Written once for each statement, not for each row: an import that only inserts pays a look at an empty set. Who did it:
-- the person named by the setting obm.user_id, or the one who decided, when it was a decision that changed and no task
-- signed it; else the task that signed the row last. An update that changes nothing of this list leaves no trace.
CREATE FUNCTION obm_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM o) THEN
        RETURN NULL;
    END IF;
    INSERT INTO transaction_history (transaction_id, task_id, user_id, changes)
    SELECT d.id, CASE WHEN d.person IS NULL THEN d.changed_task_id END, d.person, d.changes
    FROM (
        SELECT n.id, n.changed_task_id,
            coalesce(nullif(current_setting('obm.user_id', true), '')::bigint,
                CASE WHEN n.changed_task_id IS NOT DISTINCT FROM o.changed_task_id
                    AND (n.status, n.category_id, n.notes, n.decided_by)
                        IS DISTINCT FROM (o.status, o.category_id, o.notes, o.decided_by)
                THEN n.decided_by END) AS person,
            jsonb_strip_nulls(jsonb_build_object(
                'transaction_date', CASE WHEN o.transaction_date IS DISTINCT FROM n.transaction_date THEN
                    jsonb_build_array(to_char(o.transaction_date, 'YYYY-MM-DD"T"HH24:MI:SS'),
                        to_char(n.transaction_date, 'YYYY-MM-DD"T"HH24:MI:SS')) END,
                'amount', CASE WHEN o.amount IS DISTINCT FROM n.amount THEN
                    jsonb_build_array(o.amount::text, n.amount::text) END,
                'currency', obm_change(o.currency, n.currency),
                'transaction_type', obm_change(o.transaction_type, n.transaction_type),
                'payment_source', obm_change(o.payment_source, n.payment_source),
                'document_number', obm_change(o.document_number, n.document_number),
                'document_date', CASE WHEN o.document_date IS DISTINCT FROM n.document_date THEN
                    jsonb_build_array(o.document_date::text, n.document_date::text) END,
                'payment_purpose', obm_change(o.payment_purpose, n.payment_purpose),
                'business_operation', obm_change(o.business_operation, n.business_operation),
                'counterparty_id', CASE WHEN o.counterparty_id IS DISTINCT FROM n.counterparty_id THEN
                    jsonb_build_array(o.counterparty_id, n.counterparty_id) END,
                'counterparty_name', obm_change(o.counterparty_name, n.counterparty_name),
                'counterparty_inn', obm_change(o.counterparty_inn, n.counterparty_inn),
                'counterparty_kpp', obm_change(o.counterparty_kpp, n.counterparty_kpp),
                'counterparty_account', obm_change(o.counterparty_account, n.counterparty_account),
                'counterparty_bank', obm_change(o.counterparty_bank, n.counterparty_bank),
                'counterparty_bik', obm_change(o.counterparty_bik, n.counterparty_bik),
                'organization_id', CASE WHEN o.organization_id IS DISTINCT FROM n.organization_id THEN
                    jsonb_build_array(o.organization_id, n.organization_id) END,
                'organization_name', obm_change(o.organization_name, n.organization_name),
                'account_number', obm_change(o.account_number, n.account_number),
                'our_bank_name', obm_change(o.our_bank_name, n.our_bank_name),
                'our_bank_bik', obm_change(o.our_bank_bik, n.our_bank_bik))
              || jsonb_build_object(
                'vat_amount', CASE WHEN o.vat_amount IS DISTINCT FROM n.vat_amount THEN
                    jsonb_build_array(o.vat_amount::text, n.vat_amount::text) END,
                'vat_rate', obm_change(o.vat_rate, n.vat_rate),
                'cash_flow_item', obm_change(o.cash_flow_item, n.cash_flow_item),
                'status', obm_change(o.status, n.status),
                'category_id', CASE WHEN o.category_id IS DISTINCT FROM n.category_id THEN
                    jsonb_build_array(o.category_id, n.category_id) END,
                'suggested_category_id', CASE WHEN o.suggested_category_id IS DISTINCT FROM n.suggested_category_id THEN
                    jsonb_build_array(o.suggested_category_id, n.suggested_category_id) END,
                'category_confidence', CASE WHEN o.category_confidence IS DISTINCT FROM n.category_confidence THEN
                    jsonb_build_array(o.category_confidence, n.category_confidence) END,
                'category_method', obm_change(o.category_method, n.category_method),
                'category_rule_id', CASE WHEN o.category_rule_id IS DISTINCT FROM n.category_rule_id THEN
                    jsonb_build_array(o.category_rule_id, n.category_rule_id) END,
                'category_reason', obm_change(o.category_reason, n.category_reason),
                'notes', obm_change(o.notes, n.notes),
                'is_active', CASE WHEN o.is_active <> n.is_active THEN
                    jsonb_build_array(o.is_active, n.is_active) END)) AS changes
        FROM n JOIN o ON o.id = n.id) AS d
    WHERE d.changes <> '{}';
    RETURN NULL;
END
$$;
CREATE TRIGGER bank_transactions_history AFTER UPDATE ON bank_transactions
    REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION obm_keep_history();
