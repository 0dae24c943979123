"""Bank statements for tests: a bank with accounts whose balances are known to the kopeck, and the files it gives out."""
import datetime
import random


class Payment:
    def __init__(self, **fields):
        self.__dict__.update(fields)


def money(kopecks):
    sign = "-" if kopecks < 0 else ""
    return f"{sign}{abs(kopecks) // 100}.{abs(kopecks) % 100:02d}"


def day_text(day):
    return day.strftime("%d.%m.%Y")


class Bank:
    """The same seed gives the same payments."""

    def __init__(self, seed=1, account="40702810900000000001", first=datetime.date(2025, 3, 1), days=10, per_day=20, opening=100_000_000):
        dice = random.Random(seed)
        self.account = account
        self.opening = opening
        self.days = [first + datetime.timedelta(n) for n in range(days)]
        self.payments = []
        for day in self.days:
            for n in range(per_day):
                self.payments.append(Payment(
                    day=day, out=dice.random() < 0.5, amount=dice.randrange(1, 10_000_00), number=str(dice.randrange(1, 1_000_000)),
                    inn=dice.choice(INNS), party=dice.choice(PARTIES), purpose=f"Оплата по счету {dice.randrange(1000)} от {day_text(day)}",
                    other=f"40702810{dice.randrange(10**12):012d}"))

    def between(self, first, last):
        return [p for p in self.payments if first <= p.day <= last]

    def balance(self, before):
        """At the beginning of that day."""
        return self.opening + sum(-p.amount if p.out else p.amount for p in self.payments if p.day < before)

    def section(self, first, last):
        rows = self.between(first, last)
        received = sum(p.amount for p in rows if not p.out)
        paid = sum(p.amount for p in rows if p.out)
        opening = self.balance(first)
        return (f"СекцияРасчСчет\nДатаНачала={day_text(first)}\nДатаКонца={day_text(last)}\nРасчСчет={self.account}\n"
                f"НачальныйОстаток={money(opening)}\nВсегоПоступило={money(received)}\nВсегоСписано={money(paid)}\n"
                f"КонечныйОстаток={money(opening + received - paid)}\nКонецРасчСчет\n")

    def document(self, p):
        ours, theirs = ("Плательщик", "Получатель") if p.out else ("Получатель", "Плательщик")
        posted = "ДатаСписано" if p.out else "ДатаПоступило"
        return (f"СекцияДокумент=Платежное поручение\nНомер={p.number}\nДата={day_text(p.day)}\nСумма={money(p.amount)}\n"
                f"{posted}={day_text(p.day)}\n{ours}Счет={self.account}\n{ours}1=ООО \"Ромашка\"\n{ours}ИНН=7707083893\n"
                f"{ours}РасчСчет={self.account}\n{ours}Банк1=АО \"БАНК\"\n{ours}БИК=044525225\n"
                f"{theirs}Счет={p.other}\n{theirs}1={p.party}\n{theirs}ИНН={p.inn}\n{theirs}РасчСчет={p.other}\n"
                f"ВидОплаты=01\nНазначениеПлатежа={p.purpose}\nКонецДокумента\n")

    def statement(self, first=None, last=None, per_day=True, leave_out=(), encoding="cp1251", made=None, sections=True, period=True):
        """leave_out: payments that the file lacks although its sections count them. made: "11:30:00", on the day after the last."""
        first, last = first or self.days[0], last or self.days[-1]
        days = [d for d in self.days if first <= d <= last]
        parts = [f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nОтправитель=Банк\n"]
        parts += [f"ДатаСоздания={day_text(last + datetime.timedelta(1))}\nВремяСоздания={made}\n"] if made else []
        parts += [f"ДатаНачала={day_text(first)}\nДатаКонца={day_text(last)}\n"] if period else []
        parts += [f"РасчСчет={self.account}\n"]
        if sections:
            parts += [self.section(d, d) for d in days] if per_day else [self.section(first, last)]
        parts += [self.document(p) for p in self.between(first, last) if p not in leave_out]
        return ("".join(parts) + "КонецФайла\n").replace("\n", "\r\n").encode(encoding)


def with_check_digit(nine):
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(w * int(d) for w, d in zip(weights, nine)) % 11 % 10)


INNS = [with_check_digit(nine) for nine in ("773605000", "500305245", "771014067", "781414847", "616308206", "032602374")]
PARTIES = ["ООО \"Вектор\"", "АО \"Север\"", "ПАО \"Поставщик\"", "ИП Иванов И. И.", "ООО \"Торговый дом «Юг»\""]
