/* The schema's files as embed.py puts them into the program. */
#ifndef PG_SCHEMA_H
#define PG_SCHEMA_H

struct schema_file {
    int number;           /* 1, 2, 3 … without a gap */
    const char *name;     /* "0001-first.sql" */
    const char *checksum; /* SHA-256 in hex */
    const char *sql;
};
extern const struct schema_file schema_files[]; /* ended by number 0 */

#endif
