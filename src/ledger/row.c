#include "ledger/row.h"

enum shape { AS_TEXT, AS_INT, AS_NUMBER, AS_BOOL, AS_WALL, AS_DATE, AS_MOMENT };
static const struct {
    const char *name;
    enum shape shape;
} members[LEDGER_COLUMNS] = {
    [LC_ID] = {"id", AS_INT},
    [LC_SOURCE] = {"source", AS_TEXT},
    [LC_EXTERNAL_ID] = {"external_id", AS_TEXT},
    [LC_TRANSACTION_DATE] = {"transaction_date", AS_WALL},
    [LC_AMOUNT] = {"amount", AS_TEXT},
    [LC_CURRENCY] = {"currency", AS_TEXT},
    [LC_TRANSACTION_TYPE] = {"transaction_type", AS_TEXT},
    [LC_PAYMENT_SOURCE] = {"payment_source", AS_TEXT},
    [LC_DOCUMENT_NUMBER] = {"document_number", AS_TEXT},
    [LC_DOCUMENT_DATE] = {"document_date", AS_DATE},
    [LC_PAYMENT_PURPOSE] = {"payment_purpose", AS_TEXT},
    [LC_BUSINESS_OPERATION] = {"business_operation", AS_TEXT},
    [LC_COUNTERPARTY_ID] = {"counterparty_id", AS_INT},
    [LC_COUNTERPARTY_NAME] = {"counterparty_name", AS_TEXT},
    [LC_COUNTERPARTY_INN] = {"counterparty_inn", AS_TEXT},
    [LC_COUNTERPARTY_KPP] = {"counterparty_kpp", AS_TEXT},
    [LC_COUNTERPARTY_ACCOUNT] = {"counterparty_account", AS_TEXT},
    [LC_COUNTERPARTY_BANK] = {"counterparty_bank", AS_TEXT},
    [LC_COUNTERPARTY_BIK] = {"counterparty_bik", AS_TEXT},
    [LC_ORGANIZATION_ID] = {"organization_id", AS_INT},
    [LC_ORGANIZATION_NAME] = {"organization_name", AS_TEXT},
    [LC_ACCOUNT_NUMBER] = {"account_number", AS_TEXT},
    [LC_OUR_BANK_NAME] = {"our_bank_name", AS_TEXT},
    [LC_OUR_BANK_BIK] = {"our_bank_bik", AS_TEXT},
    [LC_VAT_AMOUNT] = {"vat_amount", AS_TEXT},
    [LC_VAT_RATE] = {"vat_rate", AS_TEXT},
    [LC_STATUS] = {"status", AS_TEXT},
    [LC_CATEGORY_ID] = {"category_id", AS_INT},
    [LC_CATEGORY_NAME] = {"category_name", AS_TEXT},
    [LC_CATEGORY_CONFIDENCE] = {"category_confidence", AS_NUMBER},
    [LC_SUGGESTED_CATEGORY_ID] = {"suggested_category_id", AS_INT},
    [LC_SUGGESTED_CATEGORY_NAME] = {"suggested_category_name", AS_TEXT},
    [LC_CATEGORY_REASON] = {"category_reason", AS_TEXT},
    [LC_CATEGORY_METHOD] = {"category_method", AS_TEXT},
    [LC_CATEGORY_RULE_ID] = {"category_rule_id", AS_INT},
    [LC_NOTES] = {"notes", AS_TEXT},
    [LC_IMPORT_SOURCE] = {"import_source", AS_TEXT},
    [LC_IS_ACTIVE] = {"is_active", AS_BOOL},
    [LC_CREATED_TASK_ID] = {"created_task_id", AS_TEXT},
    [LC_CHANGED_TASK_ID] = {"changed_task_id", AS_TEXT},
    [LC_CREATED_AT] = {"created_at", AS_MOMENT},
    [LC_UPDATED_AT] = {"updated_at", AS_MOMENT},
};

static void write_time(struct json_writer *w, void (*format)(usec_t, char[TIME_TEXT]), usec_t t)
{
    char text[TIME_TEXT];
    format(t, text);
    jw_cstr(w, text);
}

void ledger_row_json(struct json_writer *w, const struct db_result *r, int row)
{
    jw_object(w);
    for (int i = 0; i < LEDGER_COLUMNS; i++) {
        jw_key(w, members[i].name);
        if (db_is_null(r, row, i)) {
            jw_null(w);
            continue;
        }
        switch (members[i].shape) {
        case AS_TEXT:
            jw_str(w, db_text(r, row, i));
            break;
        case AS_INT:
        case AS_NUMBER:
            jw_raw(w, db_text(r, row, i));
            break;
        case AS_BOOL:
            jw_bool(w, db_bool(r, row, i));
            break;
        case AS_WALL:
            write_time(w, time_format_wall, db_time(r, row, i));
            break;
        case AS_DATE:
            write_time(w, time_format_date, db_time(r, row, i));
            break;
        case AS_MOMENT:
            write_time(w, time_format_utc, db_time(r, row, i));
            break;
        }
    }
    jw_object_end(w);
}

int64_t ledger_row_version(const struct db_result *r, int row)
{
    return db_time(r, row, LC_UPDATED_AT);
}
