/* The words of the format that mean something here. Others are kept beside them. */
#ifndef BANKFILE_KEYS_H
#define BANKFILE_KEYS_H

#include <stdbool.h>
#include "obmen/str.h"

enum bankfile_key {
    KEY_NUMBER,
    KEY_DATE,
    KEY_AMOUNT,
    KEY_RECEIPT_DATE,
    KEY_DEBITED,  /* ДатаСписано */
    KEY_CREDITED, /* ДатаПоступило */
    KEY_PURPOSE,
    KEY_PURPOSE1,
    KEY_PURPOSE2,
    KEY_PURPOSE3,
    KEY_PURPOSE4,
    KEY_PURPOSE5,
    KEY_PURPOSE6,
    KEY_PAYMENT_KIND, /* ВидОплаты */
    KEY_TAX_STATUS,   /* СтатусСоставителя */
    KEY_KBK,
    KEY_AMOUNT_IN, /* СуммаПриход, СуммаРасход: Kazakhstan */
    KEY_AMOUNT_OUT,
    KEY_POSTED, /* ДатаОперации */
    /* one side, in this order; the payee's follow the payer's */
    KEY_PAYER,
    KEY_PAYER1 = KEY_PAYER,
    KEY_PAYER_NAME, /* Плательщик */
    KEY_PAYER_ACCOUNT,
    KEY_PAYER_SETTLEMENT, /* …РасчСчет */
    KEY_PAYER_INN,
    KEY_PAYER_KPP,
    KEY_PAYER_BANK,
    KEY_PAYER_CITY,
    KEY_PAYER_BIK,
    KEY_PAYEE,
    KEY_PAYEE1 = KEY_PAYEE,
    KEY_PAYEE_NAME,
    KEY_PAYEE_ACCOUNT,
    KEY_PAYEE_SETTLEMENT,
    KEY_PAYEE_INN,
    KEY_PAYEE_KPP,
    KEY_PAYEE_BANK,
    KEY_PAYEE_CITY,
    KEY_PAYEE_BIK,
    KEY_DOCUMENT_KEYS,
    /* header and account sections */
    KEY_VERSION = KEY_DOCUMENT_KEYS,
    KEY_ENCODING,
    KEY_SENDER,
    KEY_MADE, /* ДатаСоздания */
    KEY_MADE_TIME,
    KEY_PERIOD_FROM,
    KEY_PERIOD_TO,
    KEY_ACCOUNT, /* РасчСчет */
    KEY_OPENING,
    KEY_RECEIVED,
    KEY_PAID,
    KEY_CLOSING,
    KEY_COUNT,
    KEY_UNKNOWN = KEY_COUNT
};
#define KEY_SIDE (KEY_PAYEE - KEY_PAYER)

enum bankfile_word {
    WORD_NONE,
    WORD_SIGNATURE,
    WORD_ACCOUNT,
    WORD_ACCOUNT_END,
    WORD_DOCUMENT,
    WORD_DOCUMENT_END,
    WORD_FILE_END
};

/* By the exact word. */
enum bankfile_key bankfile_key(struct str name);
/* A section word, whatever the case of its letters. */
enum bankfile_word bankfile_word(struct str name);
/* Could it be the name of a field: letters, digits and low lines only? */
bool bankfile_is_name(struct str s);

#endif
