/* What a task says in its result of the file it has made. */
#ifndef FILE_ARTIFACT_H
#define FILE_ARTIFACT_H

#include "file/file.h"
#include "obmen/json.h"

#define ARTIFACT_KEEP_S (7 * 24 * 3600) /* then the file goes */

/* Writes {"name", "media_type", "size": bytes, "sha256", "kept_seconds", "url"} of the newest of
 * `files`, a result of file_find_add. Without any (a task that ends long after its file went) they
 * are null, size 0. */
void artifact_describe(
    struct json_writer *w, const struct uuid *task_id, const struct db_result *files);

#endif
