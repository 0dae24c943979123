/* Frames from a client: what is told, and which code a fault gets; fed whole, cut at each byte, and
 * byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "obmen/arena.h"
#include "ws/input.h"
#include "client_frames.h"

static struct buf said; /* "text(hello) ping(x) close(1000) fault(1002)" */

static void say(const char *what, struct str payload)
{
    buf_printf(&said, "%s%s(", said.n ? " " : "", what);
    if (payload.n > 60)
        buf_printf(&said, "%zu bytes", payload.n);
    else
        buf_add_str(&said, payload);
    buf_addc(&said, ')');
}

static void on_text(void *arg, struct str message)
{
    say("text", message);
}

static void on_ping(void *arg, struct str payload)
{
    say("ping", payload);
}

static void on_pong(void *arg)
{
    say("pong", STR_NULL);
}

static void on_close(void *arg, int code)
{
    char text[16];
    snprintf(text, sizeof text, "%d", code);
    say("close", str_from(text));
}

static void on_fault(void *arg, int code)
{
    char text[16];
    snprintf(text, sizeof text, "%d", code);
    say("fault", str_from(text));
}

static const struct ws_input_events events = {on_text, on_ping, on_pong, on_close, on_fault};

static void feed(struct ws_input *in, const char *p, size_t n)
{
    /* a copy of its own: reading behind the end is found by ASan */
    char *copy = malloc(n ? n : 1);
    if (n)
        memcpy(copy, p, n);
    ws_input_feed(in, (struct str){copy, n}, &events, NULL);
    free(copy);
}

static void expect(const char *want, const char *how, size_t at)
{
    buf_addc(&said, 0);
    if (strcmp(said.p, want) != 0)
        fail_msg("%s %zu: \"%s\" instead of \"%s\"", how, at, said.p, want);
    buf_clear(&said);
}

/* Frees b. */
static void check(struct buf *b, const char *want)
{
    struct ws_input in = {0};
    feed(&in, b->p, b->n);
    expect(want, "whole", 0);
    ws_input_release(&in);
    size_t step = b->n > 2000 ? b->n / 500 : 1;
    for (size_t cut = 1; cut < b->n; cut += step) {
        in = (struct ws_input){0};
        feed(&in, b->p, cut);
        feed(&in, b->p + cut, b->n - cut);
        expect(want, "cut at", cut);
        ws_input_release(&in);
    }
    in = (struct ws_input){0};
    for (size_t i = 0; i < b->n; i++)
        feed(&in, b->p + i, 1);
    expect(want, "byte by byte", 0);
    /* between two messages nothing is kept, but what a begun one needs */
    if (!in.in_frame && !in.in_message) {
        assert_null(in.message.p);
        assert_null(in.control.p);
    }
    ws_input_release(&in);
    buf_release(b);
}

static void messages(void **state)
{
    struct buf b = BUF_INIT;
    add_text(&b, "hello");
    add_text(&b, "");
    add_text(&b, "при\xD0\xB2\xD0\xB5\xD1\x82");
    check(&b, "text(hello) text() text(привет)");
    char big[WS_MAX_MESSAGE];
    memset(big, 'x', sizeof big);
    for (size_t i = 0; i < 3; i++) {
        size_t sizes[] = {126, 65535, 65536};
        add_frame(&b, 0x81, big, sizes[i], 0);
        add_text(&b, "after");
        char want[64];
        snprintf(want, sizeof want, "text(%zu bytes) text(after)", sizes[i]);
        check(&b, want);
    }
}

static void fragments(void **state)
{
    struct buf b = BUF_INIT;
    add_frame(&b, 0x01, "one\xD0", 4, 0); /* a letter cut in two */
    add_frame(&b, 0x89, "p", 1, 0);
    add_frame(&b, 0x00, "", 0, 0);
    add_frame(&b, 0x00, "\xB6two", 4, 0);
    add_frame(&b, 0x8A, "q", 1, 0);
    add_frame(&b, 0x80, "", 0, 0);
    add_text(&b, "next");
    check(&b, "ping(p) pong() text(oneжtwo) text(next)");
}

static void controls(void **state)
{
    struct buf b = BUF_INIT;
    char p[125];
    memset(p, 'p', sizeof p);
    add_frame(&b, 0x89, p, 125, 0);
    add_frame(&b, 0x89, NULL, 0, 0);
    add_frame(&b, 0x8A, "x", 1, 0);
    check(&b, "ping(125 bytes) ping() pong()");
}

static void closes(void **state)
{
    struct buf b = BUF_INIT;
    static const int good[] = {
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char want[32];
        snprintf(want, sizeof want, "close(%d)", good[i]);
        add_close(&b, good[i], "");
        add_text(&b, "not read any more");
        check(&b, want);
    }
    add_frame(&b, 0x88, NULL, 0, 0);
    check(&b, "close(1005)");
    /* cut inside letters: the whole reason counts, in pieces too */
    add_close(&b, 1000, "до свидания, это длинная причина из 105 байт, вот так, и ещё");
    check(&b, "close(1000)");
    static const int bad[] = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        add_close(&b, bad[i], "x");
        check(&b, "fault(1002)");
    }
    add_frame(&b, 0x88, "\x03", 1, 0); /* half a code */
    check(&b, "fault(1002)");
    add_close(&b, 1000, "ok \xC0\xAF");
    check(&b, "fault(1007)");
    add_close(&b, 1000, "cut \xD0");
    check(&b, "fault(1007)");
}

