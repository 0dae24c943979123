/* The sets and their fields. The order is that of list answers of real bases. */
#include "demo/set.h"

#define T_ACC_ORG "Catalog_БанковскиеСчетаОрганизаций"
#define T_ACC_PARTY "Catalog_БанковскиеСчетаКонтрагентов"
#define T_ACC "Catalog_БанковскиеСчета"
#define T_PARTY "Catalog_Контрагенты"
#define T_ORG "Catalog_Организации"
#define T_ITEM "Catalog_СтатьиДвиженияДенежныхСредств"
#define T_CURRENCY "Catalog_Валюты"
#define T_DESK "Catalog_Кассы"
#define T_VAT "Catalog_СтавкиНДС"
#define T_UT_BANK "Catalog_КлассификаторБанков"
#define T_BP_BANK "Catalog_Банки"

#define HEAD                                                                                       \
    {"Ref_Key", OP_REF, TYPE_GUID, NULL}, {"DataVersion", OP_VERSION, TYPE_TEXT, NULL},            \
    {                                                                                              \
        "DeletionMark", OP_MARK, TYPE_BOOL, NULL                                                   \
    }
#define DOC_HEAD                                                                                   \
    HEAD, {"Number", OP_NUMBER, TYPE_TEXT, NULL}, {"Date", OP_DATE, TYPE_DATE, NULL},              \
    {                                                                                              \
        "Posted", OP_POSTED, TYPE_BOOL, NULL                                                       \
    }
#define PREDEFINED                                                                                 \
    {"Predefined", OP_PREDEFINED, TYPE_BOOL, NULL},                                                \
    {                                                                                              \
        "PredefinedDataName", OP_PREDEFINED_NAME, TYPE_TEXT, NULL                                  \
    }
#define CODE_NAME                                                                                  \
    {"Code", OP_CODE, TYPE_TEXT, NULL},                                                            \
    {                                                                                              \
        "Description", OP_NAME, TYPE_TEXT, NULL                                                    \
    }

#define UT_BANK(other)                                                                             \
    DOC_HEAD, {"БанковскийСчет_Key", OP_ACCOUNT, TYPE_GUID, T_ACC_ORG},                            \
        {"БанковскийСчетКонтрагента_Key", OP_PARTY_ACCOUNT, TYPE_GUID, T_ACC_PARTY},               \
        {other, OP_OTHER_ACCOUNT, TYPE_GUID, T_ACC_ORG},                                           \
        {"Валюта_Key", OP_DOC_CURRENCY, TYPE_GUID, T_CURRENCY},                                    \
        {"ДанныеВыписки", OP_STATEMENT, TYPE_TEXT, NULL},                                          \
        {"ДатаВходящегоДокумента", OP_IN_DATE, TYPE_DATE, NULL},                                   \
        {"ДатаПроведенияБанком", OP_BANK_DATE, TYPE_DATE, NULL},                                   \
        {"Договор", OP_CONTRACT, TYPE_COMPOSITE, NULL},                                            \
        {"Договор_Type", OP_CONTRACT_TYPE, TYPE_TEXT, NULL},                                       \
        {"Комментарий", OP_COMMENT, TYPE_TEXT, NULL},                                              \
        {"Контрагент_Key", OP_PARTY_KEY, TYPE_GUID, T_PARTY},                                      \
        {"НазначениеПлатежа", OP_PURPOSE, TYPE_TEXT, NULL},                                        \
        {"НомерВходящегоДокумента", OP_IN_NUMBER, TYPE_TEXT, NULL},                                \
        {"Организация_Key", OP_DOC_ORG, TYPE_GUID, T_ORG},                                         \
        {"Партнер_Key", OP_PARTNER, TYPE_GUID, NULL},                                              \
        {"ПроведеноБанком", OP_POSTED, TYPE_BOOL, NULL},                                           \
        {"СтатьяДвиженияДенежныхСредств_Key", OP_DOC_ITEM, TYPE_GUID, T_ITEM},                     \
        {"СуммаДокумента", OP_AMOUNT, TYPE_NUMBER, NULL},                                          \
        {"ХозяйственнаяОперация", OP_OPERATION, TYPE_TEXT, NULL},                                  \
    {                                                                                              \
        "РасшифровкаПлатежа", OP_ROWS, TYPE_ROWS, NULL                                             \
    }
