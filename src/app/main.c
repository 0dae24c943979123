/* obmen SUBCOMMAND: finds the subcommand and hands over. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/options.h"
#include "demo/demo.h"

static const struct {
    const char *name, *does;
    int (*run)(int argc, char **argv);
} subcommands[] = {
    {"serve", "the server; migrates the database first", serve_main},
    {"migrate", "only the schema migrations; safe to run twice and from two machines at once",
        migrate_main},
    {"user", "accounts: add, passwd, list, disable", user_main},
    {"import-file", "imports a bank statement file without the server", import_file_main},
    {"demo-1c", "a demo 1C OData service with generated data", demo_main},
};
#define SUBCOMMANDS (sizeof subcommands / sizeof *subcommands)

static void help(FILE *out)
{
    fprintf(out,
        "obmen %s: accounting data from 1C into PostgreSQL, as tasks one can watch and trust\n\n",
        OBMEN_VERSION);
    fprintf(out, "usage: obmen SUBCOMMAND [options]\n\n");
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        fprintf(out, "  %-12s %s\n", subcommands[i].name, subcommands[i].does);
    fprintf(
        out, "\n  --version  the version\n  --help     this; obmen SUBCOMMAND --help says more\n");
}

int main(int argc, char **argv)
{
    /* A peer that is gone is an error of that one write, not a signal. */
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("obmen %s\n", OBMEN_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return 0;
    }
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "obmen: %s: no such subcommand; see obmen --help\n", argv[1]);
    return EXIT_USAGE;
}
