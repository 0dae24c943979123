#include "pg/target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/str.h"
#include "obmen/time.h"

#define FRESH_MS 10000 /* so long resolved addresses are used again */
#define MAX_PARAMS 64

enum { HOST, HOSTADDR, PORT, LISTED };
static const char *const listed[LISTED] = {"host", "hostaddr", "port"};

struct target {
    uv_loop_t *loop;
    target_resolved_fn resolved;
    void *arg;
    struct arena memory;                                       /* owns all texts but found */
    const char *keys[MAX_PARAMS + 1], *values[MAX_PARAMS + 1]; /* NULL-ended */
    int at[LISTED]; /* where host, hostaddr, port stand */
    int connect_timeout_ms;
    bool names; /* some host is a name */
    const char *given[LISTED];

    /* resolving: one name after the other */
    uv_getaddrinfo_t request;
    bool under_way;
    struct str hosts_left, ports_left, port; /* of the given lists */
    struct str host;                         /* being resolved */
    struct buf found[LISTED];                /* the lists made so far */
    int found_count;
    char failure[160];
    int64_t resolved_at; /* ms; 0 = never */
    void (*closed)(void *arg);
    void *closed_arg;
};

static bool is_name(struct str host)
{
    if (host.n == 0 || host.p[0] == '/' || host.p[0] == '@')
        return false; /* a unix socket */
    char text[64];
    unsigned char address[16];
    if (host.n >= sizeof text)
        return true;
    memcpy(text, host.p, host.n);
    text[host.n] = 0;
    return inet_pton(AF_INET, text, address) != 1 && inet_pton(AF_INET6, text, address) != 1;
}

static bool has_name(struct str hosts)
{
    while (hosts.p)
        if (is_name(str_cut(&hosts, ',')))
            return true;
    return false;
}

static int set_param(struct target *t, const char *key, const char *value)
{
    int i = 0;
    while (t->keys[i] && strcmp(t->keys[i], key) != 0)
        i++;
    if (i == MAX_PARAMS)
        return 0;
    t->keys[i] = key;
    t->values[i] = value;
    return i;
}

static const char *get_param(const struct target *t, const char *key)
{
    for (int i = 0; t->keys[i]; i++)
        if (strcmp(t->keys[i], key) == 0)
            return t->values[i];
    return NULL;
}

static void set_default(struct target *t, const char *key, const char *value)
{
    if (!get_param(t, key))
        set_param(t, key, value);
}

/* What the environment says where the administrator's string is silent. (Hosts of a service file
 * named in the string are not seen here: libpq resolves those itself.) */
static const char *env_or(struct target *t, const char *key, const char *env)
{
    const char *given = get_param(t, key);
    return given ? given : getenv(env);
}

static void add_session(struct target *t, int statement_timeout_ms)
{
    const char *options = env_or(t, "options", "PGOPTIONS");
    struct str ours = arena_printf(&t->memory,
        "%s%s-c timezone=UTC -c datestyle=ISO -c standard_conforming_strings=on -c jit=off "
        /* A query whose client is gone ends soon. */
        "-c client_connection_check_interval=2000 -c statement_timeout=%d",
        options ? options : "", options ? " " : "", statement_timeout_ms);
    set_param(t, "options", arena_cstr(&t->memory, ours));
    set_param(t, "client_encoding", "UTF8");
    set_default(t, "fallback_application_name", "obmen");
    set_default(t, "keepalives_idle", "15");
    set_default(t, "keepalives_interval", "5");
    set_default(t, "keepalives_count", "3");
    set_default(t, "tcp_user_timeout", "20000");
    if (!getenv("PGGSSENCMODE"))
        set_default(t, "gssencmode", "disable"); /* its handshake blocks */
}

int target_new(uv_loop_t *loop, const char *conninfo, int statement_timeout_ms,
    target_resolved_fn resolved, void *arg, struct target **ret_target, struct err *ret_err)
{
    char *why = NULL;
    PQconninfoOption *parsed = PQconninfoParse(conninfo, &why);
    if (!parsed) {
        /* libpq's text may quote the string, password included: it is not repeated. */
        PQfreemem(why);
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("DATABASE_URL: не строка подключения PostgreSQL; нужно "
               "postgresql://имя:пароль@узел:5432/база",
                "DATABASE_URL: not a PostgreSQL connection string; expected "
                "postgresql://name:password@host:5432/database"));
    }
    struct target *t = mem_alloc(sizeof *t);
    t->loop = loop;
    t->resolved = resolved;
    t->arg = arg;
    for (PQconninfoOption *o = parsed; o->keyword; o++)
        if (o->val)
            set_param(t, arena_cstr(&t->memory, str_from(o->keyword)),
                arena_cstr(&t->memory, str_from(o->val)));
    PQconninfoFree(parsed);
    add_session(t, statement_timeout_ms);

    const char *timeout = env_or(t, "connect_timeout", "PGCONNECT_TIMEOUT");
    long long seconds = 0;
    if (!timeout || !str_to_i64(str_from(timeout), 1, 3600, &seconds))
        seconds = 10;
    t->connect_timeout_ms = (int)seconds * 1000;
    set_default(t, "connect_timeout", "10"); /* for the blocking ones: libpq minds it there only */

    static const char *const env[LISTED] = {"PGHOST", "PGHOSTADDR", "PGPORT"};
    for (int i = 0; i < LISTED; i++) {
        const char *value = env_or(t, listed[i], env[i]);
        t->given[i] = value ? arena_cstr(&t->memory, str_from(value)) : NULL;
        t->at[i] = set_param(t, listed[i], t->given[i]);
    }
    t->names = !t->given[HOSTADDR] && t->given[HOST] && has_name(str_from(t->given[HOST]));
    *ret_target = t;
    return 0;
}

