/*
 * The text is read as tokens: words (small letters, ё as е), numbers, signs. A clause is a token
 * НДС with what stands around it:
 *
 *   [в т.ч.|в том числе|включая|с] НДС [(] [rate %] [)] [: - –] [amount] [руб.]
 *   без [налога (] НДС [)]       НДС [-] не облагается|нет       не облагается НДС
 */
#include "ledger/vat.h"

#include "ledger/transaction.h"
#include "obmen/utf8.h"

enum { WORD_MAX = 24 };
struct token {
    enum { END, WORD, NUMBER, SIGN } kind;
    size_t from, to;
    char word[WORD_MAX]; /* of a WORD: its head in small letters, UTF-8 */
    char sign;           /* of a SIGN: the ASCII one; '-' for all dashes, '?' for others */
};

/* One letter, made small: how many bytes were written; 0: no letter. */
static size_t small_letter(struct str s, size_t length, char *out)
{
    uint8_t a = (uint8_t)s.p[0], b = length == 2 ? (uint8_t)s.p[1] : 0;
    if (length == 1 && ((a >= 'a' && a <= 'z') || (a >= 'A' && a <= 'Z'))) {
        out[0] = (char)(a | 0x20);
        return 1;
    }
    if (length != 2 || (a != 0xD0 && a != 0xD1))
        return 0;
    if (a == 0xD0 && b >= 0xA0 && b <= 0xAF) { /* Р…Я */
        a = 0xD1;
        b -= 0x20;
    } else if (a == 0xD0 && b >= 0x90 && b <= 0x9F) { /* А…П */
        b += 0x20;
    } else if ((a == 0xD0 && b == 0x81) || (a == 0xD1 && b == 0x91)) { /* Ё ё */
        a = 0xD0;
        b = 0xB5;
    } else if (!(a == 0xD0 && b >= 0xB0) && !(a == 0xD1 && b <= 0x8F)) {
        return 0;
    }
    out[0] = (char)a;
    out[1] = (char)b;
    return 2;
}

