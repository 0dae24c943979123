-- Parts of numbers (document, INN, accounts) are found without reading every row: each number of a row is a word of its own in the
-- index, behind a sign that no sought word begins with, and here each stands once, to be looked through for those that have the part.
CREATE TABLE search_numbers (
    number text PRIMARY KEY     -- lower case
);

CREATE FUNCTION obm_search_words(purpose text, name text, numbers text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT obm_search_words(purpose, name)
        || array_to_tsvector(ARRAY(SELECT DISTINCT '#' || lower(left(n, 100)) FROM unnest(numbers) AS n WHERE n <> ''))
$$;
CREATE FUNCTION obm_search_number(number text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('''#' || replace(replace(number, '\', '\\'), '''', '''''') || '''')::tsquery
$$;

-- Rows with a number like this (a pattern of LIKE), of those in the index. A part that is in more than 3,000 numbers says next to
-- nothing: then reading the rows is the shorter way. Sequential scans are off because plans are kept, and the tables grow.
CREATE FUNCTION obm_search_numbers(part text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off AS $$
DECLARE
    found text[] := ARRAY(SELECT n.number FROM search_numbers n WHERE n.number LIKE lower(part) LIMIT 3001);
BEGIN
    IF cardinality(found) > 3000 THEN
        RETURN QUERY SELECT b.id FROM bank_transactions b WHERE b.document_number ILIKE part OR b.counterparty_inn LIKE part
            OR b.account_number LIKE part OR b.counterparty_account LIKE part;
    ELSE
        RETURN QUERY SELECT w.transaction_id FROM unnest(found) AS f(number)
            JOIN transaction_words w ON w.words @@ obm_search_number(f.number);
    END IF;
END
$$;

-- All rows get their numbers, in the background; until then they are searched as they stand.
INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM bank_transactions GROUP BY id / 100;
