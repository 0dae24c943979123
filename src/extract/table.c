#include "extract/table.h"

#include "obmen/decimal.h"

/* As the page says it. */
static const struct sheet_word ways[] = {
    {"CREDIT", "Поступление", "Receipt"}, {"DEBIT", "Списание", "Payment"}, {0}};
static const struct sheet_word places[] = {
    {"BANK", "Банк", "Bank"}, {"CASH", "Касса", "Cash"}, {0}};
static const struct sheet_word statuses[] = {{"NEW", "новая", "new"},
    {"CATEGORIZED", "с категорией", "categorized"}, {"NEEDS_REVIEW", "на проверку", "to review"},
    {"APPROVED", "проверена", "approved"}, {"IGNORED", "не учитывать", "ignored"}, {0}};
static const struct sheet_word sources[] = {
    {"ODATA_1C", "1С", "1C"}, {"BANK_FILE", "файл банка", "bank file"}, {"API", "API", "API"}, {0}};

/* In this order. */
const struct sheet_column extract_columns[EXTRACT_COLUMNS] = {{"id", "№", "No", SHEET_INT, 0},
    {"transaction_date", "Дата", "Date", SHEET_WALL, 0},
    {"transaction_type", "Вид", "Type", SHEET_TEXT, 13, ways},
    {"payment_source", "Банк или касса", "Bank or cash", SHEET_TEXT, 10, places},
    {"amount", "Сумма", "Amount", SHEET_AMOUNT, 0},
    {"currency", "Валюта", "Currency", SHEET_TEXT, 8},
    {"document_number", "Номер документа", "Document number", SHEET_TEXT, 16},
    {"document_date", "Дата документа", "Document date", SHEET_DATE, 0},
    {"counterparty_name", "Контрагент", "Counterparty", SHEET_TEXT, 32},
    {"counterparty_inn", "ИНН", "INN", SHEET_TEXT, 14},
    {"counterparty_kpp", "КПП", "KPP", SHEET_TEXT, 12},
    {"counterparty_account", "Счёт контрагента", "Counterparty's account", SHEET_TEXT, 24},
    {"counterparty_bank", "Банк контрагента", "Counterparty's bank", SHEET_TEXT, 28},
    {"counterparty_bik", "БИК контрагента", "Counterparty's BIK", SHEET_TEXT, 12},
    {"payment_purpose", "Назначение платежа", "Purpose", SHEET_TEXT, 60},
    {"business_operation", "Хозяйственная операция", "Business operation", SHEET_TEXT, 0},
    {"organization_name", "Организация", "Organization", SHEET_TEXT, 28},
    {"account_number", "Наш счёт", "Our account", SHEET_TEXT, 24},
    {"our_bank_name", "Наш банк", "Our bank", SHEET_TEXT, 28},
    {"our_bank_bik", "БИК нашего банка", "Our bank's BIK", SHEET_TEXT, 12},
    {"vat_amount", "НДС", "VAT", SHEET_AMOUNT, 0},
    {"vat_rate", "Ставка НДС", "VAT rate", SHEET_TEXT, 10},
    {"status", "Состояние", "State", SHEET_TEXT, 20, statuses},
    {"category_id", "№ категории", "Category id", SHEET_INT, 0},
    {"category_name", "Категория", "Category", SHEET_TEXT, 28},
    {"suggested_category_id", "№ предложенной", "Suggested id", SHEET_INT, 0},
    {"suggested_category_name", "Предложена", "Suggested", SHEET_TEXT, 28},
    {"category_confidence", "Уверенность", "Confidence", SHEET_NUMBER, 0},
    {"category_reason", "Почему эта категория", "Why this category", SHEET_TEXT, 40},
    {"notes", "Заметки", "Notes", SHEET_TEXT, 30},
    {"import_source", "Откуда", "Import source", SHEET_TEXT, 14, sources},
    {"external_id", "Ключ источника", "Source's key", SHEET_TEXT, 38},
    {"is_active", "Действует", "Active", SHEET_BOOL, 0},
    {"updated_at", "Изменено (UTC)", "Updated (UTC)", SHEET_MOMENT, 0}};

static const enum ledger_column from[EXTRACT_COLUMNS] = {LC_ID, LC_TRANSACTION_DATE,
    LC_TRANSACTION_TYPE, LC_PAYMENT_SOURCE, LC_AMOUNT, LC_CURRENCY, LC_DOCUMENT_NUMBER,
    LC_DOCUMENT_DATE, LC_COUNTERPARTY_NAME, LC_COUNTERPARTY_INN, LC_COUNTERPARTY_KPP,
    LC_COUNTERPARTY_ACCOUNT, LC_COUNTERPARTY_BANK, LC_COUNTERPARTY_BIK, LC_PAYMENT_PURPOSE,
    LC_BUSINESS_OPERATION, LC_ORGANIZATION_NAME, LC_ACCOUNT_NUMBER, LC_OUR_BANK_NAME,
    LC_OUR_BANK_BIK, LC_VAT_AMOUNT, LC_VAT_RATE, LC_STATUS, LC_CATEGORY_ID, LC_CATEGORY_NAME,
    LC_SUGGESTED_CATEGORY_ID, LC_SUGGESTED_CATEGORY_NAME, LC_CATEGORY_CONFIDENCE,
    LC_CATEGORY_REASON, LC_NOTES, LC_IMPORT_SOURCE, LC_EXTERNAL_ID, LC_IS_ACTIVE, LC_UPDATED_AT};

static struct sheet_cell cell_of(const struct db_result *r, int row, int i)
{
    int at = from[i];
    int64_t kopecks = 0;
    if (db_is_null(r, row, at))
        return (struct sheet_cell){0};
    switch (extract_columns[i].type) {
    case SHEET_INT:
        return sheet_int(db_i64(r, row, at));
    case SHEET_AMOUNT: /* numeric(17,2) always fits */
        decimal_parse(db_text(r, row, at), &kopecks);
        return sheet_int(kopecks);
    case SHEET_DATE:
    case SHEET_WALL:
    case SHEET_MOMENT:
        return sheet_int(db_time(r, row, at));
    case SHEET_BOOL:
        return sheet_int(db_bool(r, row, at));
    case SHEET_TEXT:
    case SHEET_NUMBER:
    case SHEET_RAW:
        break;
    }
    return sheet_text(db_text(r, row, at));
}

void extract_cells(const struct db_result *r, int row, struct sheet_cell cells[EXTRACT_COLUMNS])
{
    for (int i = 0; i < EXTRACT_COLUMNS; i++)
        cells[i] = cell_of(r, row, i);
}
