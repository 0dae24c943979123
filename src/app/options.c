#include "app/options.h"

#include <stdio.h>
#include <string.h>

extern char **environ;

int options_read(struct options *o, int argc, char **argv, const char *help, bool allow_no_migrate)
{
    *o = (struct options){0};
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            fputs(help, stdout);
            return 0;
        }
        if (strcmp(a, "--config") == 0 && i + 1 < argc) {
            o->config_path = argv[++i];
        } else if (strncmp(a, "--config=", 9) == 0 && a[9]) {
            o->config_path = a + 9;
        } else if (allow_no_migrate && strcmp(a, "--no-migrate") == 0) {
            o->no_migrate = true;
        } else {
            fprintf(stderr, "obmen: %s: unknown option or missing value; see obmen %s --help\n", a,
                argv[0]);
            return EXIT_USAGE;
        }
    }
    return -1;
}

void options_complain(const struct err *err)
{
    fprintf(stderr, "obmen: %s%s%s%s\n", err->message, err->cause[0] ? " (" : "", err->cause,
        err->cause[0] ? ")" : "");
}

int options_config(const struct options *o, struct config *ret_config)
{
    struct err err = ERR_INIT;
    if (config_load(ret_config, o->config_path, environ, &err) < 0) {
        options_complain(&err);
        return -1;
    }
    lang_english = ret_config->english;
    return 0;
}

int options_config_with_database(const struct options *o, struct config *ret_config)
{
    if (options_config(o, ret_config) < 0)
        return -1;
    if (!ret_config->database_url) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_VALIDATION_ERROR,
            TR("DATABASE_URL не задан: укажите строку подключения к PostgreSQL, например "
               "postgresql://user@host/obmen (./run делает это сам)",
                "DATABASE_URL is not set: give a PostgreSQL connection string such as "
                "postgresql://user@host/obmen (./run does so by itself)"));
        options_complain(&err);
        config_release(ret_config);
        return -1;
    }
    return 0;
}
