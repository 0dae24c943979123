#include "demo/options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "obmen/time.h"

#define EXIT_USAGE 2
#define MANY INT64_C(1000000000)

static const struct trouble {
    const char *name;
    size_t offset;
    int64_t min, max;
    bool flag; /* takes no value on the command line */
    const char *help;
} troubles[] = {
#define T(member) offsetof(struct demo_troubles, member)
    {"latency-ms", T(latency_ms), 0, 3600000, false, "wait so long before each answer"},
    {"fail-every", T(fail_every), 0, MANY, false,
        "the N-th data request fails, in turn: 503 with Retry-After: 1; 500 with a platform\n"
        "                            exception; connection reset; 503 without Retry-After; 500 "
        "odata.error -1; 502"},
    {"cut-every", T(cut_every), 0, MANY, false,
        "the N-th data request's body is cut in the middle, in turn: connection closed; ended as "
        "if complete"},
    {"html-error-every", T(html_every), 0, MANY, false,
        "the N-th data request gets 200 with a login page in HTML"},
    {"hang-every", T(hang_every), 0, MANY, false, "the N-th data request gets no answer at all"},
    {"repeat-every", T(repeat_every), 0, MANY, false,
        "the N-th data request with $skip gets the page before"},
    {"bad-record-every", T(bad_record_every), 0, MANY, false,
        "each N-th document is damaged, in turn: no key, amount 0, amount 12,5x, no date,\n"
        "                            broken UTF-8, empty date, amount as text, amount null, empty "
        "key, NUL in a text,\n"
        "                            three decimals"},
    {"licences", T(licences), -1, MANY, false,
        "sessions at once; more get the platform's licence error; -1: any number"},
    {"session-ttl", T(session_ttl), 1, MANY, false,
        "seconds an unused session lives (default 1200)"},
    {"count-lies", T(count_lies), -MANY, MANY, false, "add this to every $count"},
    {"max-query", T(max_query), 0, MANY, false,
        "404 in HTML for a query string longer than N bytes, as IIS does"},
    {"no-sessions", T(no_sessions), 0, 1, true, "ignore IBSession: no cookie comes"},
    {"no-bom", T(no_bom), 0, 1, true, "no BOM before JSON and $count"},
    {"ignore-skip", T(ignore_skip), 0, 1, true, "answer every page with the first one"},
    {"stable-order", T(stable_order), 0, 1, true,
        "pages without a total order do not overlap (real servers' do)"},
    {"nothing-published", T(nothing_published), 0, 1, true, "an empty list of sets, 404 for each"},
#undef T
};
#define TROUBLES (sizeof troubles / sizeof *troubles)

static int64_t *slot_of(struct demo_troubles *t, const struct trouble *one)
{
    return (int64_t *)(void *)((char *)t + one->offset);
}

static const struct trouble *trouble_named(struct str name)
{
    for (size_t i = 0; i < TROUBLES; i++)
        if (str_is(name, troubles[i].name))
            return &troubles[i];
    return NULL;
}

bool demo_trouble_set(struct demo_troubles *t, struct str name, int64_t value)
{
    const struct trouble *one = trouble_named(name);
    if (!one || value < one->min || value > one->max)
        return false;
    *slot_of(t, one) = value;
    return true;
}

static void help(FILE *out)
{
    fprintf(out,
        "usage: obmen demo-1c [options]\n\n"
        "A demo 1C with generated, repeatable data behind the standard OData interface, at\n"
        "http://127.0.0.1:8081/demo/odata/standard.odata, name and password demo. The first line "
        "of\n"
        "standard output is the address. Ctrl-C ends it.\n\n"
        "  --port P                  0: any free port (default 8081)\n"
        "  --listen ADDRESS          default 127.0.0.1\n"
        "  --user NAME, --password PASSWORD\n"
        "  --docs N                  documents (default 5000); a million takes no more memory\n"
        "  --seed S                  other seed, other company (default 1)\n"
        "  --profile ut|bp           names of УТ, КА, ERP (default) or of Бухгалтерия предприятия\n"
        "  --contractors N           %d to %d (default: a tenth of the documents, at most 2000)\n"
        "  --from, --to YYYY-MM-DD   period of the documents (default: the year that ends today)\n"
        "  --unposted N              of a thousand documents, not posted or marked for deletion "
        "(default 30)\n"
        "  --foreign N               of a thousand trade payments, in dollars (default 0)\n"
        "  --hide SET                a set that is not published (404); may be repeated\n"
        "  --forbid SET              a set the user has no right to (401, code 20); may be "
        "repeated\n\n"
        "Behaviour; can be changed while it runs. Data requests are counted from 1; a count of "
        "faults\n"
        "starts again when they are changed:\n\n",
        DEMO_CONTRACTORS_MIN, DEMO_CONTRACTORS_MAX);
    for (size_t i = 0; i < TROUBLES; i++) {
        char name[40];
        snprintf(name, sizeof name, "--%s%s", troubles[i].name, troubles[i].flag ? "" : " N");
        fprintf(out, "  %-25s %s\n", name, troubles[i].help);
    }
    fprintf(out, "\nTo change the world meanwhile (same name and password, JSON):\n\n"
                 "  POST /demo/admin/change|delete|unpost {\"index\": [N, …]} or {\"every\": N}\n"
                 "  POST /demo/admin/move {\"index\": [N, …], \"days\": D}     documents are "
                 "numbered from 0, set by set\n"
                 "  POST /demo/admin/add {\"count\": N, \"set\": "
                 "\"bank_in|bank_out|cash_in|cash_out\", \"date\": \"YYYY-MM-DD\"}\n"
                 "  POST /demo/admin/restore {} or {\"index\": [N, …]}\n"
                 "  POST /demo/admin/faults {\"fail-every\": 5, …}             the options above "
                 "without dashes in front\n"
                 "  GET  /demo/admin/stats                                  requests, sessions, "
                 "faults so far\n"
                 "  GET  /demo/admin/documents?from=N&count=N               what is behind "
                 "documents, the right category too\n");
}

