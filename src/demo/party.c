#include "demo/party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/identifiers.h"
#include "demo/random.h"
#include "demo/words.h"

const struct demo_bank demo_banks[] = {
    {"044525225", "30101810400000000225", "ПАО СБЕРБАНК", "г Москва", "7707083893", "773601001"},
    {"044525411", "30101810145250000411", "Филиал \"Центральный\" Банка ВТБ (ПАО)", "г Москва",
        "7702070139", "770943002"},
    {"044525593", "30101810200000000593", "АО \"АЛЬФА-БАНК\"", "г Москва", "7728168971",
        "770801001"},
    {"044525823", "30101810200000000823", "Банк ГПБ (АО)", "г Москва", "7744001497", "772801001"},
    {"044525974", "30101810145250000974", "АО \"ТБанк\"", "г Москва", "7710140679", "771301001"},
    {"042202603", "30101810900000000603", "ВОЛГО-ВЯТСКИЙ БАНК ПАО СБЕРБАНК", "г Нижний Новгород",
        "7707083893", "526002001"},
    {"040407627", "30101810800000000627", "КРАСНОЯРСКОЕ ОТДЕЛЕНИЕ N 8646 ПАО СБЕРБАНК",
        "г Красноярск", "7707083893", "246602001"},
    {"044030653", "30101810500000000653", "СЕВЕРО-ЗАПАДНЫЙ БАНК ПАО СБЕРБАНК", "г Санкт-Петербург",
        "7707083893", "784243001"},
    {"017003983", "40102810445370000059", "ОТДЕЛЕНИЕ ТУЛА БАНКА РОССИИ//УФК по Тульской области",
        "г Тула", "", ""},
};
const int demo_bank_count = sizeof demo_banks / sizeof *demo_banks;

const char *const demo_folders[DEMO_FOLDERS] = {
    "Покупатели", "Поставщики", "Прочие контрагенты", "Физические лица"};

enum demo_folder demo_party_folder(enum demo_role role)
{
    switch (role) {
    case ROLE_CLIENT:
        return FOLDER_CLIENTS;
    case ROLE_PERSON:
        return FOLDER_PERSONS;
    case ROLE_BANK:
    case ROLE_TAX:
        return FOLDER_OTHERS;
    default:
        return FOLDER_SUPPLIERS;
    }
}

static const char *const landlords[] = {
    "БЦ Северный", "Недвижимость-Центр", "Складской комплекс Восточный"};
static const char *const utilities[] = {
    "Энергосбыт Плюс", "Городской водоканал", "Тепловые сети", "Экология-ТКО"};
static const char *const carriers_of_calls[] = {"Телеком-Сервис", "Интерлинк", "Связь-Регион"};
static const char *const tax_offices[] = {"7701", "7704", "7715", "7728", "7736", "5024", "5047",
    "7801", "7810", "5260", "6670", "2466", "1655", "2310"};

static void digits(char *out, int n, uint64_t chance)
{
    for (int i = 0; i < n; i++, chance = chance / 10)
        out[i] = (char)('0' + chance % 10);
}

static void set_account(char *out, const char *group, uint64_t chance, int bank)
{
    memcpy(out, group, 8); /* kind and currency: 40702810 */
    out[8] = '0';
    digits(out + 9, 11, chance);
    memset(out + 9, '0', 4); /* the branch, as most banks have it */
    out[20] = 0;
    demo_account_close(out, demo_banks[bank].bik);
}

static void set_numbers(struct demo_party *p, uint64_t chance)
{
    const char *office = tax_offices[demo_below(chance, sizeof tax_offices / sizeof *tax_offices)];
    bool company = p->form == FORM_COMPANY;
    int inn = company ? 10 : 12, ogrn = company ? 13 : 15;
    memcpy(p->inn, office, 4);
    digits(p->inn + 4, 6, chance >> 20);
    demo_inn_close(p->inn, inn);
    if (company)
        snprintf(p->kpp, sizeof p->kpp, "%s01001", office);
    if (p->form == FORM_PERSON)
        return;
    p->ogrn[0] = company ? '1' : '3';
    p->ogrn[1] = (char)('0' + (chance >> 8) % 3);
    p->ogrn[2] = (char)('0' + (chance >> 12) % 10);
    memcpy(p->ogrn + 3, office, 2);
    digits(p->ogrn + 5, ogrn - 6, chance >> 24);
    demo_ogrn_close(p->ogrn, ogrn);
}

