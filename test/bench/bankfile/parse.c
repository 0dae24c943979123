/* How fast a statement file is read, and in how much memory: parse [MB] [utf8]. Bytes are made on
 * the way, so that a file of 1 GB needs no disk. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "bankfile/row.h"
#include "obmen/time.h"

static const char head[] = "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\n"
                           "РасчСчет=40702810900000000001\r\n";
static const char document[] =
    "СекцияДокумент=Платежное поручение\r\nНомер=%d\r\nДата=14.03.2025\r\nСумма=%d.%02d\r\n"
    "КвитанцияДата=14.03.2025\r\nКвитанцияВремя=10:00:00\r\nПлательщикСчет=40702810900000000001\r\n"
    "ДатаСписано=14.03.2025\r\nПлательщик=ИНН 7707083893 ООО \"Ромашка\"\r\n"
    "ПлательщикИНН=7707083893\r\nПлательщикКПП=770701001\r\nПлательщик1=ООО \"Ромашка\"\r\n"
    "ПлательщикРасчСчет=40702810900000000001\r\nПлательщикБанк1=АО \"БАНК\"\r\n"
    "ПлательщикБанк2=г. Москва\r\nПлательщикБИК=044525225\r\n"
    "ПлательщикКорсчет=30101810400000000225\r\nПолучательСчет=40702810500000000777\r\n"
    "ДатаПоступило=\r\nПолучатель=ИНН 7736050003 ООО \"Вектор\"\r\nПолучательИНН=7736050003\r\n"
    "ПолучательКПП=773601001\r\nПолучатель1=ООО \"Вектор\"\r\n"
    "ПолучательРасчСчет=40702810500000000777\r\nПолучательБанк1=ПАО \"ДРУГОЙ БАНК\"\r\n"
    "ПолучательБанк2=г. Санкт-Петербург\r\nПолучательБИК=044525974\r\n"
    "ПолучательКорсчет=30101810145250000974\r\nВидПлатежа=Электронно\r\nВидОплаты=01\r\n"
    "СтатусСоставителя=\r\nПоказательКБК=\r\nОКАТО=\r\nОчередность=5\r\n"
    "НазначениеПлатежа=Оплата по счету %d от 10.03.2025 за строительные материалы. В том числе НДС "
    "20%% - 2500.00 руб.\r\nКод=0\r\nКонецДокумента\r\n";

/* UTF-8 of this file as windows-1251, which is shorter. */
static void to_windows(struct buf *b)
{
    char *out = b->p;
    for (size_t i = 0; i < b->n; i++) {
        unsigned char c = (unsigned char)b->p[i];
        if (c < 0x80) {
            *out++ = (char)c;
            continue;
        }
        unsigned letter = (c & 31u) << 6 | ((unsigned char)b->p[++i] & 63u);
        *out++ = (char)(letter - 0x410 + 0xC0);
    }
    b->n = (size_t)(out - b->p);
}

static long memory_kb(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

int main(int argc, char **argv)
{
    int64_t size = (argc > 1 ? atoll(argv[1]) : 1000) * 1000000, bytes = 0, rows = 0, sum = 0;
    bool utf8 = argc > 2;
    struct bankfile_parser parser = {0};
    struct bankfile_own own = {0};
    struct arena arena = ARENA_INIT;
    struct buf piece = BUF_INIT;
    struct bankfile_row row[2];
    struct err why;
    long early = 0;
    map_put(&own.here, "40702810900000000001", 20, &own);
    buf_adds(&piece, head);
    int64_t spent = 0;
    for (int n = 1; bytes < size;) {
        while (piece.n < 200 * 1024) /* as a piece of a stored file */
            buf_printf(&piece, document, n, n % 99999 + 1, n % 100, n % 1000), n++;
        if (!utf8)
            to_windows(&piece);
        struct str input = buf_str(&piece);
        int64_t begin = time_mono_ns();
        for (enum bankfile_event e; (e = bankfile_next(&parser, &input));) {
            int count;
            if (e != BANKFILE_DOCUMENT)
                continue;
            if (bankfile_rows(&parser.fields, &own, &arena, &parser.warnings, row, &count, &why) !=
                BANKFILE_ROWS)
                return 1;
            rows += count;
            sum += row[0].amount;
            arena_reset(&arena);
        }
        spent += time_mono_ns() - begin;
        bytes += (int64_t)piece.n;
        buf_clear(&piece);
        if (!early && bytes > 10000000)
            early = memory_kb();
    }
    double s = (double)spent / 1e9;
    printf(
        "%s: %.0f MB, %lld rows (%lld kopecks): %.0f MB/s, %.0f rows/s; memory %.1f MiB after 10 "
        "MB, %.1f MiB at the end\n",
        utf8 ? "UTF-8" : "windows-1251", (double)bytes / 1e6, (long long)rows, (long long)sum,
        (double)bytes / 1e6 / s, (double)rows / s, (double)early / 1024,
        (double)memory_kb() / 1024);
    bankfile_parser_release(&parser);
    map_release(&own.here);
    arena_release(&arena);
    buf_release(&piece);
    return 0;
}
