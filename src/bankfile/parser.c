#include "bankfile/parser.h"

#include "obmen/utf8.h"

void bankfile_parser_release(struct bankfile_parser *p)
{
    bankfile_lines_release(&p->lines);
    buf_release(&p->fields.text);
    buf_release(&p->accounts);
}

/* ---- fields ---- */

static void begin_fields(struct bankfile_parser *p)
{
    struct bankfile_fields *f = &p->fields;
    buf_clear(&f->text);
    memset(f->known, 0, sizeof f->known);
    f->kind = (struct bankfile_piece){0};
    f->other_count = 0;
    f->overflow = false;
    f->line = p->lines.number;
    p->last_key = KEY_UNKNOWN;
}

static struct bankfile_piece keep(struct bankfile_fields *f, struct str s)
{
    struct bankfile_piece piece = {.at = (uint32_t)f->text.n, .n = (uint32_t)s.n};
    if (f->text.n + s.n > BANKFILE_TEXT_MAX) {
        f->overflow = true;
        return (struct bankfile_piece){0};
    }
    buf_add_str(&f->text, s);
    return piece;
}

static void set_field(struct bankfile_parser *p, struct str name, struct str value)
{
    struct bankfile_fields *f = &p->fields;
    enum bankfile_key key = bankfile_key(name);
    p->last_key = key;
    if (p->state == IN_HEADER && key == KEY_ACCOUNT && value.n &&
        p->account_count < BANKFILE_ACCOUNTS_MAX) {
        buf_add_str(&p->accounts, value);
        buf_addc(&p->accounts, '\n');
        p->account_count++;
    }
    if (key != KEY_UNKNOWN) {
        p->understood = true;
        if (value.n) {
            f->known[key] = keep(f, value);
            f->known[key].line = (uint32_t)p->lines.number;
        }
    } else if (f->other_count < BANKFILE_OTHERS) {
        struct bankfile_piece n = keep(f, name), v = keep(f, value);
        if (n.n) {
            f->other[f->other_count].name = n;
            f->other[f->other_count++].value = v;
        }
    }
}

/* The purpose was the last field that was named, but an empty one keeps the text of one before, and
 * other fields may stand behind that: it is put at the buffer's end, where it can grow. */
static void continue_purpose(struct bankfile_parser *p, struct str line)
{
    struct bankfile_fields *f = &p->fields;
    struct bankfile_piece *purpose = &f->known[KEY_PURPOSE];
    if (purpose->n == 0) {
        *purpose = keep(f, line);
        return;
    }
    size_t behind = purpose->at + purpose->n == f->text.n ? 0 : purpose->n;
    if (f->text.n + behind + 1 + line.n > BANKFILE_TEXT_MAX) {
        f->overflow = true;
        return;
    }
    if (behind) {
        buf_reserve(&f->text, behind);
        struct str text = bankfile_piece(f, *purpose);
        purpose->at = (uint32_t)f->text.n;
        buf_add_str(&f->text, text);
    }
    buf_addc(&f->text, ' ');
    buf_add_str(&f->text, line);
    purpose->n += (uint32_t)line.n + 1;
}

void bankfile_fields_json(const struct bankfile_fields *f, struct json_writer *w)
{
    static const char *const names[KEY_DOCUMENT_KEYS] = {"Номер", "Дата", "Сумма", "КвитанцияДата",
        "ДатаСписано", "ДатаПоступило", "НазначениеПлатежа", "НазначениеПлатежа1",
        "НазначениеПлатежа2", "НазначениеПлатежа3", "НазначениеПлатежа4", "НазначениеПлатежа5",
        "НазначениеПлатежа6", "ВидОплаты", "СтатусСоставителя", "ПоказательКБК", "СуммаПриход",
        "СуммаРасход", "ДатаОперации", "Плательщик1", "Плательщик", "ПлательщикСчет",
        "ПлательщикРасчСчет", "ПлательщикИНН", "ПлательщикКПП", "ПлательщикБанк1",
        "ПлательщикБанк2", "ПлательщикБИК", "Получатель1", "Получатель", "ПолучательСчет",
        "ПолучательРасчСчет", "ПолучательИНН", "ПолучательКПП", "ПолучательБанк1",
        "ПолучательБанк2", "ПолучательБИК"};
    jw_object(w);
    jw_kstr(w, "СекцияДокумент", f->kind.n ? bankfile_piece(f, f->kind) : STR(""));
    for (int i = 0; i < KEY_DOCUMENT_KEYS; i++)
        if (f->known[i].n)
            jw_kstr(w, names[i], bankfile_field(f, (enum bankfile_key)i));
    for (int i = 0; i < f->other_count; i++) {
        char name[96];
        struct str n = bankfile_piece(f, f->other[i].name);
        if (n.n >= sizeof name)
            continue;
        memcpy(name, n.p, n.n);
        name[n.n] = 0;
        jw_kstr(w, name, f->other[i].value.n ? bankfile_piece(f, f->other[i].value) : STR(""));
    }
    jw_object_end(w);
}

