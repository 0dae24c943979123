-- Categories, rules, mappings.

-- Cash-flow items of 1C are categories too: they are known by their key there.
ALTER TABLE categories
    ADD COLUMN source      text,
    ADD COLUMN external_id text,
    ADD COLUMN is_active   boolean NOT NULL DEFAULT true;
CREATE UNIQUE INDEX categories_external ON categories (source, external_id) WHERE external_id IS NOT NULL;

-- What a document says besides, for the classification, and how its category was decided: by which method (item,
-- operation, fact, rule, history; none: looked at, nothing fits; NULL: not looked at), and by which rule or mapping.
ALTER TABLE bank_transactions
    ADD COLUMN our_inn          text,
    ADD COLUMN cash_flow_item   text,    -- key of 1C's own cash-flow item
    ADD COLUMN payer_status     text,    -- СтатусСоставителя
    ADD COLUMN kbk              text,    -- ПоказательКБК
    ADD COLUMN payment_kind     text,    -- ВидОплаты
    ADD COLUMN category_method  text,
    ADD COLUMN category_rule_id bigint;
-- History asks for what people decided of an INN; rows nobody decided are not in it and cost nothing.
CREATE INDEX bank_transactions_confirmed ON bank_transactions (counterparty_inn, transaction_type) WHERE decided_by IS NOT NULL;

-- Accounts that were ours in any document: both sides here is a transfer to oneself.
CREATE TABLE own_accounts (
    account text PRIMARY KEY
);
INSERT INTO own_accounts SELECT DISTINCT account_number FROM bank_transactions WHERE account_number <> '';

CREATE TABLE categorization_rules (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_type        text NOT NULL CHECK (rule_type IN ('COUNTERPARTY_INN', 'COUNTERPARTY_NAME', 'BUSINESS_OPERATION', 'KEYWORD')),
    pattern          text NOT NULL,
    category_id      bigint NOT NULL REFERENCES categories,
    priority         integer NOT NULL DEFAULT 100,
    confidence       real NOT NULL DEFAULT 0.95 CHECK (confidence > 0 AND confidence <= 1),
    transaction_type text CHECK (transaction_type IN ('CREDIT', 'DEBIT')),
    is_active        boolean NOT NULL DEFAULT true,
    changed_by       bigint,              -- NULL: as it came with the program
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX categorization_rules_same ON categorization_rules (rule_type, lower(pattern), coalesce(transaction_type, ''));

-- Without a category or inactive: an operation that an import met and nobody has filled in yet.
CREATE TABLE business_operation_mappings (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_operation text NOT NULL UNIQUE,
    category_id        bigint REFERENCES categories,
    confidence         real NOT NULL DEFAULT 0.95 CHECK (confidence > 0 AND confidence <= 1),
    is_active          boolean NOT NULL DEFAULT false,
    changed_by         bigint,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT is_active OR category_id IS NOT NULL)
);

INSERT INTO categories (code, name, kind) VALUES
    ('IN_SALES', 'Поступления от покупателей', 'income'),
    ('IN_ACQ', 'Эквайринг, поступления по картам', 'income'),
    ('IN_REFUND', 'Возвраты от поставщиков', 'income'),
    ('IN_INTEREST', 'Проценты по депозитам и остаткам', 'income'),
    ('IN_LOAN', 'Получение кредитов и займов', 'financing'),
    ('IN_OTHER', 'Прочие поступления', 'income'),
    ('EX_SUPPLIERS', 'Поставщики: товары и материалы', 'expense'),
    ('EX_SERVICES', 'Услуги сторонних организаций', 'expense'),
    ('EX_WAGES', 'Заработная плата', 'expense'),
    ('EX_NDFL', 'НДФЛ', 'tax'),
    ('EX_CONTRIB', 'Страховые взносы', 'tax'),
    ('EX_VAT', 'НДС к уплате', 'tax'),
    ('EX_ENP', 'Единый налоговый платёж', 'tax'),
    ('EX_TAX', 'Прочие налоги, пени, госпошлины', 'tax'),
    ('EX_RENT', 'Аренда', 'expense'),
    ('EX_UTIL', 'Коммунальные услуги, электроэнергия', 'expense'),
    ('EX_COMM', 'Связь и интернет', 'expense'),
    ('EX_TRANSPORT', 'Транспорт и доставка', 'expense'),
    ('EX_AD', 'Реклама', 'expense'),
    ('EX_BANK', 'Комиссии банка', 'expense'),
    ('EX_ACQFEE', 'Комиссия за эквайринг', 'expense'),
    ('EX_INTEREST', 'Проценты по кредитам', 'expense'),
    ('EX_LOAN', 'Погашение кредитов и займов', 'financing'),
    ('EX_ACCOUNTABLE', 'Подотчёт, хозяйственные расходы', 'expense'),
    ('EX_REFUND', 'Возвраты покупателям', 'expense'),
    ('EX_DIVIDEND', 'Дивиденды', 'financing'),
    ('EX_OTHER', 'Прочие расходы', 'expense'),
    ('MOVE', 'Переводы между своими счетами, депозиты, инкассация', 'internal')
