/* Answers of VK: verdicts, results, both shapes, and what real servers sent (where the samples
 * are). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "vk/answer.h"
#include "vk/comment.h"
#include "vk/group.h"
#include "vk/post.h"
#include "vk/text.h"

static struct vk_answer a;
static struct err err;

static enum vk_verdict judge(const char *text, int status, int calls, bool batch)
{
    err = ERR_INIT;
    vk_answer_begin(&a);
    vk_answer_head(&a, &(struct http_answer){.status = status});
    vk_answer_data(&a, str_from(text));
    return vk_answer_judge(&a, NULL, calls, batch, &err);
}

static void errors(void **state)
{
    static const struct {
        int code;
        enum vk_verdict verdict;
        bool passing;
    } codes[] = {{1, VK_AGAIN_THRICE, true}, {5, VK_STOP, false}, {6, VK_SLOWER, true},
        {9, VK_LATER, true}, {10, VK_AGAIN, true}, {13, VK_SMALLER, true}, {14, VK_STOP, false},
        {17, VK_STOP, false}, {27, VK_STOP, false}, {29, VK_LATER, true}, {36, VK_AGAIN, true},
        {43, VK_AGAIN, true}, {3609, VK_STOP, false}, {777, VK_STOP, false}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char text[200];
        snprintf(text, sizeof text,
            "{\"error\":{\"error_code\":%d,\"error_msg\":\"Text\",\"request_params\":"
            "[{\"key\":\"access_token\",\"value\":\"secret\"}]}}",
            codes[i].code);
        assert_int_equal(judge(text, 200, 1, false), codes[i].verdict);
        assert_int_equal(err.passing, codes[i].passing);
        assert_int_equal(err.code, ERR_VK_API_ERROR);
        assert_null(strstr(err.cause, "secret"));
        assert_non_null(strstr(err.cause, "Text"));
    }
    assert_int_equal(
        judge("{\"error\":{\"error_code\":29,\"error_msg\":\"\"}}", 200, 1, false), VK_LATER);
    assert_true(err.retry_after_ms > 3600 * 1000);
}

static void one_is_skipped(void **state)
{
    static const int codes[] = {
        7, 15, 18, 19, 20, 23, 30, 37, 100, 104, 113, 125, 200, 203, 210, 211, 212};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char text[100];
        snprintf(
            text, sizeof text, "{\"error\":{\"error_code\":%d,\"error_msg\":\"x\"}}", codes[i]);
        assert_int_equal(judge(text, 200, 1, false), VK_GOOD);
        assert_int_equal(a.count, 1);
        assert_null(a.results[0].node);
        assert_int_equal(a.results[0].code, codes[i]);
        assert_true(a.results[0].err.message[0]);
    }
}

static void batches(void **state)
{
    assert_int_equal(
        judge("{\"response\":[{\"count\":1},false,{\"count\":3}],\"execute_errors\":"
              "[{\"method\":\"wall.getComments\",\"error_code\":212,\"error_msg\":\"no\"}]}",
            200, 3, true),
        VK_GOOD);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.results[1].code, 212);
    assert_int_equal(vk_number(a.results[2].node, "count"), 3);
    /* a passing one in the middle: the results before it are good, the rest is asked again */
    assert_int_equal(judge("{\"response\":[{},false,{}],\"execute_errors\":[{\"error_code\":10,"
                           "\"error_msg\":\"\"}]}",
                         200, 3, true),
        VK_GOOD);
    assert_int_equal(a.count, 1);
    assert_int_equal(
        judge("{\"response\":[false],\"execute_errors\":[{\"error_code\":10,\"error_msg\":\"\"}]}",
            200, 1, true),
        VK_AGAIN);
    assert_int_equal(
        judge("{\"response\":null,\"execute_errors\":[{\"error_code\":13,\"error_msg\":\"\"}]}",
            200, 2, true),
        VK_SMALLER);
    assert_int_equal(judge("{\"response\":[]}", 200, 2, true), VK_AGAIN);
    assert_int_equal(judge("{\"response\":[[]]}", 200, 0, true), VK_GOOD);
    assert_int_equal(
        judge("{\"error\":{\"error_code\":28,\"error_msg\":\"\"}}", 200, 0, true), VK_STOP);
}

