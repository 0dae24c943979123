-- Called by a write that is right only for rows as they were read: rolls the unit back when some of them are others by now.
CREATE FUNCTION obm_as_read(written bigint, meant bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF written < meant THEN
        RAISE EXCEPTION '% of % rows have changed since they were read', meant - written, meant USING ERRCODE = 'OB003';
    END IF;
END
$$;