ON CONFLICT (code) DO NOTHING;

-- The starter rules stand below 100, where people's own begin. Their order is that of the priorities: a bank's fee with
-- VAT is a fee, a returned deposit is a transfer, interest of a deposit is income. What the patterns say: docs/classification.md.
INSERT INTO categorization_rules (rule_type, pattern, category_id, priority, confidence, transaction_type)
SELECT 'KEYWORD', s.pattern, c.id, s.priority, s.confidence, s.direction
FROM (VALUES
    (95, 'MOVE', 0.90, NULL, 'перевод собствен средств | перевод между счет | перевод между свои | пополнен расчетн счет | инкасс | взнос наличн | сдача выручк + банк | получено в банк | снятие наличн'),
    (90, 'EX_NDFL', 0.92, 'DEBIT', 'ндфл + !вычет | налог на доход физ'),
    (89, 'EX_CONTRIB', 0.92, 'DEBIT', 'страхов взнос + !осаго + !каско + !полис | взнос на обязательн | взнос на выплату страхов | =опс | =омс | травматизм'),
    (88, 'EX_ENP', 0.95, 'DEBIT', 'един налогов плат | =енп | =енс'),
    (87, 'EX_VAT', 0.90, 'DEBIT', '=ндс за + квартал | =ндс за + =кв | налог на добавлен стоим'),
    (86, 'EX_TAX', 0.85, 'DEBIT', 'налог | =пени | =пеня | =пеней | штраф | госпошлин | государств пошлин | =усн | судебн приказ'),
    (82, 'EX_DIVIDEND', 0.93, 'DEBIT', 'дивиденд'),
    (80, 'EX_WAGES', 0.92, 'DEBIT', 'заработн | зарплат | =з/п | отпускн | больничн | пособи + !учебн | аванс за январ + !договор + !счет | аванс за феврал + !договор + !счет | аванс за март + !договор + !счет | аванс за апрел + !договор + !счет | аванс за май + !договор + !счет | аванс за июн + !договор + !счет | аванс за июл + !договор + !счет | аванс за август + !договор + !счет | аванс за сентябр + !договор + !счет | аванс за октябр + !договор + !счет | аванс за ноябр + !договор + !счет | аванс за декабр + !договор + !счет'),
    (78, 'EX_ACQFEE', 0.90, 'DEBIT', 'эквайринг'),
    (78, 'IN_ACQ', 0.90, 'CREDIT', 'эквайринг'),
    (75, 'EX_BANK', 0.90, 'DEBIT', 'комисси + !договор комисси + !комиссионер + !комиссионн вознагр + !медицинск | пакет услуг + банк | за ведение счет | =рко | смс'),
    (72, 'IN_INTEREST', 0.90, 'CREDIT', 'процент + депозит | процент + остат | процент + неснижаем'),
    (72, 'EX_INTEREST', 0.90, 'DEBIT', 'процент + кредит + !кредитор | процент + займ | процент + заем | процент + овердрафт'),
    (70, 'MOVE', 0.90, NULL, 'депозит + !процент'),
    (68, 'IN_LOAN', 0.92, 'CREDIT', 'предоставлен кредит | выдача кредит | займ + !возврат + !процент | заем + !возврат + !процент'),
    (66, 'EX_LOAN', 0.92, 'DEBIT', 'погашен + кредит + !кредитор | возврат + кредит + !кредитор | погашен + займ | возврат + займ | погашен + заем | возврат + заем | основн долг'),
    (65, 'EX_ACCOUNTABLE', 0.85, NULL, 'подотч | под отчет | хоз расход | хоз нужд | хозяйствен расход | хозяйствен нужд | командиров'),
    (64, 'IN_REFUND', 0.80, 'CREDIT', 'возврат'),
    (64, 'EX_REFUND', 0.80, 'DEBIT', 'возврат'),
    (60, 'EX_RENT', 0.90, 'DEBIT', '=аренда | =аренды | =аренде | =аренду | =арендой | арендн'),
    (58, 'EX_UTIL', 0.88, 'DEBIT', 'электроэнерг | отоплен | водоснаб | водоотвед | теплоснаб | теплоэнерг | коммунал | =тко'),
    (56, 'EX_COMM', 0.88, 'DEBIT', 'услуг связи | услуг сотов | услуг мобильн | интернет + !магазин | телефон'),
    (54, 'EX_TRANSPORT', 0.80, 'DEBIT', 'доставк | перевозк + !для перевозк | транспортн | экспедир | экспедиц'),
    (52, 'EX_AD', 0.85, 'DEBIT', 'реклам | продвижен | маркетинг'),
    (50, 'EX_OTHER', 0.85, 'DEBIT', 'членск взнос | благотворит | пожертвован'),
    (48, 'EX_SUPPLIERS', 0.75, 'DEBIT', 'за товар | за материал | поставк'),
    (46, 'EX_SERVICES', 0.70, 'DEBIT', 'услуг | работ + !работник | обслуживан'),
    (44, 'EX_SUPPLIERS', 0.70, 'DEBIT', 'по счет | по сч | по заказ'),
    (42, 'IN_SALES', 0.70, 'CREDIT', 'оплат | предоплат | доплат | аванс | за товар | за услуг | поставк | по счет | по сч | выручк')
) AS s(priority, code, confidence, direction, pattern)
JOIN categories c ON c.code = s.code
ORDER BY s.priority DESC, s.code;

