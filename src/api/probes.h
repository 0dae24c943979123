/*
 * Signs of life, asked of every part at once: the database, the cache, the queue, 1C, VK, the disk.
 * A round ends when all have answered, after PROBE_PATIENCE_MS at the latest: one that hangs hangs
 * nothing, and is not asked again before it has come back.
 */
#ifndef API_PROBES_H
#define API_PROBES_H

#include "api/api.h"
#include "obmen/time.h"

#define PROBE_PATIENCE_MS 1000

enum probe_id {
    PROBE_DATABASE,
    PROBE_CACHE,
    PROBE_QUEUE,
    PROBE_SOURCES,
    PROBE_ONEC,
    PROBE_VK,
    PROBE_DISK,
    PROBE_COUNT
};

/* What the last answer of a part was. */
struct probe_result {
    bool known; /* it has been asked, and answered or kept us waiting */
    bool ok;
    bool hangs;           /* asked and silent for longer than the patience */
    int64_t latency_us;   /* of the last answer; how long it has been silent when it hangs */
    char error[320];      /* "" when ok */
    char last_error[320]; /* the last one there was; "" = none since start */
    usec_t last_error_at;
};

struct probe_node {
    char name[96];
    int running;        /* tasks it holds a lease for */
    bool connected;     /* its connections are there */
    bool lease_expired; /* it holds tasks and does not say any more that it lives */
};
#define PROBE_NODES 64

/* When a type of task last brought something. */
struct probe_source {
    char task_type[64];
    usec_t last_success;
};
#define PROBE_SOURCES_MAX 32

/* What the queue's, the sources' and the disk's probe found. */
struct probe_findings {
    struct probe_source sources[PROBE_SOURCES_MAX];
    int source_count;
    int64_t pending, running, oldest_pending_s;
    struct probe_node nodes[PROBE_NODES];
    int node_count;
    char disk_path[256];
    uint64_t disk_bytes, disk_free;
};

struct probes;
struct probes *probes_open(struct api *api);
/* When no request is under way; waits for what was asked. */
void probes_close(struct probes *p, void (*closed)(void *arg), void *arg);

/* Once, never from inside. Those who ask during a round get its answers. */
typedef void (*probes_done_fn)(void *arg);
void probes_ask(struct probes *p, probes_done_fn done, void *arg);
const struct probe_result *probes_result(const struct probes *p, enum probe_id id);
const struct probe_findings *probes_findings(const struct probes *p);

/* ---- probe_parts.c ---- */

/* Each starts one probe and answers once with probe_answered, never from inside. False: there is
 * nothing to ask (not configured). stop: asks for an early answer. */
struct probe_part {
    bool (*start)(struct probes *p);
    void (*stop)(struct probes *p);
    int fresh_ms; /* an answer is good for so long */
};
extern const struct probe_part probe_parts[PROBE_COUNT];
void probe_answered(struct probes *p, enum probe_id id, const char *error);

struct probe_work { /* what the parts have under way */
    struct db_unit *database, *queue, *sources;
    struct http_call *calls[2]; /* 1C, VK */
    int statuses[2];
    uv_fs_t disk;
    struct probe_findings found;
};
struct api *probes_api(struct probes *p);
struct probe_work *probes_work(struct probes *p);

#endif
