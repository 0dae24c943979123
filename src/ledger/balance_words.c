/* What is said of an account, in the language of the server, as people write sums and days. */
#include <string.h>

#include "ledger/balance.h"
#include "obmen/decimal.h"
#include "obmen/err.h"

#define NBSP "\xc2\xa0"
#define MINUS "\xe2\x88\x92"

/* "−1 234 567,50", in English "−1,234,567.50" */
static void say_amount(struct buf *out, int64_t kopecks)
{
    char plain[DECIMAL_TEXT];
    decimal_format(kopecks, plain);
    const char *digits = plain + (kopecks < 0);
    size_t whole = strcspn(digits, ".");
    buf_adds(out, kopecks < 0 ? MINUS : "");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            buf_adds(out, TR(NBSP, ","));
        buf_addc(out, digits[i]);
    }
    buf_printf(out, "%s%s", TR(",", "."), digits + whole + 1);
}

/* "07.09.2026", in English "2026-09-07" */
static void say_date(struct buf *out, usec_t day)
{
    char iso[TIME_TEXT];
    time_format_date(day, iso);
    if (lang_english)
        buf_adds(out, iso);
    else
        buf_printf(out, "%.2s.%.2s.%.4s", iso + 8, iso + 5, iso);
}

/* What is too much on one day may be too little on another. */
static void say_difference(struct buf *out, int64_t difference)
{
    buf_adds(out, difference ? TR(" на ", " by ") : TR(" по дням", " day by day"));
    if (difference)
        say_amount(out, difference);
}

static void say_verdict(struct buf *out, const struct balance_sum *s)
{
    if (!s->known) {
        buf_adds(out, TR("счёт не известен: его нет ни в выписках, ни в 1С",
                          "the account is not known: neither a statement nor 1C has it"));
        return;
    }
    if (!s->statements) {
        buf_adds(out, TR("за эти дни выписок нет", "there are no statements of these days"));
        return;
    }
    bool differs = !s->agrees || !s->onec_agrees;
    if (differs)
        buf_adds(out, TR("расходится", "differs"));
    if (!s->agrees)
        say_difference(out, s->difference);
    if (!s->onec_agrees) {
        buf_printf(out, TR("%s с 1С", "%s from 1C"), s->agrees ? "" : ",");
        say_difference(out, s->onec_difference);
    }
    if (differs) {
        buf_adds(out, TR(", с ", ", since "));
        say_date(out, s->first);
    } else if (s->compared) {
        buf_adds(out, TR("сходится", "adds up"));
    } else if (s->onec_compared) {
        buf_adds(out, TR("сходится с 1С", "agrees with 1C"));
    }
    if (s->compared)
        return;
    if (differs || s->onec_compared)
        buf_adds(out, TR("; остатков в выписке нет", "; the statement has no balances"));
    else
        buf_adds(out, TR("остатков в выписке нет, сверять не с чем",
                          "the statement has no balances, there is nothing to compare with"));
}

static void say_gaps(struct buf *out, const struct balance_sum *s)
{
    for (int i = 0; i < s->gaps && i < BALANCE_GAPS_TOLD; i++) {
        const struct balance_gap *g = &s->gap[i];
        buf_adds(out, i ? ", " : TR("; дни без выписок: ", "; days without statements: "));
        say_date(out, g->from);
        if (g->to > g->from) {
            buf_adds(out, "\xe2\x80\x93");
            say_date(out, g->to);
        }
    }
    if (s->gaps > BALANCE_GAPS_TOLD)
        buf_printf(out, TR(" и ещё %d", " and %d more"), s->gaps - BALANCE_GAPS_TOLD);
}

void balance_say(struct buf *out, const struct balance_sum *s)
{
    say_verdict(out, s);
    if (s->statements)
        say_gaps(out, s);
}
