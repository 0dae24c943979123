/*
 * Reads comments level by level: the top level of each post that has something new, or the thread
 * of each comment whose replies did not all come with it. What is to be read is asked of the
 * database; so the checkpoint is a cursor, and a crash costs no record and counts none twice.
 *
 *   LIST ─levels─► PLAN ─calls─► ASKING ─answers─► WALKING ─┬─► PLAN (the next pages)
 *     ▲              │ none left: the end              ▲     └─► LIST (the levels are done)
 *     └──────────────┴─────────────────────────────────┘ batches are committed on the way
 *
 * A level that was read before is read from its tail on. When the new comments there explain by how
 * much VK's count has grown, that is all; else something older came, went or was answered, and the
 * rest of the level is read too.
 */
#ifndef VK_LEVELS_H
#define VK_LEVELS_H

#include "vk/comment.h"
#include "vk/link.h"

enum vk_level_kind { VK_TOP_LEVELS, VK_THREADS };

/* What the database knows of a level. */
struct vk_level {
    int64_t post, comment; /* comment 0: the top level */
    int64_t total;         /* what VK counts now */
    int64_t seen;          /* what it counted when the level was last read; -1: never */
    int64_t old_total, old_level, old_last;
};

/* Where a reading stands: plain data, the checkpoint. */
struct vk_cursor {
    int64_t post, comment; /* the level that is being read, or from where the next is looked for */
    bool reading;
    enum { VK_WHOLE, VK_TAIL, VK_HEAD } way;
    int64_t offset;                   /* of the page */
    int64_t top, reply;               /* the last record taken, and of its thread */
    int64_t flushed;                  /* what was gone is marked up to this id */
    int64_t until;                    /* HEAD: the tail began with this id */
    int64_t explained;                /* TAIL: records that came since */
    int64_t last;                     /* highest id of the level */
    int64_t level_count, total_count; /* as the newest answer says */
    bool begun;                       /* the total is known */
    bool in_page;                     /* records of the page at offset were taken */
    int64_t posts, comments, refused; /* done so far: levels, records; levels that were refused */
};

#define VK_LEVELS_LIST 50

/* A place in the answers. */
struct vk_place {
    int result;
    bool open;                /* the page of this result is being walked */
    bool resumed;             /* a part of it was taken before a crash */
    const struct json *item;  /* next top record */
    const struct json *reply; /* next reply of `owner` */
    int64_t owner;            /* 0: not among replies */
};

struct vk_levels {
    enum vk_level_kind kind;
    struct obm_task *task;
    struct vk_link *link;
    int64_t owner_id, only_post; /* only_post 0: all */
    bool full;                   /* read again what seems unchanged */
    enum { VK_LIST, VK_LISTING, VK_PLAN, VK_ASKING, VK_WALKING, VK_ENDED } state;
    struct vk_cursor cursor, batch_cursor; /* now; where the open batch began */
    struct vk_place place, batch_place;
    struct vk_level list[VK_LEVELS_LIST];
    int count, at;
    struct {
        int64_t post, comment, offset;
        int page;
    } asked[VK_CALLS_MAX];
    struct vk_comments *rows;  /* owned: the open batch */
    struct arena texts;        /* of the open batch */
    int taken, failed;         /* records in it, those refused among them */
    int solo;                  /* so many records are committed one by one: a batch would not go */
    struct db_column ended[7]; /* levels that end with this batch */
    struct err err;
    int64_t total;
};

/* kind, task, link, owner_id, only_post, full and the cursor are set by the caller before. */
void vk_levels_init(struct vk_levels *l);
void vk_levels_release(struct vk_levels *l);
/* OBM_NEXT at the end. */
enum obm_step vk_levels_step(struct vk_levels *l);

void vk_cursor_save(const struct vk_cursor *c, struct json_writer *w);
void vk_cursor_load(struct vk_cursor *c, const struct json *j);

/* levels_sql.c */
void vk_levels_list_add(const struct vk_levels *l, struct db_unit *u);
void vk_levels_list_read(struct vk_levels *l, const struct db_result *r);
void vk_levels_ended_write(struct vk_levels *l, struct db_unit *u);
/* How many records are to be expected in all: one row, one number. */
void vk_levels_expected_add(const struct vk_levels *l, struct db_unit *u);

#endif