/* ---- lines ---- */

static enum bankfile_event broken(struct bankfile_parser *p, struct str line)
{
    p->state = IN_BROKEN;
    struct str name = line;
    name = str_trim(str_cut(&name, '='));
    enum bankfile_word word = bankfile_word(name);
    if (word != WORD_NONE)
        err_set(&p->err, ERR_VALIDATION_ERROR, "%s",
            TR("Это часть выписки без начала: нет строки 1CClientBankExchange и заголовка. "
               "Выгрузите выписку из банка заново или назовите свой счёт",
                "This is a part of a statement: the line 1CClientBankExchange and the header are "
                "missing. Export the statement again, or name your account"));
    else
        err_set(&p->err, ERR_VALIDATION_ERROR, "%s",
            TR("Это не файл обмена с банком: первая строка должна быть 1CClientBankExchange. "
               "Выгрузите выписку из банка в формате «1С» (kl_to_1c.txt)",
                "This is no bank exchange file: its first line must be 1CClientBankExchange. "
                "Export the statement from the bank as \"1C\" (kl_to_1c.txt)"));
    return BANKFILE_BROKEN;
}

static enum bankfile_event empty(struct bankfile_parser *p)
{
    p->state = IN_BROKEN;
    err_set(&p->err, ERR_VALIDATION_ERROR, "%s",
        TR("Файл пуст. Выгрузите выписку из банка заново, в формате «1С» (kl_to_1c.txt)",
            "The file is empty. Export the statement from the bank again, as \"1C\" "
            "(kl_to_1c.txt)"));
    return BANKFILE_BROKEN;
}

static enum bankfile_event not_understood(struct bankfile_parser *p)
{
    p->state = IN_BROKEN;
    err_set(&p->err, ERR_VALIDATION_ERROR, "%s",
        TR("После строки 1CClientBankExchange нет ни одного известного слова: файл пуст, или его "
           "кодировка не распознана. Выгрузите выписку из банка заново, в кодировке Windows "
           "(windows-1251) или UTF-8",
            "There is not one known word after the line 1CClientBankExchange: the file is empty, "
            "or its encoding was not recognized. Export the statement from the bank again, as "
            "Windows (windows-1251) or UTF-8"));
    return BANKFILE_BROKEN;
}

static void note_oddities(struct bankfile_parser *p)
{
    const struct bankfile_lines *l = &p->lines;
    if (l->odd & BANKFILE_ODD_MIXED)
        bankfile_warn(&p->warnings, BANKFILE_W_ENCODING_MIXED, l->number, STR_NULL);
    if (l->odd & BANKFILE_ODD_LETTER)
        bankfile_warn(&p->warnings, BANKFILE_W_LETTER_LOST, l->number, STR_NULL);
    if (l->cut)
        bankfile_warn(&p->warnings, BANKFILE_W_LINE_CUT, l->number, STR_NULL);
}

/* Many programs write "Windows" whatever they write in. */
static void note_encoding(struct bankfile_parser *p)
{
    struct str said = str_trim(bankfile_field(&p->fields, KEY_ENCODING));
    if (!bankfile_encoding_said(said, p->lines.encoding))
        bankfile_warn(
            &p->warnings, BANKFILE_W_ENCODING_SAID, p->fields.known[KEY_ENCODING].line, said);
}

/* What the section that is open gives when it ends. */
static enum bankfile_event close_section(struct bankfile_parser *p)
{
    enum bankfile_event e = p->state == IN_HEADER     ? BANKFILE_HEADER
                            : p->state == IN_ACCOUNT  ? BANKFILE_ACCOUNT
                            : p->state == IN_DOCUMENT ? BANKFILE_DOCUMENT
                                                      : BANKFILE_MORE;
    if (e == BANKFILE_HEADER)
        note_encoding(p);
    p->state = IN_BETWEEN;
    return e;
}

static void open_section(struct bankfile_parser *p, enum bankfile_word word, struct str value)
{
    begin_fields(p);
    p->state = word == WORD_ACCOUNT    ? IN_ACCOUNT
               : word == WORD_DOCUMENT ? IN_DOCUMENT
                                       : IN_HEADER; /* another file was put behind this one */
    if (word == WORD_DOCUMENT && value.n)
        p->fields.kind = keep(&p->fields, value);
}

static bool opens_section(enum bankfile_word word)
{
    return word == WORD_ACCOUNT || word == WORD_DOCUMENT || word == WORD_SIGNATURE;
}

