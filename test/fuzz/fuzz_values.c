/* Amounts, times, UUIDs and whole numbers: what is read is written and read again to the same
 * value. */
#include "fuzz.h"
#include "obmen/decimal.h"
#include "obmen/time.h"
#include "obmen/uuid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    int64_t kopecks, kopecks_again;
    char amount[DECIMAL_TEXT], stamp[TIME_TEXT], id_text[UUID_TEXT];
    if (decimal_parse(s, &kopecks)) {
        PROMISE(kopecks > -100000000000000000 && kopecks < 100000000000000000);
        decimal_format(kopecks, amount);
        PROMISE(decimal_parse(str_from(amount), &kopecks_again) && kopecks_again == kopecks);
    }

    usec_t t, again;
    if (time_parse_utc(s, &t)) {
        time_format_utc(t, stamp);
        PROMISE(time_parse_utc(str_from(stamp), &again));
        PROMISE(t >= again && t - again < 1000);
    }
    if (time_parse_wall(s, &t)) {
        time_format_wall(t, stamp);
        PROMISE(time_parse_wall(str_from(stamp), &again));
        PROMISE(t >= again && t - again < USEC_PER_SEC);
        PROMISE(memcmp(stamp, s.p, 19) == 0);
    }
    if (time_parse_date(s, &t)) {
        time_format_date(t, stamp);
        PROMISE(str_is(s, stamp));
    }
    if (size >= sizeof t) { /* any number at all can be written */
        memcpy(&t, data, sizeof t);
        time_format_utc(t, stamp);
        time_format_wall(t, stamp);
        time_format_date(t, stamp);
        decimal_format(t, amount);
    }

    struct uuid id, id_again;
    if (uuid_parse(s, &id)) {
        uuid_format(&id, id_text);
        PROMISE(uuid_parse(str_from(id_text), &id_again) && uuid_eq(&id, &id_again));
        PROMISE(str_eq_nocase(s, str_from(id_text)));
    }

    long long v;
    if (size < 20 && str_to_i64(s, -1000, 1000, &v)) { /* the C library agrees */
        char text[20] = "";
        memcpy(text, data, size);
        PROMISE(v >= -1000 && v <= 1000 && strtoll(text, NULL, 10) == v);
    }
    return 0;
}
