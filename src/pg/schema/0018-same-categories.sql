-- A cash-flow item of 1C that is the same as another category: documents with it get that one (src/classify/merge.c).
ALTER TABLE categories ADD COLUMN same_as bigint REFERENCES categories CHECK (same_as <> id);

-- Names that differ only in case, signs, blanks, or Ё are one name.
CREATE FUNCTION obm_category_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(lower(obm_search_plain(name)))
$$;