static bool digit(struct str s, size_t at)
{
    return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

static size_t letter_length(struct str s, size_t at)
{
    struct str rest = {s.p + at, s.n - at};
    size_t n = (uint8_t)rest.p[0] < 0x80 ? 1 : utf8_letter(rest);
    return n ? n : 1;
}

static bool blank(struct str s, size_t at, size_t length)
{
    char c = s.p[at];
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
           (length == 2 && memcmp(s.p + at, "\xC2\xA0", 2) == 0);
}

static void read_word(struct str s, struct token *t)
{
    char small[2];
    size_t n = 0;
    while (t->to < s.n) {
        size_t length = letter_length(s, t->to);
        size_t got = small_letter((struct str){s.p + t->to, s.n - t->to}, length, small);
        if (!got)
            break;
        if (n + got < WORD_MAX) {
            memcpy(t->word + n, small, got);
            n += got;
        }
        t->to += length;
    }
    t->word[n] = 0;
}

static struct token token_at(struct str s, size_t at)
{
    struct token t = {.kind = END};
    size_t length = 1;
    char small[2];
    while (at < s.n && blank(s, at, length = letter_length(s, at)))
        at += length;
    t.from = t.to = at;
    if (at >= s.n)
        return t;
    if (digit(s, at)) {
        t.kind = NUMBER;
        while (digit(s, t.to))
            t.to++;
    } else if (small_letter((struct str){s.p + at, s.n - at}, length, small)) {
        t.kind = WORD;
        read_word(s, &t);
    } else {
        bool dash = length == 3 && memcmp(s.p + at, "\xE2\x80", 2) == 0 &&
                    (uint8_t)s.p[at + 2] >= 0x90 && (uint8_t)s.p[at + 2] <= 0x95;
        t.kind = SIGN;
        t.sign = dash ? '-' : length == 1 ? s.p[at] : '?';
        t.to = at + length;
    }
    return t;
}

static bool is(const struct token *t, const char *word)
{
    return t->kind == WORD && strcmp(t->word, word) == 0;
}

static bool begins(const struct token *t, const char *word)
{
    return t->kind == WORD && strncmp(t->word, word, strlen(word)) == 0;
}

static bool is_sign(const struct token *t, const char *signs)
{
    return t->kind == SIGN && strchr(signs, t->sign);
}

/* ---- numbers ---- */

/* 3 416.95, 3416-95, 465000=, 125,00: kopecks and where it ends. False: a date, too long, none. */
static bool read_amount(struct str s, size_t at, int64_t *ret, size_t *ret_end)
{
    int64_t whole = 0;
    int digits = 0, kopecks = 0;
    while (digit(s, at) && digits < 13) {
        whole = whole * 10 + (s.p[at++] - '0');
        digits++;
    }
    while (digits < 13) { /* groups of three */
        size_t gap = at < s.n && s.p[at] == ' '                             ? 1
                     : at + 1 < s.n && memcmp(s.p + at, "\xC2\xA0", 2) == 0 ? 2
                                                                            : 0;
        size_t g = at + gap;
        if (!gap || !digit(s, g) || !digit(s, g + 1) || !digit(s, g + 2) || digit(s, g + 3))
            break;
        whole = whole * 1000 + (s.p[g] - '0') * 100 + (s.p[g + 1] - '0') * 10 + (s.p[g + 2] - '0');
        digits += 3;
        at = g + 3;
    }
    if (digits == 0 || digit(s, at))
        return false;
    bool point = at < s.n && strchr(".,-=", s.p[at]);
    if (point && digit(s, at + 1) && digit(s, at + 2) && !digit(s, at + 3)) {
        kopecks = (s.p[at + 1] - '0') * 10 + (s.p[at + 2] - '0');
        at += 3;
        if (at + 1 < s.n && s.p[at] == '.' && digit(s, at + 1))
            return false; /* 15.03.2025 */
    } else if (at < s.n && s.p[at] == '=') {
        at++;
    }
    *ret = whole * 100 + kopecks;
    *ret_end = at;
    return true;
}

/* "2 квартал", "3 кв.", "2025 год": a number that is no sum. */
static bool counts_time(struct str s, size_t end)
{
    struct token next = token_at(s, end);
    return begins(&next, "квартал") || is(&next, "кв") || begins(&next, "год") || is(&next, "г") ||
           begins(&next, "месяц") || begins(&next, "полугод");
}

/* ---- a clause ---- */

/* Behind НДС: the rate, with or without brackets and its sign. Moves *at behind it. */
static bool read_rate(struct str s, size_t *at, int *ret)
{
    struct token t = token_at(s, *at);
    bool bracket = is_sign(&t, "(");
    if (bracket)
        t = token_at(s, t.to);
    if (is(&t, "по"))
        t = token_at(s, t.to);
    if (begins(&t, "ставк"))
        t = token_at(s, t.to);
    if (t.kind != NUMBER || t.to - t.from > 2)
        return false;
    int rate = 0;
    for (size_t i = t.from; i < t.to; i++)
        rate = rate * 10 + (s.p[i] - '0');
    struct token sign = token_at(s, t.to);
    if (is_sign(&sign, "%"))
        t = sign;
    else if (t.from != *at || bracket) /* without its sign only glued: НДС20 */
        return false;
    sign = token_at(s, t.to);
    if (bracket && is_sign(&sign, ")"))
        t = sign;
    *at = t.to;
    *ret = rate;
    return true;
}

static size_t skip_currency(struct str s, size_t at)
{
    struct token t = token_at(s, at);
    if (!begins(&t, "руб") && !is(&t, "р"))
        return at;
    at = t.to;
    return at < s.n && s.p[at] == '.' ? at + 1 : at;
}

/* Behind НДС and the rate: signs and a sum. */
static void read_sum(struct str s, struct vat_clause *c)
{
    size_t end;
    struct token t = token_at(s, c->to);
    bool bracket = is_sign(&t, "(");
    for (int i = 0; i < 3 && (is_sign(&t, ":-=,.(") || begins(&t, "сумм")); i++)
        t = token_at(s, t.to);
    if (t.kind != NUMBER || !read_amount(s, t.from, &c->amount, &end))
        return;
    struct token behind = token_at(s, end);
    if (is_sign(&behind, "%") || counts_time(s, end))
        return;
    if (bracket && !is_sign(&behind, ")"))
        return; /* (1/3) */
    c->has_amount = true;
    c->to = skip_currency(s, bracket ? behind.to : end);
}

/* "не облагается", "нет", behind НДС and perhaps a dash. */
static bool read_refusal(struct str s, size_t at, size_t *ret_end)
{
    struct token t = token_at(s, at);
    if (is_sign(&t, "-:()"))
        t = token_at(s, t.to);
    if (is(&t, "нет")) {
        *ret_end = t.to;
        return true;
    }
    if (!is(&t, "не"))
        return false;
    t = token_at(s, t.to);
    if (!begins(&t, "облаг") && !begins(&t, "предусм") && !begins(&t, "начисл"))
        return false;
    *ret_end = t.to;
    return true;
}

enum { BEFORE = 4 };

/* The words before НДС that belong to the clause: before[0] is the nearest. */
static void look_back(struct vat_clause *c, const struct token *before, bool *ret_contained)
{
    int i = 0;
    if (is_sign(&before[i], "("))
        i++;
    if (begins(&before[i], "налог") && (i || is(&before[i], "налогом"))) /* без налога (НДС) */
        i++;
    else
        i = 0;
    *ret_contained = false;
    if (is(&before[i], "без")) {
        c->none = true;
        c->from = before[i].from;
    } else if (begins(&before[i], "облагает") && is(&before[i + 1], "не")) {
        c->none = true;
        c->from = before[i + 1].from;
    } else if (is(&before[i], "числе") || is(&before[i], "ч")) { /* в том числе, в т.ч. */
        *ret_contained = true;
        c->from = before[i].from;
        for (int k = i + 1; k < BEFORE && (is(&before[k], "т") || is(&before[k], "том") ||
                                              is(&before[k], "в") || is(&before[k], "тч"));
             k++)
            c->from = before[k].from;
    } else if (is(&before[i], "тч") || begins(&before[i], "включ") || is(&before[i], "вкл") ||
               is(&before[i], "с") || is(&before[i], "кроме")) {
        *ret_contained = true;
        c->from = before[i].from;
    }
}

/* at: НДС itself, or "налог на добавленную стоимость". False: the purpose is about VAT. */
static bool clause_around(struct str s, const struct token *name, const struct token *before,
    size_t behind, struct vat_clause *ret)
{
    bool contained;
    size_t end;
    *ret = (struct vat_clause){.from = name->from, .to = behind, .rate = -1};
    look_back(ret, before, &contained);
    struct token t = token_at(s, ret->to);
    if (ret->from < name->from && is_sign(&t, ")"))
        ret->to = t.to; /* Без налога (НДС) */
    if (ret->none)
        return true;
    if (read_refusal(s, ret->to, &end)) {
        ret->none = true;
        ret->to = end;
        return true;
    }
    bool has_rate = read_rate(s, &ret->to, &ret->rate);
    if (is(&before[0], "по") || (!has_rate && is(&t, "за")))
        return false;
    read_sum(s, ret);
    return has_rate || ret->has_amount || contained;
}

bool vat_clause_next(struct str purpose, size_t at, struct vat_clause *ret)
{
    struct token before[BEFORE + 2] = {{.kind = END}};
    for (struct token t = token_at(purpose, at); t.kind != END; t = token_at(purpose, t.to)) {
        size_t behind = t.to;
        bool named = is(&t, "ндс");
        if (begins(&t, "налог")) { /* … на добавленную стоимость */
            struct token on = token_at(purpose, t.to), added = token_at(purpose, on.to),
                         value = token_at(purpose, added.to);
            named = is(&on, "на") && begins(&added, "добавл") && begins(&value, "стоим");
            behind = value.to;
        }
        if (named && clause_around(purpose, &t, before, behind, ret) && ret->from >= at)
            return true;
        if (t.kind == SIGN && t.sign == '.')
            continue; /* в т.ч. */
        memmove(before + 1, before, sizeof before - sizeof *before);
        before[0] = t;
    }
    return false;
}

/* ---- rate and amount of a row ---- */

int vat_rate_of(int64_t vat, int64_t total)
{
    static const int rates[] = {5, 7, 10, 18, 20, 22};
    int found = -1;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        int64_t off = vat * (100 + rates[i]) - total * rates[i];
        if (off < -(100 + rates[i]) || off > 100 + rates[i])
            continue;
        if (found >= 0)
            return -1;
        found = rates[i];
    }
    return found;
}

void ledger_vat_from_purpose(struct ledger_transaction *t, struct arena *a)
{
    struct vat_clause clause;
    if (t->has_vat_amount || t->vat_rate.n || !vat_clause_next(t->payment_purpose, 0, &clause))
        return;
    if (clause.none) {
        t->vat_rate = STR("Без НДС");
        return;
    }
    bool sound = clause.has_amount && clause.amount < t->amount;
    if (sound && clause.rate < 0 && clause.amount > 0)
        clause.rate = vat_rate_of(clause.amount, t->amount);
    t->has_vat_amount = sound;
    t->vat_amount = sound ? clause.amount : 0;
    if (clause.rate >= 0)
        t->vat_rate = arena_printf(a, "%d%%", clause.rate);
}