static int complain(const char *option, const char *what)
{
    fprintf(stderr, "obmen: %s: %s; see obmen demo-1c --help\n", option, what);
    return EXIT_USAGE;
}

static bool number(const char *text, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = text[0] == '-';
    long long n;
    if (!str_to_i64(str_from(text + negative), 0, INT64_MAX, &n))
        return false;
    n = negative ? -n : n;
    if (n < min || n > max)
        return false;
    *ret = n;
    return true;
}

static int number_option(
    const char *name, const char *value, int64_t min, int64_t max, int64_t *ret)
{
    if (number(value, min, max, ret))
        return -1;
    char what[100];
    snprintf(
        what, sizeof what, "a number from %lld to %lld is needed", (long long)min, (long long)max);
    return complain(name, what);
}

static int day_option(const char *name, const char *value, int64_t *ret)
{
    usec_t t;
    if (!time_parse_date(str_from(value), &t))
        return complain(name, "a date YYYY-MM-DD is needed");
    *ret = t / USEC_PER_DAY;
    return -1;
}

static int add_name(const char *name, const char *value, const char **list)
{
    for (int i = 0; i < DEMO_NAMES - 1; i++)
        if (!list[i]) {
            list[i] = value;
            return -1;
        }
    return complain(name, "given too often");
}

static int world_option(struct demo_options *o, const char *name, const char *value)
{
    const char *n = name + 2;
    int64_t v = 0;
    int r;
    if (strcmp(n, "port") == 0) {
        r = number_option(name, value, 0, 65535, &v);
        o->port = (int)v;
    } else if (strcmp(n, "docs") == 0) {
        r = number_option(name, value, 0, MANY, &v);
        o->world.docs = (uint64_t)v;
    } else if (strcmp(n, "seed") == 0) {
        r = number_option(name, value, 0, INT64_MAX, &v);
        o->world.seed = (uint64_t)v;
    } else if (strcmp(n, "contractors") == 0) {
        r = number_option(name, value, DEMO_CONTRACTORS_MIN, DEMO_CONTRACTORS_MAX, &v);
        o->world.contractors = (int)v;
    } else if (strcmp(n, "unposted") == 0 || strcmp(n, "foreign") == 0) {
        r = number_option(name, value, 0, 1000, &v);
        *(n[0] == 'u' ? &o->world.unposted : &o->world.foreign) = (int)v;
    } else if (strcmp(n, "profile") == 0) {
        bool bp = strcmp(value, "bp") == 0;
        o->world.family = bp ? DEMO_BP : DEMO_UT;
        r = bp || strcmp(value, "ut") == 0 ? -1 : complain(name, "ut or bp is needed");
    } else if (strcmp(n, "from") == 0 || strcmp(n, "to") == 0) {
        r = day_option(name, value, n[0] == 'f' ? &o->world.from : &o->world.to);
    } else if (strcmp(n, "hide") == 0 || strcmp(n, "forbid") == 0) {
        r = add_name(name, value, n[0] == 'h' ? o->hidden : o->forbidden);
    } else if (strcmp(n, "listen") == 0 || strcmp(n, "user") == 0 || strcmp(n, "password") == 0) {
        *(n[0] == 'l' ? &o->host : n[0] == 'u' ? &o->user : &o->password) = value;
        r = -1;
    } else {
        r = complain(name, "unknown option");
    }
    return r;
}

static void set_defaults(struct demo_options *o)
{
    *o = (struct demo_options){
        .port = 8081, .host = "127.0.0.1", .user = "demo", .password = "demo"};
    o->world =
        (struct demo_settings){.docs = 5000, .seed = 1, .unposted = 30, .from = -1, .to = -1};
    o->troubles.licences = -1;
    o->troubles.session_ttl = 1200;
}

int demo_options_read(struct demo_options *o, int argc, char **argv)
{
    set_defaults(o);
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
            help(stdout);
            return 0;
        }
        char plain[64];
        const char *equals = strchr(name, '='), *value = NULL;
        size_t n = equals ? (size_t)(equals - name) : strlen(name);
        if (strncmp(name, "--", 2) != 0 || n >= sizeof plain)
            return complain(name, "unknown option");
        snprintf(plain, sizeof plain, "%.*s", (int)n, name);
        const struct trouble *t = trouble_named(str_from(plain + 2));
        if (t && t->flag && !equals) {
            *slot_of(&o->troubles, t) = 1;
            continue;
        }
        if (equals)
            value = equals + 1;
        else if (i + 1 < argc)
            value = argv[++i];
        else
            return complain(plain, "unknown option or missing value");
        int r = t ? number_option(plain, value, t->min, t->max, slot_of(&o->troubles, t))
                  : world_option(o, plain, value);
        if (r >= 0)
            return r;
    }
    int64_t today = time_now() / USEC_PER_DAY;
    if (o->world.to < 0)
        o->world.to = today;
    if (o->world.from < 0)
        o->world.from = o->world.to - 364;
    o->world.bad_every = (uint64_t)o->troubles.bad_record_every;
    return -1;
}