static const struct demo_field ut_bank_in[] = {UT_BANK("БанковскийСчетОтправитель_Key")};
static const struct demo_field ut_bank_out[] = {UT_BANK("БанковскийСчетПолучатель_Key")};

#define UT_CASH(person)                                                                            \
    DOC_HEAD, {"Валюта_Key", OP_DOC_CURRENCY, TYPE_GUID, T_CURRENCY},                              \
        {person, OP_PERSON_NAME, TYPE_TEXT, NULL}, {"Касса_Key", OP_DESK, TYPE_GUID, T_DESK},      \
        {"Комментарий", OP_COMMENT, TYPE_TEXT, NULL},                                              \
        {"Контрагент_Key", OP_PARTY_KEY, TYPE_GUID, T_PARTY},                                      \
        {"КратностьВзаиморасчетов", OP_ONE, TYPE_INT64, NULL},                                     \
        {"Организация_Key", OP_DOC_ORG, TYPE_GUID, T_ORG},                                         \
        {"Основание", OP_PURPOSE, TYPE_TEXT, NULL}, {"Партнер_Key", OP_PARTNER, TYPE_GUID, NULL},  \
        {"Приложение", OP_EMPTY, TYPE_TEXT, NULL},                                                 \
        {"СтатьяДвиженияДенежныхСредств_Key", OP_DOC_ITEM, TYPE_GUID, T_ITEM},                     \
        {"СуммаДокумента", OP_AMOUNT, TYPE_NUMBER, NULL},                                          \
        {"УдалитьПодразделение_Key", OP_NO_KEY, TYPE_GUID, NULL},                                  \
        {"ХозяйственнаяОперация", OP_OPERATION, TYPE_TEXT, NULL},                                  \
    {                                                                                              \
        "РасшифровкаПлатежа", OP_ROWS, TYPE_ROWS, NULL                                             \
    }
static const struct demo_field ut_cash_in[] = {UT_CASH("ПринятоОт")};
static const struct demo_field ut_cash_out[] = {UT_CASH("Выдать")};

static const struct demo_field bp_bank[] = {DOC_HEAD,
    {"ВидОперации", OP_OPERATION, TYPE_TEXT, NULL},
    {"Организация_Key", OP_DOC_ORG, TYPE_GUID, T_ORG},
    {"ПодразделениеОрганизации_Key", OP_NO_KEY, TYPE_GUID, NULL},
    {"СчетОрганизации_Key", OP_ACCOUNT, TYPE_GUID, T_ACC},
    {"Контрагент", OP_PARTY, TYPE_COMPOSITE, NULL},
    {"Контрагент_Type", OP_PARTY_TYPE, TYPE_TEXT, NULL},
    {"СчетКонтрагента_Key", OP_PARTY_ACCOUNT, TYPE_GUID, T_ACC},
    {"ДоговорКонтрагента_Key", OP_CONTRACT_KEY, TYPE_GUID, NULL},
    {"ВалютаДокумента_Key", OP_DOC_CURRENCY, TYPE_GUID, T_CURRENCY},
    {"КурсВзаиморасчетов", OP_ONE, TYPE_NUMBER, NULL},
    {"КратностьВзаиморасчетов", OP_ONE, TYPE_INT64, NULL},
    {"СуммаДокумента", OP_AMOUNT, TYPE_NUMBER, NULL},
    {"НомерВходящегоДокумента", OP_IN_NUMBER, TYPE_TEXT, NULL},
    {"ДатаВходящегоДокумента", OP_IN_DATE, TYPE_DATE, NULL},
    {"НазначениеПлатежа", OP_PURPOSE, TYPE_TEXT, NULL},
    {"Ответственный_Key", OP_USER, TYPE_GUID, NULL}, {"Комментарий", OP_COMMENT, TYPE_TEXT, NULL},
    {"РучнаяКорректировка", OP_FALSE, TYPE_BOOL, NULL},
    {"СтатьяДвиженияДенежныхСредств_Key", OP_DOC_ITEM, TYPE_GUID, T_ITEM},
    {"СрокОплаты", OP_ZERO, TYPE_INT64, NULL}, {"УдалитьДатаВыписки", OP_NO_DATE, TYPE_DATE, NULL},
    {"РасшифровкаПлатежа", OP_ROWS, TYPE_ROWS, NULL}};

