#include "onec/currency.h"

struct str onec_currency(struct str code, struct str description)
{
    static const struct {
        const char *number, *letters;
    } currencies[] = {
        {"643", "RUB"},
        {"810", "RUB"},
        {"840", "USD"},
        {"978", "EUR"},
        {"156", "CNY"},
        {"933", "BYN"},
        {"398", "KZT"},
        {"051", "AMD"},
        {"944", "AZN"},
        {"417", "KGS"},
        {"498", "MDL"},
        {"972", "TJS"},
        {"934", "TMT"},
        {"860", "UZS"},
        {"981", "GEL"},
        {"980", "UAH"},
        {"826", "GBP"},
        {"756", "CHF"},
        {"392", "JPY"},
        {"344", "HKD"},
        {"949", "TRY"},
        {"784", "AED"},
        {"356", "INR"},
        {"410", "KRW"},
        {"036", "AUD"},
        {"124", "CAD"},
        {"752", "SEK"},
        {"578", "NOK"},
        {"208", "DKK"},
        {"985", "PLN"},
        {"203", "CZK"},
        {"348", "HUF"},
        {"975", "BGN"},
        {"946", "RON"},
        {"941", "RSD"},
        {"376", "ILS"},
        {"702", "SGD"},
        {"764", "THB"},
        {"704", "VND"},
        {"496", "MNT"},
        {"960", "XDR"},
    };
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (str_is(code, currencies[i].number))
            return str_from(currencies[i].letters);
    bool letters = description.n == 3;
    for (size_t i = 0; letters && i < 3; i++)
        letters = description.p[i] >= 'A' && description.p[i] <= 'Z';
    return letters || !code.n ? description : code;
}
