#include "classify/moves.h"

#include <stdlib.h>
#include <string.h>

#include "obmen/arena.h"
#include "obmen/decimal.h"

struct move {
    struct side from, to;
    int64_t rows, credit, debit; /* kopecks */
};

struct side side_of(int64_t assigned, int64_t suggested)
{
    return (struct side){assigned ? assigned : suggested, !assigned && suggested};
}

static bool sides_eq(struct side a, struct side b)
{
    return a.category == b.category && a.suggested == b.suggested;
}

void moves_release(struct moves *m)
{
    free(m->move);
    *m = (struct moves){0};
}

static void make_room(struct moves *m, int count)
{
    if (count <= m->room)
        return;
    m->room = count > 2 * m->room ? count : 2 * m->room;
    m->move = mem_realloc(m->move, (size_t)m->room * sizeof *m->move);
}

static struct move *find(struct moves *m, struct side from, struct side to)
{
    for (int i = 0; i < m->count; i++)
        if (sides_eq(m->move[i].from, from) && sides_eq(m->move[i].to, to))
            return &m->move[i];
    make_room(m, m->count + 1);
    m->move[m->count] = (struct move){.from = from, .to = to};
    return &m->move[m->count++];
}

void moves_add(struct moves *m, const struct rows_row *row, struct side to)
{
    struct move *move = find(m, side_of(row->category_id, row->suggested_id), to);
    int64_t kopecks = 0;
    decimal_parse(row->amount, &kopecks);
    int64_t *sum = row->t.type == LEDGER_CREDIT ? &move->credit : &move->debit;
    *sum = decimal_add(*sum, kopecks);
    move->rows++;
}

int64_t moves_rows(const struct moves *m)
{
    int64_t rows = 0;
    for (int i = 0; i < m->count; i++)
        rows += m->move[i].rows;
    return rows;
}

void moves_copy(struct moves *to, const struct moves *from)
{
    make_room(to, from->count);
    to->count = from->count;
    if (from->count)
        memcpy(to->move, from->move, (size_t)from->count * sizeof *from->move);
}

void moves_save(const struct moves *m, struct json_writer *w)
{
    jw_array(w);
    for (int i = 0; i < m->count; i++) {
        const struct move *move = &m->move[i];
        jw_array(w);
        jw_i64(w, move->from.category);
        jw_bool(w, move->from.suggested);
        jw_i64(w, move->to.category);
        jw_bool(w, move->to.suggested);
        jw_i64(w, move->rows);
        jw_i64(w, move->credit);
        jw_i64(w, move->debit);
        jw_array_end(w);
    }
    jw_array_end(w);
}

void moves_load(struct moves *m, const struct json *saved)
{
    for (const struct json *j = saved ? saved->child : NULL; j; j = j->next) {
        if (!json_at(j, 6))
            continue; /* as an earlier version wrote them */
        struct move move = {0};
        json_i64(json_at(j, 0), &move.from.category);
        json_bool(json_at(j, 1), &move.from.suggested);
        json_i64(json_at(j, 2), &move.to.category);
        json_bool(json_at(j, 3), &move.to.suggested);
        json_i64(json_at(j, 4), &move.rows);
        json_i64(json_at(j, 5), &move.credit);
        json_i64(json_at(j, 6), &move.debit);
        *find(m, move.from, move.to) = move;
    }
}

void sides_json(struct json_writer *w, struct side from, struct side to)
{
    jw_kid(w, "from_category_id", from.category);
    jw_kbool(w, "from_suggested", from.suggested);
    jw_kid(w, "to_category_id", to.category);
    jw_kbool(w, "to_suggested", to.suggested);
}

static void write_sum(struct json_writer *w, const char *name, int64_t kopecks)
{
    char text[DECIMAL_TEXT];
    decimal_format(kopecks, text);
    jw_kcstr(w, name, text);
}

void moves_json(const struct moves *m, struct json_writer *w)
{
    jw_array(w);
    for (int i = 0; i < m->count; i++) {
        const struct move *move = &m->move[i];
        jw_object(w);
        sides_json(w, move->from, move->to);
        jw_ki64(w, "count", move->rows);
        write_sum(w, "credit", move->credit);
        write_sum(w, "debit", move->debit);
        jw_object_end(w);
    }
    jw_array_end(w);
}
