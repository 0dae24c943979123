/* What is done before the loop runs or without one: the secret, the first admin, `obmen user …`.
 * Blocking. */
#include <libpq-fe.h>
#include <sodium.h>
#include <stdlib.h>
#include "auth/auth.h"
#include "auth/internal.h"
#include "auth/statements.h"

static int database_error(PGconn *conn, struct err *ret_err)
{
    struct str why = str_trim(str_from(PQerrorMessage(conn)));
    err_set(ret_err, ERR_DATABASE_ERROR,
        TR("База данных не отвечает как надо: %.*s", "The database failed: %.*s"), STR_ARG(why));
    /* No connection: it may be starting, and is worth another try. */
    if (ret_err && PQstatus(conn) != CONNECTION_OK)
        ret_err->passing = true;
    return -1;
}

static PGconn *open_database(const char *conninfo, struct err *ret_err)
{
    if (sodium_init() < 0) {
        err_set(ret_err, ERR_INTERNAL_ERROR,
            TR("На этой машине нет источника случайных чисел",
                "This machine has no source of randomness"));
        return NULL;
    }
    PGconn *conn = PQconnectdb(conninfo);
    if (PQstatus(conn) == CONNECTION_OK && PQsetClientEncoding(conn, "UTF8") == 0)
        return conn;
    database_error(conn, ret_err);
    PQfinish(conn);
    return NULL;
}