static enum bankfile_event take_word(
    struct bankfile_parser *p, enum bankfile_word word, struct str value)
{
    bool opens = opens_section(word);
    bool inside = p->state == IN_ACCOUNT || p->state == IN_DOCUMENT;
    p->understood |= word != WORD_SIGNATURE;
    bool closes = (word == WORD_ACCOUNT_END && p->state == IN_ACCOUNT) ||
                  (word == WORD_DOCUMENT_END && p->state == IN_DOCUMENT);
    if (inside && !closes)
        bankfile_warn(&p->warnings, BANKFILE_W_UNCLOSED, p->fields.line, STR_NULL);
    if (!inside && !opens && word != WORD_FILE_END)
        bankfile_warn(&p->warnings, BANKFILE_W_STRAY_END, p->lines.number, STR_NULL);
    enum bankfile_event e = BANKFILE_MORE;
    if (inside || p->state == IN_HEADER)
        e = close_section(p);
    if (word == WORD_FILE_END)
        p->ended = true;
    if (!opens)
        return e;
    if (e == BANKFILE_MORE) {
        open_section(p, word, value);
    } else { /* the fields of the section that ended are given out first */
        struct str head = utf8_head(value, sizeof p->pending_value);
        memcpy(p->pending_value, head.p, head.n);
        p->pending_n = head.n;
        p->pending = word;
    }
    return e;
}

static enum bankfile_event take_line(struct bankfile_parser *p, struct str line)
{
    note_oddities(p);
    while (str_starts(line, STR("\xEF\xBB\xBF")))
        line = (struct str){line.p + 3, line.n - 3};
    struct str value = line, trimmed = str_trim(line);
    if (trimmed.n == 0)
        return BANKFILE_MORE;
    bool has_value = memchr(line.p, '=', line.n) != NULL;
    struct str name = str_trim(str_cut(&value, '='));
    if (!has_value)
        value = STR("");
    enum bankfile_word word = bankfile_word(name);
    if (p->state == IN_START) {
        bool fragment = p->fragment_ok && word != WORD_NONE && word != WORD_SIGNATURE;
        if (word != WORD_SIGNATURE && !fragment)
            return broken(p, line);
        begin_fields(p);
        p->state = IN_HEADER;
        if (!fragment)
            return BANKFILE_MORE;
        bankfile_warn(&p->warnings, BANKFILE_W_NO_SIGNATURE, p->lines.number, STR_NULL);
    }
    if (p->ended) {
        bankfile_warn(&p->warnings, BANKFILE_W_AFTER_END, p->lines.number, trimmed);
        if (!opens_section(word))
            return BANKFILE_MORE;
        p->ended = false;
    }
    if (word != WORD_NONE)
        return take_word(p, word, str_trim(value));
    bool purpose = p->state == IN_DOCUMENT && p->last_key == KEY_PURPOSE;
    if (purpose && (!has_value || !bankfile_is_name(name))) {
        bankfile_warn(&p->warnings, BANKFILE_W_PURPOSE_BROKEN, p->lines.number, trimmed);
        continue_purpose(p, trimmed);
    } else if (!has_value || name.n == 0 || p->state == IN_BETWEEN) {
        bankfile_warn(&p->warnings, BANKFILE_W_LINE, p->lines.number, trimmed);
    } else {
        set_field(p, name, value);
    }
    return BANKFILE_MORE;
}

/* The section word that ended the section before, now that its fields have been used. */
static void take_pending(struct bankfile_parser *p)
{
    if (p->pending == WORD_NONE)
        return;
    open_section(p, p->pending, (struct str){p->pending_value, p->pending_n});
    p->pending = WORD_NONE;
}

enum bankfile_event bankfile_next(struct bankfile_parser *p, struct str *input)
{
    struct str line;
    if (p->state == IN_BROKEN)
        return BANKFILE_BROKEN;
    take_pending(p);
    while (bankfile_lines_next(&p->lines, input, &line)) {
        enum bankfile_event e = take_line(p, line);
        if (e != BANKFILE_MORE)
            return e;
    }
    return BANKFILE_MORE;
}

enum bankfile_event bankfile_last(struct bankfile_parser *p)
{
    struct str line;
    if (p->state == IN_BROKEN)
        return BANKFILE_BROKEN;
    take_pending(p);
    while (bankfile_lines_last(&p->lines, &line)) {
        enum bankfile_event e = take_line(p, line);
        if (e != BANKFILE_MORE)
            return e;
    }
    if (p->state == IN_START)
        return empty(p);
    if (!p->understood)
        return not_understood(p);
    if (p->state == IN_OVER)
        return BANKFILE_END;
    if (p->state == IN_ACCOUNT || p->state == IN_DOCUMENT)
        bankfile_warn(&p->warnings, BANKFILE_W_UNCLOSED, p->fields.line, STR_NULL);
    enum bankfile_event e = close_section(p);
    if (e != BANKFILE_MORE)
        return e;
    if (!p->ended)
        bankfile_warn(&p->warnings, BANKFILE_W_NO_END, p->lines.number, STR_NULL);
    p->state = IN_OVER;
    return BANKFILE_END;
}
