/* Counting of answers by route, method and status, with durations. */
#include "api/metrics.h"
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/map.h"

static const int statuses[] = {101, 200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409,
    413, 414, 415, 422, 426, 429, 431, 500, 502, 503};
enum { STATUSES = sizeof(statuses) / sizeof(statuses[0]) + 1 }; /* the last counts all others */

static const uint64_t limits_us[] = {
    250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000};
enum { LIMITS = sizeof(limits_us) / sizeof(limits_us[0]) };

struct route_figures {
    const char *method, *pattern;
    uint64_t by_status[STATUSES];
    uint64_t within[LIMITS], count, sum_us, bytes;
};

struct api_metrics {
    struct map routes; /* struct http_route * → struct route_figures * */
    struct route_figures other;
};

struct api_metrics *metrics_new(void)
{
    struct api_metrics *m = mem_alloc(sizeof(*m));
    m->other.method = "";
    m->other.pattern = "other";
    return m;
}

void metrics_free(struct api_metrics *m)
{
    void *f;
    for (size_t i = 0; (f = map_next(&m->routes, &i, NULL));)
        free(f);
    map_release(&m->routes);
    free(m);
}

static struct route_figures *figures_of(struct api_metrics *m, const struct http_route *route)
{
    if (!route)
        return &m->other;
    struct route_figures *f = map_get(&m->routes, &route, sizeof(route));
    if (!f) {
        f = mem_alloc(sizeof(*f));
        f->method = route->method;
        f->pattern = route->pattern;
        map_put(&m->routes, &route, sizeof(route), f);
    }
    return f;
}

void metrics_answered(
    struct api_metrics *m, const struct http_request *req, int status, uint64_t ns, uint64_t bytes)
{
    struct route_figures *f = figures_of(m, req->route);
    int s = 0, l = 0;

    while (s < STATUSES - 1 && statuses[s] != status)
        s++;
    f->by_status[s]++;
    while (l < LIMITS && ns / 1000 > limits_us[l])
        l++;
    if (l < LIMITS)
        f->within[l]++;
    f->count++;
    f->sum_us += ns / 1000;
    f->bytes += bytes;
}

typedef void (*each_fn)(struct buf *out, const struct route_figures *f);

static void each_route(const struct api_metrics *m, struct buf *out, each_fn each)
{
    const struct route_figures *f;
    for (size_t i = 0; (f = map_next(&m->routes, &i, NULL));)
        each(out, f);
    if (m->other.count)
        each(out, &m->other);
}

static void write_requests(struct buf *out, const struct route_figures *f)
{
    for (int s = 0; s < STATUSES; s++) {
        if (!f->by_status[s])
            continue;
        buf_printf(out, "obmen_http_requests_total{route=\"%s\",method=\"%s\",status=\"",
            f->pattern, f->method);
        if (s < STATUSES - 1)
            buf_add_i64(out, statuses[s]);
        else
            buf_adds(out, "other");
        buf_printf(out, "\"} %" PRIu64 "\n", f->by_status[s]);
    }
}

static void write_durations(struct buf *out, const struct route_figures *f)
{
    static const char bucket[] =
        "obmen_http_request_duration_seconds_bucket{route=\"%s\",method=\"%s\",le=\"";
    uint64_t so_far = 0;
    for (int l = 0; l < LIMITS; l++) {
        so_far += f->within[l];
        buf_printf(out, bucket, f->pattern, f->method);
        buf_printf(out, "%g\"} %" PRIu64 "\n", (double)limits_us[l] / 1e6, so_far);
    }
    buf_printf(out, bucket, f->pattern, f->method);
    buf_printf(out, "+Inf\"} %" PRIu64 "\n", f->count);
    buf_printf(out,
        "obmen_http_request_duration_seconds_sum{route=\"%s\",method=\"%s\"} %.6f\n"
        "obmen_http_request_duration_seconds_count{route=\"%s\",method=\"%s\"} %" PRIu64 "\n",
        f->pattern, f->method, (double)f->sum_us / 1e6, f->pattern, f->method, f->count);
}

static void write_bytes(struct buf *out, const struct route_figures *f)
{
    buf_printf(out, "obmen_http_response_bytes_total{route=\"%s\",method=\"%s\"} %" PRIu64 "\n",
        f->pattern, f->method, f->bytes);
}

void metrics_write_http(const struct api_metrics *m, struct buf *out)
{
    buf_adds(out, "# HELP obmen_http_requests_total Answers by route and status.\n"
                  "# TYPE obmen_http_requests_total counter\n");
    each_route(m, out, write_requests);
    buf_adds(out, "# HELP obmen_http_request_duration_seconds From the first byte of the request "
                  "to its answer.\n"
                  "# TYPE obmen_http_request_duration_seconds histogram\n");
    each_route(m, out, write_durations);
    buf_adds(out, "# HELP obmen_http_response_bytes_total Bytes of bodies sent.\n"
                  "# TYPE obmen_http_response_bytes_total counter\n");
    each_route(m, out, write_bytes);
}

void metrics_write_family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_write_sample(struct buf *out, const char *name, const char *labels, double value)
{
    buf_adds(out, name);
    if (labels)
        buf_printf(out, "{%s}", labels);
    buf_addc(out, ' ');
    if (value == floor(value) && fabs(value) < 9e15)
        buf_add_i64(out, (int64_t)value);
    else
        buf_printf(out, "%.6f", value);
    buf_addc(out, '\n');
}

void metrics_write_one(
    struct buf *out, const char *name, const char *type, const char *help, double value)
{
    metrics_write_family(out, name, type, help);
    metrics_write_sample(out, name, NULL, value);
}

void metrics_write_histogram(struct buf *out, const char *name, const char *labels,
    const struct histogram *h, const struct histogram_bounds *bounds)
{
    const char *comma = labels ? "," : "";
    uint64_t so_far = 0;
    if (!labels)
        labels = "";
    for (int i = 0; i < bounds->count; i++) {
        so_far += h->within[i];
        buf_printf(out, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, labels, comma,
            bounds->seconds[i], so_far);
    }
    buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, comma, h->count);
    bool some = *labels != 0;
    buf_printf(out, "%s_sum%s%s%s %.6f\n", name, some ? "{" : "", labels, some ? "}" : "", h->sum);
    buf_printf(out, "%s_count%s%s%s %" PRIu64 "\n", name, some ? "{" : "", labels, some ? "}" : "",
        h->count);
}

/* Texts of any length in the same time: by their hashes. */
static bool same_secret(struct str a, struct str b)
{
    unsigned char x[crypto_generichash_BYTES], y[crypto_generichash_BYTES];
    crypto_generichash(x, sizeof(x), (const unsigned char *)a.p, a.n, NULL, 0);
    crypto_generichash(y, sizeof(y), (const unsigned char *)b.p, b.n, NULL, 0);
    return sodium_memcmp(x, y, sizeof(x)) == 0;
}

bool metrics_allowed(const struct http_request *req, const char *token)
{
    /* What a proxy on this machine passes on comes from elsewhere. */
    bool passed_on = http_header(req, "X-Forwarded-For").p || http_header(req, "Forwarded").p;
    if (req->peer_is_loopback && !passed_on)
        return true;
    struct str rest = http_header(req, "Authorization"), scheme = str_cut(&rest, ' ');
    return token && *token && str_eq_nocase(scheme, STR("Bearer")) &&
           same_secret(str_trim(rest), str_from(token));
}
