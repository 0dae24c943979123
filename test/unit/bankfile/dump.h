/* A whole statement file as text: what the parser gave and what became of it, whatever the cut. */
#ifndef TEST_BANKFILE_DUMP_H
#define TEST_BANKFILE_DUMP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "bankfile/row.h"
#include "obmen/decimal.h"
#include "obmen/json.h"

static inline struct buf read_file(const char *path)
{
    struct buf b = BUF_INIT;
    FILE *f = fopen(path, "rb");
    char piece[4096];
    for (size_t n; f && (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(&b, piece, n);
    if (f)
        fclose(f);
    return b;
}

/* What is added up over a file. */
struct totals {
    int headers, accounts, documents, rows, refused, skipped, internal;
    int64_t in, out;
};

static inline void dump_row(struct json_writer *w, const struct bankfile_row *r)
{
    char text[DECIMAL_TEXT], date[TIME_TEXT], id[UUID_TEXT];
    jw_object(w);
    jw_kcstr(w, "row", r->out ? "out" : "in");
    jw_kstr(w, "account", r->account);
    time_format_date(r->posted, date);
    jw_kcstr(w, "posted", date);
    if (r->has_date) {
        time_format_date(r->date, date);
        jw_kcstr(w, "date", date);
    }
    decimal_format(r->amount, text);
    jw_kcstr(w, "amount", text);
    jw_kcstr(w, "currency", r->currency);
    jw_kstr(w, "number", r->number);
    jw_kstr(w, "purpose", r->purpose);
    jw_kstr(w, "party", r->them.name);
    jw_kstr(w, "inn", r->them.inn);
    jw_kstr(w, "kpp", r->them.kpp);
    jw_kstr(w, "party_account", r->them.account);
    jw_kstr(w, "bank", r->them.bank);
    jw_kbool(w, "internal", r->internal);
    uuid_format(&r->identity, id);
    jw_kcstr(w, "identity", id);
    jw_object_end(w);
}

struct dump {
    struct bankfile_parser parser;
    struct bankfile_own own;
    struct arena arena;
    struct buf text;
    struct totals totals;
    bool over;
};

static inline void dump_own(struct dump *d, struct str account)
{
    map_put(&d->own.here, account.p, account.n, d);
}

static inline void dump_event(struct dump *d, enum bankfile_event e)
{
    const struct bankfile_fields *f = &d->parser.fields;
    struct json_writer w = json_writer(&d->text);
    struct bankfile_row rows[2];
    struct err why = ERR_INIT;
    int count;
    if (e == BANKFILE_HEADER) {
        d->totals.headers++;
        struct str rest = buf_str(&d->parser.accounts);
        while (rest.n) {
            struct str account = str_cut(&rest, '\n');
            if (account.n)
                dump_own(d, account);
        }
        buf_printf(&d->text, "header line %d version \"%.*s\" accounts %d\n", (int)f->line,
            STR_ARG(bankfile_field(f, KEY_VERSION)), d->parser.account_count);
    } else if (e == BANKFILE_ACCOUNT) {
        d->totals.accounts++;
        struct str account = str_trim(bankfile_field(f, KEY_ACCOUNT));
        if (account.n)
            dump_own(d, account);
        buf_printf(&d->text, "account line %d %.*s %.*s..%.*s %.*s + %.*s - %.*s = %.*s\n",
            (int)f->line, STR_ARG(account), STR_ARG(bankfile_field(f, KEY_PERIOD_FROM)),
            STR_ARG(bankfile_field(f, KEY_PERIOD_TO)), STR_ARG(bankfile_field(f, KEY_OPENING)),
            STR_ARG(bankfile_field(f, KEY_RECEIVED)), STR_ARG(bankfile_field(f, KEY_PAID)),
            STR_ARG(bankfile_field(f, KEY_CLOSING)));
    } else if (e == BANKFILE_DOCUMENT) {
        d->totals.documents++;
        buf_printf(&d->text, "document line %d \"%.*s\" others %d\n", (int)f->line,
            f->kind.n ? (int)f->kind.n : 0, f->kind.n ? bankfile_piece(f, f->kind).p : "",
            f->other_count);
        enum bankfile_verdict v =
            bankfile_rows(f, &d->own, &d->arena, &d->parser.warnings, rows, &count, &why);
        for (int i = 0; v == BANKFILE_ROWS && i < count; i++) {
            buf_adds(&d->text, "  ");
            struct json_writer row = json_writer(&d->text);
            dump_row(&row, &rows[i]);
            buf_addc(&d->text, '\n');
            d->totals.rows++;
            d->totals.internal += rows[i].internal;
            *(rows[i].out ? &d->totals.out : &d->totals.in) += rows[i].amount;
        }
        if (v != BANKFILE_ROWS) {
            *(v == BANKFILE_SKIPPED ? &d->totals.skipped : &d->totals.refused) += 1;
            buf_printf(
                &d->text, "  %s: %s\n", v == BANKFILE_SKIPPED ? "skipped" : "refused", why.message);
        }
        arena_reset(&d->arena);
    } else {
        d->over = true;
        if (e == BANKFILE_BROKEN)
            buf_printf(&d->text, "broken: %s\n", d->parser.err.message);
        else
            buf_printf(&d->text, "end %s\n", bankfile_encoding_name(d->parser.lines.encoding));
        bankfile_warnings_json(&d->parser.warnings, &w);
        buf_addc(&d->text, '\n');
    }
}

/* Each piece is given in memory of its own, so that what is read outside of it is found. */
static inline void dump_piece(struct dump *d, struct str piece)
{
    char *copy = malloc(piece.n ? piece.n : 1);
    memcpy(copy, piece.p, piece.n);
    struct str input = {copy, piece.n};
    for (enum bankfile_event e; !d->over && (e = bankfile_next(&d->parser, &input));)
        dump_event(d, e);
    free(copy);
}

static inline void dump_end(struct dump *d)
{
    while (!d->over)
        dump_event(d, bankfile_last(&d->parser));
}

static inline void dump_release(struct dump *d)
{
    bankfile_parser_release(&d->parser);
    map_release(&d->own.here);
    map_release(&d->own.earlier);
    arena_release(&d->arena);
    buf_release(&d->text);
}

#endif
