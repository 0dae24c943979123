#include "file/artifact.h"

#include <stdio.h>

void artifact_describe(
    struct json_writer *w, const struct uuid *task_id, const struct db_result *files)
{
    struct file_info file = {0};
    char id[UUID_TEXT], url[sizeof "/api/v1/tasks//artifact" + UUID_TEXT];
    if (db_rows(files) > 0)
        file_info_read(files, db_rows(files) - 1, &file);
    uuid_format(task_id, id);
    snprintf(url, sizeof url, "/api/v1/tasks/%s/artifact", id);
    jw_object(w);
    jw_kstr(w, "name", file.name);
    jw_kstr(w, "media_type", file.media_type);
    jw_ki64(w, "size", file.size);
    jw_kstr(w, "sha256", file.sha256);
    jw_ki64(w, "kept_seconds", ARTIFACT_KEEP_S);
    jw_kcstr(w, "url", url);
    jw_object_end(w);
}
