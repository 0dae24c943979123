/* An answer of VK: how it was asked, a status and a cut, then the body. However it is cut the
 * verdict and the results are the same; what becomes a row can be stored; what a keyword finds
 * stands in the text. */
#include "fuzz.h"
#include "obmen/utf8.h"
#include "vk/answer.h"
#include "vk/comment.h"
#include "vk/group.h"
#include "vk/keywords.h"
#include "vk/post.h"
#include "vk/text.h"

static enum vk_verdict read_answer(struct vk_answer *a, int status, int calls, bool batch,
    struct str body, size_t step, struct err *err)
{
    struct http_answer head = {.status = status};
    bool go_on = true;
    *err = ERR_INIT;
    vk_answer_begin(a);
    vk_answer_head(a, &head);
    for (size_t at = 0; go_on && at < body.n; at += step)
        go_on =
            vk_answer_data(a, (struct str){body.p + at, step < body.n - at ? step : body.n - at});
    struct err stopped = {.cancelled = true};
    return vk_answer_judge(a, go_on ? NULL : &stopped, calls, batch, err);
}

static void storable(struct str s)
{
    PROMISE(utf8_valid(s) && !(s.n && memchr(s.p, 0, s.n)) && s.n <= 3 * VK_TEXT_MAX);
}

static int letters(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void find(struct vk_keywords *k, struct arena *memory, struct str text)
{
    const struct vk_match *m;
    int count = vk_keywords_find(k, memory, text, &m), end = letters(text);
    for (int i = 0; i < count; i++) {
        PROMISE(m[i].position >= 0 && m[i].length > 0 && m[i].position + m[i].length <= end);
        PROMISE(i == 0 || m[i].position >= m[i - 1].position);
        storable(m[i].context);
    }
}

static void convert(const struct json *node, struct vk_keywords *k, struct arena *memory)
{
    struct vk_comment c;
    struct vk_post p;
    struct vk_group g;
    struct err why = ERR_INIT;
    const struct json *items = json_is(node, JSON_ARRAY) ? node : json_get(node, "items");
    if (vk_group_read(memory, node, &g)) {
        storable(g.name);
        storable(g.screen_name);
        PROMISE(g.id > 0 && g.is_closed >= 0 && g.is_closed <= 2);
    }
    for (const struct json *j = items ? items->child : NULL; j; j = j->next) {
        if (vk_comment_read(memory, j, 1, 0, &c, &why)) {
            PROMISE(c.id > 0 && c.date >= 0 && c.thread_count >= 0 && (c.text.p || c.is_deleted));
            storable(c.text);
            storable(c.attachments);
            find(k, memory, c.text);
        } else {
            PROMISE(why.message[0]);
        }
        if (vk_post_read(memory, j, &p, &why)) {
            PROMISE(p.id > 0 && p.comments_count >= 0);
            storable(p.text);
            storable(p.post_type);
            storable(p.copy_of);
            storable(p.attachments);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 200, 200, 502, 404, 413, 0, 200};
    static struct vk_answer whole, cut; /* used again, as the connector does */
    static struct vk_keywords keywords;
    struct arena memory = ARENA_INIT;
    struct err err, err_cut;
    if (size < 3)
        return 0;
    if (!keywords.stemmer) {
        vk_keywords_init(&keywords);
        const char *const words[] = {"банк", "кредитная карта", "a", "1"};
        for (int i = 0; i < 4; i++)
            vk_keywords_add(
                &keywords, i + 1, vk_words_normal(keywords.stemmer, &memory, str_from(words[i])));
    }
    int status = statuses[data[0] & 7], calls = 1 + data[1] % VK_CALLS_MAX;
    bool batch = data[0] & 8;
    struct str body = {(const char *)data + 3, size - 3};
    enum vk_verdict verdict = read_answer(&whole, status, calls, batch, body, body.n + 1, &err);
    PROMISE(read_answer(&cut, status, calls, batch, body, 1 + data[2] % 64, &err_cut) == verdict);
    PROMISE(cut.count == whole.count && cut.code == whole.code);
    if (verdict != VK_GOOD) {
        PROMISE(
            err.code == ERR_VK_API_ERROR && err.message[0] && utf8_valid(str_from(err.message)));
        PROMISE(utf8_valid(str_from(err.cause)));
    } else {
        PROMISE(whole.count >= 1 && whole.count <= calls);
        for (int i = 0; i < whole.count; i++) {
            PROMISE((whole.results[i].node != NULL) != (whole.results[i].err.code != ERR_NONE));
            if (whole.results[i].node)
                convert(whole.results[i].node, &keywords, &memory);
        }
    }
    arena_release(&memory);
    return 0;
}
