/* What the syncs with 1C have in common: connecting, counting, importing, saying farewell. A sync
 * has one part (a catalogue, the documents) or several, one after the other in one session. */
#ifndef ONEC_SYNC_H
#define ONEC_SYNC_H

#include "onec/kinds.h"
#include "onec/missing.h"
#include "onec/service.h"

enum { ONEC_PARTS = 4 };

enum onec_left_out { ONEC_NOT_LEFT_OUT, ONEC_NOT_PUBLISHED, ONEC_NO_RIGHT };

struct onec_part {
    const struct onec_import_kind *kind; /* static */
    struct onec_place place; /* as loaded, and when it is over; the import's own between */
    int64_t counted[ONEC_READER_SETS];
    int64_t unsure[ONEC_READER_SETS]; /* rows not found that cannot be called gone */
    bool settled;                     /* of a catalogue: what is gone at the source is inactive */
    enum onec_left_out left_out;      /* 1C does not give it, the other parts can do without */
};

struct onec_sync {
    struct obm_task *task;
    struct onec *service;
    struct onec_link link;
    struct onec_refs refs;
    struct onec_part parts[ONEC_PARTS];
    int part_count;
    int part;                  /* the present one */
    struct onec_reader reader; /* of the present part */
    struct onec_import import;
    struct onec_missing missing; /* of the present part */
    enum onec_family family;
    bool dry; /* a dry run: nothing is written to the ledger */
    bool family_known;
    bool importing;               /* refs, reader and import are set up */
    bool started;                 /* import: and begun, or gone on with */
    usec_t from, end;             /* of documents: [from, end), whole days */
    struct onec_plan plan, whole; /* what is read of the documents; of a catalogue everything */
    int64_t scan_pages;           /* read only to compare days */
    int counting;                 /* the set that is being counted, over all parts */
    struct onec_ask ask;
    struct buf summary; /* of a dry run, JSON */
    struct buf gone;    /* cards that became inactive, JSON */
    bool gone_listed;
    int64_t started_at; /* ms, monotonic: of this attempt */
    int64_t ms_before, requests_before, retries_before,
        pages_before; /* of earlier attempts and parts */
};

/* kinds: count of them, in the order they are imported in. */
void onec_sync_init(struct onec_sync *s, struct obm_task *task,
    const struct onec_import_kind *const *kinds, int count);
void onec_sync_release(struct onec_sync *s);
/* Members of the checkpoint. */
void onec_sync_save(const struct onec_sync *s, struct json_writer *w);
int onec_sync_load(struct onec_sync *s, const struct json *checkpoint, struct err *ret_err);
/* Members of the result: sets, not_reconciled, pages, requests, retries, seconds. */
void onec_sync_report(const struct onec_sync *s, struct json_writer *w);

/* Steps of phases. */
enum obm_step onec_sync_connect(struct onec_sync *s);
enum obm_step onec_sync_count(struct onec_sync *s);
/* What is expected to be read, as long as nothing is known better. */
int64_t onec_sync_counted(const struct onec_sync *s, int part);
/* Of one part; parts before it are over. */
enum obm_step onec_sync_import(struct onec_sync *s, int part);
/* The session's end. OBM_NEXT: it is over. */
enum obm_step onec_sync_farewell(struct onec_sync *s);

/* left_out.c. Of what 1C refuses for one part of several; false: the task cannot do without it. */
bool onec_sync_leave_out(struct onec_sync *s, struct onec_part *part);
/* For checkpoint and result; NULL: it is not. */
const char *onec_left_out_name(enum onec_left_out why);
enum onec_left_out onec_left_out_parse(struct str name);
/* The task's last words, when parts are left out: which, why and what to do. */
void onec_sync_tell_left_out(struct onec_sync *s);

/* Of a dry run: what would have been written, for the result. OBM_NEXT: it is there. */
enum obm_step onec_sync_summary(struct onec_sync *s);

/* Cards that became inactive, for the result. OBM_NEXT: they are known. */
enum obm_step onec_sync_gone(struct onec_sync *s);

/* Of the present part, by set: rows that were not found, but cannot be called gone (reconcile.h).
 */
void onec_sync_doubt(struct onec_sync *s, const int64_t *unsure);
/* There are such rows. */
bool onec_sync_unsure(const struct onec_sync *s);

/* The import's parts, also for phases after it. */
void onec_sync_set_up(struct onec_sync *s, int part);
enum obm_step onec_sync_wait(struct onec_sync *s, int64_t due); /* -1: until woken */
static inline const struct onec_import_kind *onec_sync_kind(const struct onec_sync *s)
{
    return s->parts[s->part].kind;
}

/* The family of names that a service document shows. -1: none of ours, with what to do. */
int onec_choose_family(
    const struct onec_answer *a, enum onec_family *ret_family, struct err *ret_err);

extern struct obm_task_type onec_bank_sync, onec_contractor_sync, onec_organization_sync,
    onec_item_sync, onec_full_sync;

#endif
