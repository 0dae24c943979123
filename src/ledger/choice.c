#include "ledger/choice.h"

static const struct db_stmt choice = {"ledger_choice",
    "SELECT c.is_folder, " LEDGER_CHOOSABLE " FROM categories c WHERE c.id = $1::bigint"};

int ledger_choice_add(struct db_unit *u, int64_t category_id)
{
    int at = db_add(u, &choice);
    db_bind_i64(u, category_id);
    return at;
}

int ledger_choice_check(const struct db_result *r, struct err *ret_err)
{
    const char *why;
    if (db_rows(r) == 0)
        why = TR("такой категории нет", "there is no such category");
    else if (db_bool(r, 0, 1))
        return 0;
    else if (db_bool(r, 0, 0))
        why = TR("это папка статей: выберите статью внутри неё",
            "this is a folder of items: choose an item in it");
    else
        why = TR("категория не действует", "the category is not in use");
    return err_set_field(ret_err, "category_id", "%s", why);
}
