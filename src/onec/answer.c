#include "onec/answer.h"

#include <stdlib.h>

#include "onec/fault.h"

void onec_answer_init(struct onec_answer *a)
{
    *a = (struct onec_answer){0};
    onec_page_init(&a->complaints, 100000); /* a service document is a list, too */
    a->page = &a->complaints;
}

void onec_answer_release(struct onec_answer *a)
{
    onec_page_release(&a->complaints);
}

void onec_answer_begin(struct onec_answer *a, enum onec_body want, struct onec_page *page)
{
    struct onec_page own = a->complaints;
    *a = (struct onec_answer){.want = want, .complaints = own};
    a->page = page ? page : &a->complaints;
    onec_page_clear(a->page);
}

void onec_answer_head(struct onec_answer *a, const struct http_answer *head)
{
    a->status = head->status;
    a->retry_after_ms = head->retry_after_ms;
}

/* ---- names in a service document: runs of letters, digits and _, whatever stands around them ----
 */

static bool word_byte(unsigned char c)
{
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static void take_word(struct onec_answer *a, struct str word)
{
    if (!str_starts(word, STR("Document_")) && !str_starts(word, STR("Catalog_"))) {
        /* registers and the like count as published, too */
        a->names += str_starts(word, STR("InformationRegister_")) ||
                    str_starts(word, STR("AccumulationRegister_")) ||
                    str_starts(word, STR("Constant_")) || str_starts(word, STR("ChartOf"));
        return;
    }
    a->names++;
    for (int family = 0; family < ONEC_FAMILIES; family++)
        for (int set = 0; set < ONEC_SETS; set++)
            if (str_is(word, onec_set_name(family, set)))
                a->sets[family] |= 1u << set;
}

static void scan_words(struct onec_answer *a, struct str piece)
{
    size_t i = 0;
    while (i < piece.n) {
        size_t start = i;
        while (i < piece.n && word_byte((unsigned char)piece.p[i]))
            i++;
        struct str word = {piece.p + start, i - start};
        bool whole = i < piece.n;
        if (a->word_n || !whole) { /* goes on from, or into, another piece */
            size_t room = sizeof a->word - a->word_n, n = word.n < room ? word.n : room;
            memcpy(a->word + a->word_n, word.p, n);
            a->word_n += n;
            word = (struct str){a->word, a->word_n};
        }
        if (!whole)
            return;
        if (word.n)
            take_word(a, word);
        a->word_n = 0;
        i++;
    }
}

/* ---- the stream ---- */

static struct str skip_front(struct onec_answer *a, struct str piece)
{
    while (piece.n) {
        unsigned char c = (unsigned char)piece.p[0];
        bool bom = c == 0xEF || c == 0xBB || c == 0xBF;
        if (!bom && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            a->shape = c == '{' ? ONEC_SHAPE_JSON : ONEC_SHAPE_TEXT;
            break;
        }
        piece.p++;
        piece.n--;
    }
    return piece;
}

static void keep_ends(struct onec_answer *a, struct str piece)
{
    size_t n = sizeof a->head - a->head_n;
    n = n < piece.n ? n : piece.n;
    memcpy(a->head + a->head_n, piece.p, n);
    a->head_n += n;
    if (piece.n >= sizeof a->tail) {
        memcpy(a->tail, piece.p + piece.n - sizeof a->tail, sizeof a->tail);
        a->tail_n = sizeof a->tail;
        return;
    }
    size_t keep = sizeof a->tail - piece.n;
    if (keep > a->tail_n)
        keep = a->tail_n;
    memmove(a->tail, a->tail + a->tail_n - keep, keep);
    memcpy(a->tail + keep, piece.p, piece.n);
    a->tail_n = keep + piece.n;
}

bool onec_answer_data(struct onec_answer *a, struct str piece)
{
    a->bytes += piece.n;
    if (a->shape == ONEC_SHAPE_NONE)
        piece = skip_front(a, piece);
    if (!piece.n)
        return true;
    if (a->head_n < sizeof a->head || a->want == ONEC_BODY_SETS)
        keep_ends(a, piece);
    if (a->want == ONEC_BODY_SETS && a->status < 300)
        scan_words(a, piece);
    if (a->shape == ONEC_SHAPE_JSON && !a->broken) {
        if (!a->began)
            onec_page_begin(a->page);
        a->began = true;
        a->broken = onec_page_feed(a->page, piece, &a->json_error) < 0;
        if (a->page->too_many || a->page->too_large)
            return false;
    }
    /* a page of some web server: its start says enough */
    return a->shape == ONEC_SHAPE_JSON || a->want == ONEC_BODY_SETS || a->head_n < sizeof a->head;
}

/* ---- the verdict on the body of a good status ---- */

static bool parse_count(struct onec_answer *a)
{
    long long count;
    struct str text = str_trim_right((struct str){a->head, a->head_n});
    if (a->shape != ONEC_SHAPE_TEXT || !str_to_i64(text, 0, INT64_MAX, &count))
        return false;
    a->count = count;
    return true;
}

static bool whole_service_document(const struct onec_answer *a)
{
    if (a->shape == ONEC_SHAPE_JSON)
        return !a->broken;
    struct str tail = str_trim_right((struct str){a->tail, a->tail_n});
    struct str end = STR("</service>");
    return tail.n >= end.n && str_eq((struct str){tail.p + tail.n - end.n, end.n}, end);
}

static enum onec_verdict judge_body(struct onec_answer *a, const char *set, struct err *ret_err)
{
    const struct onec_page *page = a->page;
    if (page->too_many)
        return onec_fault_too_many(page->limit, ret_err);
    if (page->too_large)
        return onec_fault_too_large(ret_err);
    if (page->complaint.odata || page->complaint.exception)
        return onec_fault_complaint(a, set, ret_err);
    switch (a->want) {
    case ONEC_BODY_LIST:
        if (a->shape == ONEC_SHAPE_JSON && !a->broken && page->is_list)
            return ONEC_GOOD;
        break;
    case ONEC_BODY_COUNT:
        if (parse_count(a))
            return ONEC_GOOD;
        break;
    case ONEC_BODY_SETS:
        if (whole_service_document(a))
            return ONEC_GOOD;
        break;
    }
    return onec_fault_body(a, ret_err);
}

static struct str between(struct str text, const char *open, char close)
{
    const char *start = text.n ? memmem(text.p, text.n, open, strlen(open)) : NULL;
    if (!start)
        return STR_NULL;
    start += strlen(open);
    struct str rest = {start, text.n - (size_t)(start - text.p)};
    return str_cut(&rest, close);
}

/* Servers that do not care what is accepted complain in XML: <m:error
 * …><m:code>8</m:code><m:message …>text</m:message> */
static void read_xml_complaint(struct onec_answer *a)
{
    struct str head = {a->head, a->head_n}, code = between(head, "<m:code>", '<'), message;
    struct onec_complaint *c = &a->page->complaint;
    long long number;
    if (a->shape != ONEC_SHAPE_TEXT || !between(head, "<m:error", '>').p)
        return;
    c->odata = c->has_code = true;
    c->code = str_to_i64(code, 0, 9999, &number) ? (int)number : -1;
    message = between(head, "<m:message", '<');
    str_cut(&message, '>');
    onec_clean(c->text, sizeof c->text, message);
}

enum onec_verdict onec_answer_judge(
    struct onec_answer *a, const struct err *fault, const char *set, struct err *ret_err)
{
    bool stopped_here =
        fault && fault->cancelled && (a->page->too_many || a->page->too_large || a->status);
    if (a->began) {
        if (!a->broken && !stopped_here && !fault)
            a->broken = onec_page_end(a->page, &a->json_error) < 0;
        a->began = false;
    }
    if (fault && !stopped_here)
        return onec_fault_transport(fault, ret_err);
    read_xml_complaint(a);
    if (a->status < 200 || a->status >= 300)
        return onec_fault_status(a, set, ret_err);
    return judge_body(a, set, ret_err);
}
