-- The first schema: accounts, tasks, and the ledger.

CREATE TABLE settings (
    key   text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      text NOT NULL,
    password_hash text NOT NULL,
    role          text NOT NULL CHECK (role IN ('ADMIN', 'MANAGER', 'USER')),
    is_active     boolean NOT NULL DEFAULT true,
    -- Grows with every change of role, state or password: tokens carry it, older ones are dead.
    version       integer NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_username ON users (lower(username));

-- Tokens that were signed out before their end.
CREATE TABLE revoked_tokens (
    token_id   uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX revoked_tokens_expires ON revoked_tokens (expires_at);

-- ---------------------------------------------------------------- tasks
CREATE TABLE tasks (
    task_id          uuid PRIMARY KEY,
    task_type        text NOT NULL,
    name             text NOT NULL,
    status           smallint NOT NULL DEFAULT 0,   -- 0 pending 1 running 2 completed 3 failed 4 cancelled
    priority         smallint NOT NULL DEFAULT 2,   -- 0 critical 1 high 2 normal 3 low
    params           jsonb NOT NULL DEFAULT '{}',
    metadata         jsonb NOT NULL DEFAULT '{}',
    unique_key       text,
    user_id          bigint NOT NULL,
    exclusive        text,                          -- at most one running task of a group
    run_at           timestamptz NOT NULL DEFAULT now(),
    -- The order of the queue: run_at plus five minutes for each step of priority below critical. So a critical task goes
    -- first, and a low one that has waited a quarter of an hour goes before a critical one that has just come.
    due_by           timestamptz NOT NULL DEFAULT now(),
    timeout_s        integer NOT NULL DEFAULT 3600,
    max_retries      integer NOT NULL DEFAULT 3,
    retry_count      integer NOT NULL DEFAULT 0,    -- failed attempts in a row that moved nothing
    failures         integer NOT NULL DEFAULT 0,    -- all attempts that ended badly; a node that died over it without progress
                                                    -- weighs ten: the overall limit
    attempt          integer NOT NULL DEFAULT 0,
    -- lease: who runs it. The token only grows; every write of a task checks it.
    lease_token      bigint NOT NULL DEFAULT 0,
    lease_until      timestamptz,
    node             text,
    cancel_requested boolean NOT NULL DEFAULT false,
    cancelled_by     bigint,
    -- checkpoint: committed together with the records it speaks of. commit_no finds out about commits of unknown outcome.
    checkpoint       jsonb,
    commit_no        bigint NOT NULL DEFAULT 0,
    claimed_no       bigint NOT NULL DEFAULT 0,     -- commit_no when this attempt began
    phase            text,
    progress         smallint NOT NULL DEFAULT 0,
    total            bigint NOT NULL DEFAULT 0,
    fetched          bigint NOT NULL DEFAULT 0,
    created          bigint NOT NULL DEFAULT 0,
    updated          bigint NOT NULL DEFAULT 0,
    unchanged        bigint NOT NULL DEFAULT 0,
    skipped          bigint NOT NULL DEFAULT 0,
    failed           bigint NOT NULL DEFAULT 0,
    deactivated      bigint NOT NULL DEFAULT 0,
    rate             double precision,
    message          text,
    wait_reason      text,
    result           jsonb,
    error            text,
    error_code       text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    completed_at     timestamptz,
    seq              bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
-- What is alive: the queue in its order (status 0) and what runs (status 1). Ids are time-ordered (UUID v7, the time is
-- created_at), so the primary key is also the list of the newest and the way to the oldest. Fewer indexes: a change
-- of status writes into every one of them.
CREATE INDEX tasks_alive ON tasks (status, due_by, task_id) WHERE status < 2;
CREATE UNIQUE INDEX tasks_exclusive ON tasks (exclusive) WHERE status = 1 AND exclusive IS NOT NULL;
CREATE INDEX tasks_exclusive_queue ON tasks (exclusive, due_by, task_id) WHERE status = 0 AND exclusive IS NOT NULL;
CREATE UNIQUE INDEX tasks_unique_key ON tasks (unique_key) WHERE unique_key IS NOT NULL AND status < 2;

-- Refused records and the log go with their task (cleanup removes both); no foreign key, which would lock the task's
-- row for each line written.
CREATE TABLE task_errors (
    task_id     uuid NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    ordinal     bigint NOT NULL,
    external_id text,
    stage       text NOT NULL,
    code        text NOT NULL,
    message     text NOT NULL,
    record      text,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, id)
);

-- `created` is not written: it is read from the task's row.
CREATE TABLE task_events (
    task_id uuid NOT NULL,
    id      bigint GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    event   text NOT NULL,
    phase   text,
    node    text,
    user_id bigint,
    message text,
    PRIMARY KEY (task_id, id)
);

-- The key and the id of its task are stored before the task is made, so that whoever repeats the request makes the
-- same task; `answered` afterwards: the answer is repeated even when the task has been cleaned up meanwhile.
CREATE TABLE idempotency_keys (
    user_id      bigint NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    task_id      uuid NOT NULL,
    answered     boolean NOT NULL DEFAULT false,
    deduplicated boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Counters that only the statement itself knows travel to the checkpoint of the same transaction in settings that
-- end with it: an upsert calls obm_tally, the checkpoint reads obm_tallied.
CREATE FUNCTION obm_tallied(counter text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('obm.' || counter, true), '')::bigint, 0)
$$;
CREATE FUNCTION obm_tally(created bigint, updated bigint, unchanged bigint, deactivated bigint)
RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT set_config('obm.created', (obm_tallied('created') + $1)::text, true),
           set_config('obm.updated', (obm_tallied('updated') + $2)::text, true),
           set_config('obm.unchanged', (obm_tallied('unchanged') + $3)::text, true),
           set_config('obm.deactivated', (obm_tallied('deactivated') + $4)::text, true)
$$;

-- Called when a task's write found no row to change: says why, and rolls the whole unit back. OB002: this very commit
-- has landed before (its answer was lost). OB001: the lease is gone.
CREATE FUNCTION obm_lost(id uuid, token bigint, no bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM tasks WHERE task_id = id AND lease_token = token AND status = 1 AND commit_no = no + 1;
    IF FOUND THEN
        RAISE EXCEPTION 'commit % of task % has landed before', no + 1, id USING ERRCODE = 'OB002';
    END IF;
    RAISE EXCEPTION 'lease % of task % is gone', token, id USING ERRCODE = 'OB001';
END
$$;

-- What a task leaves behind when it ends, however it ends: how far it got, and what its type reports. Nothing volatile
-- in it, so that PostgreSQL writes it into the statement that calls it.
CREATE FUNCTION obm_result(t tasks, total bigint, report jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(report, '{}') || jsonb_build_object(
        'processed', t.fetched, 'total', total, 'phase', t.phase,
        'duration_seconds', round(coalesce(extract(epoch FROM statement_timestamp() - t.started_at), 0), 3),
        'stats', jsonb_build_object('fetched', t.fetched, 'created', t.created, 'updated', t.updated,
            'unchanged', t.unchanged, 'skipped', t.skipped, 'failed', t.failed, 'deactivated', t.deactivated))
$$;

-- ---------------------------------------------------------------- ledger
CREATE TABLE organizations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL DEFAULT '1c',
    external_id text NOT NULL,
    name        text NOT NULL,
    full_name   text,
    inn         text,
    kpp         text,
    is_active   boolean NOT NULL DEFAULT true,
    warnings    text[] NOT NULL DEFAULT '{}',
    data_version text,
    created_task_id uuid,
    changed_task_id uuid,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, external_id)
);

CREATE TABLE contractors (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL DEFAULT '1c',
    external_id text NOT NULL,
    name        text NOT NULL,
    full_name   text,
    inn         text,
    kpp         text,
    is_active   boolean NOT NULL DEFAULT true,
    warnings    text[] NOT NULL DEFAULT '{}',
    data_version text,
    created_task_id uuid,
    changed_task_id uuid,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, external_id)
);
CREATE INDEX contractors_inn ON contractors (inn);

CREATE TABLE categories (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('income', 'expense', 'tax', 'financing', 'internal')),
    parent_id   bigint REFERENCES categories
);

