-- VK: communities, their posts and comments, what was found in them.

CREATE TABLE vk_groups (
    id          bigint PRIMARY KEY,             -- positive; owner_id of its wall is -id
    screen_name text,
    name        text NOT NULL,
    is_closed   smallint NOT NULL DEFAULT 0,    -- 0 open, 1 closed, 2 private
    deactivated text,                           -- banned, deleted
    parsed_at   timestamptz,                    -- end of the last complete reading
    analyzed_at timestamptz,
    parsed_task_id uuid,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX vk_groups_screen_name ON vk_groups (lower(screen_name));

CREATE TABLE vk_posts (
    owner_id       bigint NOT NULL,             -- negative: a community
    id             bigint NOT NULL,
    from_id        bigint,
    date           timestamptz NOT NULL,
    edited         timestamptz,
    text           text NOT NULL,
    post_type      text,
    is_pinned      boolean NOT NULL DEFAULT false,
    is_ad          boolean NOT NULL DEFAULT false,
    is_deleted     boolean NOT NULL DEFAULT false,
    likes          bigint NOT NULL DEFAULT 0,
    reposts        bigint NOT NULL DEFAULT 0,
    views          bigint NOT NULL DEFAULT 0,
    comments_count bigint NOT NULL DEFAULT 0,   -- as the wall says
    attachments    jsonb,                       -- [{"type","owner_id","id"}]
    copy_of        jsonb,                       -- of a repost: {"owner_id","id","text"}
    -- What the last complete reading of its comments saw: comments_count then; of the answers, all comments, those of
    -- the top level, and the last of these. Equal counts: there is nothing to read.
    read_count     bigint,
    level_total    bigint NOT NULL DEFAULT 0,
    level_read     bigint NOT NULL DEFAULT 0,
    level_last_id  bigint NOT NULL DEFAULT 0,
    access_error   text,                        -- why its comments could not be read
    analyzed       bigint,                      -- the keywords' version; NULL: not since its text changed
    match_count    integer NOT NULL DEFAULT 0,
    created_task_id uuid,
    changed_task_id uuid,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, id)
) WITH (fillfactor = 80);
CREATE INDEX vk_posts_date ON vk_posts (owner_id, date);

CREATE TABLE vk_comments (
    owner_id       bigint NOT NULL,
    id             bigint NOT NULL,             -- one numbering with the posts of the wall
    post_id        bigint NOT NULL,
    parent_id      bigint NOT NULL DEFAULT 0,   -- the comment whose thread it is in; 0: top level
    from_id        bigint,                      -- negative: in the name of a community; NULL: deleted
    date           timestamptz NOT NULL,
    text           text NOT NULL,
    likes          bigint NOT NULL DEFAULT 0,
    reply_to_comment bigint,
    reply_to_user  bigint,
    is_post_author boolean NOT NULL DEFAULT false,
    is_deleted     boolean NOT NULL DEFAULT false,
    attachments    jsonb,
    thread_count   bigint NOT NULL DEFAULT 0,   -- replies as VK says
    thread_read    bigint NOT NULL DEFAULT 0,   -- the same when its thread was last read; differs: to be read
    thread_last_id bigint NOT NULL DEFAULT 0,
    analyzed       bigint,
    match_count    integer NOT NULL DEFAULT 0,
    created_task_id uuid,
    changed_task_id uuid,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, id)
) WITH (fillfactor = 80);
CREATE INDEX vk_comments_place ON vk_comments (owner_id, post_id, parent_id, id);
CREATE INDEX vk_comments_date ON vk_comments (owner_id, date DESC, id DESC);
CREATE INDEX vk_comments_threads ON vk_comments (owner_id, post_id, id) WHERE thread_count <> thread_read;

CREATE TABLE vk_keywords (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    keyword    text NOT NULL,
    normal     text NOT NULL UNIQUE,            -- its words as stems: two spellings of one keyword meet here
    is_active  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Where a keyword stands in a post or a comment. Positions and lengths in letters.
CREATE TABLE vk_matches (
    owner_id   bigint NOT NULL,
    item_id    bigint NOT NULL,                 -- posts and comments share one numbering
    keyword_id bigint NOT NULL REFERENCES vk_keywords ON DELETE CASCADE,
    position   integer NOT NULL,
    length     integer NOT NULL,
    context    text NOT NULL,
    post_id    bigint NOT NULL,
    is_post    boolean NOT NULL,
    day        date NOT NULL,                   -- UTC
    PRIMARY KEY (owner_id, item_id, keyword_id, position)
);
CREATE INDEX vk_matches_keyword ON vk_matches (keyword_id, owner_id, item_id);