static void set_company(
    struct arena *a, struct demo_party *p, struct str name, const char *form, const char *long_form)
{
    p->name = arena_printf(a, "%.*s %s", STR_ARG(name), form);
    p->full = long_form ? arena_printf(a, "%s \"%.*s\"", long_form, STR_ARG(name))
                        : arena_printf(a, "%s \"%.*s\"", form, STR_ARG(name));
    p->bank_name = demo_upper(a, arena_printf(a, "%s \"%.*s\"", form, STR_ARG(name)));
}

static void set_person(struct arena *a, struct demo_party *p, uint64_t chance)
{
    struct str brief, name = demo_person_name(a, chance, &brief);
    if (p->form == FORM_TRADER) {
        p->name = arena_printf(a, "%.*s ИП", STR_ARG(brief));
        p->full = arena_printf(a, "Индивидуальный предприниматель %.*s", STR_ARG(name));
        p->bank_name = arena_printf(a, "ИП %.*s", STR_ARG(name));
    } else {
        p->name = p->full = p->bank_name = name;
    }
}

static void make_bank(struct arena *a, struct demo_party *p, int i)
{
    const struct demo_bank *b = &demo_banks[i];
    p->form = FORM_COMPANY;
    p->bank = i;
    p->name = p->full = p->bank_name = str_from(b->name);
    snprintf(p->inn, sizeof p->inn, "%s", b->inn);
    snprintf(p->kpp, sizeof p->kpp, "%s", b->kpp);
    memcpy(p->ogrn, "1027700", 7);
    digits(p->ogrn + 7, 5, 13200 + (uint64_t)i * 977);
    demo_ogrn_close(p->ogrn, 13);
    set_account(p->account, "70601810", 27402010 + (uint64_t)i, i);
}

static void make_treasury(struct demo_party *p)
{
    p->form = FORM_STATE;
    p->bank = DEMO_TREASURY;
    p->name = STR("ФНС России");
    p->full = p->bank_name = STR("Казначейство России (ФНС России)");
    strcpy(p->inn, "7727406020");
    strcpy(p->kpp, "770801001");
    strcpy(p->account, "03100643000000018500"); /* treasury accounts have no check digit */
}

static void make_foreigner(struct arena *a, struct demo_party *p, uint64_t chance)
{
    p->form = FORM_FOREIGN;
    p->full = p->name = p->bank_name = STR("Anadolu Tekstil Sanayi A.S.");
    digits(p->inn, 5, chance); /* foreigners have five digits (КИО) */
    set_account(p->account, "40807810", chance, p->bank);
}

static void make_party(
    struct demo_parties *all, struct demo_party *p, int i, int in_role, uint64_t seed)
{
    struct arena *a = &all->memory;
    uint64_t c1 = demo_mix2(seed, (uint64_t)i), c2 = demo_mix(c1), c3 = demo_mix(c2);
    p->bank = (int)demo_below(c1 >> 32, DEMO_TREASURY);
    p->marked = c3 % 97 == 5 && p->role >= ROLE_AD;
    switch (p->role) {
    case ROLE_BANK:
        make_bank(a, p, in_role);
        return;
    case ROLE_TAX:
        make_treasury(p);
        return;
    case ROLE_PERSON:
        p->form = FORM_PERSON;
        break;
    default:
        p->form = p->role >= ROLE_AD && c1 % 5 == 0 ? FORM_TRADER : FORM_COMPANY;
        break;
    }
    if (p->role == ROLE_SUPPLIER && in_role == 7) {
        make_foreigner(a, p, c2);
        return;
    }
    set_numbers(p, c2);
    if (p->form == FORM_COMPANY) {
        struct str name = p->role == ROLE_RENT   ? str_from(landlords[in_role % 3])
                          : p->role == ROLE_UTIL ? str_from(utilities[in_role % 4])
                          : p->role == ROLE_COMM ? str_from(carriers_of_calls[in_role % 3])
                                                 : demo_company_name(a, c3);
        bool joint = c3 % 9 == 0;
        set_company(a, p, name, joint ? "АО" : "ООО",
            c3 % 4  ? NULL
            : joint ? "Акционерное общество"
                    : "Общество с ограниченной ответственностью");
    } else {
        set_person(a, p, c3);
    }
    set_account(p->account,
        p->form == FORM_COMPANY  ? "40702810"
        : p->form == FORM_TRADER ? "40802810"
                                 : "40817810",
        c3, p->bank);
    if (p->role != ROLE_CLIENT && p->role != ROLE_SUPPLIER)
        return;
    const struct demo_party *before = p - 1;
    if (in_role % 50 == 31 && p->form == FORM_COMPANY && before->form == FORM_COMPANY) {
        memcpy(p->inn, before->inn, sizeof p->inn); /* a branch: the same ИНН, another КПП */
        memcpy(p->ogrn, before->ogrn, sizeof p->ogrn);
        snprintf(p->kpp, sizeof p->kpp, "%.4s43001", before->inn);
        p->name = arena_printf(a, "%.*s (филиал)", STR_ARG(before->name));
        p->full = arena_printf(a, "Филиал %.*s", STR_ARG(before->full));
        p->bank_name = arena_printf(a, "ФИЛИАЛ %.*s", STR_ARG(before->bank_name));
    } else if (in_role % 200 == 137) {
        p->mistyped = true;
        char *last = p->inn + strlen(p->inn) - 1;
        *last = *last == '9' ? '0' : (char)(*last + 1);
    }
}

