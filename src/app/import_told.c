#include "app/import_told.h"

#include <stdio.h>
#include <string.h>

#include "obmen/json.h"

void import_told_clear(bool terminal)
{
    if (terminal)
        fputs("\r\033[K", stderr);
}

void import_told_bar(const struct task_state *t)
{
    char bar[31];
    int filled = t->progress * 30 / 100;
    memset(bar, '.', 30);
    memset(bar, '#', (size_t)filled);
    bar[30] = 0;
    fprintf(stderr, "\r\033[K[%s] %3d %%  %lld %s %lld", bar, t->progress,
        (long long)t->stats.fetched, TR("из", "of"), (long long)t->total);
    if (t->rate > 0)
        fprintf(stderr, "  %.0f/%s", t->rate, TR("с", "s"));
    if (t->wait_reason.n)
        fprintf(stderr, "  %.*s", STR_ARG(t->wait_reason));
    fflush(stderr);
}

/* What was odd about the files. */
static void show_warnings(const struct json *files)
{
    const struct json *file, *w;
    for (size_t i = 0; (file = json_at(files, i)); i++) {
        struct str name = json_text(json_get(file, "name"));
        const struct json *warnings = json_get(file, "warnings");
        for (size_t k = 0; (w = json_at(warnings, k)); k++) {
            int64_t line = 0, count = 0;
            json_i64(json_get(w, "line"), &line);
            json_i64(json_get(w, "count"), &count);
            printf("%.*s", STR_ARG(name));
            if (line)
                printf(":%lld", (long long)line);
            printf(": %.*s", STR_ARG(json_text(json_get(w, "message"))));
            if (count > 1)
                printf(" (%lld)", (long long)count);
            printf("\n");
        }
    }
}

void import_told_summary(const struct task_state *t, bool dry_run)
{
    struct arena a = ARENA_INIT;
    struct err err;
    const struct json *result = t->result.p ? json_parse(&a, t->result, &err) : NULL;
    const struct json *fresh = json_get(result, "new");
    int64_t linked = 0, known = 0, unclear = 0;
    json_i64(json_get(json_get(result, "linked"), "rows"), &linked);
    json_i64(json_get(result, "known"), &known);
    json_i64(json_get(result, "unclear"), &unclear);
    show_warnings(json_get(result, "files"));
    printf(dry_run ? TR("Было бы создано: %lld (приход %.*s, расход %.*s)",
                         "Would be new: %lld (received %.*s, paid %.*s)")
                   : TR("Создано: %lld (приход %.*s, расход %.*s)",
                         "New: %lld (received %.*s, paid %.*s)"),
        (long long)t->stats.created, STR_ARG(json_text(json_get(fresh, "credit"))),
        STR_ARG(json_text(json_get(fresh, "debit"))));
    printf(TR(", из них неясны: %lld, известны из 1С: %lld, уже были: %lld, пропущено: %lld, "
              "отклонено: %lld\n",
               ", of them unclear: %lld, known from 1C: %lld, known already: %lld, skipped: %lld, "
               "refused: %lld\n"),
        (long long)unclear, (long long)linked, (long long)known, (long long)t->stats.skipped,
        (long long)t->stats.failed);
    fflush(stdout); /* before what is said on standard error */
    arena_release(&a);
}

/* Files that could not be read. */
static void show_unread(const struct json *files)
{
    const struct json *file;
    for (size_t i = 0; (file = json_at(files, i)); i++) {
        struct str error = json_text(json_get(file, "error"));
        if (error.n)
            fprintf(
                stderr, "%.*s: %.*s\n", STR_ARG(json_text(json_get(file, "name"))), STR_ARG(error));
    }
}

/* "file:line: reason", as compilers say it. The external id of a document is "2:57": the second
 * file, line 57. */
static void show_refusal(const struct json *files, const struct json *refusal)
{
    long long file = 0;
    int64_t line = 0;
    struct str id = json_text(json_get(refusal, "external_id"));
    json_i64(json_get(refusal, "ordinal"), &line);
    if (str_to_i64(str_cut(&id, ':'), 1, INT32_MAX, &file))
        fprintf(stderr,
            "%.*s:%lld: ", STR_ARG(json_text(json_get(json_at(files, (size_t)file - 1), "name"))),
            (long long)line);
    fprintf(stderr, "%.*s\n", STR_ARG(json_text(json_get(refusal, "message"))));
}

void import_told_refusals(const struct task_state *t, struct str refusals)
{
    struct arena a = ARENA_INIT;
    struct err err;
    char id[UUID_TEXT];
    int64_t total = t->stats.failed + t->stats.skipped;
    const struct json *result = t->result.p ? json_parse(&a, t->result, &err) : NULL;
    const struct json *all = refusals.n ? json_parse(&a, refusals, &err) : NULL;
    const struct json *list = json_get(all, "errors"), *refusal;
    show_unread(json_get(result, "files"));
    for (size_t i = 0; (refusal = json_at(list, i)); i++)
        if (!str_is(json_text(json_get(refusal, "stage")), "file"))
            show_refusal(json_get(result, "files"), refusal);
    uuid_format(&t->id, id);
    if (total > IMPORT_REFUSALS_TOLD)
        fprintf(stderr, TR("… и ещё %lld. ", "… and %lld more. "),
            (long long)total - IMPORT_REFUSALS_TOLD);
    fprintf(stderr,
        TR("Отклонено и пропущено: %lld; поля и причины: задача %s\n",
            "Refused and skipped: %lld; fields and reasons: task %s\n"),
        (long long)total, id);
    arena_release(&a);
}
