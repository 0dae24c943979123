#include "auth/statements.h"

#define USER_COLUMNS "id, username, role, is_active, created_at, updated_at, version"

const struct db_stmt auth_sql_secret = {
    "auth_secret", "SELECT value FROM settings WHERE key = 'auth_secret'"};

const char auth_sql_make_secret[] =
    "INSERT INTO settings (key, value) VALUES ('auth_secret', $1) ON CONFLICT (key) DO NOTHING";

const struct db_stmt auth_sql_all_users = {
    "auth_all_users", "SELECT id, username, role, is_active, version FROM users"};

const struct db_stmt auth_sql_all_revoked = {
    "auth_all_revoked", "SELECT token_id, expires_at FROM revoked_tokens WHERE expires_at > now()"};

const struct db_stmt auth_sql_revoke = {"auth_revoke",
    "INSERT INTO revoked_tokens (token_id, expires_at) VALUES ($1::uuid, $2::timestamptz)"
    " ON CONFLICT (token_id) DO NOTHING"};

const struct db_stmt auth_sql_purge = {
    "auth_purge", "DELETE FROM revoked_tokens WHERE expires_at < now()"};

const struct db_stmt auth_sql_notify = {"auth_notify", "SELECT pg_notify('obmen_auth', '')"};

/* Always one row, so that a name nobody has costs the same; lower() is PostgreSQL's, as in the
 * unique index. */
const struct db_stmt auth_sql_for_sign_in = {"auth_for_sign_in",
    "SELECT given.name, u.id, u.username, u.role, u.is_active, u.version, u.password_hash"
    " FROM (SELECT lower($1::text) AS name) AS given"
    " LEFT JOIN users u ON lower(u.username) = given.name"};

/* Changes of accounts one after the other: two ADMINs who disable each other at once must not both
 * succeed. */
const struct db_stmt auth_sql_lock_users = {
    "auth_lock_users", "SELECT pg_advisory_xact_lock(hashtext('obmen users'))"};

const struct db_stmt auth_sql_add = {"auth_add",
    "INSERT INTO users (username, password_hash, role) VALUES ($1::text, $2::text, $3::text)"
    " ON CONFLICT (lower(username)) DO NOTHING RETURNING " USER_COLUMNS};

/* NULL leaves a column as it is. No row: unknown, or it would take the last active ADMIN away. */
const struct db_stmt auth_sql_change = {"auth_change",
    "UPDATE users u SET role = coalesce($2::text, role), is_active = coalesce($3::boolean, "
    "is_active),"
    " password_hash = coalesce($4::text, password_hash), updated_at = now(),"
    " version = version + CASE WHEN $4::text IS NOT NULL OR coalesce($2::text, role) <> role"
    "  OR coalesce($3::boolean, is_active) <> is_active THEN 1 ELSE 0 END"
    " WHERE id = $1::bigint AND (role <> 'ADMIN' OR NOT is_active"
    "  OR (coalesce($2::text, role) = 'ADMIN' AND coalesce($3::boolean, is_active))"
    "  OR EXISTS (SELECT FROM users o WHERE o.id <> u.id AND o.role = 'ADMIN' AND o.is_active))"
    " RETURNING " USER_COLUMNS};

const char auth_sql_set_password[] =
    "UPDATE users SET password_hash = $2, version = version + 1, updated_at = now()"
    " WHERE lower(username) = lower($1)";

const char auth_sql_disable[] =
    "UPDATE users u SET is_active = false, version = version + 1, updated_at = now()"
    " WHERE lower(username) = lower($1) AND (role <> 'ADMIN' OR NOT is_active"
    "  OR EXISTS (SELECT FROM users o WHERE o.id <> u.id AND o.role = 'ADMIN' AND o.is_active))";

const struct db_stmt auth_sql_one = {
    "auth_one", "SELECT " USER_COLUMNS " FROM users WHERE id = $1::bigint"};

const struct db_stmt auth_sql_page = {"auth_page",
    "SELECT " USER_COLUMNS " FROM users ORDER BY id LIMIT $1::integer OFFSET $2::bigint"};

const struct db_stmt auth_sql_count = {"auth_count", "SELECT count(*) FROM users"};

const char auth_sql_any_user[] = "SELECT FROM users LIMIT 1";

const char auth_sql_named[] = "SELECT FROM users WHERE lower(username) = lower($1)";

/* Times as the microseconds that usec_t holds. */
const char auth_sql_list[] =
    "SELECT id, username, role, is_active, (extract(epoch FROM created_at) * 1000000)::bigint,"
    " (extract(epoch FROM updated_at) * 1000000)::bigint FROM users ORDER BY id";
