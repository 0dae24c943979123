#include <stdlib.h>
#include "file/file.h"
#include "obmen/arena.h"

struct reading {
    file_bytes_fn done;
    void *arg;
};

static void on_read(void *arg, struct db_result *const *results, const struct err *err)
{
    struct reading *r = arg;
    struct buf bytes = BUF_INIT;
    struct err broken;
    if (!err && file_read_take(results[0], &bytes) < 0) {
        err_set(&broken, ERR_INTERNAL_ERROR,
            TR("Файл не читается из базы", "The file cannot be read from the database"));
        err_cause(&broken, "bytea_output is not hex");
        err = &broken;
    }
    r->done(r->arg, err ? STR_NULL : buf_str(&bytes), err);
    buf_release(&bytes);
    free(r);
}

void file_read(struct db *db, const struct uuid *id, int64_t pos, file_bytes_fn done, void *arg)
{
    struct reading *r = mem_alloc(sizeof *r);
    *r = (struct reading){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    file_read_add(u, id, pos);
    db_submit(u, on_read, r);
}
