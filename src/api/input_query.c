/* Query parameters: unknown ones, doubled ones, and values of each kind. */
#include <stdarg.h>
#include "api/input.h"
#include "obmen/decimal.h"

enum { KNOWN_MAX = 32 };

static void check_names(struct input *in, const char *const *names, int count)
{
    uint32_t seen = 0;
    size_t at = 0;
    struct str name, value;

    while (http_query_next(in->req, &at, &name, &value)) {
        int i = 0;
        while (i < count && !str_is(name, names[i]))
            i++;
        if (i == count)
            field_errors_add(&in->faults, name, TR("неизвестный параметр", "unknown parameter"));
        else if (seen & 1u << i)
            field_errors_add(&in->faults, name, TR("параметр указан дважды", "given twice"));
        else
            seen |= 1u << i;
    }
}

void input_known(struct input *in, ...)
{
    const char *names[KNOWN_MAX], *name;
    int count = 0;
    va_list args;

    if (in->req->query.n == 0)
        return;
    va_start(args, in);
    while ((name = va_arg(args, const char *)) && count < KNOWN_MAX)
        names[count++] = name;
    va_end(args);
    check_names(in, names, count);
}

void input_no_query(struct input *in)
{
    if (in->req->query.n > 0)
        check_names(in, NULL, 0);
}

/* STR_NULL when absent or empty. */
static struct str value_of(struct input *in, const char *name)
{
    if (in->req->query.n == 0)
        return STR_NULL;
    struct str value = http_query(in->req, name);
    return value.n ? value : STR_NULL;
}

struct str input_text(struct input *in, const char *name, size_t max)
{
    struct str value = value_of(in, name);
    if (value.n > max) {
        input_fault(in, name, TR("не длиннее %zu байт", "at most %zu bytes"), max);
        return STR_NULL;
    }
    return value;
}

bool input_i64(struct input *in, const char *name, int64_t min, int64_t max, int64_t *ret)
{
    struct str value = value_of(in, name);
    long long v;
    if (!value.p)
        return false;
    if (str_to_i64(value, min, max, &v)) {
        *ret = v;
        return true;
    }
    input_fault(in, name,
        TR("нужно целое число от %lld до %lld", "must be a whole number from %lld to %lld"),
        (long long)min, (long long)max);
    return false;
}

void input_uuid(struct input *in, const char *name, struct uuid *ret)
{
    struct str value = value_of(in, name);
    if (value.p && !uuid_parse(value, ret))
        input_fault(in, name, "%s", TR("нужен UUID", "must be a UUID"));
}

void input_paging(struct input *in, int *ret_limit, int *ret_offset)
{
    int64_t limit = 20, offset = 0;
    input_i64(in, "limit", 1, 500, &limit);
    input_i64(in, "offset", 0, INT32_MAX, &offset);
    *ret_limit = (int)limit;
    *ret_offset = (int)offset;
}

bool input_date(struct input *in, const char *name, usec_t *ret_midnight)
{
    struct str value = value_of(in, name);
    if (!value.p)
        return false;
    if (time_parse_date(value, ret_midnight))
        return true;
    input_fault(in, name,
        TR("нужна существующая дата ГГГГ-ММ-ДД", "must be a date that exists: YYYY-MM-DD"));
    return false;
}

bool input_moment(struct input *in, const char *name, bool end, usec_t *ret)
{
    struct str value = value_of(in, name);
    if (!value.p)
        return false;
    if (time_parse_date(value, ret)) {
        *ret += end ? USEC_PER_DAY : 0;
        return true;
    }
    if (time_parse_utc(value, ret))
        return true;
    input_fault(in, name,
        TR("нужна дата ГГГГ-ММ-ДД или время ГГГГ-ММ-ДДTЧЧ:ММ:ССZ",
            "must be a date YYYY-MM-DD or a time YYYY-MM-DDTHH:MM:SSZ"));
    return false;
}

/* As people write numbers: decimal_parse takes JSON's exponents too. */
static bool parse_plain(struct str value, int64_t *ret_hundredths)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == 'e' || value.p[i] == 'E')
            return false;
    return decimal_parse(value, ret_hundredths);
}

bool input_amount(struct input *in, const char *name, int64_t *ret_kopecks)
{
    struct str value = value_of(in, name);
    if (!value.p)
        return false;
    if (parse_plain(value, ret_kopecks))
        return true;
    input_fault(in, name, TR("нужна сумма вида 1234.50", "must be an amount such as 1234.50"));
    return false;
}

bool input_hours(struct input *in, const char *name, int64_t *ret_hundredths)
{
    struct str value = value_of(in, name);
    int64_t v;
    if (!value.p)
        return false;
    if (parse_plain(value, &v) && v >= 0 && v <= 100000 * 100) {
        *ret_hundredths = v;
        return true;
    }
    input_fault(in, name,
        TR("нужно число часов от 0 до 100000", "must be a number of hours from 0 to 100000"));
    return false;
}

int input_choice(struct input *in, const char *name, const char *const *names)
{
    struct str value = value_of(in, name);
    if (!value.p)
        return -1;
    struct str allowed = STR_NULL;
    for (int i = 0; names[i]; i++) {
        if (str_is(value, names[i]))
            return i;
        allowed =
            arena_printf(&in->req->arena, "%.*s%s%s", STR_ARG(allowed), i ? ", " : "", names[i]);
    }
    input_fault(in, name, TR("допустимо: %.*s", "allowed: %.*s"), STR_ARG(allowed));
    return -1;
}
