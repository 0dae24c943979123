/*
 * The import phase that both syncs share: pages from the reader are taken record by record into a
 * batch; a full batch is committed together with the place it reaches, while the next one is being
 * filled.
 *
 *   a batch:  OPEN ─full, old, or end of its span─► SENT ─committed─► OPEN (empty)
 *                                                    │ ▲
 *                         refused for bad data       ▼ │ each
 *                                                  SINGLY (record by record)
 *
 * A record that is refused alone is kept with its reason.
 */
#ifndef ONEC_IMPORT_H
#define ONEC_IMPORT_H

#include "ledger/catalogue.h"
#include "obmen/task.h"
#include "onec/decide.h"
#include "onec/document.h"
#include "onec/print.h"
#include "onec/reader.h"

struct onec_import;

struct onec_import_kind {
    const char *name; /* "transactions": what a task with several kinds calls this part */
    bool decides;     /* its rows are a ledger_batch and get categories */
    struct onec_reader_kind reader;
    /* One record → a row of `rows`, or the reason why not. */
    enum onec_outcome (*convert)(struct onec_import *im, const struct onec_record *r,
        enum onec_set set, void *rows, struct err *ret_why);
    void *(*rows_new)(int capacity, bool dry); /* dry: writes only what it would write */
    void (*rows_free)(void *rows);
    void (*rows_clear)(void *rows);
    int (*rows_count)(const void *rows);
    void (*rows_write)(void *rows, int from, int count, struct db_unit *u, const struct uuid *task);
    /* A row that was believed to be new stands there after all. True: it may be written once more.
     * NULL: nothing is ever believed. */
    bool (*rows_doubt)(void *rows);
    void (*row_json)(struct json_writer *w, const void *rows, int row);
    /* Adds to a commit what the ledger must know about dates that have been passed: [from, to),
     * with the keys met there. NULL: nothing. */
    void (*passed)(struct db_unit *u, const struct uuid *task, enum onec_set set, usec_t from,
        usec_t to, const struct db_column *met);
    /* Adds the fingerprints of days of [from, to) that were read completely; nothing is known of
     * the others there. NULL: nothing. */
    void (*printed)(struct db_unit *u, const struct uuid *task, enum onec_set set, struct str base,
        usec_t from, usec_t to, const struct ledger_days *days);
    /* Adds to the first commit where the rows come from. NULL: nothing. */
    void (*begin)(
        struct db_unit *u, const struct uuid *task, struct str base, enum onec_family family);
    /* Rows of it that the source no longer has become inactive (missing.h). NULL: none do. */
    const struct ledger_catalogue *catalogue;
    /* Adds to the commit that makes them inactive. NULL: nothing. */
    void (*settled)(struct db_unit *u);
};

/* How far the import is: what a checkpoint says. A plain value. */
struct onec_place {
    int set;     /* of the present span … */
    usec_t from; /* … and where it begins; set == that of the plan's end: everything is read */
    struct onec_cursor cursor;
    struct onec_print print; /* of the day that is being read … */
    usec_t day;
    bool spoilt;    /* … of which not every document became a row, so it will be read again */
    usec_t printed; /* up to here the ledger has been told fingerprints */
    usec_t passed;  /* up to here the ledger has been told what was met */
    int64_t fetched[ONEC_READER_SETS];
    int64_t keyless[ONEC_READER_SETS]; /* of them: no telling which rows they are */
    int64_t done;                      /* over all sets */
};

enum onec_entry_state {
    ONEC_ENTRY_ROW,
    ONEC_ENTRY_UNCHANGED,
    ONEC_ENTRY_SKIPPED,
    ONEC_ENTRY_FAILED
};

struct onec_entry {
    struct uuid id;
    usec_t date;
    int64_t position;
    bool dated, has_key;
    enum onec_entry_state state;
    struct onec_mark mark;              /* of kinds with fingerprints */
    int row;                            /* ROW: its number in the batch's rows */
    const char *stage, *code, *message; /* SKIPPED, FAILED: in the batch's arena or static */
    struct str record;                  /* the same, as JSON */
};

struct onec_batch {
    struct onec_entry *entries; /* owned */
    int count, capacity;
    void *rows; /* the kind's */
    struct arena arena;
    int64_t opened_at; /* ms, monotonic: of the first entry */
    int set;
    bool end_of_span;
    /* SENT */
    bool singly;
    int committed; /* entries that are in the database */
    int until;     /* entries of the commit under way */
};

struct onec_import {
    struct obm_task *task;
    const struct onec_import_kind *kind;
    struct onec_reader *reader;   /* borrowed */
    struct onec_refs *refs;       /* borrowed */
    const struct onec_plan *plan; /* borrowed */
    struct onec_decider *decider; /* owned; NULL: rows keep the category they have */
    bool dry;                     /* nothing of it becomes true */
    struct onec_place place;      /* of the latest commit that was asked for */
    struct onec_place before;     /* of the one before: valid while it is under way */
    struct onec_batch batches[2];
    struct onec_batch *open, *sent; /* sent: NULL when free */
    struct onec_pageful *pageful;
    struct arena scratch;
    struct onec_met {
        struct uuid id;
        usec_t date;
    } * met; /* owned: keys met from place.passed on */
    int met_count, met_capacity;
    int met_before; /* of before */
    struct onec_day {
        usec_t day;
        struct onec_print print;
    } * days; /* owned: read completely, the ledger is told when it is told what was met */
    int day_count, day_capacity, days_before, days_sent;
    bool under_way;       /* a commit */
    bool deciding;        /* the batch sent waits for what its decisions need */
    int rows_sent;        /* in it */
    bool failed, refused; /* it did not succeed: for good / for its data */
    bool again;           /* it is to be sent once more, more carefully */
    struct err err;
};

void onec_import_init(struct onec_import *im, struct obm_task *task,
    const struct onec_import_kind *kind, struct onec_reader *reader, struct onec_refs *refs,
    const struct onec_plan *plan, bool dry);
void onec_import_release(struct onec_import *im);
/* place is what a checkpoint said, or a start. Called once, before the first step. */
void onec_import_start(struct onec_import *im);
/* The step of the phase. OBM_NEXT when everything is committed. */
enum obm_step onec_import_step(struct onec_import *im);

void onec_place_begin(struct onec_place *p, const struct onec_plan *plan);
/* Member "place" of the object that is open. */
void onec_place_save(const struct onec_place *p, struct json_writer *w);
bool onec_place_load(struct onec_place *p, const struct json *checkpoint);

#endif
