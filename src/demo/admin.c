/* /demo/admin: tests change the world and the troubles while somebody reads it. */
#include "demo/service.h"

#include <stdio.h>
#include <string.h>
#include "obmen/json.h"
#include "obmen/time.h"

static const char *const set_names[DEMO_DOC_SETS] = {"bank_in", "bank_out", "cash_in", "cash_out"};

static void reply_json(struct http_request *req, int status, struct buf *b)
{
    http_reply(req, status, "application/json", buf_take(b));
}

static void refuse(struct http_request *req, int status, const char *what)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    jw_object(&w);
    jw_kcstr(&w, "error", what);
    jw_object_end(&w);
    reply_json(req, status, &b);
}

static void reply_done(struct demo_service *s, struct http_request *req, uint64_t changed)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    jw_object(&w);
    jw_ki64(&w, "changed", (int64_t)changed);
    jw_ki64(&w, "total", (int64_t)demo_total(s->world));
    jw_object_end(&w);
    reply_json(req, 200, &b);
}

/* Refuses members that are not among names (ended by NULL). */
static bool known(struct http_request *req, const struct json *body, const char *const *names)
{
    for (const struct json *m = body ? body->child : NULL; m; m = m->next) {
        const char *const *n = names;
        while (*n && !str_is(m->key, *n))
            n++;
        if (!*n) {
            refuse(req, 400, "unknown member");
            return false;
        }
    }
    return true;
}

static void change_every(struct demo_service *s, struct http_request *req,
    enum demo_change_kind kind, int64_t every, int days)
{
    uint64_t total = demo_total(s->world), changed = 0;
    if (kind == DEMO_CHANGE) { /* a rule, so that a million changed documents need no memory */
        if (!demo_change_every(s->world, (uint64_t)every)) {
            refuse(req, 409, "changed by \"every\" too often: restore first");
            return;
        }
        changed = (total + (uint64_t)every - 1) / (uint64_t)every;
    } else {
        for (uint64_t i = 0; i < total; i += (uint64_t)every)
            changed += demo_change_mark(s->world, i, kind, days);
    }
    demo_changes_apply(s->world);
    reply_done(s, req, changed);
}

static void change(struct demo_service *s, struct http_request *req, const struct json *body,
    enum demo_change_kind kind)
{
    static const char *const plain[] = {"index", "every", NULL}, *const with_days[] = {"index",
                                                                     "every", "days", NULL};
    if (!known(req, body, kind == DEMO_MOVE ? with_days : plain))
        return;
    int64_t every = 0, days = 0, index;
    const struct json *list = json_get(body, "index"), *step = json_get(body, "every");
    if (kind == DEMO_MOVE &&
        (!json_i64(json_get(body, "days"), &days) || days < -20000 || days > 20000)) {
        refuse(req, 400, "days: a whole number is needed");
        return;
    }
    if (step && !list && json_i64(step, &every) && every > 0) {
        change_every(s, req, kind, every, (int)days);
        return;
    }
    if (step || !json_is(list, JSON_ARRAY)) {
        refuse(req, 400, "index (an array of numbers) or every (a number above 0) is needed");
        return;
    }
    for (const struct json *i = list->child; i; i = i->next)
        if (!json_i64(i, &index) || index < 0 || (uint64_t)index >= demo_total(s->world)) {
            refuse(req, 400, "index: no such document");
            return;
        }
    for (const struct json *i = list->child; i; i = i->next) {
        json_i64(i, &index);
        demo_change_mark(s->world, (uint64_t)index, kind, (int)days);
    }
    demo_changes_apply(s->world);
    reply_done(s, req, list->count);
}

static void restore(struct demo_service *s, struct http_request *req, const struct json *body)
{
    if (json_get(body, "index")) {
        change(s, req, body, DEMO_RESTORE);
        return;
    }
    static const char *const none[] = {NULL};
    if (!known(req, body, none))
        return;
    uint64_t changed = s->world->changes.by_index.count + s->world->changes.added_count;
    demo_changes_clear(s->world);
    reply_done(s, req, changed);
}