#define BP_CASH(person)                                                                            \
    DOC_HEAD, {"ВидОперации", OP_OPERATION, TYPE_TEXT, NULL},                                      \
        {"Организация_Key", OP_DOC_ORG, TYPE_GUID, T_ORG},                                         \
        {"Контрагент", OP_PARTY, TYPE_COMPOSITE, NULL},                                            \
        {"Контрагент_Type", OP_PARTY_TYPE, TYPE_TEXT, NULL},                                       \
        {"ВалютаДокумента_Key", OP_DOC_CURRENCY, TYPE_GUID, T_CURRENCY},                           \
        {"СуммаДокумента", OP_AMOUNT, TYPE_NUMBER, NULL},                                          \
        {person, OP_PERSON_NAME, TYPE_TEXT, NULL}, {"Основание", OP_PURPOSE, TYPE_TEXT, NULL},     \
        {"Приложение", OP_EMPTY, TYPE_TEXT, NULL},                                                 \
        {"Ответственный_Key", OP_USER, TYPE_GUID, NULL},                                           \
        {"Комментарий", OP_COMMENT, TYPE_TEXT, NULL},                                              \
        {"СтатьяДвиженияДенежныхСредств_Key", OP_DOC_ITEM, TYPE_GUID, T_ITEM},                     \
    {                                                                                              \
        "РасшифровкаПлатежа", OP_ROWS, TYPE_ROWS, NULL                                             \
    }
static const struct demo_field bp_cash_in[] = {BP_CASH("ПринятоОт")};
static const struct demo_field bp_cash_out[] = {BP_CASH("Выдать")};

#define PARTY                                                                                      \
    HEAD, {"Parent_Key", OP_PARENT, TYPE_GUID, T_PARTY}, {"IsFolder", OP_FOLDER, TYPE_BOOL, NULL}, \
        CODE_NAME, {"НаименованиеПолное", OP_FULL_NAME, TYPE_TEXT, NULL},                          \
        {"ЮридическоеФизическоеЛицо", OP_PERSON_KIND, TYPE_TEXT, NULL},                            \
        {"ГоловнойКонтрагент_Key", OP_HEAD, TYPE_GUID, T_PARTY}, {"ИНН", OP_INN, TYPE_TEXT, NULL}, \
        {"КПП", OP_KPP, TYPE_TEXT, NULL}, {"РегистрационныйНомер", OP_OGRN, TYPE_TEXT, NULL},      \
        {"КодПоОКПО", OP_EMPTY, TYPE_TEXT, NULL}, {"Комментарий", OP_EMPTY, TYPE_TEXT, NULL},      \
    {                                                                                              \
        "КонтактнаяИнформация", OP_NO_ROWS, TYPE_ROWS, NULL                                        \
    }
static const struct demo_field ut_party[] = {PARTY,
    {"ЮрФизЛицо", OP_PERSON_KIND_UT, TYPE_TEXT, NULL}, {"Партнер_Key", OP_PARTNER, TYPE_GUID, NULL},
    PREDEFINED};
static const struct demo_field bp_party[] = {PARTY,
    {"ОсновнойБанковскийСчет_Key", OP_MAIN_ACCOUNT, TYPE_GUID, T_ACC},
    {"ИННВведенКорректно", OP_INN_RIGHT, TYPE_BOOL, NULL},
    {"УдалитьЮрФизЛицо", OP_EMPTY, TYPE_TEXT, NULL},
    {"ДатаРегистрации", OP_NO_DATE, TYPE_DATE, NULL}, PREDEFINED};
