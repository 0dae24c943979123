-- What the header of a statement says: when it was made, and of which days of which accounts it speaks. Empty for files read before.
ALTER TABLE statement_files
    ADD COLUMN made timestamp,          -- ДатаСоздания, ВремяСоздания
    ADD COLUMN date_from date,          -- ДатаНачала, ДатаКонца; both or none
    ADD COLUMN date_to date,
    ADD COLUMN accounts text[] NOT NULL DEFAULT '{}';
CREATE INDEX statement_files_accounts ON statement_files USING gin (accounts);
CREATE INDEX statement_balances_file ON statement_balances (file_id, account_number);

-- Days of the question that statements of the account speak of: those of their sections and of the periods of their headers; of a
-- file that has neither, those of its rows.
CREATE FUNCTION obm_statement_days(account text, first date, last date) RETURNS datemultirange LANGUAGE sql STABLE AS $$
    SELECT coalesce(range_agg(x.days) * datemultirange(daterange($2, $3, '[]')), '{}') FROM (
        SELECT daterange(b.date_from, b.date_to, '[]') AS days FROM statement_balances b
            WHERE b.account_number = $1 AND b.date_from <= $3 AND b.date_to >= $2
        UNION ALL SELECT daterange(f.date_from, f.date_to, '[]') FROM statement_files f
            WHERE f.accounts @> ARRAY[$1] AND f.date_from <= $3 AND f.date_to >= $2
        UNION ALL SELECT DISTINCT daterange(r.posted, r.posted, '[]') FROM statement_rows r JOIN statement_files f ON f.id = r.file_id
            WHERE r.account_number = $1 AND r.posted BETWEEN $2 AND $3 AND f.date_from IS NULL
                AND NOT EXISTS (SELECT FROM statement_balances b WHERE b.file_id = f.id AND b.account_number = $1)) x
$$;

-- Of two statements of the same days the one made later is right; where their headers do not say it, the one that knows of more.
CREATE FUNCTION obm_statement_newness(made timestamp, received numeric, paid numeric) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[coalesce(extract(epoch FROM made), 0), coalesce(received + paid, 0)]
$$;
