-- Categories, rules, mappings.

-- Cash-flow items of 1C are categories too: they are known by their key there.
ALTER TABLE categories
    ADD COLUMN source      text,
    ADD COLUMN external_id text,
    ADD COLUMN is_active   boolean NOT NULL DEFAULT true;
CREATE UNIQUE INDEX categories_external ON categories (source, external_id) WHERE external_id IS NOT NULL;
