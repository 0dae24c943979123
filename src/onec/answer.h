/*
 * One HTTP answer of 1C while it streams in, and what to make of it. A list goes into a page; the
 * rest is small. What is neither JSON nor what was asked for is kept to its first bytes only.
 */
#ifndef ONEC_ANSWER_H
#define ONEC_ANSWER_H

#include "obmen/http_client.h"
#include "onec/page.h"

enum onec_body {
    ONEC_BODY_LIST,  /* {"value":[…]} into a page */
    ONEC_BODY_COUNT, /* a plain number */
    ONEC_BODY_SETS,  /* the service document, Atom or JSON: which of our sets it names */
};

struct onec_answer {
    enum onec_body want;
    struct onec_page *page;      /* borrowed; where lists and complaints go */
    struct onec_page complaints; /* owned; the page of bodies that are no list */
    int status, retry_after_ms;  /* 0: no head came */
    uint64_t bytes;
    enum {
        ONEC_SHAPE_NONE,
        ONEC_SHAPE_JSON,
        ONEC_SHAPE_TEXT
    } shape;            /* by the first byte that is no blank */
    bool began, broken; /* the page is being filled; its JSON is wrong */
    struct err json_error;
    char head[512], tail[24]; /* first and last bytes behind BOM and blanks */
    size_t head_n, tail_n;
    /* COUNT */
    int64_t count;
    /* SETS */
    unsigned sets[2]; /* by enum onec_family: bit 1 << enum onec_set */
    int names;        /* sets of any kind that are named */
    char word[160];   /* the piece of a name that a cut left over */
    size_t word_n;
};

void onec_answer_init(struct onec_answer *a);
void onec_answer_release(struct onec_answer *a);
/* page: for LIST, else NULL. */
void onec_answer_begin(struct onec_answer *a, enum onec_body want, struct onec_page *page);
void onec_answer_head(struct onec_answer *a, const struct http_answer *head);
/* False: there is no sense in reading on. */
bool onec_answer_data(struct onec_answer *a, struct str piece);

enum onec_verdict {
    ONEC_GOOD,
    ONEC_AGAIN,        /* passing */
    ONEC_AGAIN_SLOWLY, /* passing, but people must do something first: licences, a blocked base */
    ONEC_AGAIN_THRICE, /* an exception inside the application: at most three times */
    ONEC_STOP,         /* permanent */
};
/* After the last piece. fault: what on_done brought, or NULL. set: the set that was asked, for the
 * sentence, or NULL. */
enum onec_verdict onec_answer_judge(
    struct onec_answer *a, const struct err *fault, const char *set, struct err *ret_err);

static inline const struct onec_complaint *onec_answer_complaint(const struct onec_answer *a)
{
    return &a->page->complaint;
}

#endif
