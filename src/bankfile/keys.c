#include "bankfile/keys.h"

#include <stdint.h>

static const struct {
    const char *name;
    enum bankfile_key key;
} names[] = {
    {"Номер", KEY_NUMBER},
    {"НомерДокумента", KEY_NUMBER},
    {"Дата", KEY_DATE},
    {"ДатаДокумента", KEY_DATE},
    {"Сумма", KEY_AMOUNT},
    {"СуммаПриход", KEY_AMOUNT_IN},
    {"СуммаРасход", KEY_AMOUNT_OUT},
    {"ДатаОперации", KEY_POSTED},
    {"КвитанцияДата", KEY_RECEIPT_DATE},
    {"ДатаСписано", KEY_DEBITED},
    {"ДатаПоступило", KEY_CREDITED},
    {"НазначениеПлатежа", KEY_PURPOSE},
    {"НазначениеПлатежа1", KEY_PURPOSE1},
    {"НазначениеПлатежа2", KEY_PURPOSE2},
    {"НазначениеПлатежа3", KEY_PURPOSE3},
    {"НазначениеПлатежа4", KEY_PURPOSE4},
    {"НазначениеПлатежа5", KEY_PURPOSE5},
    {"НазначениеПлатежа6", KEY_PURPOSE6},
    {"ВидОплаты", KEY_PAYMENT_KIND},
    {"СтатусСоставителя", KEY_TAX_STATUS},
    {"ПоказательКБК", KEY_KBK},
#define SIDE(word, first)                                                                          \
    {word "1", first}, {word, first + 1}, {word "Наименование", first + 1},                        \
        {word "Счет", first + 2}, {word "ИИК", first + 2}, {word "РасчСчет", first + 3},           \
        {word "ИНН", first + 4}, {word "БИН_ИИН", first + 4}, {word "КПП", first + 5},             \
        {word "Банк1", first + 6}, {word "БанкНаименование", first + 6},                           \
        {word "Банк2", first + 7}, {word "БИК", first + 8},                                        \
    {                                                                                              \
        word "БанкБИК", first + 8                                                                  \
    }
    SIDE("Плательщик", KEY_PAYER),
    SIDE("Получатель", KEY_PAYEE),
#undef SIDE
    {"ВерсияФормата", KEY_VERSION},
    {"Кодировка", KEY_ENCODING},
    {"Отправитель", KEY_SENDER},
    {"ДатаСоздания", KEY_MADE},
    {"ВремяСоздания", KEY_MADE_TIME},
    {"ДатаНачала", KEY_PERIOD_FROM},
    {"ДатаКонца", KEY_PERIOD_TO},
    {"РасчСчет", KEY_ACCOUNT},
    {"НачальныйОстаток", KEY_OPENING},
    {"ВсегоПоступило", KEY_RECEIVED},
    {"ВсегоСписано", KEY_PAID},
    {"КонечныйОстаток", KEY_CLOSING},
};
#define NAMES (sizeof names / sizeof *names)
#define SLOTS 256 /* a power of two, well above NAMES */

static unsigned hash(struct str s)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return (h ^ h >> 15) & (SLOTS - 1);
}

/* Filled at the first look; the words never change. */
static uint8_t slots[SLOTS]; /* place in names, from 1 */

static void fill(void)
{
    for (size_t i = 0; i < NAMES; i++) {
        unsigned at = hash(str_from(names[i].name));
        while (slots[at])
            at = (at + 1) & (SLOTS - 1);
        slots[at] = (uint8_t)(i + 1);
    }
}

enum bankfile_key bankfile_key(struct str name)
{
    static bool filled;
    if (!filled) {
        fill();
        filled = true;
    }
    for (unsigned at = hash(name); slots[at]; at = (at + 1) & (SLOTS - 1))
        if (str_is(name, names[slots[at] - 1].name))
            return names[slots[at] - 1].key;
    return KEY_UNKNOWN;
}

/* ---- section words ---- */

/* Capital letters of A–Z and А–Я as small ones. False: too long for a section word. */
static bool lower(struct str s, char *out, size_t size, size_t *ret_n)
{
    if (s.n > size)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], d = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
        if (c >= 'A' && c <= 'Z') {
            out[i] = (char)(c + 32);
        } else if (c == 0xD0 && d >= 0x90 && d <= 0xAF) {
            bool upper_half = d >= 0xA0; /* Р…Я: their small letters begin with another byte */
            out[i] = (char)(upper_half ? 0xD1 : 0xD0);
            out[++i] = (char)(upper_half ? d - 0x20 : d + 0x20);
        } else {
            out[i] = s.p[i];
        }
    }
    *ret_n = s.n;
    return true;
}

enum bankfile_word bankfile_word(struct str name)
{
    static const struct {
        const char *name;
        enum bankfile_word word;
    } words[] = {
        {"1cclientbankexchange", WORD_SIGNATURE},
        {"секциярасчсчет", WORD_ACCOUNT},
        {"конецрасчсчет", WORD_ACCOUNT_END},
        {"секциядокумент", WORD_DOCUMENT},
        {"конецдокумента", WORD_DOCUMENT_END},
        {"конецфайла", WORD_FILE_END},
    };
    if (name.n < 20 || name.n > 30) /* all of them are within; most names are not looked at */
        return WORD_NONE;
    char text[32];
    size_t n;
    if (!lower(name, text, sizeof text, &n))
        return WORD_NONE;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is((struct str){text, n}, words[i].name))
            return words[i].word;
    return WORD_NONE;
}

bool bankfile_is_name(struct str s)
{
    if (s.n == 0 || s.n > 80)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool letter = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}
