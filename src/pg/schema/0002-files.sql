-- Files kept in the database, so that every node can read what one of them was given or has made: uploads, and what
-- tasks leave behind for people (artifacts).

CREATE TABLE stored_files (
    id         uuid PRIMARY KEY,
    -- Whose it is. No foreign key: an upload stands here before its task does, and goes after it (src/file/tidy.c).
    task_id    uuid,
    kind       text NOT NULL CHECK (kind IN ('upload', 'artifact')),
    name       text NOT NULL,
    media_type text NOT NULL,
    size       bigint NOT NULL DEFAULT 0,          -- bytes stored so far
    sha256     text,                               -- of the whole, in hex; known when complete
    complete   boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    touched_at timestamptz NOT NULL DEFAULT now(), -- when bytes came last
    expires_at timestamptz                         -- NULL: lives as long as its task
);
CREATE INDEX stored_files_task ON stored_files (task_id, created_at);

-- A piece is known by where it begins: pieces may differ in length, and a range finds its first one in the key.
CREATE TABLE file_chunks (
    file_id uuid NOT NULL REFERENCES stored_files,
    pos     bigint NOT NULL,
    data    bytea NOT NULL,
    PRIMARY KEY (file_id, pos)
);
-- Not compressed: xlsx and zip are already, and the processor is worth more than the disk here.
ALTER TABLE file_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
