#include "classify/pattern.h"

#include <stdint.h>

#include "classify/text.h"

static int wrong(struct err *e, const char *ru, const char *en)
{
    return err_set(e, ERR_VALIDATION_ERROR, "%s", TR(ru, en));
}

/* ООО, ПАО and so on name a form, not a company. */
static bool legal_form(struct str word)
{
    static const char *const forms[] = {"ооо", "оао", "зао", "пао", "нао", "ао", "ип", "гуп", "муп",
        "фгуп", "ано", "нко", "тоо", "чп", "кфх"};
    enum { FORMS = sizeof forms / sizeof *forms };
    static char prepared[FORMS][8];
    for (size_t i = 0; i < FORMS && !prepared[FORMS - 1][0]; i++) {
        struct buf form = BUF_INIT;
        classify_prepare(&form, str_from(forms[i]));
        memcpy(prepared[i], form.p, form.n);
        buf_release(&form);
    }
    for (size_t i = 0; i < FORMS; i++)
        if (str_is(word, prepared[i]))
            return true;
    return false;
}

struct phrase {
    enum pattern_kind kind;
    struct buf text;
    int words, letters;
    bool too_many;
};

static void add_word(struct phrase *p, struct str word, bool whole)
{
    if (p->kind == PATTERN_NAME && legal_form(word))
        return;
    if (p->words == PATTERN_WORDS) {
        p->too_many = true;
        return;
    }
    if (p->words++)
        buf_addc(&p->text, ' ');
    buf_add_str(&p->text, word);
    p->letters += (int)word.n;
    if (whole || word.n <= 2)
        buf_addc(&p->text, PATTERN_WHOLE);
}

/* What stands between two blanks may be several words: "з/п". */
static void add_token(struct phrase *p, struct str token)
{
    struct buf words = BUF_INIT;
    bool whole = p->kind == PATTERN_NAME;
    if (token.p[0] == '=') {
        whole = true;
        token = (struct str){token.p + 1, token.n - 1};
    }
    if (token.n && token.p[token.n - 1] == '*')
        whole = false;
    classify_prepare(&words, token);
    struct str rest = buf_str(&words);
    while (rest.n) {
        struct str word = str_cut(&rest, ' ');
        add_word(p, word, whole || (rest.n && p->kind == PATTERN_NAME));
    }
    buf_release(&words);
}

static int parse_term(struct pattern_term *ret, struct arena *a, enum pattern_kind kind,
    struct str text, int *letters, struct err *ret_err)
{
    struct phrase p = {.kind = kind};
    text = str_trim(text);
    ret->not = str_starts(text, STR("!"));
    if (ret->not )
        text = str_trim((struct str){text.p + 1, text.n - 1});
    while (text.n) {
        struct str token = str_cut(&text, ' ');
        if (token.n)
            add_token(&p, token);
    }
    ret->phrase = arena_str(a, buf_str(&p.text));
    buf_release(&p.text);
    if (!ret->not )
        *letters += p.letters;
    if (p.too_many)
        return wrong(ret_err, "слишком много слов подряд: не больше восьми",
            "too many words in a row: at most eight");
    if (p.words == 0)
        return wrong(ret_err, "нет ни одного слова там, где оно нужно (между «+», «|» и после «!»)",
            "a word is missing (between \"+\" and \"|\", and after \"!\")");
    if (p.letters < 2)
        return wrong(ret_err, "одна буква подошла бы почти везде: нужно хотя бы две",
            "one letter would fit nearly everywhere: at least two are needed");
    return 0;
}

static int parse_alternative(struct pattern_alternative *ret, struct arena *a,
    enum pattern_kind kind, struct str text, struct err *ret_err)
{
    struct pattern_term first_not = {.not = false};
    *ret = (struct pattern_alternative){.text = str_trim(text)};
    do {
        if (ret->count == PATTERN_TERMS)
            return wrong(ret_err, "слишком много условий через «+»: не больше восьми",
                "too many conditions joined by \"+\": at most eight");
        struct pattern_term *term = &ret->terms[ret->count++];
        if (parse_term(term, a, kind, str_cut(&text, '+'), &ret->length, ret_err) < 0)
            return -1;
        if (!term->not &&ret->terms[0].not ) { /* one that must be there stands first */
            first_not = ret->terms[0];
            ret->terms[0] = *term;
            *term = first_not;
        }
    } while (text.p);
    if (ret->terms[0].not )
        return wrong(ret_err, "одних запретов («!») мало: нужно слово, которое должно быть",
            "only forbidden words (\"!\"): a word that must be there is needed");
    return 0;
}

int pattern_parse(struct pattern *ret, struct arena *a, enum pattern_kind kind, struct str text,
    struct err *ret_err)
{
    *ret = (struct pattern){0};
    if (text.n > PATTERN_MAX)
        return wrong(ret_err, "длиннее 4000 байт", "longer than 4000 bytes");
    int capacity = 1;
    for (size_t i = 0; i < text.n; i++)
        capacity += text.p[i] == '|';
    if (capacity > PATTERN_ALTERNATIVES)
        return wrong(ret_err, "слишком много вариантов через «|»: не больше ста",
            "too many alternatives joined by \"|\": at most a hundred");
    ret->alternatives = arena_alloc(a, (size_t)capacity * sizeof *ret->alternatives);
    do {
        struct str part = str_cut(&text, '|');
        if (parse_alternative(&ret->alternatives[ret->count++], a, kind, part, ret_err) < 0)
            return -1;
    } while (text.p);
    return 0;
}

/* Does a text that holds `phrase` hold `other`, too? Word by word: a beginning is in whatever
 * begins so, a whole word (which ends with PATTERN_WHOLE) only in itself. */
static bool holds(struct str phrase, struct str other)
{
    while (phrase.n) {
        struct str rest = phrase, wanted = other;
        bool all = true;
        while (wanted.n && all)
            all = str_starts(str_cut(&rest, ' '), str_cut(&wanted, ' '));
        if (all)
            return true;
        str_cut(&phrase, ' ');
    }
    return false;
}

static bool possible(const struct pattern_alternative *a)
{
    for (int i = 0; i < a->count; i++)
        for (int k = 0; k < a->count; k++)
            if (!a->terms[i].not &&a->terms[k].not &&holds(a->terms[i].phrase, a->terms[k].phrase))
                return false;
    return true;
}

int pattern_check(const struct pattern *p, struct err *ret_err)
{
    for (int i = 0; i < p->count; i++)
        if (!possible(&p->alternatives[i]))
            return wrong(ret_err,
                "не подойдёт никогда: то, что должно быть, тут же и запрещено («!»)",
                "would never fit: what must be there is forbidden (\"!\") as well");
    return 0;
}
