/* Arrays for unnest, filled row by row. */
#include "pg/binary.h"

#define EPOCH_DAYS 10957 /* 1970-01-01 … 2000-01-01 */

int64_t binary_time(usec_t t)
{
    int64_t v;
    if (__builtin_sub_overflow(t, EPOCH_DAYS * USEC_PER_DAY, &v))
        return INT64_MIN;
    return v;
}

int32_t binary_date(usec_t t)
{
    int64_t days = t / USEC_PER_DAY;
    if (t % USEC_PER_DAY < 0)
        days--;
    return (int32_t)(days - EPOCH_DAYS);
}

int32_t binary_elem_oid(enum db_elem e)
{
    /* pg_type.h: part of the protocol, they never change */
    static const int32_t oids[] = {[DB_TEXT] = 25,
        [DB_INT8] = 20,
        [DB_INT4] = 23,
        [DB_BOOL] = 16,
        [DB_UUID] = 2950,
        [DB_TIMESTAMP] = 1114,
        [DB_TIMESTAMPTZ] = 1184,
        [DB_DATE] = 1082,
        [DB_FLOAT8] = 701};
    return oids[e];
}

void db_column_init(struct db_column *c, enum db_elem elem)
{
    *c = (struct db_column){.elem = elem};
}

static void add(struct db_column *c, const void *p, int32_t n)
{
    char length[4];
    binary_put32(length, n);
    buf_reserve(&c->data, 4 + (size_t)n);
    buf_add(&c->data, length, 4);
    if (n > 0)
        buf_add(&c->data, p, (size_t)n);
    c->count++;
}

void db_column_null(struct db_column *c)
{
    char length[4];
    binary_put32(length, -1);
    buf_add(&c->data, length, 4);
    c->has_null = true;
    c->count++;
}

void db_column_text(struct db_column *c, struct str s)
{
    if (s.p)
        add(c, s.p, (int32_t)s.n);
    else
        db_column_null(c);
}

void db_column_i64(struct db_column *c, int64_t v)
{
    char p[8];
    binary_put64(p, v);
    add(c, p, 8);
}

void db_column_id(struct db_column *c, int64_t id)
{
    if (id)
        db_column_i64(c, id);
    else
        db_column_null(c);
}

void db_column_i32(struct db_column *c, int32_t v)
{
    char p[4];
    binary_put32(p, v);
    add(c, p, 4);
}

void db_column_bool(struct db_column *c, bool v)
{
    char p = v;
    add(c, &p, 1);
}

void db_column_uuid(struct db_column *c, const struct uuid *id)
{
    if (id)
        add(c, id->b, 16);
    else
        db_column_null(c);
}

void db_column_time(struct db_column *c, usec_t t)
{
    char p[8];
    if (c->elem == DB_DATE) {
        binary_put32(p, binary_date(t));
        add(c, p, 4);
    } else {
        binary_put64(p, binary_time(t));
        add(c, p, 8);
    }
}

void db_column_double(struct db_column *c, double v)
{
    char p[8];
    binary_put_double(p, v);
    add(c, p, 8);
}

void db_column_clear(struct db_column *c)
{
    buf_clear(&c->data);
    c->has_null = false;
    c->count = 0;
}

void db_column_release(struct db_column *c)
{
    buf_release(&c->data);
    c->has_null = false;
    c->count = 0;
}
