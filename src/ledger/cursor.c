#include "ledger/cursor.h"

#include <sodium.h>

#include "obmen/utf8.h"

/* Inside: the order's letter (capital: ascending), the id, a space, the value. Outside: base64, as
 * nobody is to build or read one. */
static char letter_of(enum ledger_sort sort, bool ascending)
{
    char letter = sort == LEDGER_BY_AMOUNT ? 'a' : sort == LEDGER_BY_NAME ? 'n' : 'd';
    return ascending ? (char)(letter - 'a' + 'A') : letter;
}

/* What PostgreSQL's left() gives. */
static struct str name_key(struct str name)
{
    struct str rest = name;
    size_t n;
    for (int i = 0; i < LEDGER_NAME_KEY && (n = utf8_letter(rest)) > 0; i++)
        rest = (struct str){rest.p + n, rest.n - n};
    return (struct str){name.p, name.n - rest.n};
}

void ledger_cursor_write(const struct ledger_cursor *c, enum ledger_sort sort, bool ascending,
    char out[LEDGER_CURSOR_TEXT])
{
    struct buf plain = BUF_INIT;
    buf_addc(&plain, letter_of(sort, ascending));
    buf_add_i64(&plain, c->id);
    buf_addc(&plain, ' ');
    if (sort == LEDGER_BY_NAME)
        buf_add_str(&plain, name_key(c->name));
    else
        buf_add_i64(&plain, sort == LEDGER_BY_AMOUNT ? c->amount : c->date);
    sodium_bin2base64(out, LEDGER_CURSOR_TEXT, (const unsigned char *)plain.p, plain.n,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_release(&plain);
}

static bool read_number(struct str text, int64_t *ret)
{
    long long v;
    bool minus = str_starts(text, STR("-"));
    struct str digits = minus ? (struct str){text.p + 1, text.n - 1} : text;
    if (!str_to_i64(digits, 0, INT64_MAX, &v))
        return false;
    *ret = minus ? -v : v;
    return true;
}

static bool read_key(struct str key, enum ledger_sort sort, struct ledger_cursor *ret)
{
    usec_t first, last;
    if (sort == LEDGER_BY_AMOUNT)
        return read_number(key, &ret->amount);
    if (sort == LEDGER_BY_NAME) {
        ret->name = key;
        return utf8_valid(key) && !(key.n && memchr(key.p, 0, key.n));
    }
    return read_number(key, &ret->date) && time_parse_date(STR("0001-01-01"), &first) &&
           time_parse_date(STR("9999-12-31"), &last) && ret->date >= first &&
           ret->date < last + USEC_PER_DAY;
}

bool ledger_cursor_read(struct str text, enum ledger_sort sort, bool ascending,
    struct ledger_cursor *ret, char room[LEDGER_CURSOR_TEXT])
{
    char again[LEDGER_CURSOR_TEXT];
    size_t n = 0;
    *ret = (struct ledger_cursor){.id = 0};
    if (text.n >= LEDGER_CURSOR_TEXT ||
        sodium_base642bin((unsigned char *)room, LEDGER_CURSOR_TEXT, text.p, text.n, NULL, &n, NULL,
            sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n < 1 || room[0] != letter_of(sort, ascending))
        return false;
    struct str key = {room + 1, n - 1}, id = str_cut(&key, ' ');
    if (!read_number(id, &ret->id) || ret->id < 1 || !read_key(key, sort, ret))
        return false;
    ledger_cursor_write(ret, sort, ascending, again); /* each place has one text */
    return str_is(text, again);
}

void ledger_cursor_bind(struct db_unit *u, const struct ledger_cursor *c, enum ledger_sort sort)
{
    if (!c) {
        db_bind_null(u);
        db_bind_null(u);
        return;
    }
    if (sort == LEDGER_BY_AMOUNT)
        db_bind_i64(u, c->amount);
    else if (sort == LEDGER_BY_NAME)
        db_bind_text(u, c->name);
    else
        db_bind_time(u, c->date);
    db_bind_i64(u, c->id);
}
