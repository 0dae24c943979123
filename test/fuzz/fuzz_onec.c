/* An answer of 1C: status, what was asked for and a cut, then the body. However it is cut the
 * verdict and the records are the same; what becomes a row can be stored; a page is put together or
 * refused, and paging goes on or ends. */
#include "fuzz.h"
#include "obmen/utf8.h"
#include "onec/document.h"
#include "onec/paging.h"
#include "onec/statement.h"

static enum onec_verdict read_answer(struct onec_answer *a, enum onec_body want,
    struct onec_page *page, int status, struct str body, size_t step, struct err *err)
{
    struct http_answer head = {.status = status};
    struct err stopped = {.cancelled = true};
    bool go_on = true;
    *err = ERR_INIT;
    onec_answer_begin(a, want, want == ONEC_BODY_LIST ? page : NULL);
    onec_answer_head(a, &head);
    for (size_t at = 0; go_on && at < body.n; at += step)
        go_on =
            onec_answer_data(a, (struct str){body.p + at, step < body.n - at ? step : body.n - at});
    return onec_answer_judge(a, go_on ? NULL : &stopped, "Document_X", err);
}

static void storable(struct str s)
{
    PROMISE(utf8_valid(s) && !(s.n && memchr(s.p, 0, s.n)));
}

static void convert(
    const struct onec_record *r, const struct onec_refs *refs, struct arena *scratch)
{
    struct ledger_transaction t;
    struct err why = ERR_INIT;
    for (int set = 0; set < ONEC_DOCUMENT_SETS; set++) {
        enum onec_outcome outcome = onec_document_convert(r, set, refs, scratch, &t, &why);
        PROMISE(outcome == ONEC_ROW || why.message[0]);
        if (outcome != ONEC_ROW)
            continue;
        PROMISE(t.amount > 0 && t.external_id.n == 36 && t.currency.n > 0);
        const struct str texts[] = {t.external_id, t.data_version, t.document_number, t.vat_rate,
            t.payment_purpose, t.business_operation, t.counterparty_name, t.counterparty_inn,
            t.counterparty_kpp, t.counterparty_account, t.counterparty_bank, t.counterparty_bik,
            t.account_number, t.our_bank_name, t.our_bank_bik, t.notes};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            storable(texts[i]);
    }
}

static void page_through(struct onec_page *page, const struct onec_refs *refs)
{
    struct onec_paging paging = {0};
    struct onec_cursor cursor;
    struct arena scratch = ARENA_INIT;
    struct buf url = BUF_INIT;
    struct err err;
    usec_t from, end;
    time_parse_wall(STR("2025-03-01T00:00:00"), &from);
    time_parse_wall(STR("2025-04-01T00:00:00"), &end);
    onec_cursor_begin(&cursor, from);
    onec_paging_begin_documents(&paging, &cursor, end, 4);
    onec_paging_url(&paging, &url, "x");
    int count = page->count;
    if (onec_paging_accept(&paging, page, &err) == 0) {
        PROMISE(page->count == count && paging.ended == (count < 4));
        PROMISE(paging.cursor.at >= from && paging.cursor.at < end &&
                paging.cursor.count <= ONEC_CURSOR_IDS);
    }
    for (int i = 0; i < page->count; i++)
        convert(&page->records[i], refs, &scratch);
    arena_release(&scratch);
    onec_paging_release(&paging);
    buf_release(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 200, 400, 401, 403, 404, 406, 500, 503};
    static struct onec_link link;
    if (size < 2)
        return 0;
    int status = statuses[data[0] % 9];
    enum onec_body want = data[0] / 9 % 4;
    size_t step = 1 + data[1] % 64;
    struct str body = {(const char *)data + 2, size - 2};
    struct onec_answer a;
    struct onec_page page;
    struct onec_refs refs;
    struct err whole, cut;
    onec_answer_init(&a);
    onec_page_init(&page, 4);
    onec_refs_init(&refs, &link, ONEC_FAMILY_UT);

    enum onec_verdict verdict = read_answer(&a, want, &page, status, body, body.n + 1, &whole);
    int count = page.count;
    PROMISE(utf8_valid(str_from(whole.message)) && utf8_valid(str_from(whole.cause)));
    PROMISE(verdict == ONEC_GOOD || whole.passing == (verdict != ONEC_STOP));
    PROMISE(read_answer(&a, want, &page, status, body, step, &cut) == verdict);
    PROMISE(page.count == count && strcmp(whole.message, cut.message) == 0);
    if (verdict == ONEC_GOOD && want == ONEC_BODY_LIST)
        page_through(&page, &refs);

    struct onec_statement s;
    onec_statement_parse(&s, body);
    onec_refs_release(&refs);
    onec_page_release(&page);
    onec_answer_release(&a);
    return 0;
}