static void nonsense(void **state)
{
    assert_int_equal(judge("", 200, 1, false), VK_AGAIN);
    assert_int_equal(judge("<html>", 200, 1, false), VK_AGAIN);
    assert_int_equal(judge("{\"response\":{\"count\":1", 200, 1, false), VK_AGAIN);
    assert_int_equal(judge("{}", 200, 1, false), VK_AGAIN);
    assert_int_equal(judge("[1]", 200, 1, false), VK_AGAIN);
    assert_int_equal(judge("away", 502, 1, false), VK_AGAIN);
    assert_int_equal(judge("", 404, 1, false), VK_STOP);
    assert_int_equal(judge("", 413, 1, false), VK_SMALLER);
    struct err fault = {.passing = true, .message = "no route"};
    vk_answer_begin(&a);
    assert_int_equal(vk_answer_judge(&a, &fault, 1, false, &err), VK_AGAIN);
}

/* ---- samples of real servers ---- */

static enum vk_verdict sample(const char *name)
{
    char path[300];
    const char *folder = getenv("OBMEN_SHARED_DATA");
    snprintf(path, sizeof path, "%s/vk/%s",
        folder ? folder : "../../shared/data" /* of a build folder in the clone */, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        skip();
    static char text[65536];
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    return judge(text, 200, 1, false);
}

static void samples(void **state)
{
    struct arena memory = ARENA_INIT;
    struct vk_comment c;
    struct vk_post p;
    struct vk_group g;
    assert_int_equal(sample("wall_getComments_threads_deleted.json"), VK_GOOD);
    const struct json *items = json_get(a.results[0].node, "items");
    assert_true(vk_comment_read(&memory, json_at(items, 0), 482121, 0, &c, &err));
    assert_true(c.id == 482124 && c.thread_count == 1 && str_is(c.text, "Текст 1го комментария"));
    assert_true(vk_comment_read(&memory, json_at(items, 1), 482121, 0, &c, &err));
    assert_true(c.is_deleted && !c.text.p && c.from_id == 0 && c.post_id == 482121);
    assert_int_equal(sample("wall_get_extended_copy_history.json"), VK_GOOD);
    assert_true(vk_post_read(&memory, json_at(json_get(a.results[0].node, "items"), 0), &p, &err));
    assert_true(p.id == 41 && p.copy_of.n > 0 && p.comments_count == 0);
    assert_int_equal(sample("groups_getById_bare_array_event.json"), VK_GOOD);
    assert_true(vk_group_read(&memory, a.results[0].node, &g) && g.id == 17683660);
    assert_int_equal(sample("error_5_auth_other_ip.json"), VK_STOP);
    assert_int_equal(sample("error_1_unknown.json"), VK_AGAIN_THRICE);
    assert_int_equal(sample("error_15_private_community.json"), VK_GOOD);
    assert_int_equal(a.results[0].code, 15);
    arena_release(&memory);
}

static void both_shapes_of_a_group(void **state)
{
    struct arena memory = ARENA_INIT;
    struct vk_group g;
    judge("{\"response\":{\"groups\":[{\"id\":5,\"name\":\"A &amp; "
          "B\",\"is_closed\":1}],\"profiles\":[]}}",
        200, 1, false);
    assert_true(vk_group_read(&memory, a.results[0].node, &g));
    assert_true(g.id == 5 && g.is_closed == 1 && str_is(g.name, "A & B") && !g.screen_name.p);
    judge("{\"response\":[]}", 200, 1, false);
    assert_false(vk_group_read(&memory, a.results[0].node, &g));
    judge("{\"response\":{\"groups\":[]}}", 200, 1, false);
    assert_false(vk_group_read(&memory, a.results[0].node, &g));
    arena_release(&memory);
}

static int release(void **state)
{
    vk_answer_release(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors), cmocka_unit_test(one_is_skipped),
        cmocka_unit_test(batches), cmocka_unit_test(nonsense), cmocka_unit_test(samples),
        cmocka_unit_test(both_shapes_of_a_group)};
    return cmocka_run_group_tests(tests, NULL, release);
}
