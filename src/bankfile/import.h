/*
 * import_bank_statement: the files of one upload into the ledger, one task for all of them.
 *
 *   scan     reads everything once: what the files are, whose accounts, how many documents
 *   import   puts down what the ledger knows, reads everything again and stores row after row
 *   link     once more, when 1C was synchronized meanwhile
 *   check    turnovers of sections against their rows
 *   finish   puts the report down, then forgets what was only needed meanwhile
 *
 * The checkpoint is a number of documents. Whoever goes on after a crash, in whatever phase, scans
 * again and passes over that many: the parser needs no state of its own in the checkpoint
 * (docs/decisions/0024). Once the report is in it, nothing is read any more.
 */
#ifndef BANKFILE_IMPORT_H
#define BANKFILE_IMPORT_H

#include "bankfile/parser.h"
#include "bankfile/row.h"
#include "bankfile/source.h"
#include "classify/decider.h"
#include "ledger/link_pass.h"
#include "ledger/sections.h"
#include "ledger/statement.h"
#include "obmen/task.h"

#define BANKFILE_BATCH_DOCUMENTS 1000 /* that bring no new row, per commit */
#define BANKFILE_ACCOUNT_MAX 64       /* bytes of an account's number */
#define BANKFILE_OWN_MAX 20000        /* accounts of ours that are kept in mind */
#define BANKFILE_INNS_MAX 1000        /* of an upload: else the history of everybody is put down */

/* What the scan found out about one file; kept on the heap, as many as BANKFILE_ENTRIES_MAX. */
struct bank_file {
    char name[BANKFILE_NAME_MAX + 1], version[24], sender[64];
    enum bankfile_encoding encoding;
    int64_t documents, sections;
    usec_t made, from, to; /* of the header; 0: not given or wrong */
    struct buf accounts;   /* each ends with '\n' */
    int account_count;
    bool broken;
    char why[320]; /* when broken */
    /* found out anew by each pass */
    struct bankfile_warnings warnings;
    char bank[120];               /* ours, as the first row has it */
    struct bank_account *account; /* owned: account_sums of them */
    int account_sums;
};

/* An account of a file: what its sections state, what its documents add up to. Kopecks. */
#define BANK_ACCOUNTS_TOLD 100 /* of a file: the report has no more */
struct bank_account {
    char number[BANKFILE_ACCOUNT_MAX + 1];
    int sections;
    usec_t from, to;                          /* first day and last of the sections */
    int64_t opening, closing, received, paid; /* at the first day's begin, the last one's end */
    bool has_closing, has_received, has_paid;
    int64_t documents, documents_received, documents_paid;
};

/* What became of the documents of one file; in the checkpoint. */
struct bank_counts {
    int64_t fresh, linked, known, unclear, skipped, failed;
};

/* One document of the batch, or a file that is broken. */
struct bank_document {
    int64_t line;
    int first_row, row_count; /* of the batch's rows */
    bool skipped;
    const char *stage, *code, *message; /* when there is no row; in the batch's arena or static */
    struct str record;
};

struct bank_sums {
    int64_t rows, credit, debit; /* kopecks */
};

struct bank_totals {         /* goes into the checkpoint */
    struct bank_sums fresh;  /* created; in a dry run, would be */
    struct bank_sums linked; /* known from 1C */
    int64_t known, unclear, internal;
    int64_t relinked; /* rows of earlier imports that have another counterpart now, or none */
};

