#include "rows.h"

#include <stdio.h>
#include <string.h>
#include "obmen/arena.h"

static uint64_t state;

static uint64_t next(void) /* splitmix64 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

#define PICK(list) ((list)[next() % (sizeof(list) / sizeof *(list))])

static void digits(char *out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = (char)('0' + (i == 0 ? 1 + next() % 9 : next() % 10));
    out[count] = 0;
}

static void fill(struct row *r, int i, int version)
{
    static const char *const names[] = {"ООО «Северный металл»", "АО «Волжский завод упаковки»", "ИП Кузнецова Анна Сергеевна",
        "ООО «Торговый дом Меркурий»", "ПАО «Мосэнергосбыт»", "ООО «Логистика и склад»"};
    static const char *const banks[] = {"ПАО СБЕРБАНК", "АО «АЛЬФА-БАНК»", "ФИЛИАЛ «ЦЕНТРАЛЬНЫЙ» БАНКА ВТБ (ПАО)", "АО «ТБАНК»"};
    static const char *const purposes[] = {"Оплата по счёту № %d от %02d.03.2025 за комплектующие. В том числе НДС 20%%",
        "Перечисление по договору поставки № %d/25 от %02d.01.2025, акт сверки подписан. Без НДС",
        "Оплата услуг по перевозке грузов, УПД № %d от %02d.02.2025 г. Сумма с учётом НДС"};
    static const char *const operations[] = {"ПоступлениеОплатыОтКлиента", "ОплатаПоставщику", "ПеречислениеНалога", "ВыплатаЗарплаты"};
    static const char *const reasons[] = {"Хозяйственная операция 1С", "Правило по ИНН", "История контрагента"};
    memset(r, 0, sizeof *r);
    uint64_t a = next(), b = next();
    snprintf(r->external_id, sizeof r->external_id, "%08x-%04x-11e9-80c1-%012llx", (unsigned)a, (unsigned)(a >> 32) & 0xffff,
        (unsigned long long)b & 0xffffffffffff);
    snprintf(r->data_version, sizeof r->data_version, "AAAA%07dA", i * 10 + version);
    r->transaction_date = (20089 * 86400LL + (int64_t)i * 600) * USEC_PER_SEC; /* from 2025-01-01, one in ten minutes */
    r->document_date = r->transaction_date / USEC_PER_DAY * USEC_PER_DAY;
    int whole = (int)(next() % 900000), pick = (int)(next() % 30);
    snprintf(r->amount, sizeof r->amount, "%d.%02d", whole + version * 100, pick);
    r->currency = "RUB";
    r->transaction_type = next() % 2 ? "CREDIT" : "DEBIT";
    r->payment_source = next() % 5 ? "BANK" : "CASH";
    snprintf(r->document_number, sizeof r->document_number, "0000-%06d", i);
    int n = snprintf(r->payment_purpose, sizeof r->payment_purpose, PICK(purposes), whole % 9999, 1 + pick % 28);
    snprintf(r->payment_purpose + n, sizeof r->payment_purpose - (size_t)n, ", версия %d", version);
    r->business_operation = PICK(operations);
    r->counterparty_id = 1 + (int64_t)(next() % 500);
    snprintf(r->counterparty_name, sizeof r->counterparty_name, "%s %d", PICK(names), (int)r->counterparty_id);
    snprintf(r->counterparty_inn, sizeof r->counterparty_inn, "77%08d", (int)r->counterparty_id * 7919);
    digits(r->counterparty_kpp, 9);
    digits(r->counterparty_account, 20);
    r->counterparty_bank = PICK(banks);
    digits(r->counterparty_bik, 9);
    r->organization_id = 1;
    r->organization_name = "ООО «Ромашка»";
    r->account_number = "40702810900000012345";
    r->our_bank_name = "ПАО СБЕРБАНК";
    r->our_bank_bik = "044525225";
    if (next() % 2) {
        snprintf(r->vat_amount, sizeof r->vat_amount, "%d.00", whole / 6);
        r->vat_rate = "20%";
    }
    bool known = next() % 5 != 0;
    r->status = known ? "CATEGORIZED" : "NEW";
    r->category_id = known ? 1 + (int64_t)(next() % 10) : 0;
    r->category_confidence = known ? 0.95 : 0;
    r->category_reason = known ? PICK(reasons) : NULL;
}

struct row *rows_new(int count, int version)
{
    struct row *rows = mem_alloc((size_t)count * sizeof *rows);
    state = 1;
    for (int i = 0; i < count; i++)
        fill(&rows[i], i, version);
    return rows;
}
