#include "pg/fault.h"

#include <string.h>
#include "obmen/db.h"
#include "obmen/str.h"

#define IS(state, text) (strncmp((state), (text), sizeof(text) - 1) == 0)

bool fault_passes(const char *s)
{
    return IS(s, "08")        /* connection */
           || IS(s, "40")     /* serialization, deadlock, rolled back */
           || IS(s, "53")     /* no room: disk, memory, connections */
           || IS(s, "57P0")   /* shut down, crash, starting up */
           || IS(s, "57014")  /* statement_timeout; an administrator's cancel */
           || IS(s, "55P03")  /* lock not available */
           || IS(s, "25006"); /* read only: the server has become a standby */
}

bool db_bad_data(const struct err *err)
{
    const char *s = err->sqlstate;
    return !err->passing && !err->cancelled &&
           (IS(s, "22") || IS(s, "23") || IS(s, "21") || IS(s, "54"));
}

bool db_key_taken(const struct err *err)
{
    return IS(err->sqlstate, "23505");
}

bool fault_is_stale(const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *function = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    if (!state)
        return false;
    /* "cached plan must not change result type" shares its code with much else; its text is
     * translated. */
    return strcmp(state, "26000") == 0 || (strcmp(state, "0A000") == 0 && function &&
                                              strcmp(function, "RevalidateCachedQuery") == 0);
}

static const char *sentence(const char *state)
{
    if (IS(state, "40"))
        return TR("Запись столкнулась с другой, одновременной. Повторите.",
            "The change collided with another one made at the same time. Try again.");
    if (IS(state, "53100"))
        return TR("На диске базы данных кончилось место. Администратору: освободите его.",
            "The database's disk is full. Administrator: make room on it.");
    if (IS(state, "53"))
        return TR("Базе данных не хватает ресурсов. Повторите позже.",
            "The database is short of resources. Try again later.");
    if (IS(state, "57014"))
        return TR("База данных не успела ответить за отведённое время. Повторите позже.",
            "The database did not answer in the time allowed. Try again later.");
    if (IS(state, "55P03"))
        return TR("Эти данные сейчас заняты другой операцией. Повторите позже.",
            "These data are in use by another operation. Try again later.");
    if (IS(state, "25006"))
        return TR("База данных сейчас только для чтения. Повторите позже.",
            "The database is read-only at the moment. Try again later.");
    return TR("База данных не отвечает. Повторите позже.",
        "The database does not answer. Try again later.");
}

static struct str one_line(const char *text, char *room, size_t size)
{
    size_t n = 0;
    for (; *text && n + 1 < size; text++)
        room[n++] = *text == '\n' || *text == '\t' ? ' ' : *text;
    room[n] = 0;
    return str_trim((struct str){room, n});
}

void fault_result(struct err *e, const PGresult *r, const char *stmt)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    if (!state) { /* libpq's own: the connection broke */
        fault_lost(e, PQresultErrorMessage(r));
        return;
    }
    if (!primary)
        primary = "";
    if (fault_passes(state)) {
        err_set_passing(e, ERR_DATABASE_ERROR, "%s", sentence(state));
    } else {
        if (IS(state, "22") || IS(state, "23"))
            err_set(e, ERR_DATABASE_ERROR,
                TR("База данных не приняла эти данные: %s", "The database refused these data: %s"),
                primary);
        else
            err_set(e, ERR_DATABASE_ERROR, "%s",
                TR("Ошибка в обращении к базе данных. Сообщите администратору: подробности в "
                   "журнале сервера.",
                    "A database query is wrong. Tell the administrator: details are in the "
                    "server's log."));
        e->http_status = 500;
    }
    memcpy(e->sqlstate, state, sizeof e->sqlstate - 1);
    e->sqlstate[sizeof e->sqlstate - 1] = 0;
    /* Without DETAIL: it may quote whole rows, password hashes too. */
    err_cause(e, "%s%s%s %s%s%s", stmt ? stmt : "", stmt ? ": " : "", state, primary,
        constraint ? ", " : "", constraint ? constraint : "");
}

void fault_lost(struct err *e, const char *cause)
{
    char room[sizeof e->cause];
    struct str line = one_line(cause, room, sizeof room);
    err_set_passing(e, ERR_DATABASE_ERROR, "%s", sentence("08"));
    memcpy(e->sqlstate, "08006", 6);
    err_cause(e, "%.*s", STR_ARG(line));
}