-- Half of each page stays free, so that a changed document is a HOT update: no index is written, and a pass in which
-- everything changed leaves the table as large as it was (docs/decisions/0005).
CREATE TABLE bank_transactions (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source                text NOT NULL,
    external_id           text NOT NULL,
    data_version          text,
    transaction_date      timestamp NOT NULL,       -- wall clock of the source
    amount                numeric(17,2) NOT NULL,
    currency              text NOT NULL,
    transaction_type      text NOT NULL CHECK (transaction_type IN ('CREDIT', 'DEBIT')),
    payment_source        text NOT NULL CHECK (payment_source IN ('BANK', 'CASH')),
    document_number       text,
    document_date         date,
    payment_purpose       text,
    business_operation    text,
    counterparty_id       bigint,
    counterparty_name     text,
    counterparty_inn      text,
    counterparty_kpp      text,
    counterparty_account  text,
    counterparty_bank     text,
    counterparty_bik      text,
    organization_id       bigint,
    organization_name     text,
    account_number        text,
    our_bank_name         text,
    our_bank_bik          text,
    vat_amount            numeric(17,2),
    vat_rate              text,
    status                text NOT NULL DEFAULT 'NEW'
        CHECK (status IN ('NEW', 'CATEGORIZED', 'NEEDS_REVIEW', 'APPROVED', 'IGNORED')),
    category_id           bigint REFERENCES categories,
    category_confidence   real,
    suggested_category_id bigint REFERENCES categories,
    category_reason       text,
    notes                 text,
    -- a person decided status, category or notes: no import changes them
    decided_by            bigint,
    import_source         text NOT NULL CHECK (import_source IN ('ODATA_1C', 'BANK_FILE', 'API')),
    is_active             boolean NOT NULL DEFAULT true,
    created_task_id       uuid,
    changed_task_id       uuid,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, external_id)
) WITH (fillfactor = 50);
CREATE INDEX bank_transactions_date ON bank_transactions (transaction_date DESC, id DESC);
CREATE INDEX bank_transactions_inn ON bank_transactions (counterparty_inn);

-- Rows that a pass over 1C did not meet where it expected them; asked for by key before they are called gone.
CREATE TABLE missing_transactions (
    task_id        uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    transaction_id bigint NOT NULL,
    PRIMARY KEY (task_id, transaction_id)
);
