/* The words of the two families of configurations: sets to ask and fields to look for. */
#ifndef ONEC_NAMES_H
#define ONEC_NAMES_H

#include "obmen/str.h"

/* УТ 11, КА 2, ERP 2 name things one way, Бухгалтерия 3.0 another. */
enum onec_family { ONEC_FAMILY_UT, ONEC_FAMILY_BP, ONEC_FAMILIES };

enum onec_set {
    ONEC_BANK_IN,
    ONEC_BANK_OUT,
    ONEC_CASH_IN,
    ONEC_CASH_OUT,
    ONEC_DOCUMENT_SETS,
    ONEC_CONTRACTORS = ONEC_DOCUMENT_SETS,
    ONEC_ORGANIZATIONS,
    ONEC_OWN_ACCOUNTS,
    ONEC_THEIR_ACCOUNTS,
    ONEC_BANKS,
    ONEC_CURRENCIES,
    ONEC_VAT_RATES,
    ONEC_ITEMS, /* of cash flow */
    ONEC_SETS
};
/* "Document_ПоступлениеНаРасчетныйСчет", UTF-8, not encoded. */
const char *onec_set_name(enum onec_family family, enum onec_set set);
/* "bp" */
const char *onec_family_name(enum onec_family family);

/* Every field that any record is asked for, whatever its set: names do not clash. X(field, name on
 * the wire) */
#define ONEC_FIELD_NAMES(X)                                                                        \
    X(REF_KEY, "Ref_Key")                                                                          \
    X(DATA_VERSION, "DataVersion")                                                                 \
    X(DELETION_MARK, "DeletionMark")                                                               \
    X(POSTED, "Posted")                                                                            \
    X(NUMBER, "Number")                                                                            \
    X(DATE, "Date")                                                                                \
    X(AMOUNT, "СуммаДокумента")                                                                    \
    X(PURPOSE, "НазначениеПлатежа")                                                                \
    X(GROUND, "Основание")                                                                         \
    X(PAYMENT_GROUND, "ОснованиеПлатежа")                                                          \
    X(BUSINESS_OPERATION, "ХозяйственнаяОперация")                                                 \
    X(OPERATION_KIND, "ВидОперации")                                                               \
    X(CONTRACTOR_KEY, "Контрагент_Key")                                                            \
    X(CONTRACTOR, "Контрагент")                                                                    \
    X(CONTRACTOR_TYPE, "Контрагент_Type")                                                          \
    X(ORGANIZATION_KEY, "Организация_Key")                                                         \
    X(BANK_ACCOUNT_KEY, "БанковскийСчет_Key")                                                      \
    X(ORGANIZATION_ACCOUNT_KEY, "СчетОрганизации_Key")                                             \
    X(CONTRACTOR_BANK_ACCOUNT_KEY, "БанковскийСчетКонтрагента_Key")                                \
    X(CONTRACTOR_ACCOUNT_KEY, "СчетКонтрагента_Key")                                               \
    X(CURRENCY_KEY, "Валюта_Key")                                                                  \
    X(DOCUMENT_CURRENCY_KEY, "ВалютаДокумента_Key")                                                \
    X(INCOMING_DATE, "ДатаВходящегоДокумента")                                                     \
    X(STATEMENT, "ДанныеВыписки")                                                                  \
    X(COMMENT, "Комментарий")                                                                      \
    X(ROWS, "РасшифровкаПлатежа")                                                                  \
    X(RECEIVED_FROM, "ПринятоОт")                                                                  \
    X(PAID_TO, "Выдать")                                                                           \
    X(VAT_AMOUNT, "СуммаНДС")                                                                      \
    X(VAT_RATE, "СтавкаНДС")                                                                       \
    X(VAT_RATE_KEY, "СтавкаНДС_Key")                                                               \
    X(CASH_FLOW_ITEM_KEY, "СтатьяДвиженияДенежныхСредств_Key")                                     \
    X(CODE, "Code")                                                                                \
    X(DESCRIPTION, "Description")                                                                  \
    X(FULL_NAME, "НаименованиеПолное")                                                             \
    X(SHORT_NAME, "НаименованиеСокращенное")                                                       \
    X(INN, "ИНН")                                                                                  \
    X(KPP, "КПП")                                                                                  \
    X(IS_FOLDER, "IsFolder")                                                                       \
    X(PARENT_KEY, "Parent_Key")                                                                    \
    X(PREDEFINED_NAME, "PredefinedDataName")                                                       \
    X(ACCOUNT_NUMBER, "НомерСчета")                                                                \
    X(BANK_KEY, "Банк_Key")

enum onec_field {
    ONEC_NO_FIELD, /* a name we do not care for */
#define X(field, name) ONEC_F_##field,
    ONEC_FIELD_NAMES(X)
#undef X
        ONEC_FIELDS
};
/* ONEC_NO_FIELD when it is none of ours. One hash and one comparison. */
enum onec_field onec_field(struct str name);
const char *onec_field_name(enum onec_field field);

#endif
