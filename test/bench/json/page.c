#include "bench.h"

#include <stdio.h>

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void guid(struct buf *b, const char *name, unsigned *seed)
{
    buf_printf(b, ",\"%s\":\"%06x%02x-%04x-11ec-%04x-%06x%06x\"", name, next(seed),
        next(seed) & 255, next(seed) & 0xFFFF, 0x8000 | (next(seed) & 0x3FFF), next(seed),
        next(seed));
}

static const char *const firms[] = {"ООО «Ромашка»", "АО \\\"Вектор-Сервис\\\"",
    "ИП Кузнецов Пётр Алексеевич", "ПАО «Северо-Западная сбытовая компания»",
    "ООО «Торговый дом \\\"Меридиан\\\"»"};
static const char *const purposes[] = {
    "Оплата по счету № %u от 14.03.2025 за услуги связи\\r\\nВ том числе НДС 20%% - %u.17 рублей",
    "Возврат излишне перечисленных средств по платежному поручению № %u, сумма %u-00. Без НДС",
    "Предоплата 50%% по договору \\\"ПС-%u/25\\\" за оборудование, спецификация %u, НДС 20%%"};

static void document(struct buf *b, int doc_bytes, unsigned *seed, int n)
{
    size_t begin = b->n;
    unsigned r = next(seed);
    buf_adds(b, "{\"Ref_Key\":\"5a2b7c10-6332-11ec-ad72-000c29b45b09\"");
    buf_adds(b, ",\"DataVersion\":\"AAAACgAAAAA=\",\"DeletionMark\":false,\"Posted\":true");
    buf_printf(
        b, ",\"Number\":\"К100-%06d\",\"Date\":\"2025-03-%02uT10:22:%02u\"", n, 1 + r % 28, r % 60);
    buf_adds(b, ",\"ХозяйственнаяОперация\":\"ПоступлениеОплатыОтКлиента\",\"Исправление\":false");
    guid(b, "Контрагент_Key", seed);
    guid(b, "Партнер_Key", seed);
    guid(b, "Организация_Key", seed);
    guid(b, "БанковскийСчет_Key", seed);
    guid(b, "БанковскийСчетКонтрагента_Key", seed);
    guid(b, "Валюта_Key", seed);
    guid(b, "СтатьяДвиженияДенежныхСредств_Key", seed);
    guid(b, "Подразделение_Key", seed);
    buf_adds(b, ",\"Договор\":\"\",\"Договор_Type\":\"StandardODATA.Undefined\"");
    buf_printf(b, ",\"СуммаДокумента\":%u.%02u", r % 1000000, r % 100);
    buf_printf(b,
        ",\"НомерВходящегоДокумента\":\"%u\",\"ДатаВходящегоДокумента\":\"2025-03-14T00:00:00\"",
        r % 10000);
    buf_adds(b, ",\"НазначениеПлатежа\":\"");
    buf_printf(b,
        r % 3 == 0   ? purposes[0]
        : r % 3 == 1 ? purposes[1]
                     : purposes[2],
        r % 9999, r % 777);
    buf_printf(b, "\",\"ПроведеноБанком\":true,\"ДатаПроведенияБанком\":\"2025-03-14T00:00:00\","
                  "\"Комментарий\":null");
    buf_printf(b,
        ",\"ДанныеВыписки\":\"Плательщик=%s\\r\\nПлательщикИНН=78%08u\\r\\nПлательщикКПП="
        "781001001\\r\\n"
        "ПлательщикСчет=40702810%012u\\r\\nПлательщикБИК=044525225\"",
        firms[r % 5], r % 100000000, r);
    buf_printf(b,
        ",\"РасшифровкаПлатежа\":[{\"LineNumber\":\"1\",\"Сумма\":%u.%02u,\"СуммаНДС\":%u",
        r % 1000000, r % 100, r % 1000);
    guid(b, "СтавкаНДС_Key", seed);
    guid(b, "СтатьяДвиженияДенежныхСредств_Key", seed);
    buf_adds(b, "}]");
    /* Configurations add their own fields up to the size that is asked for. */
    for (int i = 0; b->n - begin + 60 < (size_t)doc_bytes; i++)
        buf_printf(b, ",\"ДополнительныйРеквизит%d\":\"%s\"", i,
            i % 2 ? "00000000-0000-0000-0000-000000000000" : "");
    buf_addc(b, '}');
}

void page_make(struct buf *b, int docs, int doc_bytes, unsigned seed)
{
    buf_adds(b, "\xEF\xBB\xBF{\"odata.metadata\":\"http://1c/base/odata/standard.odata/$metadata#"
                "Document_ПоступлениеБезналичныхДенежныхСредств\",\"value\":[");
    for (int i = 0; i < docs; i++) {
        if (i)
            buf_addc(b, ',');
        document(b, doc_bytes, &seed, i);
    }
    buf_adds(b, "]}");
}
