INSERT INTO bank_transactions (source, external_id, data_version, transaction_date, amount, currency, transaction_type, payment_source,
 document_number, document_date, payment_purpose, business_operation, counterparty_id, counterparty_name, counterparty_inn, counterparty_kpp,
 counterparty_account, counterparty_bank, counterparty_bik, organization_id, organization_name, account_number, our_bank_name, our_bank_bik,
 vat_amount, vat_rate, status, category_id, category_confidence, import_source, created_task_id, changed_task_id)
SELECT '1c', gen_random_uuid()::text, 'AAAAA'||n, timestamp '2023-01-01' + (n % 1096) * interval '1 day' + (n::bigint*7919 % 86400) * interval '1 second',
 round((exp(random()*12)+1)::numeric,2), 'RUB', CASE WHEN n%5<2 THEN 'CREDIT' ELSE 'DEBIT' END, CASE WHEN n%20=0 THEN 'CASH' ELSE 'BANK' END,
 lpad((n%99999)::text, 6,'0'), date '2023-01-01' + n % 1096,
 (ARRAY['Оплата по счету № ','Оплата поставщику по договору № ','Предоплата за материалы по счету № ','Аренда нежилого помещения по договору № ','Услуги связи и интернет по договору № ','Заработная плата за период, реестр № ','Оплата за транспортные услуги, накладная № ','Возврат займа по договору процентного займа № ','Комиссия за ведение расчетного счета № ','Поставка строительных конструкций, спецификация № '])[1+n%10] || (n%5000) || ' от ' || to_char(date '2023-01-01' + n%1096,'DD.MM.YYYY') || ' г. В том числе НДС 20% - ' || (n%100000) || '.' || lpad((n%100)::text,2,'0') || ' руб.',
 (ARRAY['ПоступлениеОплатыОтКлиента','ОплатаПоставщику','ПеречислениеНалога'])[1+n%3], n%20000+1,
 (ARRAY['ООО ','АО ','ИП '])[1+n%3]||'«'||(ARRAY['Ромашка','Стройинвест','Торговый дом','Вектор','Альфа','Меркурий','Сибирь','Промснаб'])[1+n%8]||' '||(n%20000)||'»', lpad((7700000000+n%20000)::text,10,'0'), '770101001',
 '407028100000000'||lpad((n%20000)::text,5,'0'), 'ПАО СБЕРБАНК г. Москва','044525225', n%3+1, 'ООО «Организация '||(n%3+1)||'»', '4070281090000000000'||(n%5), 'АО «АЛЬФА-БАНК»','044525593',
 CASE WHEN n%2=0 THEN 100.20 END, CASE WHEN n%2=0 THEN '20%' END, (ARRAY['NEW','CATEGORIZED','CATEGORIZED','NEEDS_REVIEW','APPROVED'])[1+n%5], CASE WHEN n%5>0 THEN n%25+1 END, 0.95, 'ODATA_1C', gen_random_uuid(), gen_random_uuid()
FROM generate_series(1, :rows) n
