/* The subcommands of the program. Each returns the exit status. */
#ifndef APP_APP_H
#define APP_APP_H

int serve_main(int argc, char **argv);
int migrate_main(int argc, char **argv);
int user_main(int argc, char **argv);
int import_file_main(int argc, char **argv);

#endif
