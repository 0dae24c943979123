/* obmen migrate */
#include <stdio.h>

#include "app/app.h"
#include "app/options.h"
#include "pg/migrate.h"

/* A database that is just starting is waited for; one that is not there is reported. */
#define WAIT_MS 30000

static const char help[] =
    "usage: obmen migrate [--config FILE]\n\n"
    "Brings the schema of DATABASE_URL up to date. Safe to run twice, and from two machines\n"
    "at once. `obmen serve` does it by itself unless --no-migrate is given.\n";

int migrate_main(int argc, char **argv)
{
    struct options options;
    int status = options_read(&options, argc, argv, help, false);
    if (status >= 0)
        return status;
    struct config config;
    if (options_config_with_database(&options, &config) < 0)
        return EXIT_USAGE;
    struct err err = ERR_INIT;
    int applied = 0;
    status = db_migrate(config.database_url, WAIT_MS, &applied, &err) < 0;
    if (status)
        options_complain(&err);
    else
        printf(
            "schema is up to date, %d migration%s applied now\n", applied, applied == 1 ? "" : "s");
    config_release(&config);
    return status;
}