static const struct demo_field org[] = {HEAD, CODE_NAME,
    {"НаименованиеПолное", OP_FULL_NAME, TYPE_TEXT, NULL},
    {"НаименованиеСокращенное", OP_NAME, TYPE_TEXT, NULL}, {"ИНН", OP_INN, TYPE_TEXT, NULL},
    {"КПП", OP_KPP, TYPE_TEXT, NULL}, {"ОГРН", OP_OGRN, TYPE_TEXT, NULL},
    {"Префикс", OP_PREFIX, TYPE_TEXT, NULL},
    {"ЮридическоеФизическоеЛицо", OP_PERSON_KIND, TYPE_TEXT, NULL}, PREDEFINED};
#define ACCOUNT_TAIL(bank)                                                                         \
    CODE_NAME, {"НомерСчета", OP_BANK_ACCOUNT, TYPE_TEXT, NULL},                                   \
        {"Банк_Key", OP_BANK, TYPE_GUID, bank},                                                    \
        {"ВалютаДенежныхСредств_Key", OP_CURRENCY, TYPE_GUID, T_CURRENCY},                         \
        {"ДатаЗакрытия", OP_NO_DATE, TYPE_DATE, NULL}, PREDEFINED
static const struct demo_field ut_own_account[] = {
    HEAD, {"Owner_Key", OP_OWNER_KEY, TYPE_GUID, T_ORG}, ACCOUNT_TAIL(T_UT_BANK)};
static const struct demo_field ut_party_account[] = {
    HEAD, {"Owner_Key", OP_OWNER_KEY, TYPE_GUID, T_PARTY}, ACCOUNT_TAIL(T_UT_BANK)};
static const struct demo_field bp_account[] = {HEAD, {"Owner", OP_OWNER, TYPE_COMPOSITE, NULL},
    {"Owner_Type", OP_OWNER_TYPE, TYPE_TEXT, NULL}, ACCOUNT_TAIL(T_BP_BANK)};
static const struct demo_field bank[] = {HEAD, CODE_NAME, {"КоррСчет", OP_CORR, TYPE_TEXT, NULL},
    {"Город", OP_CITY, TYPE_TEXT, NULL}, PREDEFINED};
static const struct demo_field currency[] = {HEAD, CODE_NAME,
    {"НаименованиеПолное", OP_FULL_NAME, TYPE_TEXT, NULL}, {"Наценка", OP_ZERO, TYPE_NUMBER, NULL},
    PREDEFINED};
static const struct demo_field item[] = {HEAD, {"Parent_Key", OP_PARENT, TYPE_GUID, T_ITEM},
    {"IsFolder", OP_FOLDER, TYPE_BOOL, NULL}, CODE_NAME, PREDEFINED};
static const struct demo_field vat[] = {
    HEAD, CODE_NAME, {"Ставка", OP_RATE, TYPE_NUMBER, NULL}, PREDEFINED};
static const struct demo_field desk[] = {
    HEAD, CODE_NAME, {"Владелец_Key", OP_OWNER_KEY, TYPE_GUID, T_ORG}, PREDEFINED};
static const struct demo_field person[] = {
    HEAD, CODE_NAME, {"ИНН", OP_INN, TYPE_TEXT, NULL}, PREDEFINED};

static const struct demo_field ut_rows[] = {{"Ref_Key", OP_REF, TYPE_GUID, NULL},
    {"LineNumber", OP_LINE, TYPE_INT64, NULL}, {"Сумма", OP_LINE_AMOUNT, TYPE_NUMBER, NULL},
    {"СтавкаНДС_Key", OP_LINE_RATE, TYPE_GUID, T_VAT}, {"СуммаНДС", OP_LINE_VAT, TYPE_NUMBER, NULL},
    {"СтатьяДвиженияДенежныхСредств_Key", OP_LINE_ITEM, TYPE_GUID, T_ITEM}};
