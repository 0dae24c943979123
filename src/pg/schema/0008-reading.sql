-- What reading needs: lists with their totals, summaries, and the search for words, on a million rows and more.

-- Lists by date, and totals and summaries of a period, out of the index alone: the columns that filters name most and
-- imports change least. Category and status are not among them: each decision would write into every index.
DROP INDEX bank_transactions_date;
CREATE INDEX bank_transactions_date ON bank_transactions (transaction_date DESC, id DESC)
    INCLUDE (amount, transaction_type, payment_source, is_active, organization_id);
-- What waits for a person is little, and asked for often.
CREATE INDEX bank_transactions_review ON bank_transactions (transaction_date DESC, id DESC) WHERE status = 'NEEDS_REVIEW';
-- Reading out of the index alone needs pages known to be visible to all: rows that came are looked at early.
ALTER TABLE bank_transactions SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_scale_factor = 0.05);

-- ---------------------------------------------------------------- words
-- Kept apart from the rows and made after them (src/ledger/search.c): making words of a row costs two to three times
-- as much as storing it, and an import should not wait for that. Until then the rows stand in search_backlog, which is
-- searched too.
CREATE TABLE transaction_words (
    transaction_id bigint PRIMARY KEY,
    words          tsvector NOT NULL
);
CREATE INDEX transaction_words_words ON transaction_words USING gin (words);
CREATE TABLE search_backlog (
    id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at  timestamptz NOT NULL DEFAULT now(),
    ids bigint[] NOT NULL
);

-- "№15/2-А" is the words 15, 2 and А: numbers are looked for without their signs. Ё is written as Е by half of people.
CREATE FUNCTION obm_search_plain(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(translate(t, 'Ёё', 'Ее'), '[^0-9A-Za-zА-Яа-я]+', ' ', 'g')
$$;
CREATE FUNCTION obm_search_words(purpose text, name text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('russian', obm_search_plain(concat_ws(' ', purpose, name)))
$$;
-- All words, each in any form and as the beginning of one. NULL, which finds nothing, when there is none.
CREATE FUNCTION obm_search_query(q text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsquery('russian', string_agg(word || ':*', ' & '))
    FROM regexp_split_to_table(btrim(obm_search_plain(q)), ' ') AS word WHERE word <> ''
$$;

INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM bank_transactions GROUP BY id / 100;