/* NULL after an error; else free with PQclear. */
static PGresult *run(
    PGconn *conn, const char *sql, int n, const char *const *values, struct err *ret_err)
{
    PGresult *r = PQexecParams(conn, sql, n, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return r;
    database_error(conn, ret_err);
    PQclear(r);
    return NULL;
}

/* Rows given or touched, -1 after an error. */
static int count(
    PGconn *conn, const char *sql, int n, const char *const *values, struct err *ret_err)
{
    PGresult *r = run(conn, sql, n, values, ret_err);
    if (!r)
        return -1;
    int rows = PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : atoi(PQcmdTuples(r));
    PQclear(r);
    return rows;
}

/* Waits for whoever changes accounts now, on whatever machine; ends with the transaction. */
static int begin_change(PGconn *conn, struct err *ret_err)
{
    if (count(conn, "BEGIN", 0, NULL, ret_err) < 0)
        return -1;
    return count(conn, auth_sql_lock_users.sql, 0, NULL, ret_err) < 0 ? -1 : 0;
}

static int end_change(PGconn *conn, struct err *ret_err)
{
    if (count(conn, auth_sql_notify.sql, 0, NULL, ret_err) < 0)
        return -1;
    return count(conn, "COMMIT", 0, NULL, ret_err) < 0 ? -1 : 0;
}

static int make_secret(PGconn *conn, struct err *ret_err)
{
    unsigned char bytes[32];
    char text[65];

    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(text, sizeof(text), bytes, sizeof(bytes));
    int made = count(conn, auth_sql_make_secret, 1, (const char *[]){text}, ret_err);
    sodium_memzero(text, sizeof(text));
    return made < 0 ? -1 : 0;
}

/* 1 added, 0 the name is taken, -1. */
static int add(
    PGconn *conn, const char *name, enum role role, struct str password, struct err *ret_err)
{
    char hash[PASSWORD_HASH];
    if (!auth_name_allowed(str_from(name), ret_err) || password_allowed(password, ret_err) != 0 ||
        password_hash(password, hash, ret_err) != 0)
        return -1;
    return count(conn, auth_sql_add.sql, 3, (const char *[]){name, hash, role_name(role)}, ret_err);
}

static int make_first_admin(
    PGconn *conn, const char *given_password, char ret_generated[33], struct err *ret_err)
{
    char made[21];

    if (begin_change(conn, ret_err) != 0)
        return -1;
    int users = count(conn, auth_sql_any_user, 0, NULL, ret_err);
    if (users < 0)
        return -1;
    if (users == 0) {
        if (!given_password)
            password_generate(made);
        struct str password = str_from(given_password ? given_password : made);
        if (add(conn, "admin", ROLE_ADMIN, password, ret_err) < 0)
            return -1;
    }
    if (end_change(conn, ret_err) != 0)
        return -1;
    if (users == 0 && !given_password)
        memcpy(ret_generated, made, sizeof(made));
    return 0;
}

int auth_prepare(
    const char *conninfo, const char *admin_password, char ret_generated[33], struct err *ret_err)
{
    ret_generated[0] = 0;
    PGconn *conn = open_database(conninfo, ret_err);
    if (!conn)
        return -1;
    int rc = make_secret(conn, ret_err);
    if (rc == 0)
        rc = make_first_admin(conn, admin_password, ret_generated, ret_err);
    PQfinish(conn);
    return rc;
}

int auth_user_add_now(const char *conninfo, const char *name, enum role role, struct str password,
    struct err *ret_err)
{
    PGconn *conn = open_database(conninfo, ret_err);
    if (!conn)
        return -1;
    int rc = begin_change(conn, ret_err);
    if (rc == 0) {
        int added = add(conn, name, role, password, ret_err);
        if (added == 0)
            rc = err_set(ret_err, ERR_CONFLICT,
                TR("Пользователь «%s» уже есть", "There is a user '%s' already"), name);
        else
            rc = added < 0 ? -1 : end_change(conn, ret_err);
    }
    PQfinish(conn);
    return rc;
}

static int unknown_user(const char *name, struct err *ret_err)
{
    return err_set(
        ret_err, ERR_NOT_FOUND, TR("Нет пользователя «%s»", "There is no user '%s'"), name);
}

int auth_user_password_now(
    const char *conninfo, const char *name, struct str password, struct err *ret_err)
{
    char hash[PASSWORD_HASH];
    PGconn *conn = open_database(conninfo, ret_err);
    if (!conn)
        return -1;
    int rc = -1;
    if (password_allowed(password, ret_err) == 0 && password_hash(password, hash, ret_err) == 0 &&
        begin_change(conn, ret_err) == 0) {
        int n = count(conn, auth_sql_set_password, 2, (const char *[]){name, hash}, ret_err);
        if (n == 0)
            rc = unknown_user(name, ret_err);
        else
            rc = n < 0 ? -1 : end_change(conn, ret_err);
    }
    PQfinish(conn);
    return rc;
}

int auth_user_disable_now(const char *conninfo, const char *name, struct err *ret_err)
{
    PGconn *conn = open_database(conninfo, ret_err);
    if (!conn)
        return -1;
    int rc = begin_change(conn, ret_err);
    if (rc == 0) {
        const char *const values[] = {name};
        int n = count(conn, auth_sql_disable, 1, values, ret_err);
        int known = n == 0 ? count(conn, auth_sql_named, 1, values, ret_err) : n;
        if (n > 0)
            rc = end_change(conn, ret_err);
        else if (n < 0 || known < 0)
            rc = -1;
        else if (known == 0)
            rc = unknown_user(name, ret_err);
        else
            rc = err_set(ret_err, ERR_CONFLICT,
                TR("«%s» — последний действующий администратор: сначала назначьте другого",
                    "'%s' is the last active administrator: appoint another one first"),
                name);
    }
    PQfinish(conn);
    return rc;
}

int auth_user_list_now(const char *conninfo, void (*each)(void *arg, const struct user *u),
    void *arg, struct err *ret_err)
{
    PGconn *conn = open_database(conninfo, ret_err);
    if (!conn)
        return -1;
    PGresult *r = run(conn, auth_sql_list, 0, NULL, ret_err);
    for (int i = 0; r && i < PQntuples(r); i++) {
        struct user u = {.id = strtoll(PQgetvalue(r, i, 0), NULL, 10),
            .username = str_from(PQgetvalue(r, i, 1)),
            .is_active = PQgetvalue(r, i, 3)[0] == 't',
            .created_at = strtoll(PQgetvalue(r, i, 4), NULL, 10),
            .updated_at = strtoll(PQgetvalue(r, i, 5), NULL, 10)};
        if (role_parse(str_from(PQgetvalue(r, i, 2)), &u.role))
            each(arg, &u);
    }
    int rc = r ? 0 : -1;
    PQclear(r);
    PQfinish(conn);
    return rc;
}
