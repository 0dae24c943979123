#include "demo/words.h"

#include "demo/random.h"

#define PICK(list, chance) (list)[demo_below((chance), sizeof(list) / sizeof *(list))]

static const char *const roots[] = {"Вектор", "Альянс", "Гранит", "Восток", "Север", "Заря",
    "Квант", "Меридиан", "Орион", "Прогресс", "Рубин", "Сатурн", "Титан", "Ураган", "Форум",
    "Эталон", "Юпитер", "Ястреб", "Агат", "Берег", "Волга", "Горизонт", "Дельта", "Енисей",
    "Импульс", "Каскад", "Ладога", "Маяк", "Невский", "Олимп", "Пальмира", "Родник", "Сфера",
    "Тайга", "Урал", "Феникс", "Центр", "Чайка", "Шторм", "Эверест", "Спектр", "Контур",
    "Магистраль", "Континент", "Атлант", "Лидер", "Монолит", "Фаворит", "Артель", "Исток"};
static const char *const tails[] = {"Сервис", "Маркет", "Плюс", "Групп", "Ресурс", "Снаб", "Строй",
    "Торг", "Пром", "Комплект", "Трейд", "Логистик", "Инжиниринг", "Проект", "Монтаж", "Энерго",
    "Агро", "Фуд", "Медиа", "Софт", "Текс", "Мебель", "Авто", "Мет", "Пак", "Хим", "Дизайн",
    "Консалт", "Телеком", "Транс", "Фарм", "Эко"};
static const char *const men[] = {"Иванов", "Смирнов", "Кузнецов", "Попов", "Васильев", "Петров",
    "Соколов", "Михайлов", "Новиков", "Фёдоров", "Морозов", "Волков", "Алексеев", "Лебедев",
    "Семёнов", "Егоров", "Павлов", "Козлов", "Степанов", "Николаев", "Орлов", "Андреев", "Макаров",
    "Никитин", "Захаров", "Зайцев", "Соловьёв", "Борисов"};
static const char *const he[] = {"Александр", "Сергей", "Дмитрий", "Андрей", "Алексей", "Максим",
    "Евгений", "Иван", "Михаил", "Артём", "Николай", "Павел", "Олег", "Роман", "Виктор", "Юрий"};
static const char *const she[] = {"Елена", "Ольга", "Наталья", "Анна", "Татьяна", "Ирина",
    "Екатерина", "Мария", "Светлана", "Юлия", "Марина", "Людмила", "Галина", "Дарья", "Вера",
    "Алина"};
static const char *const fathers[] = {"Александров", "Сергеев", "Дмитриев", "Андреев", "Алексеев",
    "Иванов", "Михайлов", "Николаев", "Павлов", "Олегов", "Викторов", "Юрьев", "Петров",
    "Владимиров", "Борисов", "Степанов"};

const char *const demo_months[12] = {"январь", "февраль", "март", "апрель", "май", "июнь", "июль",
    "август", "сентябрь", "октябрь", "ноябрь", "декабрь"};

struct str demo_company_name(struct arena *a, uint64_t chance)
{
    const char *root = PICK(roots, chance), *tail = PICK(tails, chance >> 8);
    switch (chance >> 60) {
    case 0:
    case 1:
    case 2:
    case 3:
        return arena_printf(a, "%s", root);
    case 4:
    case 5:
        return arena_printf(a, "ТД %s", root);
    case 6:
        return arena_printf(a, "%s-%u", root, 2 + demo_below(chance >> 16, 98));
    case 7:
        return arena_printf(a, "%s и К", root);
    case 8:
    case 9:
    case 10:
        return arena_printf(a, "%s%s", root, tail);
    default:
        return arena_printf(a, "%s-%s", root, tail);
    }
}

struct str demo_person_name(struct arena *a, uint64_t chance, struct str *ret_short)
{
    bool woman = (chance >> 62) & 1;
    const char *family = PICK(men, chance),
               *own = woman ? PICK(she, chance >> 8) : PICK(he, chance >> 8);
    const char *father = PICK(fathers, chance >> 16), *ending = woman ? "на" : "ич";
    /* initials: one letter of two bytes each */
    *ret_short = arena_printf(a, "%s%s %.2s.%.2s.", family, woman ? "а" : "", own, father);
    return arena_printf(a, "%s%s %s %s%s", family, woman ? "а" : "", own, father, ending);
}

struct str demo_upper(struct arena *a, struct str s)
{
    char *p = arena_cstr(a, s);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)p[i], d = i + 1 < s.n ? (unsigned char)p[i + 1] : 0;
        if (c >= 'a' && c <= 'z') {
            p[i] = (char)(c - 32);
        } else if (c == 0xD0 && d >= 0xB0) { /* а…п */
            p[++i] = (char)(d - 0x20);
        } else if (c == 0xD1 && d <= 0x8F) { /* р…я */
            p[i] = (char)0xD0;
            p[++i] = (char)(d + 0x20);
        } else if (c == 0xD1 && d == 0x91) { /* ё */
            p[i] = (char)0xD0;
            p[++i] = (char)0x81;
        }
    }
    return (struct str){p, s.n};
}
