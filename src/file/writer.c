#include "file/writer.h"

#include <stdlib.h>
#include "file/store.h"
#include "obmen/arena.h"

static struct str own(struct str s)
{
    char *copy = mem_alloc(s.n + 1);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    return (struct str){copy, s.n};
}

void file_writer_begin(struct file_writer *w, const struct file_new *about)
{
    *w = (struct file_writer){.id = uuid_v7(), .about = *about};
    w->about.name = own(about->name);
    w->about.media_type = own(about->media_type);
    crypto_hash_sha256_init(&w->hash);
}

/* The hash on its way is plain numbers, without pointers. */
int file_writer_resume(
    struct file_writer *w, const struct file_new *about, const struct json *saved)
{
    struct str hash = json_text(json_get(saved, "hash"));
    size_t n = 0;
    file_writer_begin(w, about);
    if (uuid_parse(json_text(json_get(saved, "id")), &w->id) &&
        json_i64(json_get(saved, "size"), &w->stored) &&
        sodium_hex2bin((unsigned char *)&w->hash, sizeof w->hash, hash.p ? hash.p : "", hash.n,
            NULL, &n, NULL) == 0 &&
        n == sizeof w->hash) {
        w->begun = w->stored > 0;
        return 0;
    }
    file_writer_release(w);
    return -1;
}

void file_writer_save(const struct file_writer *w, struct json_writer *json)
{
    char id[UUID_TEXT], hash[2 * sizeof w->hash + 1];
    uuid_format(&w->id, id);
    sodium_bin2hex(hash, sizeof hash, (const unsigned char *)&w->hash, sizeof w->hash);
    jw_object(json);
    jw_kcstr(json, "id", id);
    jw_ki64(json, "size", w->stored);
    jw_kcstr(json, "hash", hash);
    jw_object_end(json);
}

void file_writer_append(struct file_writer *w, struct str bytes)
{
    buf_add_str(&w->waiting, bytes);
}

size_t file_writer_waiting(const struct file_writer *w)
{
    return w->waiting.n;
}

static void store(struct file_writer *w, struct db_unit *u, bool last)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];
    struct str rest = buf_str(&w->waiting);

    if (rest.n == 0 && !last)
        return;
    if (!w->begun)
        store_file_add(u, &w->id, &w->about);
    w->begun = true;
    crypto_hash_sha256_update(&w->hash, (const unsigned char *)rest.p, rest.n);
    while (rest.n > 0) {
        struct str piece = {rest.p, rest.n < FILE_CHUNK ? rest.n : FILE_CHUNK};
        store_chunk_add(u, &w->id, w->stored, piece);
        w->stored += (int64_t)piece.n;
        rest = (struct str){rest.p + piece.n, rest.n - piece.n};
    }
    buf_clear(&w->waiting);
    if (last) {
        crypto_hash_sha256_final(&w->hash, digest);
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    }
    store_grown_add(u, &w->id, w->stored, last ? str_from(hex) : STR_NULL);
}

void file_writer_store(struct file_writer *w, struct db_unit *u)
{
    store(w, u, false);
}

void file_writer_finish(struct file_writer *w, struct db_unit *u)
{
    store(w, u, true);
}

void file_writer_release(struct file_writer *w)
{
    free((void *)w->about.name.p);
    free((void *)w->about.media_type.p);
    buf_release(&w->waiting);
    *w = (struct file_writer){0};
}
