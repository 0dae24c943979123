/* import_bank_statement: parameters, checkpoint, phases. */
#include <stdlib.h>

#include "bankfile/bankfile.h"
#include "bankfile/import.h"

struct bankfile {
    uv_loop_t *loop;
    struct obm_task_type type;
};

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct bank_import *s = obm_state(t);
    const struct bankfile *service = obm_ctx(t);
    const struct json *params = obm_params(t);
    (void)ret_err;
    s->task = t;
    s->loop = service->loop;
    s->files = json_get(params, "files");
    s->account = str_trim(json_text(json_get(params, "account_number")));
    json_bool(json_get(params, "dry_run"), &s->dry_run);
    if (decider_wanted(t)) {
        decider_init(&s->decider);
        classifier_of_task(s->decider.classifier, obm_id(t));
    }
    s->ledger = ledger_batch_new("bank", "BANK_FILE", obm_batch_size(t));
    s->neighbours = ledger_neighbours_new();
    s->at = -1;
    const struct {
        const char *key;
        int64_t *value;
    } saved[] = {{"done", &s->done}, {"new_rows", &s->totals.fresh.rows},
        {"new_credit", &s->totals.fresh.credit}, {"new_debit", &s->totals.fresh.debit},
        {"linked_rows", &s->totals.linked.rows}, {"linked_credit", &s->totals.linked.credit},
        {"linked_debit", &s->totals.linked.debit}, {"known", &s->totals.known},
        {"unclear", &s->totals.unclear}, {"internal", &s->totals.internal},
        {"relinked", &s->totals.relinked}};
    for (size_t i = 0; i < sizeof saved / sizeof *saved; i++)
        json_i64(json_get(checkpoint, saved[i].key), saved[i].value);
    json_bool(json_get(checkpoint, "knows"), &s->knows);
    buf_add_str(&s->told, json_text(json_get(checkpoint, "told")));
    buf_add_str(&s->summary, json_text(json_get(checkpoint, "summary")));
    const struct json *counts = json_get(checkpoint, "files"), *row;
    for (size_t i = 0; i < BANKFILE_ENTRIES_MAX && (row = json_at(counts, i)) != NULL; i++) {
        struct bank_counts *n = &s->counts[i];
        int64_t *const of[] = {
            &n->fresh, &n->linked, &n->known, &n->unclear, &n->skipped, &n->failed};
        for (size_t k = 0; k < sizeof of / sizeof *of; k++)
            json_i64(json_at(row, k), of[k]);
        s->counted = (int)i + 1;
    }
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct bank_import *s = obm_state(t);
    const struct bank_totals *n = &s->totals;
    jw_kbool(w, "knows", s->knows);
    jw_ki64(w, "done", s->done);
    jw_ki64(w, "new_rows", n->fresh.rows);
    jw_ki64(w, "new_credit", n->fresh.credit);
    jw_ki64(w, "new_debit", n->fresh.debit);
    jw_ki64(w, "linked_rows", n->linked.rows);
    jw_ki64(w, "linked_credit", n->linked.credit);
    jw_ki64(w, "linked_debit", n->linked.debit);
    jw_ki64(w, "known", n->known);
    jw_ki64(w, "unclear", n->unclear);
    jw_ki64(w, "internal", n->internal);
    jw_ki64(w, "relinked", n->relinked);
    jw_key(w, "files");
    jw_array(w);
    for (int i = 0; i < s->counted; i++) {
        const struct bank_counts *c = &s->counts[i];
        const int64_t of[] = {c->fresh, c->linked, c->known, c->unclear, c->skipped, c->failed};
        jw_array(w);
        for (size_t k = 0; k < sizeof of / sizeof *of; k++)
            jw_i64(w, of[k]);
        jw_array_end(w);
    }
    jw_array_end(w);
    if (!s->told.n)
        return;
    /* as texts: as trees they may be too large for a checkpoint */
    jw_kstr(w, "told", buf_str(&s->told));
    if (s->summary.n)
        jw_kstr(w, "summary", buf_str(&s->summary));
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct bank_import *s = obm_state(t);
    if (s->task)
        bank_report(s, w);
}

static void cleanup(struct obm_task *t)
{
    struct bank_import *s = obm_state(t);
    if (!s->task)
        return;
    bankfile_source_release(&s->source);
    bankfile_parser_release(&s->parser);
    for (int i = 0; i < s->file_count; i++) {
        buf_release(&s->file[i].accounts);
        free(s->file[i].account);
    }
    free(s->file);
    ledger_sections_release(&s->sections);
    buf_release(&s->summary);
    buf_release(&s->told);
    map_release(&s->inns);
    map_release(&s->own.here);
    map_release(&s->own.earlier);
    free(s->document);
    free(s->row);
    free(s->balance);
    arena_release(&s->arena);
    arena_release(&s->scratch);
    ledger_batch_free(s->ledger);
    ledger_neighbours_free(s->neighbours);
    ledger_link_pass_release(&s->link);
    decider_release(&s->decider);
}

static enum obm_step scan(struct obm_task *t)
{
    return bank_scan(obm_state(t));
}

/* When nothing at all could be read the task has failed, not finished. */
static enum obm_step import(struct obm_task *t)
{
    struct bank_import *s = obm_state(t);
    bool readable = !s->scanned || s->file_count == 0;
    for (int i = 0; i < s->file_count; i++)
        readable |= !s->file[i].broken;
    if (readable)
        return bank_store(s);
    struct err err = ERR_INIT;
    err_set(&err, ERR_VALIDATION_ERROR, "%s: %s", s->file[0].name, s->file[0].why);
    return obm_fail(t, &err);
}

static enum obm_step link_again(struct obm_task *t)
{
    return bank_link(obm_state(t));
}

static enum obm_step check(struct obm_task *t)
{
    return bank_check(obm_state(t));
}

static enum obm_step finish(struct obm_task *t)
{
    return bank_finish(obm_state(t));
}

static const struct obm_phase phases[] = {{"scan", scan}, {"import", import}, {"link", link_again},
    {"check", check}, {"finish", finish}, {0}};

static const struct obm_task_type type = {
    .name = BANKFILE_TASK,
    .title_ru = "Выписка из банка",
    .title_en = "Bank statement",
    .params_schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"files\"],"
        "\"properties\":{\"files\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":100,\"items\":{"
        "\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"id\",\"name\"],"
        "\"properties\":{\"id\":{\"type\":\"string\",\"format\":\"uuid\"},"
        "\"name\":{\"type\":\"string\"}}}},"
        "\"account_number\":{\"type\":\"string\",\"maxLength\":40},"
        "\"auto_classify\":{\"type\":\"boolean\",\"default\":true},"
        "\"dry_run\":{\"type\":\"boolean\",\"default\":false}}}",
    .phases = phases,
    .state_size = sizeof(struct bank_import),
    .exclusive = "bank",
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};

struct bankfile *bankfile_new(uv_loop_t *loop)
{
    struct bankfile *b = mem_alloc(sizeof *b);
    b->loop = loop;
    b->type = type;
    b->type.ctx = b;
    return b;
}

void bankfile_register(struct engine *e, struct bankfile *b)
{
    engine_register(e, &b->type);
}

void bankfile_free(struct bankfile *b)
{
    free(b);
}
