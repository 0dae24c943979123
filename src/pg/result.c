/* Rows, as PostgreSQL writes them in text (DateStyle ISO, TimeZone UTC). */
#include "pg/internal.h"

#include <stdlib.h>
#include "pg/wall.h"

int db_rows(const struct db_result *r)
{
    return PQntuples(r->pg);
}

int64_t db_affected(const struct db_result *r)
{
    return strtoll(PQcmdTuples(r->pg), NULL, 10);
}

bool db_is_null(const struct db_result *r, int row, int col)
{
    return PQgetisnull(r->pg, row, col) == 1;
}

struct str db_text(const struct db_result *r, int row, int col)
{
    if (db_is_null(r, row, col))
        return STR_NULL;
    return (struct str){PQgetvalue(r->pg, row, col), (size_t)PQgetlength(r->pg, row, col)};
}

int64_t db_i64(const struct db_result *r, int row, int col)
{
    return strtoll(PQgetvalue(r->pg, row, col), NULL, 10);
}

double db_double(const struct db_result *r, int row, int col)
{
    return strtod(PQgetvalue(r->pg, row, col), NULL);
}

bool db_bool(const struct db_result *r, int row, int col)
{
    return PQgetvalue(r->pg, row, col)[0] == 't';
}

bool db_uuid(const struct db_result *r, int row, int col, struct uuid *ret_id)
{
    return uuid_parse(db_text(r, row, col), ret_id);
}

usec_t db_time(const struct db_result *r, int row, int col)
{
    return wall_parse(db_text(r, row, col));
}