bool target_ready(const struct target *t)
{
    if (t->under_way)
        return false;
    return !t->names || (t->resolved_at && time_mono_ms() - t->resolved_at < FRESH_MS);
}

/* ---- resolving ---- */

static void add_to_list(struct buf *b, int index, struct str s)
{
    if (index > 0)
        buf_addc(b, ',');
    buf_add_str(b, s);
}

static void add_found(struct target *t, struct str address)
{
    add_to_list(&t->found[HOST], t->found_count, t->host);
    add_to_list(&t->found[HOSTADDR], t->found_count, address);
    add_to_list(&t->found[PORT], t->found_count, t->port);
    t->found_count++;
}

static void finish(struct target *t)
{
    t->under_way = false;
    if (t->closed) {
        void (*closed)(void *) = t->closed;
        void *arg = t->closed_arg;
        target_free(t);
        closed(arg);
        return;
    }
    if (t->found_count == 0) {
        struct err err = ERR_INIT;
        err_set_passing(&err, ERR_DATABASE_ERROR, "%s",
            TR("База данных не отвечает: имя её узла не найдено. Проверьте DATABASE_URL и сеть.",
                "The database does not answer: its host name was not found. Check DATABASE_URL and "
                "the network."));
        err_cause(&err, "%s", t->failure);
        t->resolved(t->arg, &err);
        return;
    }
    for (int i = 0; i < LISTED; i++) {
        buf_addc(&t->found[i], 0);
        t->values[t->at[i]] = t->found[i].p;
    }
    t->resolved_at = time_mono_ms();
    t->resolved(t->arg, NULL);
}

static void next_name(struct target *t);

static void on_addresses(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct target *t = request->data;
    if (status == 0) {
        for (struct addrinfo *a = list; a; a = a->ai_next) {
            char text[INET6_ADDRSTRLEN + 1];
            int r = a->ai_family == AF_INET
                        ? uv_ip4_name((struct sockaddr_in *)a->ai_addr, text, sizeof text)
                        : uv_ip6_name((struct sockaddr_in6 *)a->ai_addr, text, sizeof text);
            if (r == 0)
                add_found(t, str_from(text));
        }
    } else {
        snprintf(t->failure, sizeof t->failure, "%.*s: %s", STR_ARG(t->host), uv_strerror(status));
    }
    uv_freeaddrinfo(list);
    if (t->closed)
        finish(t);
    else
        next_name(t);
}

/* Walks the hosts: one address for each address of a name, the others as they are. */
static void next_name(struct target *t)
{
    while (t->hosts_left.p) {
        t->host = str_cut(&t->hosts_left, ',');
        if (t->ports_left.p) /* a single port counts for all hosts */
            t->port = str_cut(&t->ports_left, ',');
        if (!is_name(t->host)) {
            add_found(t, STR(""));
            continue;
        }
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
        char name[256];
        t->request.data = t;
        int r = UV_EINVAL;
        if (t->host.n < sizeof name) {
            memcpy(name, t->host.p, t->host.n);
            name[t->host.n] = 0;
            r = uv_getaddrinfo(t->loop, &t->request, on_addresses, name, NULL, &hints);
        }
        if (r == 0)
            return;
        snprintf(t->failure, sizeof t->failure, "%.*s: %s", STR_ARG(t->host), uv_strerror(r));
    }
    finish(t);
}

void target_resolve(struct target *t)
{
    if (t->under_way)
        return;
    t->under_way = true;
    t->hosts_left = str_from(t->given[HOST]);
    t->ports_left = str_from(t->given[PORT]);
    t->port = STR("");
    t->found_count = 0;
    for (int i = 0; i < LISTED; i++)
        buf_clear(&t->found[i]);
    next_name(t);
}

/* ---- connecting ---- */

PGconn *target_connect(const struct target *t)
{
    return PQconnectStartParams(t->keys, t->values, 0);
}

PGconn *target_connect_now(const struct target *t)
{
    return PQconnectdbParams(t->keys, t->values, 0);
}

PGPing target_ping(const struct target *t)
{
    return PQpingParams(t->keys, t->values, 0);
}

int target_connect_timeout_ms(const struct target *t)
{
    return t->connect_timeout_ms;
}

void target_free(struct target *t)
{
    for (int i = 0; i < LISTED; i++)
        buf_release(&t->found[i]);
    arena_release(&t->memory);
    free(t);
}

void target_close(struct target *t, void (*closed)(void *arg), void *arg)
{
    if (!t->under_way) {
        target_free(t);
        closed(arg);
        return;
    }
    t->closed = closed;
    t->closed_arg = arg;
    uv_cancel((uv_req_t *)&t->request);
}
