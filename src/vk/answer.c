#include "vk/answer.h"

void vk_answer_begin(struct vk_answer *a)
{
    vk_tree_begin(&a->tree);
    a->status = a->retry_after_ms = a->code = a->count = 0;
}

void vk_answer_head(struct vk_answer *a, const struct http_answer *head)
{
    a->status = head->status;
    a->retry_after_ms = head->retry_after_ms;
}

bool vk_answer_data(struct vk_answer *a, struct str piece)
{
    return vk_tree_feed(&a->tree, piece);
}

void vk_answer_release(struct vk_answer *a)
{
    vk_tree_release(&a->tree);
}

/* {"error_code","error_msg"}; request_params are not looked at: the token may stand there. */
static enum vk_verdict read_error(const struct json *error, int *ret_code, struct err *ret_err)
{
    char text[160];
    int64_t code = 0;
    json_i64(json_get(error, "error_code"), &code);
    *ret_code = code > 0 && code < 100000 ? (int)code : -1;
    vk_fault_clean(text, sizeof text, json_text(json_get(error, "error_msg")));
    return vk_fault_code(*ret_code, text, ret_err);
}

static enum vk_verdict one(struct vk_answer *a, const struct json *response)
{
    a->results[0] = (struct vk_result){.node = response};
    a->count = 1;
    return VK_GOOD;
}

/* What failed inside of execute is false in its place, and told in order in execute_errors. The
 * results up to the first that may pass are good; the rest is asked again. */
static enum vk_verdict many(struct vk_answer *a, int calls, struct err *ret_err)
{
    const struct json *response = json_get(a->tree.root, "response");
    const struct json *errors = json_get(a->tree.root, "execute_errors");
    const struct json *error = json_at(errors, 0);
    if (!json_is(response, JSON_ARRAY)) {
        if (error)
            return read_error(error, &a->code, ret_err);
        return vk_fault_body("execute brought no list", ret_err);
    }
    if (calls == 0)
        return VK_GOOD; /* the question was only whether execute may be called */
    const struct json *item = response->child;
    for (; item && a->count < calls; item = item->next) {
        struct vk_result *r = &a->results[a->count];
        *r = (struct vk_result){.node = item};
        if (item->type == JSON_OBJECT || item->type == JSON_ARRAY) {
            a->count++;
            continue;
        }
        enum vk_verdict verdict = error ? read_error(error, &r->code, &r->err)
                                        : vk_fault_body("a call brought nothing", &r->err);
        error = error ? error->next : NULL;
        if (verdict == VK_SKIP) {
            r->node = NULL;
            a->count++;
            continue;
        }
        if (a->count == 0) {
            a->code = r->code;
            *ret_err = r->err;
            return verdict;
        }
        return VK_GOOD;
    }
    return a->count ? VK_GOOD : vk_fault_body("execute brought an empty list", ret_err);
}

static enum vk_verdict read_tree(struct vk_answer *a, int calls, bool batch, struct err *ret_err)
{
    const struct json *root = a->tree.root;
    const struct json *error = json_get(root, "error"), *response = json_get(root, "response");
    if (json_is(error, JSON_OBJECT)) {
        enum vk_verdict verdict = read_error(error, &a->code, ret_err);
        if (verdict != VK_SKIP || batch)
            return verdict;
        a->results[0] = (struct vk_result){.code = a->code, .err = *ret_err};
        a->count = 1;
        return VK_GOOD;
    }
    if (!response)
        return vk_fault_body("neither response nor error", ret_err);
    return batch ? many(a, calls, ret_err) : one(a, response);
}

enum vk_verdict vk_answer_judge(
    struct vk_answer *a, const struct err *fault, int calls, bool batch, struct err *ret_err)
{
    bool stopped =
        a->tree.broken; /* then the call was ended from our side, and its fault says nothing */
    bool whole = vk_tree_end(&a->tree);
    a->count = a->code = 0;
    if (a->tree.too_large)
        return err_set_passing(ret_err, ERR_VK_API_ERROR, "%s",
                   TR("Ответ VK слишком велик.", "VK's answer is too big.")),
               VK_SMALLER;
    if (fault && !stopped)
        return vk_fault_transport(fault, ret_err);
    if (a->status != 200 && !(whole && json_is(json_get(a->tree.root, "error"), JSON_OBJECT)))
        return vk_fault_status(a->status, a->retry_after_ms, ret_err);
    if (!whole)
        return vk_fault_body(
            a->tree.error.message[0] ? a->tree.error.message : "an empty body", ret_err);
    return read_tree(a, calls, batch, ret_err);
}