struct bank_import {
    struct obm_task *task;
    uv_loop_t *loop;
    /* params */
    const struct json *files;
    struct str account;
    bool dry_run;
    /* reading */
    struct bankfile_source source;
    struct bankfile_parser parser;
    struct str input; /* what is left of the present piece */
    bool in_entry, entry_over, entry_broken, begun;
    struct bank_file *file; /* owned: file_count of them */
    int file_count, file_room;
    int at; /* the present one, from 0 */
    struct bankfile_own own;
    bool adopting, adopted; /* its files */
    struct map inns;        /* of all documents, unless … */
    bool many_inns;         /* … there are more than BANKFILE_INNS_MAX */
    bool knows;             /* what the ledger held is put down; in the checkpoint */
    bool own_known;
    bool scanned;
    int64_t documents; /* found by the scan */
    struct ledger_sections sections;
    /* the batch */
    int64_t done;                   /* documents committed: the checkpoint */
    int64_t passed;                 /* documents met in this pass */
    struct bank_document *document; /* owned */
    int document_count, document_room, committed, until;
    struct ledger_statement_row *row; /* owned */
    int row_count, row_room;
    struct arena arena, scratch; /* texts of the batch; of one document */
    struct ledger_batch *ledger;
    struct ledger_neighbours *neighbours; /* owned: of the rows that go next */
    struct decider decider;               /* without a classifier: rows stay NEW */
    bool decides;                         /* it is loaded */
    bool answered;                  /* what the batch's open decisions need has been asked for */
    int decided;                    /* rows that have been looked at */
    struct ledger_balance *balance; /* owned: they travel with the next commit */
    int balance_count, balance_room;
    int64_t file_id;
    bool file_asked, file_known;
    enum { BANK_FILLING, BANK_ASKING, BANK_LINKING, BANK_ASKED, BANK_COMMITTING } phase;
    bool send;     /* the batch is not filled further: a file has ended */
    bool singly;   /* the database refused this batch: document by document */
    int overtaken; /* times that another transaction was faster with these documents */
    int ask_first;
    struct bank_totals totals, before; /* before: the commit under way */
    struct bank_counts counts[BANKFILE_ENTRIES_MAX], counts_before[BANKFILE_ENTRIES_MAX];
    int counted; /* files that have counts */
    int64_t done_before;
    bool over;                  /* every document has been stored, or passed over */
    usec_t first_day, last_day; /* of its rows; 0: there are none */
    struct ledger_link_pass link;
    bool link_asked, outrun;
    bool checked, forgotten, waiting;
    struct buf summary; /* of a dry run: JSON */
    struct buf told;    /* JSON: what the report says of the files; in the checkpoint */
    struct err err;
};

/* scan.c. OBM_NEXT when everything has been read. */
enum obm_step bank_scan(struct bank_import *s);
/* Reads on to the next event of the present pass; MORE: wait. *ret_entry: a file has begun or ended
 * with it. */
enum bank_read { BANK_WAIT, BANK_FILE, BANK_EVENT, BANK_FILE_END, BANK_OVER, BANK_FAILED };
enum bank_read bank_read(struct bank_import *s, enum bankfile_event *ret_event);
void bank_rewind(struct bank_import *s);

/* import.c */
enum obm_step bank_store(struct bank_import *s);

/* know.c. Of a document of the scan: whose history will be wanted. */
void bank_note_inns(struct bank_import *s);
/* NEXT: what the ledger held before the first row is known. */
enum obm_step bank_know(struct bank_import *s);

/* count.c: of the documents that go next, and of the stored rows that these have made others: into
 * totals and counts, what is refused to the task, the rest to *add. */
void bank_count(struct bank_import *s, struct obm_stats *add);

/* The same for the neighbours of a commit alone. */
void bank_recount(
    struct bank_import *s, const struct ledger_neighbours *neighbours, struct obm_stats *add);

/* link.c. NEXT: no row of 1C has come unnoticed. */
enum obm_step bank_link(struct bank_import *s);

/* decide.c. NEXT: the rules are there, or nobody wants them. */
enum obm_step bank_decide_load(struct bank_import *s);
/* NEXT: every new one of these rows has its decision. Called again with the same rows until then.
 */
enum obm_step bank_decide(struct bank_import *s, struct ledger_statement_row *rows, int count);

/* finish.c */
enum obm_step bank_check(struct bank_import *s);
enum obm_step bank_finish(struct bank_import *s);

/* section.c: an account section as a balance; false: incomplete or wrong. Warns. */
bool bank_section(const struct bankfile_fields *f, const struct bank_file *file,
    struct bankfile_warnings *w, struct ledger_balance *ret);
/* What the report says of the file's accounts: a section, and a row of a document. */
void bank_account_section(struct bank_file *f, const struct ledger_balance *b);
void bank_account_row(struct bank_file *f, const struct bankfile_row *r);

/* report.c: members of `result`; "files" of them, which is put down by itself */
void bank_report(const struct bank_import *s, struct json_writer *w);
void bank_report_files(const struct bank_import *s, struct json_writer *w);

#endif
