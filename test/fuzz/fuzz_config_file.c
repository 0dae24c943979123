/* A settings file: its lines are sane or one clear line says why not; the same of every value. */
#include "base/config_parts.h"
#include "fuzz.h"
#include "obmen/utf8.h"

static void check_error(const struct err *e)
{
    PROMISE(e->code == ERR_VALIDATION_ERROR && *e->message);
    PROMISE(utf8_valid(str_from(e->message)) && !strchr(e->message, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    struct config_line *lines = NULL;
    if (config_file_parse(&a, "f", (struct str){(const char *)data, size}, &lines, &e) < 0) {
        check_error(&e);
        arena_release(&a);
        return 0;
    }
    char *env[512];
    size_t count = 0;
    int before = 0;
    for (struct config_line *l = lines; l; l = l->next) {
        PROMISE(l->line > before && *l->key && !strpbrk(l->key, "= \t"));
        PROMISE(utf8_valid(str_from(l->value)));
        before = l->line;
        /* These look at the file system. */
        if (strcmp(l->key, "OBMEN_STATIC") != 0 && strncmp(l->key, "OBMEN_TLS", 9) != 0)
            env[count++] = (char *)arena_printf(&a, "%s=%s", l->key, l->value).p;
        PROMISE(count < sizeof env / sizeof *env);
    }
    env[count] = NULL;
    struct config c;
    if (config_load(&c, NULL, env, &e) == 0) {
        PROMISE(c.listen && c.vk_url && c.workers >= 1 && c.workers <= 1000 && c.batch >= 1);
        config_release(&c);
    } else {
        check_error(&e);
    }
    lang_english = false;
    arena_release(&a);
    return 0;
}
