/* Units as their callers build them: statements and binary parameters. */
#include "pg/internal.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "pg/binary.h"

struct db_unit *db_unit_new(struct db *db, enum db_lane lane)
{
    struct db_unit *u = mem_alloc(sizeof *u);
    list_init(&u->link);
    u->db = db;
    u->lane = (int)lane;
    return u;
}

void db_unit_free(struct db_unit *u)
{
    if (u->state ==
        UNIT_TELLING) { /* kept, then not wanted after all: freed when its callback returns */
        u->kept = false;
        return;
    }
    assert(u->state == UNIT_OWNED);
    unit_results_clear(u);
    arena_release(&u->memory);
    free(u);
}

void db_keep(struct db_unit *u)
{
    assert(u->state == UNIT_TELLING && u->failed);
    u->kept = true;
}

void db_set_deadline(struct db_unit *u, int64_t deadline_ms)
{
    u->deadline_ms = deadline_ms;
}

/* Doubles an array in the arena; the old one stays there unused. */
static void *grow(struct arena *a, void *old, int count, int cap, size_t item)
{
    void *p = arena_alloc(a, (size_t)cap * item);
    if (count > 0)
        memcpy(p, old, (size_t)count * item);
    return p;
}

int db_add(struct db_unit *u, const struct db_stmt *stmt)
{
    assert(u->state == UNIT_OWNED || (u->state == UNIT_TELLING && u->kept));
    if (u->step_count == u->step_cap) {
        u->step_cap = u->step_cap ? u->step_cap * 2 : 4;
        u->steps = grow(&u->memory, u->steps, u->step_count, u->step_cap, sizeof *u->steps);
    }
    u->steps[u->step_count] = (struct unit_step){.stmt = stmt, .first_param = u->param_count};
    return u->step_count++;
}

/* Room for one more parameter of n bytes; n < 0: NULL. */
static char *param(struct db_unit *u, int64_t n)
{
    assert(u->step_count > 0 && n <= INT32_MAX);
    if (u->param_count == u->param_cap) {
        u->param_cap = u->param_cap ? u->param_cap * 2 : 16;
        u->values =
            grow(&u->memory, (void *)u->values, u->param_count, u->param_cap, sizeof *u->values);
        u->lengths = grow(&u->memory, u->lengths, u->param_count, u->param_cap, sizeof *u->lengths);
        u->formats = grow(&u->memory, u->formats, u->param_count, u->param_cap, sizeof *u->formats);
    }
    /* One byte at least: libpq takes a NULL pointer for NULL. */
    char *p = n < 0 ? NULL : arena_bytes(&u->memory, n > 0 ? (size_t)n : 1);
    u->values[u->param_count] = p;
    u->lengths[u->param_count] = n < 0 ? 0 : (int)n;
    u->formats[u->param_count] = 1;
    u->param_count++;
    u->steps[u->step_count - 1].param_count++;
    return p;
}

void db_bind_null(struct db_unit *u)
{
    param(u, -1);
}

void db_bind_text(struct db_unit *u, struct str s)
{
    char *p = param(u, s.p ? (int64_t)s.n : -1);
    if (s.n > 0)
        memcpy(p, s.p, s.n);
}

void db_bind_filled(struct db_unit *u, struct str s)
{
    db_bind_text(u, s.n ? s : STR_NULL);
}

void db_bind_cstr(struct db_unit *u, const char *s)
{
    db_bind_text(u, str_from(s));
}

void db_bind_bytes(struct db_unit *u, struct str s)
{
    db_bind_text(u, s);
}

void db_bind_jsonb(struct db_unit *u, struct str json)
{
    if (!json.p) {
        db_bind_null(u);
        return;
    }
    char *p = param(u, (int64_t)json.n + 1);
    p[0] = 1; /* version of the format */
    memcpy(p + 1, json.p, json.n);
}

void db_bind_i64(struct db_unit *u, int64_t v)
{
    binary_put64(param(u, 8), v);
}

void db_bind_id(struct db_unit *u, int64_t id)
{
    if (id)
        db_bind_i64(u, id);
    else
        db_bind_null(u);
}

void db_bind_i32(struct db_unit *u, int32_t v)
{
    binary_put32(param(u, 4), v);
}

void db_bind_bool(struct db_unit *u, bool v)
{
    *param(u, 1) = v;
}

void db_bind_double(struct db_unit *u, double v)
{
    binary_put_double(param(u, 8), v);
}

void db_bind_uuid(struct db_unit *u, const struct uuid *id)
{
    char *p = param(u, id ? 16 : -1);
    if (id)
        memcpy(p, id->b, 16);
}

void db_bind_time(struct db_unit *u, usec_t t)
{
    binary_put64(param(u, 8), binary_time(t));
}

void db_bind_date(struct db_unit *u, usec_t midnight)
{
    binary_put32(param(u, 4), binary_date(midnight));
}

void db_bind_column(struct db_unit *u, const struct db_column *c)
{
    /* dimensions, has NULLs, element type; then, unless empty: length, lower bound, elements */
    int64_t head = c->count > 0 ? 20 : 12;
    char *p = param(u, head + (int64_t)c->data.n);
    binary_put32(p, c->count > 0 ? 1 : 0);
    binary_put32(p + 4, c->has_null);
    binary_put32(p + 8, binary_elem_oid(c->elem));
    if (c->count > 0) {
        binary_put32(p + 12, c->count);
        binary_put32(p + 16, 1);
        memcpy(p + 20, c->data.p, c->data.n);
    }
}

void unit_results_new(struct db_unit *u)
{
    if (u->results || u->step_count == 0)
        return;
    u->results = arena_alloc(&u->memory, (size_t)u->step_count * sizeof *u->results);
    u->result_list = arena_alloc(&u->memory, (size_t)u->step_count * sizeof *u->result_list);
    for (int i = 0; i < u->step_count; i++)
        u->result_list[i] = &u->results[i];
}

void unit_results_clear(struct db_unit *u)
{
    if (!u->results)
        return;
    for (int i = 0; i < u->step_count; i++) {
        PQclear(u->results[i].pg);
        u->results[i].pg = NULL;
    }
}