static void protocol_errors(void **state)
{
    char big[200];
    memset(big, 'b', sizeof big);
    static const struct {
        unsigned first;
        size_t n;
        unsigned how;
    } bad[] = {
        {0x81, 5, UNMASKED}, {0x89, 1, UNMASKED}, {0x88, 2, UNMASKED}, /* masks are required */
        {0xC1, 5, 0}, {0xA1, 5, 0}, {0x91, 5, 0}, {0xC9, 1, 0},        /* reserved bits */
        {0x83, 1, 0}, {0x84, 0, 0}, {0x87, 0, 0}, {0x8B, 0, 0}, {0x8F, 0, 0}, /* unknown opcodes */
        {0x80, 1, 0}, {0x00, 1, 0},                     /* nothing to continue */
        {0x09, 1, 0}, {0x08, 2, 0}, {0x0A, 0, 0},       /* control in fragments */
        {0x89, 126, 0}, {0x88, 200, 0}, {0x8A, 126, 0}, /* control too long */
        {0x81, 5, LONG_16}, {0x81, 125, LONG_16}, {0x81, 5, LONG_64},
        {0x81, 130, LONG_64}, /* not minimal */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf b = BUF_INIT;
        add_text(&b, "fine");
        add_frame(&b, bad[i].first, big, bad[i].n, bad[i].how);
        add_text(&b, "too late");
        check(&b, "text(fine) fault(1002)");
    }
    struct buf b = BUF_INIT;
    add_frame(&b, 0x01, "a", 1, 0);
    add_frame(&b, 0x81, "b", 1, 0); /* a new message inside a message */
    check(&b, "fault(1002)");
    static const char high_bit[] = "\x81\xFF\x80\0\0\0\0\0\0\1mask";
    buf_add(&b, high_bit, sizeof high_bit - 1);
    check(&b, "fault(1002)");
}

static void too_large(void **state)
{
    struct buf b = BUF_INIT;
    char *big = mem_alloc(WS_MAX_MESSAGE + 1);
    add_frame(&b, 0x81, big, WS_MAX_MESSAGE + 1, 0);
    add_frame(&b, 0x89, "no pong any more", 16, 0);
    add_close(&b, 1009, "");
    check(&b, "fault(1009) close(1009)");
    add_frame(&b, 0x01, big, WS_MAX_MESSAGE, 0);
    add_frame(&b, 0x80, "x", 1, 0);
    add_text(&b, "dropped");
    add_close(&b, 1000, "");
    check(&b, "fault(1009) close(1000)");
    free(big);
    static const char endless[] = "\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFmaskx";
    buf_add(&b, endless, sizeof endless - 1);
    check(&b, "fault(1009)");
}

static void binary_and_broken_text(void **state)
{
    struct buf b = BUF_INIT;
    add_frame(&b, 0x82, "x", 1, 0);
    add_text(&b, "dropped");
    add_close(&b, 1003, "");
    check(&b, "fault(1003) close(1003)");
    add_frame(&b, 0x82, "", 0, 0);
    check(&b, "fault(1003)");
    static const char *const broken[] = {
        "\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xD0"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        add_text(&b, broken[i]);
        add_frame(&b, 0x88, NULL, 0, 0);
        check(&b, "fault(1007) close(1005)");
    }
    add_frame(&b, 0x01, "\xD0", 1, 0);
    add_frame(&b, 0x80, "x", 1, 0);
    check(&b, "fault(1007)");
}

static void after_our_close_only_theirs_counts(void **state)
{
    struct ws_input in = {.dropping = true};
    struct buf b = BUF_INIT;
    add_text(&b, "dropped");
    add_frame(&b, 0x82, "binary", 6, 0);
    add_frame(&b, 0x89, "ping", 4, 0);
    add_frame(&b, 0x01, "\xFF", 1, 0);
    add_close(&b, 4000, "");
    add_text(&b, "never read");
    feed(&in, b.p, b.n);
    expect("close(4000)", "dropping", 0);
    assert_true(in.broken);
    assert_null(in.wslay);
    ws_input_release(&in);
    buf_release(&b);
}

static void nothing_is_kept_between_frames(void **state)
{
    struct ws_input in = {0};
    struct buf b = BUF_INIT;
    add_text(&b, "one");
    add_frame(&b, 0x01, "half", 4, 0);
    feed(&in, b.p, b.n);
    expect("text(one)", "kept", 0);
    assert_null(in.wslay); /* at a frame's end, though not at a message's */
    assert_true(in.in_message);
    feed(&in, "\x80", 1);
    assert_non_null(in.wslay); /* a begun header lives in it */
    feed(&in, "\x80mask", 5);
    expect("text(half)", "kept", 0);
    assert_null(in.wslay);
    assert_null(in.message.p);
    ws_input_release(&in);
    buf_release(&b);
}

static int release(void **state)
{
    buf_release(&said);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages), cmocka_unit_test(fragments),
        cmocka_unit_test(controls), cmocka_unit_test(closes), cmocka_unit_test(protocol_errors),
        cmocka_unit_test(too_large), cmocka_unit_test(binary_and_broken_text),
        cmocka_unit_test(after_our_close_only_theirs_counts),
        cmocka_unit_test(nothing_is_kept_between_frames)};
    return cmocka_run_group_tests(tests, NULL, release);
}
