#include "bankfile/warning.h"

#include "obmen/err.h"
#include "obmen/utf8.h"

void bankfile_warn(
    struct bankfile_warnings *w, enum bankfile_warning what, int64_t line, struct str sample)
{
    if (w->of[what].count++ > 0)
        return;
    w->of[what].line = line;
    struct str head = utf8_head(sample, sizeof w->of[what].sample - 1);
    if (head.n)
        memcpy(w->of[what].sample, head.p, head.n);
    w->of[what].sample[head.n] = 0;
}

const char *bankfile_warning_text(enum bankfile_warning what)
{
    switch (what) {
#define X(name, ru, en)                                                                            \
    case BANKFILE_W_##name:                                                                        \
        return TR(ru, en);
        BANKFILE_WARNINGS(X)
#undef X
    case BANKFILE_W_COUNT:
        break;
    }
    return "";
}

const char *bankfile_warning_name(enum bankfile_warning what)
{
    static const char *const names[] = {
#define X(name, ru, en) #name,
        BANKFILE_WARNINGS(X)
#undef X
    };
    return names[what];
}

void bankfile_warnings_json(const struct bankfile_warnings *w, struct json_writer *out)
{
    jw_array(out);
    for (int i = 0; i < BANKFILE_W_COUNT; i++) {
        if (!w->of[i].count)
            continue;
        jw_object(out);
        jw_kcstr(out, "code", bankfile_warning_name((enum bankfile_warning)i));
        jw_kcstr(out, "message", bankfile_warning_text((enum bankfile_warning)i));
        jw_ki64(out, "count", w->of[i].count);
        if (w->of[i].line)
            jw_ki64(out, "line", w->of[i].line);
        if (w->of[i].sample[0])
            jw_kcstr(out, "sample", w->of[i].sample);
        jw_object_end(out);
    }
    jw_array_end(out);
}