static void make_orgs(struct demo_parties *all, uint64_t seed)
{
    /* the first as banks and people really write nested quotes: one is missing at the end */
    static const char *const names[] = {"ТД \"Северный ветер", "Северный ветер Логистика"};
    static const struct {
        int org, bank;
        const char *currency, *group;
    } accounts[DEMO_OWN_ACCOUNTS] = {{0, 0, "643", "40702810"}, {0, 1, "643", "40702810"},
        {1, 0, "643", "40702810"}, {1, 3, "643", "40702810"}, {2, 4, "643", "40802810"},
        {0, 2, "840", "40702840"}};
    for (int i = 0; i < DEMO_ORGS; i++) {
        struct demo_party *o = &all->org[i];
        uint64_t c = demo_mix2(seed, 0x6F7267 + (uint64_t)i);
        o->form = i < 2 ? FORM_COMPANY : FORM_TRADER;
        o->role = ROLE_GROUP;
        set_numbers(o, c);
        if (o->form == FORM_COMPANY)
            set_company(&all->memory, o, str_from(names[i]), "ООО", NULL);
        else
            set_person(&all->memory, o, c);
    }
    all->org[0].name = STR("Северный ветер ТД ООО");
    for (int i = 0; i < DEMO_OWN_ACCOUNTS; i++) {
        struct demo_own_account *w = &all->account[i];
        *w = (struct demo_own_account){
            .org = accounts[i].org, .bank = accounts[i].bank, .currency = accounts[i].currency};
        set_account(w->number, accounts[i].group, demo_mix2(seed, 0x616363 + (uint64_t)i), w->bank);
    }
}

void demo_parties_init(struct demo_parties *p, uint64_t seed, int count)
{
    *p = (struct demo_parties){.count = count};
    seed = demo_mix2(seed, 0x706172);
    make_orgs(p, seed);
    int sizes[ROLES] = {[ROLE_BANK] = DEMO_OWN_BANKS,
        [ROLE_TAX] = 1,
        [ROLE_RENT] = 3,
        [ROLE_UTIL] = 4,
        [ROLE_COMM] = 3,
        [ROLE_AD] = count / 60 + 1,
        [ROLE_TRANSPORT] = count / 40 + 2,
        [ROLE_SERVICE] = count / 10,
        [ROLE_SUPPLIER] = count / 5,
        [ROLE_PERSON] = count / 16 + 2};
    sizes[ROLE_CLIENT] = count;
    for (int r = 0; r < ROLES; r++)
        if (r != ROLE_CLIENT)
            sizes[ROLE_CLIENT] -= sizes[r];
    p->party = mem_alloc((size_t)count * sizeof *p->party);
    for (int r = 0, i = 0; r < ROLES; r++) {
        p->role_start[r] = i;
        for (int k = 0; k < sizes[r]; k++, i++) {
            p->party[i].role = (enum demo_role)r;
            make_party(p, &p->party[i], i, k, seed);
        }
    }
    p->role_start[ROLES] = count;
}

void demo_parties_deinit(struct demo_parties *p)
{
    free(p->party);
    arena_release(&p->memory);
    *p = (struct demo_parties){0};
}

int demo_party_pick(const struct demo_parties *p, enum demo_role role, uint32_t chance)
{
    uint32_t n = (uint32_t)(p->role_start[role + 1] - p->role_start[role]);
    /* the square of an even chance: a quarter of the parties has half of the documents */
    uint64_t skewed = (uint64_t)chance * chance >> 32;
    return p->role_start[role] + (int)demo_below(skewed, n);
}
