#include "rows.h"

#include <string.h>
#include "obmen/arena.h"

static struct arena memory;
static uint64_t state;

static uint64_t next(void) /* splitmix64 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

#define PICK(list) ((list)[next() % (sizeof(list) / sizeof *(list))])

static struct str digits(int count)
{
    char *p = arena_bytes(&memory, (size_t)count);
    for (int i = 0; i < count; i++)
        p[i] = (char)('0' + (i == 0 ? 1 + next() % 9 : next() % 10));
    return (struct str){p, (size_t)count};
}

static struct str purpose(int version)
{
    int number = (int)(next() % 9999), day = 1 + (int)(next() % 28);
    switch (next() % 3) {
    case 0:
        return arena_printf(&memory,
            "Оплата по счёту № %d от %02d.03.2025 за комплектующие. В том числе НДС 20%%, версия "
            "%d",
            number, day, version);
    case 1:
        return arena_printf(&memory,
            "Перечисление по договору поставки № %d/25 от %02d.01.2025, акт сверки подписан. Без "
            "НДС, версия %d",
            number, day, version);
    default:
        return arena_printf(&memory,
            "Оплата услуг по перевозке грузов, УПД № %d от %02d.02.2025 г. Сумма с учётом НДС, "
            "версия %d",
            number, day, version);
    }
}

static void fill(struct ledger_transaction *t, int i, int version)
{
    static const char *const names[] = {"ООО «Северный металл»", "АО «Волжский завод упаковки»",
        "ИП Кузнецова Анна Сергеевна", "ООО «Торговый дом Меркурий»", "ПАО «Мосэнергосбыт»",
        "ООО «Логистика и склад»"};
    static const char *const banks[] = {
        "ПАО СБЕРБАНК", "АО «АЛЬФА-БАНК»", "ФИЛИАЛ «ЦЕНТРАЛЬНЫЙ» БАНКА ВТБ (ПАО)", "АО «ТБАНК»"};
    static const char *const operations[] = {
        "ПоступлениеОплатыОтКлиента", "ОплатаПоставщику", "ПеречислениеНалога", "ВыплатаЗарплаты"};
    uint64_t a = next(), b = next();
    t->external_id = arena_printf(&memory, "%08x-%04x-11e9-80c1-%012llx", (unsigned)a,
        (unsigned)(a >> 32) & 0xffff, (unsigned long long)b & 0xffffffffffff);
    t->data_version = arena_printf(&memory, "AAAA%07dA", i * 10 + version);
    t->transaction_date = (20089 * 86400LL + (int64_t)i * 600) *
                          USEC_PER_SEC; /* from 2025-01-01, one in ten minutes */
    t->amount = 100 + (int64_t)(next() % 90000000) + version * 10000;
    t->currency = STR("RUB");
    t->type = next() % 2 ? LEDGER_CREDIT : LEDGER_DEBIT;
    t->payment = next() % 5 ? LEDGER_BANK : LEDGER_CASH;
    t->document_number = arena_printf(&memory, "0000-%06d", i);
    t->has_document_date = true;
    t->document_date = t->transaction_date / USEC_PER_DAY * USEC_PER_DAY;
    t->payment_purpose = purpose(version);
    t->business_operation = str_from(PICK(operations));
    t->counterparty_id = 1 + (int64_t)(next() % 500);
    t->counterparty_name = arena_printf(&memory, "%s %d", PICK(names), (int)t->counterparty_id);
    t->counterparty_inn = arena_printf(&memory, "77%08d", (int)t->counterparty_id * 7919);
    t->counterparty_kpp = digits(9);
    t->counterparty_account = digits(20);
    t->counterparty_bank = str_from(PICK(banks));
    t->counterparty_bik = digits(9);
    t->organization_id = 1;
    t->organization_name = STR("ООО «Ромашка»");
    t->account_number = STR("40702810900000012345");
    t->our_bank_name = STR("ПАО СБЕРБАНК");
    t->our_bank_bik = STR("044525225");
    t->has_vat_amount = next() % 2;
    t->vat_amount = t->amount / 6;
    t->vat_rate = t->has_vat_amount ? STR("20%") : STR_NULL;
}

struct ledger_transaction *rows_new(int count, int version)
{
    struct ledger_transaction *rows = mem_alloc((size_t)count * sizeof *rows);
    state = 1;
    for (int i = 0; i < count; i++)
        fill(&rows[i], i, version);
    return rows;
}
