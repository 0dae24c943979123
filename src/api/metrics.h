/* /metrics: Prometheus text. */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "base/histogram.h"
#include "http/server.h"

struct api_metrics;
struct api_metrics *metrics_new(void);
void metrics_free(struct api_metrics *m);
/* Counts one answer under the pattern of its route ("other" for paths no route knows). */
void metrics_answered(
    struct api_metrics *m, const struct http_request *req, int status, uint64_t ns, uint64_t bytes);
/* The http_… families. */
void metrics_write_http(const struct api_metrics *m, struct buf *out);
/* One family of one sample: # HELP, # TYPE and the value. */
void metrics_write_one(
    struct buf *out, const char *name, const char *type, const char *help, double value);

/* The head of a family, and one sample with labels ("a=\"1\",b=\"2\""; NULL: none). */
void metrics_write_family(struct buf *out, const char *name, const char *type, const char *help);
void metrics_write_sample(struct buf *out, const char *name, const char *labels, double value);
/* The samples of one histogram. */
void metrics_write_histogram(struct buf *out, const char *name, const char *labels,
    const struct histogram *h, const struct histogram_bounds *bounds);

/* May this request read /metrics? token: OBMEN_METRICS_TOKEN or NULL. */
bool metrics_allowed(const struct http_request *req, const char *token);

#endif