static void add(struct demo_service *s, struct http_request *req, const struct json *body)
{
    static const char *const names[] = {"count", "set", "date", NULL};
    if (!known(req, body, names))
        return;
    int64_t count, only = -1;
    usec_t day = s->world->s.to * USEC_PER_DAY;
    const struct json *set = json_get(body, "set"), *date = json_get(body, "date");
    for (unsigned i = 0; set && i < DEMO_DOC_SETS; i++)
        if (str_is(json_text(set), set_names[i]))
            only = i;
    if (!json_i64(json_get(body, "count"), &count) || count < 0 || count > 1000000 ||
        (set && only < 0) || (date && !time_parse_date(json_text(date), &day))) {
        refuse(req, 400,
            "count (up to 1000000), set (bank_in, bank_out, cash_in, cash_out), date (YYYY-MM-DD)");
        return;
    }
    for (int64_t i = 0; i < count; i++)
        demo_change_add(s->world, (unsigned)(only >= 0 ? only : i % DEMO_DOC_SETS),
            day / USEC_PER_DAY, i % 3 ? 12 * 3600 : 9 * 3600 + (uint32_t)(i % 28800));
    demo_changes_apply(s->world);
    reply_done(s, req, (uint64_t)count);
}

static bool small(const struct json *body, const char *name, int max, int *ret)
{
    const struct json *member = json_get(body, name);
    int64_t n = *ret;
    if (member && (!json_i64(member, &n) || n < 0 || n > max))
        return false;
    *ret = (int)n;
    return true;
}

/* The cash-flow items: how many of the last ones are gone, how often all of them were changed. */
static void items(struct demo_service *s, struct http_request *req, const struct json *body)
{
    static const char *const names[] = {"gone", "changed", NULL};
    struct demo_changes *c = &s->world->changes;
    if (!known(req, body, names))
        return;
    int gone = c->items_gone, changed = c->items_changed;
    if (!small(body, "gone", demo_item_count, &gone) ||
        !small(body, "changed", 1000000, &changed)) {
        refuse(req, 400, "gone (up to the number of items), changed (up to 1000000)");
        return;
    }
    c->items_gone = gone;
    c->items_changed = changed;
    reply_done(s, req, (uint64_t)(demo_item_count - gone));
}

static void set_troubles(struct demo_service *s, struct http_request *req, const struct json *body)
{
    struct demo_troubles t = s->troubles;
    for (const struct json *m = body ? body->child : NULL; m; m = m->next) {
        int64_t value;
        bool flag = false;
        if (json_bool(m, &flag))
            value = flag;
        else if (!json_i64(m, &value))
            value = INT64_MIN;
        if (!demo_trouble_set(&t, m->key, value)) {
            refuse(req, 400,
                "no such option of behaviour, or its value is out of range; see obmen demo-1c "
                "--help");
            return;
        }
    }
    s->troubles = t;
    s->trouble_number = 0;
    s->world->s.bad_every = (uint64_t)t.bad_record_every;
    reply_done(s, req, 0);
}

static void damaged(struct demo_service *s, struct json_writer *w)
{
    uint64_t n[DAMAGES] = {0}, every = s->world->s.bad_every, total = demo_total(s->world);
    for (uint64_t i = every ? every - 1 : total; i < total; i += every) {
        struct demo_doc d;
        demo_doc_get(s->world, i, &d);
        n[d.damage] += d.posted && !d.deleted;
    }
    jw_key(w, "bad_records");
    jw_object(w);
    for (int i = DAMAGE_NONE + 1; i < DAMAGES; i++)
        jw_ki64(w, demo_damage_name((enum demo_damage)i), (int64_t)n[i]);
    jw_object_end(w);
}

