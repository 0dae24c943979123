/*
 * A tree of path segments. Below each node: literal children, one {…} child, routes that end here
 * and routes that take the rest (**). The most literal way that has the method wins; what other
 * ways would allow is gathered for 405.
 */
#include "http/router.h"

#include <assert.h>
#include <stdlib.h>
#include "http/server.h"

#define PARAMS_MAX (sizeof((struct http_request *)0)->params / sizeof(struct str))

struct entry {
    struct entry *next;
    const struct http_route *route;
    void *ctx;
    struct str method;
};

struct node {
    struct str segment;
    struct node *next;     /* sibling */
    struct node *literals; /* children */
    struct node *param;    /* child */
    struct entry *here, *rest;
};

struct http_router {
    struct arena memory; /* owns nodes and entries */
    struct node root;
    struct http_route fallback_route;
    void *fallback_ctx;
};

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
#define METHODS (sizeof methods / sizeof *methods)

struct http_router *http_router_new(void)
{
    return mem_alloc(sizeof(struct http_router));
}

void http_router_free(struct http_router *r)
{
    if (!r)
        return;
    arena_release(&r->memory);
    free(r);
}

void http_router_fallback(struct http_router *r, http_handler handle, void *ctx)
{
    r->fallback_route = (struct http_route){.pattern = "**", .handle = handle};
    r->fallback_ctx = ctx;
}

static struct node *literal_child(struct http_router *r, struct node *n, struct str segment)
{
    struct node **at = &n->literals;
    for (; *at; at = &(*at)->next)
        if (str_eq((*at)->segment, segment))
            return *at;
    *at = arena_alloc(&r->memory, sizeof **at);
    (*at)->segment = segment;
    return *at;
}

static void add(struct http_router *r, const struct http_route *route, void *ctx)
{
    assert(route->pattern[0] == '/');
    struct node *n = &r->root;
    struct str rest = str_from(route->pattern + 1);
    struct entry *e = arena_alloc(&r->memory, sizeof *e);
    *e = (struct entry){.route = route, .ctx = ctx, .method = str_from(route->method)};
    struct entry **at = NULL;
    size_t params = 0;
    while (!at) {
        const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
        struct str segment = {rest.p, slash ? (size_t)(slash - rest.p) : rest.n};
        if (!slash && str_is(segment, "**")) {
            at = &n->rest;
            break;
        }
        if (segment.n > 0 && segment.p[0] == '{') {
            if (!n->param)
                n->param = arena_alloc(&r->memory, sizeof *n->param);
            n = n->param;
            params++;
        } else {
            n = literal_child(r, n, segment);
        }
        if (slash)
            rest = (struct str){slash + 1, rest.n - segment.n - 1};
        else
            at = &n->here;
    }
    assert(params <= PARAMS_MAX);
    while (*at)
        at = &(*at)->next;
    *at = e;
}

void http_router_add(struct http_router *r, const struct http_route *routes, void *ctx)
{
    for (; routes->method; routes++)
        add(r, routes, ctx);
}

static void each_below(
    const struct node *n, void (*each)(void *arg, const struct http_route *route), void *arg)
{
    const struct entry *lists[] = {n->here, n->rest};
    for (int i = 0; i < 2; i++)
        for (const struct entry *e = lists[i]; e; e = e->next)
            each(arg, e->route);
    for (const struct node *child = n->literals; child; child = child->next)
        each_below(child, each, arg);
    if (n->param)
        each_below(n->param, each, arg);
}

void http_router_each(
    const struct http_router *r, void (*each)(void *arg, const struct http_route *route), void *arg)
{
    each_below(&r->root, each, arg);
}

struct match {
    struct http_request *req;
    struct str method;
    const struct entry *found;
    const struct entry *seen[16]; /* heads of lists that know the path */
    size_t seen_count;
};

static bool consider(struct match *m, const struct entry *list)
{
    if (!list)
        return false;
    if (m->seen_count < sizeof m->seen / sizeof *m->seen)
        m->seen[m->seen_count++] = list;
    for (const struct entry *e = list; e; e = e->next) {
        if (str_eq(e->method, m->method)) {
            m->found = e;
            return true;
        }
    }
    return false;
}

/* rest: the path behind the slash that led here. As deep as the longest pattern. */
static bool walk(struct match *m, const struct node *n, struct str rest, size_t params)
{
    const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
    struct str segment = {rest.p, slash ? (size_t)(slash - rest.p) : rest.n};
    struct str behind = slash ? (struct str){slash + 1, rest.n - segment.n - 1} : STR_NULL;
    for (const struct node *child = n->literals; child; child = child->next) {
        if (!str_eq(child->segment, segment))
            continue;
        if (slash ? walk(m, child, behind, params) : consider(m, child->here))
            return true;
        break;
    }
    if (n->param && segment.n > 0) {
        m->req->params[params] = segment;
        if (slash ? walk(m, n->param, behind, params + 1) : consider(m, n->param->here))
            return true;
    }
    return consider(m, n->rest);
}

static void write_allow(const struct match *m, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < METHODS; i++) {
        const char *wanted = i == 1 ? "GET" : methods[i]; /* HEAD wherever GET is */
        bool have = false;
        for (size_t s = 0; s < m->seen_count && !have; s++)
            for (const struct entry *e = m->seen[s]; e && !have; e = e->next)
                have = str_is(e->method, wanted);
        size_t n = strlen(methods[i]);
        if (!have || at + n + 3 > size)
            continue;
        if (at > 0) {
            memcpy(out + at, ", ", 2);
            at += 2;
        }
        memcpy(out + at, methods[i], n);
        at += n;
    }
    out[at] = 0;
}

int http_router_match(const struct http_router *r, struct http_request *req,
    const struct http_route **ret_route, void **ret_ctx, char *ret_allow, size_t allow_size)
{
    struct match m = {
        .req = req, .method = req->method == HTTP_M_HEAD ? STR("GET") : req->method_text};
    struct str rest = {req->path.p + 1, req->path.n - 1};
    req->route = NULL;
    if (walk(&m, &r->root, rest, 0)) {
        *ret_route = req->route = m.found->route;
        *ret_ctx = m.found->ctx;
        return 0;
    }
    if (m.seen_count > 0) {
        write_allow(&m, ret_allow, allow_size);
        return 405;
    }
    if (r->fallback_route.handle) {
        *ret_route = &r->fallback_route;
        *ret_ctx = r->fallback_ctx;
        return 0;
    }
    return 404;
}
