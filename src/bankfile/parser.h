/*
 * 1CClientBankExchange as a stream: bytes in any cut go in, account sections and documents come
 * out one by one. Memory is bounded by one document, whatever the file. No I/O.
 *
 *   START ─signature─► HEADER ─section word─► ACCOUNT ⇄ BETWEEN ⇄ DOCUMENT ─КонецФайла─► OVER
 *
 * A section that is not closed ends at the next section word, or with the file. What real files get
 * wrong is tolerated and counted in `warnings`; only a file that is none of these,
 * or of which not a word could be read, is an error.
 */
#ifndef BANKFILE_PARSER_H
#define BANKFILE_PARSER_H

#include "bankfile/keys.h"
#include "bankfile/lines.h"
#include "bankfile/warning.h"
#include "obmen/err.h"

#define BANKFILE_OTHERS 64             /* unknown fields kept of a document */
#define BANKFILE_TEXT_MAX (256 * 1024) /* bytes of all fields of one document */
#define BANKFILE_ACCOUNTS_MAX 1000     /* РасчСчет of a header */

enum bankfile_event {
    BANKFILE_MORE,     /* all bytes are used */
    BANKFILE_HEADER,   /* the header is complete: before the others; again when files were put
                          together */
    BANKFILE_ACCOUNT,  /* an account section is complete */
    BANKFILE_DOCUMENT, /* a document is complete */
    BANKFILE_END,      /* after bankfile_last: nothing follows */
    BANKFILE_BROKEN,   /* err says why; nothing follows */
};

struct bankfile_piece {
    uint32_t at, n; /* in text; n 0: the field is empty or absent */
    uint32_t line;  /* where a known field stands; of one that is not empty */
};

/* The fields of the present section (header, account section or document). */
struct bankfile_fields {
    int64_t line;               /* where it begins */
    bool overflow;              /* more text than BANKFILE_TEXT_MAX: some is missing */
    struct bankfile_piece kind; /* of a document: what stands behind СекцияДокумент= */
    struct bankfile_piece known[KEY_COUNT];
    int other_count;
    struct {
        struct bankfile_piece name, value;
    } other[BANKFILE_OTHERS];
    struct buf text;
};

struct bankfile_parser {
    struct bankfile_lines lines;
    struct bankfile_fields fields; /* valid after HEADER, ACCOUNT, DOCUMENT until the next call */
    struct bankfile_warnings warnings;
    struct err err;
    /* РасчСчет of the header; each ends with '\n' */
    struct buf accounts;
    int account_count;
    bool fragment_ok; /* a file without signature and header is taken, too */
    /* its own */
    enum { IN_START, IN_HEADER, IN_ACCOUNT, IN_DOCUMENT, IN_BETWEEN, IN_OVER, IN_BROKEN } state;
    enum bankfile_word pending; /* a section word that ended the section before */
    char pending_value[120];
    size_t pending_n;
    enum bankfile_key last_key;
    bool ended;
    bool understood; /* one word of the format, at least */
};

void bankfile_parser_release(struct bankfile_parser *p);
/* Takes bytes from *input up to the next event. A zeroed parser is ready. */
enum bankfile_event bankfile_next(struct bankfile_parser *p, struct str *input);
/* The same after the last byte. */
enum bankfile_event bankfile_last(struct bankfile_parser *p);

static inline struct str bankfile_piece(const struct bankfile_fields *f, struct bankfile_piece at)
{
    return (struct str){f->text.p + at.at, at.n};
}
/* "" when absent. Borrowed. */
static inline struct str bankfile_field(const struct bankfile_fields *f, enum bankfile_key key)
{
    return f->known[key].n ? bankfile_piece(f, f->known[key]) : STR("");
}
/* All fields as they stood, as a JSON object: what is kept of a refused document. */
void bankfile_fields_json(const struct bankfile_fields *f, struct json_writer *w);

#endif