INSERT INTO business_operation_mappings (business_operation, category_id, confidence, is_active)
SELECT s.operation, c.id, s.confidence, true
FROM (VALUES
    -- УТ, КА, ERP: ХозяйственнаяОперация
    ('ПоступлениеОплатыОтКлиента', 'IN_SALES', 0.98),
    ('ПоступлениеОплатыПоПлатежнойКарте', 'IN_ACQ', 0.98),
    ('ПоступлениеОплатыОтКлиентаПоПлатежнойКарте', 'IN_ACQ', 0.98),
    ('ВозвратОплатыКлиенту', 'EX_REFUND', 0.98),
    ('ОплатаПоставщику', 'EX_SUPPLIERS', 0.69), -- what was bought? words may know better
    ('ПредоплатаПоставщику', 'EX_SUPPLIERS', 0.69),
    ('ОплатаТоваровУслуг', 'EX_SUPPLIERS', 0.69),
    ('ВозвратДенежныхСредствОтПоставщика', 'IN_REFUND', 0.98),
    ('ВозвратОтПоставщика', 'IN_REFUND', 0.98),
    ('ВыплатаЗарплаты', 'EX_WAGES', 0.98),
    ('ВыплатаЗарплатыНаЛицевыеСчета', 'EX_WAGES', 0.98),
    ('ВыплатаЗарплатыПоЗарплатномуПроекту', 'EX_WAGES', 0.98),
    ('ВыплатаЗаработнойПлаты', 'EX_WAGES', 0.98),
    ('ВыплатаПособий', 'EX_WAGES', 0.98),
    ('ПеречислениеВБюджет', 'EX_TAX', 0.85), -- which tax? КБК and words know
    ('ПеречислениеНДФЛ', 'EX_NDFL', 0.98),
    ('ПеречислениеНДС', 'EX_VAT', 0.98),
    ('ПеречислениеСтраховыхВзносов', 'EX_CONTRIB', 0.98),
    ('ВыдачаДенежныхСредствПодотчетнику', 'EX_ACCOUNTABLE', 0.95),
    ('ВыдачаДенежныхСредствВПодотчет', 'EX_ACCOUNTABLE', 0.95),
    ('ВыдачаПодотчетномуЛицу', 'EX_ACCOUNTABLE', 0.95),
    ('ПоступлениеОтПодотчетногоЛица', 'EX_ACCOUNTABLE', 0.95),
    ('КомиссияБанка', 'EX_BANK', 0.95),
    ('ОплатаБанковскихУслуг', 'EX_BANK', 0.85),
    ('ПолучениеКредитаЗайма', 'IN_LOAN', 0.95),
    ('ВозвратКредитаЗайма', 'EX_LOAN', 0.95),
    ('УплатаПроцентовПоКредиту', 'EX_INTEREST', 0.95),
    ('ПеречислениеДенежныхСредствНаДругойСчет', 'MOVE', 0.98),
    ('ПоступлениеДенежныхСредствСДругогоСчета', 'MOVE', 0.98),
    ('КонвертацияВалюты', 'MOVE', 0.98),
    ('СнятиеНаличныхДенежныхСредств', 'MOVE', 0.98),
    ('СдачаДенежныхСредствВБанк', 'MOVE', 0.98),
    ('ПоступлениеДенежныхСредствИзБанка', 'MOVE', 0.98),
    ('ВыдачаДенежныхСредствВДругуюКассу', 'MOVE', 0.98),
    ('ОплатаДенежныхСредствВДругуюОрганизацию', 'MOVE', 0.95),
    ('ПеречислениеВДругуюОрганизацию', 'MOVE', 0.95),
    ('ПрочееСписание', 'EX_OTHER', 0.50),
    ('ПрочееСписаниеДенежныхСредств', 'EX_OTHER', 0.50),
    ('ПрочаяВыдачаДенежныхСредств', 'EX_OTHER', 0.50),
    ('ПрочееПоступление', 'IN_OTHER', 0.50),
    ('ПрочееПоступлениеДенежныхСредств', 'IN_OTHER', 0.50),
    -- Бухгалтерия: ВидОперации
    ('ОплатаПокупателя', 'IN_SALES', 0.98),
    ('ПоступленияОтПродажПоПлатежнымКартамИБанковскимКредитам', 'IN_ACQ', 0.95),
    ('ПоступлениеОплатыОтПокупателя', 'IN_SALES', 0.98),
    ('ВозвратПокупателю', 'EX_REFUND', 0.98),
    ('ПеречислениеНалога', 'EX_TAX', 0.85),
    ('ПеречислениеЗаработнойПлаты', 'EX_WAGES', 0.98),
    ('ВыплатаЗаработнойПлатыРаботнику', 'EX_WAGES', 0.98),
    ('ПереводНаДругойСчет', 'MOVE', 0.98),
    ('ПереводСДругогоСчета', 'MOVE', 0.98),
    ('Депозит', 'MOVE', 0.95),
    ('ИнкассацияДенежныхСредств', 'MOVE', 0.95),
    ('ПолучениеНаличныхВБанке', 'MOVE', 0.98),
    ('ВзносНаличнымиВБанк', 'MOVE', 0.98),
    ('ПеречислениеПодотчетномуЛицу', 'EX_ACCOUNTABLE', 0.95),
    ('ВозвратОтПодотчетногоЛица', 'EX_ACCOUNTABLE', 0.95),
    ('ПрочийПриход', 'IN_OTHER', 0.50),
    ('ПрочийРасход', 'EX_OTHER', 0.50)
) AS s(operation, code, confidence)
JOIN categories c ON c.code = s.code;
