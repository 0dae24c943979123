/* Reading contractors and organizations for the API. */
#include "ledger/call.h"
#include "ledger/filter.h"
#include "ledger/query.h"

#define CARDS(name, table, where)                                                                  \
    {                                                                                              \
        name, "SELECT c.id, c.external_id, c.name, c.full_name, c.inn, c.kpp, c.is_active, "       \
              "to_json(c.warnings)"                                                                \
              " FROM " table " c WHERE" where                                                      \
              " ORDER BY lower(c.name), c.id LIMIT $3::integer OFFSET $4::integer"                 \
    }
#define CARD_COUNT(name, table, where)                                                             \
    {                                                                                              \
        name, "SELECT count(*) FROM " table " c WHERE" where                                       \
    }
#define CARD_MATCHES                                                                               \
    " ($1::text IS NULL OR c.name ILIKE $1 OR c.full_name ILIKE $1 OR c.inn ILIKE $1) AND "        \
    "($2::text IS NULL OR c.inn = $2)"

static const struct db_stmt contractors = CARDS("ledger_contractors", "contractors", CARD_MATCHES);
static const struct db_stmt contractor_count =
    CARD_COUNT("ledger_contractor_count", "contractors", CARD_MATCHES);
static const struct db_stmt organizations =
    CARDS("ledger_organizations", "organizations", CARD_MATCHES);
static const struct db_stmt organization_count =
    CARD_COUNT("ledger_organization_count", "organizations", CARD_MATCHES);

static void write_cards(
    struct ledger_call *q, struct json_writer *w, struct db_result *const *results)
{
    static const char *const texts[] = {"external_id", "name", "full_name", "inn", "kpp"};
    const struct db_result *rows = results[0];
    jw_object(w);
    jw_key(w, q->noun);
    jw_array(w);
    for (int i = 0; i < db_rows(rows); i++) {
        jw_object(w);
        jw_ki64(w, "id", db_i64(rows, i, 0));
        for (int c = 0; c < 5; c++)
            jw_kstr(w, texts[c], db_text(rows, i, c + 1));
        jw_kbool(w, "is_active", db_bool(rows, i, 6));
        jw_kraw(w, "warnings", db_text(rows, i, 7));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "total", db_i64(results[1], 0, 0));
    jw_object_end(w);
}

static void list_cards(struct db *db, const char *noun, const struct db_stmt *list,
    const struct db_stmt *count, struct str part, struct str inn, int limit, int offset,
    ledger_json_fn done, void *arg)
{
    struct ledger_call *q = ledger_call_new(done, arg, write_cards);
    q->noun = noun;
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, list);
    ledger_bind_part(u, part);
    db_bind_filled(u, inn);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, count);
    ledger_bind_part(u, part);
    db_bind_filled(u, inn);
    db_submit(u, ledger_call_done, q);
}

void ledger_list_contractors(struct db *db, struct str q, struct str inn, int limit, int offset,
    ledger_json_fn done, void *arg)
{
    list_cards(
        db, "contractors", &contractors, &contractor_count, q, inn, limit, offset, done, arg);
}

void ledger_list_organizations(
    struct db *db, struct str q, int limit, int offset, ledger_json_fn done, void *arg)
{
    list_cards(db, "organizations", &organizations, &organization_count, q, STR_NULL, limit, offset,
        done, arg);
}