static void stats(struct demo_service *s, struct http_request *req)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    const struct demo_stats *t = &s->stats;
    demo_sessions_expire(s);
    jw_object(&w);
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"requests", t->requests}, {"data_requests", t->data_requests},
        {"unauthorized", t->unauthorized}, {"refused", t->refused},
        {"licence_refusals", t->licence_refusals}, {"sessions_started", t->sessions_started},
        {"sessions_finished", t->sessions_finished}, {"sessions_expired", t->sessions_expired},
        {"sessions_open", (uint64_t)demo_sessions_open(s)},
        {"sessions_open_max", t->sessions_open_max}, {"stale_cookies", t->stale_cookies},
        {"parallel", t->parallel}, {"parallel_max", t->parallel_max},
        {"documents_sent", t->documents}, {"documents", demo_total(s->world)}};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        jw_ki64(&w, figures[i].name, (int64_t)figures[i].value);
    jw_key(&w, "faults");
    jw_object(&w);
    for (int i = TROUBLE_NONE + 1; i < DEMO_TROUBLE_KINDS; i++)
        jw_ki64(&w, demo_trouble_name((enum demo_trouble_kind)i), (int64_t)t->troubles[i]);
    jw_object_end(&w);
    damaged(s, &w);
    jw_object_end(&w);
    reply_json(req, 200, &b);
}

static void documents(struct demo_service *s, struct http_request *req)
{
    long long from = 0, count = 100;
    struct str f = http_query(req, "from"), c = http_query(req, "count");
    if ((f.n && !str_to_i64(f, 0, INT64_MAX / 2, &from)) ||
        (c.n && !str_to_i64(c, 0, 10000, &count))) {
        refuse(req, 400, "from: a number; count: up to 10000");
        return;
    }
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    jw_object(&w);
    jw_ki64(&w, "total", (int64_t)demo_total(s->world));
    jw_key(&w, "documents");
    jw_array(&w);
    for (uint64_t i = (uint64_t)from; i < demo_total(s->world) && i < (uint64_t)(from + count);
         i++) {
        struct demo_doc d;
        char key[UUID_TEXT], date[TIME_TEXT];
        demo_doc_get(s->world, i, &d);
        uuid_format(&d.key, key);
        time_format_wall(d.second * USEC_PER_SEC, date);
        jw_object(&w);
        jw_ki64(&w, "index", (int64_t)i);
        jw_kcstr(&w, "set", set_names[d.set]);
        jw_kcstr(&w, "key", key);
        jw_kcstr(&w, "date", date);
        jw_kbool(&w, "posted", d.posted);
        jw_kbool(&w, "deleted", d.deleted);
        jw_ki64(&w, "kopecks", d.amount);
        jw_kcstr(&w, "operation", s->world->s.family == DEMO_UT ? d.op->ut : d.op->bp);
        jw_kcstr(&w, "truth", d.op->truth);
        jw_kcstr(&w, "damage", demo_damage_name(d.damage));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    reply_json(req, 200, &b);
}

void demo_admin(struct demo_service *s, struct http_request *req)
{
    struct str what = {req->path.p + sizeof DEMO_ADMIN - 1, req->path.n - (sizeof DEMO_ADMIN - 1)};
    if (req->method == HTTP_M_GET && str_is(what, "stats")) {
        stats(s, req);
        return;
    }
    if (req->method == HTTP_M_GET && str_is(what, "documents")) {
        documents(s, req);
        return;
    }
    struct err err = ERR_INIT;
    struct json *body = NULL;
    if (req->method != HTTP_M_POST) {
        refuse(req, 404,
            "GET stats, GET documents; POST change, delete, unpost, move, add, items, restore, "
            "faults");
        return;
    }
    if (req->body.n &&
        (!(body = json_parse(&req->arena, req->body, &err)) || body->type != JSON_OBJECT)) {
        refuse(req, 400, "the body is no JSON object");
        return;
    }
    if (str_is(what, "change"))
        change(s, req, body, DEMO_CHANGE);
    else if (str_is(what, "delete"))
        change(s, req, body, DEMO_DELETE);
    else if (str_is(what, "unpost"))
        change(s, req, body, DEMO_UNPOST);
    else if (str_is(what, "move"))
        change(s, req, body, DEMO_MOVE);
    else if (str_is(what, "restore"))
        restore(s, req, body);
    else if (str_is(what, "add"))
        add(s, req, body);
    else if (str_is(what, "items"))
        items(s, req, body);
    else if (str_is(what, "faults"))
        set_troubles(s, req, body);
    else
        refuse(req, 404,
            "GET stats, GET documents; POST change, delete, unpost, move, add, items, restore, "
            "faults");
}
