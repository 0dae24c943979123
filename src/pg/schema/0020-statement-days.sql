-- What the header of a statement says: when it was made, and of which days of which accounts it speaks. Empty for files read before.
ALTER TABLE statement_files
    ADD COLUMN made timestamp,          -- ДатаСоздания, ВремяСоздания
    ADD COLUMN date_from date,          -- ДатаНачала, ДатаКонца; both or none
    ADD COLUMN date_to date,
    ADD COLUMN accounts text[] NOT NULL DEFAULT '{}';
CREATE INDEX statement_files_accounts ON statement_files USING gin (accounts);
CREATE INDEX statement_balances_file ON statement_balances (file_id, account_number);

-- A statement that was made before its period had ended knows nothing of later days. A file that says it was made before its first day is
-- wrong about that.
CREATE FUNCTION obm_statement_speaks(first date, last date, made timestamp) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
    SELECT daterange($1, CASE WHEN $3::date >= $1 THEN least($2, $3::date) ELSE $2 END, '[]')
$$;

-- Days of the question that statements of the account speak of: those of their sections and of the periods of their headers; of a
-- file that has neither, those of its rows.
CREATE FUNCTION obm_statement_days(account text, first date, last date) RETURNS datemultirange LANGUAGE sql STABLE AS $$
    SELECT coalesce(range_agg(x.days) * datemultirange(daterange($2, $3, '[]')), '{}') FROM (
        SELECT obm_statement_speaks(b.date_from, b.date_to, f.made) AS days
            FROM statement_balances b LEFT JOIN statement_files f ON f.id = b.file_id
            WHERE b.account_number = $1 AND b.date_from <= $3 AND b.date_to >= $2
        UNION ALL SELECT obm_statement_speaks(f.date_from, f.date_to, f.made) FROM statement_files f
            WHERE f.accounts @> ARRAY[$1] AND f.date_from <= $3 AND f.date_to >= $2
        UNION ALL SELECT DISTINCT daterange(r.posted, r.posted, '[]') FROM statement_rows r JOIN statement_files f ON f.id = r.file_id
            WHERE r.account_number = $1 AND r.posted BETWEEN $2 AND $3 AND f.date_from IS NULL
                AND NOT EXISTS (SELECT FROM statement_balances b WHERE b.file_id = f.id AND b.account_number = $1)) x
$$;

-- Of two statements of the same days the one made later is right; where their headers do not say it, the one that knows of more.
CREATE FUNCTION obm_statement_newness(made timestamp, received numeric, paid numeric) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[coalesce(extract(epoch FROM made), 0), coalesce(received + paid, 0)]
$$;
