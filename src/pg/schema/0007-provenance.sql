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
