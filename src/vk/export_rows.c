#include "vk/export_rows.h"

/* The order of the columns is that of the statement below. */
const struct sheet_column vk_export_columns[] = {
    {"id", "Номер", "Id", SHEET_INT, 12},
    {"post_id", "Запись", "Post", SHEET_INT, 12},
    {"parent_id", "Ответ на", "Reply to", SHEET_INT, 12},
    {"published_at", "Дата (UTC)", "Date (UTC)", SHEET_MOMENT, 0},
    {"author_id", "Автор", "Author", SHEET_INT, 14},
    {"text", "Текст", "Text", SHEET_TEXT, 80},
    {"likes", "Нравится", "Likes", SHEET_INT, 0},
    {"replies", "Ответов", "Replies", SHEET_INT, 0},
    {"is_deleted", "Удалён", "Deleted", SHEET_BOOL, 0},
    {"is_post_author", "Автор записи", "By the post's author", SHEET_BOOL, 0},
    {"keywords", "Ключевые слова", "Keywords", SHEET_TEXT, 30},
    {"match_count", "Совпадений", "Matches", SHEET_INT, 0},
    {"attachments", "Вложения", "Attachments", SHEET_RAW, 20},
    {"url", "Адрес", "Address", SHEET_TEXT, 40},
};
const int vk_export_column_count = sizeof vk_export_columns / sizeof *vk_export_columns;

static const struct db_stmt read_rows = {"vk_export_rows",
    "SELECT c.id, c.post_id, nullif(c.parent_id, 0), c.date, c.from_id, c.text, c.likes,"
    " c.thread_count, c.is_deleted, c.is_post_author,"
    " CASE WHEN c.match_count > 0 THEN (SELECT string_agg(DISTINCT k.keyword, ', ')"
    "  FROM vk_matches m JOIN vk_keywords k ON k.id = m.keyword_id"
    "  WHERE m.owner_id = c.owner_id AND m.item_id = c.id) END,"
    " c.match_count, c.attachments, 'https://vk.com/wall' || c.owner_id || '_' || c.post_id ||"
    " '?reply=' || c.id || CASE WHEN c.parent_id > 0 THEN '&thread=' || c.parent_id ELSE '' END"
    " FROM vk_comments c WHERE c.owner_id = $1::bigint AND c.id > $2::bigint"
    " ORDER BY c.id LIMIT 50"};

void vk_export_read_add(struct db_unit *u, int64_t owner_id, int64_t after)
{
    db_add(u, &read_rows);
    db_bind_i64(u, owner_id);
    db_bind_i64(u, after);
}

int64_t vk_export_id(const struct db_result *r, int row)
{
    return db_i64(r, row, 0);
}

void vk_export_row(struct sheet *s, const struct db_result *r, int row)
{
    struct sheet_cell cells[sizeof vk_export_columns / sizeof *vk_export_columns];
    for (int i = 0; i < vk_export_column_count; i++) {
        cells[i] = (struct sheet_cell){.set = !db_is_null(r, row, i)};
        switch (vk_export_columns[i].type) {
        case SHEET_INT:
            cells[i].n = db_i64(r, row, i);
            break;
        case SHEET_BOOL:
            cells[i].n = db_bool(r, row, i);
            break;
        case SHEET_MOMENT:
            cells[i].n = db_time(r, row, i);
            break;
        default:
            cells[i].text = db_text(r, row, i);
        }
    }
    sheet_row(s, cells);
}
