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

void balance_say(struct buf *out, const struct balance_sum *s)
{
    if (s->agrees && s->onec_agrees) {
        buf_adds(out, TR("сходится", "adds up"));
        return;
    }
    buf_adds(out, TR("расходится", "differs"));
    if (!s->agrees)
        say_difference(out, s->difference);
    if (!s->onec_agrees) {
        buf_printf(out, TR("%s с 1С", "%s from 1C"), s->agrees ? "" : ",");
        say_difference(out, s->onec_difference);
    }
    buf_adds(out, TR(", с ", ", since "));
    say_date(out, s->first);
}