static const struct demo_field bp_rows[] = {{"Ref_Key", OP_REF, TYPE_GUID, NULL},
    {"LineNumber", OP_LINE, TYPE_INT64, NULL}, {"СуммаПлатежа", OP_LINE_AMOUNT, TYPE_NUMBER, NULL},
    {"СтавкаНДС", OP_LINE_RATE_NAME, TYPE_TEXT, NULL}, {"СуммаНДС", OP_LINE_VAT, TYPE_NUMBER, NULL},
    {"СтатьяДвиженияДенежныхСредств_Key", OP_LINE_ITEM, TYPE_GUID, T_ITEM}};

#define N(a) (int)(sizeof(a) / sizeof *(a))
static const struct demo_set ut_sets[] = {
    {"Document_ПоступлениеБезналичныхДенежныхСредств", DEMO_BANK_IN, ut_bank_in, N(ut_bank_in)},
    {"Document_СписаниеБезналичныхДенежныхСредств", DEMO_BANK_OUT, ut_bank_out, N(ut_bank_out)},
    {"Document_ПриходныйКассовыйОрдер", DEMO_CASH_IN, ut_cash_in, N(ut_cash_in)},
    {"Document_РасходныйКассовыйОрдер", DEMO_CASH_OUT, ut_cash_out, N(ut_cash_out)},
    {T_PARTY, DEMO_PARTY, ut_party, N(ut_party)}, {T_ORG, DEMO_ORG, org, N(org)},
    {T_ACC_ORG, DEMO_OWN_ACCOUNT, ut_own_account, N(ut_own_account)},
    {T_ACC_PARTY, DEMO_PARTY_ACCOUNT, ut_party_account, N(ut_party_account)},
    {T_UT_BANK, DEMO_BANK, bank, N(bank)}, {T_CURRENCY, DEMO_CURRENCY, currency, N(currency)},
    {T_ITEM, DEMO_ITEM, item, N(item)}, {T_VAT, DEMO_VAT, vat, N(vat)},
    {T_DESK, DEMO_DESK, desk, N(desk)}};
static const struct demo_set bp_sets[] = {
    {"Document_ПоступлениеНаРасчетныйСчет", DEMO_BANK_IN, bp_bank, N(bp_bank)},
    {"Document_СписаниеСРасчетногоСчета", DEMO_BANK_OUT, bp_bank, N(bp_bank)},
    {"Document_ПриходныйКассовыйОрдер", DEMO_CASH_IN, bp_cash_in, N(bp_cash_in)},
    {"Document_РасходныйКассовыйОрдер", DEMO_CASH_OUT, bp_cash_out, N(bp_cash_out)},
    {T_PARTY, DEMO_PARTY, bp_party, N(bp_party)}, {T_ORG, DEMO_ORG, org, N(org)},
    {T_ACC, DEMO_OWN_ACCOUNT, bp_account, N(bp_account)}, {T_BP_BANK, DEMO_BANK, bank, N(bank)},
    {T_CURRENCY, DEMO_CURRENCY, currency, N(currency)}, {T_ITEM, DEMO_ITEM, item, N(item)},
    {"Catalog_ФизическиеЛица", DEMO_PERSON, person, N(person)}};

const struct demo_set *demo_sets(enum demo_family family, int *ret_count)
{
    *ret_count = family == DEMO_UT ? N(ut_sets) : N(bp_sets);
    return family == DEMO_UT ? ut_sets : bp_sets;
}

const struct demo_set *demo_set_named(enum demo_family family, struct str name)
{
    int n;
    const struct demo_set *sets = demo_sets(family, &n);
    for (int i = 0; i < n; i++)
        if (str_is(name, sets[i].name))
            return &sets[i];
    return NULL;
}

const struct demo_field *demo_field_named(const struct demo_set *set, struct str name)
{
    for (int i = 0; i < set->field_count; i++)
        if (str_is(name, set->fields[i].name))
            return &set->fields[i];
    return NULL;
}

const struct demo_field *demo_row_fields(enum demo_family family, int *ret_count)
{
    *ret_count = family == DEMO_UT ? N(ut_rows) : N(bp_rows);
    return family == DEMO_UT ? ut_rows : bp_rows;
}
