#include "file/store.h"

#include "obmen/arena.h"
#include "obmen/utf8.h"

/* All of these may be sent twice: a unit whose outcome is unknown is repeated. */
static const struct db_stmt insert = {"file_insert",
    "INSERT INTO stored_files (id, task_id, kind, name, media_type, expires_at)"
    " VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, now() + $6::bigint * interval '1 "
    "second')"
    " ON CONFLICT (id) DO NOTHING"};

static const struct db_stmt chunk = {"file_chunk",
    "INSERT INTO file_chunks (file_id, pos, data) VALUES ($1::uuid, $2::bigint, $3::bytea)"
    " ON CONFLICT (file_id, pos) DO NOTHING"};

static const struct db_stmt grown = {"file_grown",
    "UPDATE stored_files SET size = $2::bigint, sha256 = $3::text, complete = $3 IS NOT NULL,"
    " touched_at = now() WHERE id = $1::uuid"};

static const struct db_stmt remove_chunks = {
    "file_remove_chunks", "DELETE FROM file_chunks WHERE file_id = $1::uuid"};
static const struct db_stmt remove_file = {
    "file_remove", "DELETE FROM stored_files WHERE id = $1::uuid"};

/* Nobody's, its own after a crash, or that of a task that has ended: a dry run's is applied by
 * another task. */
static const struct db_stmt adopt = {"file_adopt",
    "UPDATE stored_files f SET task_id = $2::uuid, expires_at = NULL WHERE id = $1::uuid"
    " AND kind = 'upload' AND (f.task_id = $2 OR NOT EXISTS (SELECT FROM tasks t"
    "  WHERE t.task_id = f.task_id AND t.status < 2))"};

#define INFO                                                                                       \
    "SELECT id, name, media_type, size, sha256, complete, coalesce(expires_at <= now(), false)"    \
    " FROM stored_files WHERE "
static const struct db_stmt find = {
    "file_find", INFO "task_id = $1::uuid AND kind = $2::text ORDER BY created_at, id"};
static const struct db_stmt info = {"file_info", INFO "id = $1::uuid"};

static const struct db_stmt read_from = {"file_read",
    "SELECT substr(data, ($2::bigint - pos + 1)::integer) FROM file_chunks"
    " WHERE file_id = $1::uuid AND pos <= $2 ORDER BY pos DESC LIMIT 1"};

static const char *kind_name(enum file_kind kind)
{
    return kind == FILE_UPLOAD ? "upload" : "artifact";
}

/* "C:\\docs\\kl_to_1c.txt" → "kl_to_1c.txt"; never empty. */
static struct str clean_name(struct arena *a, struct str name)
{
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = (struct str){name.p + i, name.n - i};
            break;
        }
    name = utf8_head(str_trim(name), FILE_NAME_MAX);
    if (name.n == 0 || !utf8_valid(name))
        return STR("file");
    char *copy = arena_bytes(a, name.n);
    for (size_t i = 0; i < name.n; i++)
        copy[i] = (unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f ? '_' : name.p[i];
    return (struct str){copy, name.n};
}

void store_file_add(struct db_unit *u, const struct uuid *id, const struct file_new *about)
{
    struct arena memory = ARENA_INIT;
    db_add(u, &insert);
    db_bind_uuid(u, id);
    db_bind_uuid(u, uuid_is_zero(&about->task_id) ? NULL : &about->task_id);
    db_bind_cstr(u, kind_name(about->kind));
    db_bind_text(u, clean_name(&memory, about->name));
    db_bind_text(u, about->media_type.n ? about->media_type : STR("application/octet-stream"));
    if (about->keep_s > 0)
        db_bind_i64(u, about->keep_s);
    else
        db_bind_null(u);
    arena_release(&memory);
}

void store_chunk_add(struct db_unit *u, const struct uuid *id, int64_t pos, struct str bytes)
{
    db_add(u, &chunk);
    db_bind_uuid(u, id);
    db_bind_i64(u, pos);
    db_bind_bytes(u, bytes);
}

void store_grown_add(struct db_unit *u, const struct uuid *id, int64_t size, struct str sha256)
{
    db_add(u, &grown);
    db_bind_uuid(u, id);
    db_bind_i64(u, size);
    db_bind_text(u, sha256);
}

void store_remove_add(struct db_unit *u, const struct uuid *id)
{
    db_add(u, &remove_chunks);
    db_bind_uuid(u, id);
    db_add(u, &remove_file);
    db_bind_uuid(u, id);
}

int file_adopt_add(struct db_unit *u, const struct uuid *id, const struct uuid *task_id)
{
    int at = db_add(u, &adopt);
    db_bind_uuid(u, id);
    db_bind_uuid(u, task_id);
    return at;
}

int file_find_add(struct db_unit *u, const struct uuid *task_id, enum file_kind kind)
{
    int at = db_add(u, &find);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, kind_name(kind));
    return at;
}

int file_info_add(struct db_unit *u, const struct uuid *id)
{
    int at = db_add(u, &info);
    db_bind_uuid(u, id);
    return at;
}

void file_info_read(const struct db_result *r, int row, struct file_info *ret)
{
    *ret = (struct file_info){.name = db_text(r, row, 1),
        .media_type = db_text(r, row, 2),
        .size = db_i64(r, row, 3),
        .sha256 = db_text(r, row, 4),
        .complete = db_bool(r, row, 5),
        .expired = db_bool(r, row, 6)};
    db_uuid(r, row, 0, &ret->id);
}

int file_read_add(struct db_unit *u, const struct uuid *id, int64_t pos)
{
    int at = db_add(u, &read_from);
    db_bind_uuid(u, id);
    db_bind_i64(u, pos);
    return at;
}

/* The value of a hex digit; 16 and more for what is none. */
static unsigned hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

int64_t file_read_take(const struct db_result *r, struct buf *out)
{
    if (db_rows(r) == 0)
        return 0;
    struct str hex = db_text(r, 0, 0); /* "\x0a1b": bytea_output's default */
    if (hex.n < 2 || hex.n % 2 != 0 || hex.p[0] != '\\' || hex.p[1] != 'x')
        return -1;
    size_t n = hex.n / 2 - 1;
    if (n == 0)
        return 0;
    buf_reserve(out, n);
    char *to = out->p + out->n;
    unsigned bad = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned high = hex_value(hex.p[2 + 2 * i]), low = hex_value(hex.p[3 + 2 * i]);
        bad |= high | low;
        to[i] = (char)(high << 4 | low);
    }
    if (bad & 16)
        return -1;
    out->n += n;
    return (int64_t)n;
}
