-- Notes are found by their words, and document numbers that have no digit ("ЖЮЛЬ") by theirs. Numbers with digits are looked for by
-- parts that have some (0012): as words, the prefix that most documents of an organization share would stand in the way of words.
CREATE FUNCTION obm_search_text(purpose text, notes text, number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws(' ', purpose, notes, CASE WHEN number !~ '[0-9]' THEN number END)
$$;

INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM bank_transactions
    WHERE notes <> '' OR document_number !~ '[0-9]' GROUP BY id / 100;

-- What is gone at the source: few rows of many, asked for by the task that found it out. Who did is no part of the index: each import
-- writes it into every row it changes, and could not do that in place any more.
CREATE INDEX bank_transactions_gone ON bank_transactions (transaction_date DESC, id DESC) WHERE NOT is_active;
