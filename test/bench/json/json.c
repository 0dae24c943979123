/* Prints the table of docs/decisions/0004-json.md. A fourth argument: without its head. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "bench.h"

const char *const wanted[WANTED] = {"Ref_Key", "DataVersion", "DeletionMark", "Posted", "Number",
    "Date", "ХозяйственнаяОперация", "Контрагент_Key", "Организация_Key", "БанковскийСчет_Key",
    "БанковскийСчетКонтрагента_Key", "Валюта_Key", "СтатьяДвиженияДенежныхСредств_Key",
    "СуммаДокумента", "НомерВходящегоДокумента", "ДатаВходящегоДокумента", "НазначениеПлатежа",
    "ДанныеВыписки", "Комментарий", "ПроведеноБанком"};

int64_t cpu_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void turn(struct outcome *o, int64_t from)
{
    int64_t ns = cpu_ns() - from;
    o->busy_ns += ns;
    if (ns > o->longest_ns)
        o->longest_ns = ns;
}

void take(struct outcome *o, size_t n)
{
    o->fields++;
    o->bytes += (int64_t)n;
}

struct buf collect(struct str page)
{
    struct buf body = BUF_INIT;
    while (page.n) {
        size_t n = page.n < 16384 ? page.n : 16384;
        buf_add(&body, page.p, n);
        page = (struct str){page.p + n, page.n - n};
    }
    return body;
}

int main(int argc, char **argv)
{
    int docs = argc > 1 ? atoi(argv[1]) : 1000, doc_bytes = argc > 2 ? atoi(argv[2]) : 2048;
    int pages = argc > 3 ? atoi(argv[3]) : 50;
    struct buf page = BUF_INIT;
    page_make(&page, docs, doc_bytes, 1);
    if (docs < 1 || pages < 1 || !page.n)
        return 1;
    if (argc <= 4)
        printf("page: %d documents, %zu bytes, %.0f per document; %d pages\n\n", docs, page.n,
            (double)page.n / docs, pages);
    if (argc <= 4)
        printf("| reader | MB/s | longest hold, ms (median page) | longest hold, ms (worst page) | "
               "peak memory, KiB | allocations per page |\n|---|---|---|---|---|---|\n");
    for (const struct parser *p = parsers; p->name; p++) {
        int64_t *holds = malloc((size_t)pages * sizeof *holds), busy = 0;
        struct outcome o;
        memory_reset();
        for (int i = 0; i < pages; i++) {
            o = (struct outcome){0};
            p->read(p, buf_str(&page), &o);
            busy += o.busy_ns;
            int at = i; /* kept in order */
            for (; at && holds[at - 1] > o.longest_ns; at--)
                holds[at] = holds[at - 1];
            holds[at] = o.longest_ns;
        }
        if (o.fields && (o.docs != docs || o.fields != (int64_t)docs * WANTED)) {
            printf("%s read something else: %ld documents, %ld fields\n", p->name, (long)o.docs,
                (long)o.fields);
            return 1;
        }
        printf("| %s | %.0f | %.2f | %.2f | %zu | %.0f |\n", p->name,
            (double)page.n * pages / 1e6 / ((double)busy / 1e9), (double)holds[pages / 2] / 1e6,
            (double)holds[pages - 1] / 1e6, memory_peak() / 1024, (double)memory_calls() / pages);
        free(holds);
    }
    buf_release(&page);
    return 0;
}
