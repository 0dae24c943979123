/* A statement file and a cut. However it is cut the same comes out; what becomes a row can be
 * stored; what does not has a reason; memory stays bounded. */
#include "fuzz.h"
#include "obmen/utf8.h"
#include "../unit/bankfile/dump.h"

static void storable(struct str s)
{
    PROMISE(utf8_valid(s) && !(s.n && memchr(s.p, 0, s.n)));
}

static struct buf read_in_pieces(struct str bytes, size_t step, bool fragment)
{
    struct dump d = {.parser.fragment_ok = fragment};
    for (size_t at = 0; at < bytes.n; at += step)
        dump_piece(&d, (struct str){bytes.p + at, step < bytes.n - at ? step : bytes.n - at});
    dump_end(&d);
    PROMISE(d.parser.fields.text.n <= BANKFILE_TEXT_MAX);
    PROMISE(d.totals.in >= 0 && d.totals.out >= 0);
    struct buf text = buf_take(&d.text);
    dump_release(&d);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str bytes = {(const char *)data + 2, size - 2};
    bool fragment = data[0] & 1;
    struct buf whole = read_in_pieces(bytes, bytes.n + 1, fragment);
    struct buf cut = read_in_pieces(bytes, 1 + data[1], fragment);
    PROMISE(str_eq(buf_str(&whole), buf_str(&cut)));
    storable(buf_str(&whole));
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
