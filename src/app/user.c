/* obmen user add|passwd|list|disable: accounts, also before the first `serve`. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/options.h"
#include "app/password.h"
#include "auth/auth.h"
#include "pg/migrate.h"

#define WAIT_MS 30000

static const char help[] =
    "usage: obmen user add NAME --role ADMIN|MANAGER|USER [--config FILE]\n"
    "       obmen user passwd NAME [--config FILE]\n"
    "       obmen user disable NAME [--config FILE]\n"
    "       obmen user list [--config FILE]\n\n"
    "The password is asked twice on a terminal, or read once from standard input.\n";

struct call {
    const char *verb, *name, *role;
    struct options options;
};

/* -1: go on; else the exit status. */
static int read_call(struct call *call, int argc, char **argv)
{
    *call = (struct call){0};
    /* --role belongs to this subcommand alone: it is taken out before the common options are read.
     */
    char *rest[16] = {argv[0]};
    int count = 1;
    for (int i = 1; i < argc && count < 15; i++) {
        if (strcmp(argv[i], "--role") == 0 && i + 1 < argc)
            call->role = argv[++i];
        else if (strncmp(argv[i], "--role=", 7) == 0)
            call->role = argv[i] + 7;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            rest[count++] = argv[i];
            rest[count++] = argv[++i];
        } else if (argv[i][0] == '-')
            rest[count++] = argv[i];
        else if (!call->verb)
            call->verb = argv[i];
        else if (!call->name)
            call->name = argv[i];
        else
            rest[count++] = argv[i];
    }
    return options_read(&call->options, count, rest, help, false);
}

static void print_user(void *arg, const struct user *u)
{
    (void)arg;
    printf("%-24.*s %-8s %s\n", STR_ARG(u->username), role_name(u->role),
        u->is_active ? "active" : "disabled");
}

static int with_password(const struct call *call, const struct config *config, struct err *ret_err)
{
    enum role role = ROLE_USER;
    bool add = strcmp(call->verb, "add") == 0;
    if (add && (!call->role || !role_parse(str_from(call->role), &role)))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("--role: укажите ADMIN, MANAGER или USER", "--role: give ADMIN, MANAGER or USER"));
    char password[1100];
    if (password_read(password, sizeof password, ret_err) < 0)
        return -1;
    int r =
        add ? auth_user_add_now(config->database_url, call->name, role, str_from(password), ret_err)
            : auth_user_password_now(config->database_url, call->name, str_from(password), ret_err);
    explicit_bzero(password, sizeof password);
    return r;
}

static int run(const struct call *call, const struct config *config, struct err *ret_err)
{
    if (strcmp(call->verb, "list") == 0)
        return auth_user_list_now(config->database_url, print_user, NULL, ret_err);
    if (strcmp(call->verb, "disable") == 0)
        return auth_user_disable_now(config->database_url, call->name, ret_err);
    return with_password(call, config, ret_err);
}

static bool is_verb(const char *verb)
{
    static const char *const verbs[] = {"add", "passwd", "disable", "list", NULL};
    for (int i = 0; verbs[i]; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

int user_main(int argc, char **argv)
{
    struct call call;
    int status = read_call(&call, argc, argv);
    if (status >= 0)
        return status;
    if (!call.verb || !is_verb(call.verb) ||
        (strcmp(call.verb, "list") != 0) != (call.name != NULL)) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    struct config config;
    if (options_config_with_database(&call.options, &config) < 0)
        return EXIT_USAGE;
    struct err err = ERR_INIT;
    int applied;
    status = db_migrate(config.database_url, WAIT_MS, &applied, &err) < 0 ||
             run(&call, &config, &err) < 0;
    if (status)
        options_complain(&err);
    config_release(&config);
    return status;
}
