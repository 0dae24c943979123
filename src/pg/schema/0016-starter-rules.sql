-- Starter rules that missed purposes they are meant for. What people have changed or removed stays as it is.
UPDATE categorization_rules r SET pattern = s.new
FROM (VALUES
    -- «Предоставление процентного займа» is a loan; only the interest itself is none
    ('предоставлен кредит | выдача кредит | займ + !возврат + !процент | заем + !возврат + !процент',
     'предоставлен + кредит + !кредитор + !=процент + !=проценты + !=процентов | выдача + кредит + !кредитор + !=процент + !=проценты + !=процентов | займ + !возврат + !=процент + !=проценты + !=процентов + !=процентам | заем + !возврат + !=процент + !=проценты + !=процентов + !=процентам'),
    -- … and what is repaid of such a loan is no interest
    ('процент + кредит + !кредитор | процент + займ | процент + заем | процент + овердрафт',
     '=процент + кредит + !кредитор | =проценты + кредит + !кредитор | =процентов + кредит + !кредитор | =процентам + кредит + !кредитор | =процент + займ | =проценты + займ | =процентов + займ | =процентам + займ | =процент + заем | =проценты + заем | =процентов + заем | =процентам + заем | процент + овердрафт'),
    ('=аренда | =аренды | =аренде | =аренду | =арендой | арендн',
     '=аренда | =аренды | =аренде | =аренду | =арендой | арендн | арендов | арендуем')
) AS s(old, new)
WHERE r.rule_type = 'KEYWORD' AND r.pattern = s.old
  AND NOT EXISTS (SELECT 1 FROM categorization_rules o WHERE o.rule_type = 'KEYWORD' AND lower(o.pattern) = lower(s.new));

-- What is bought «для перевозки» is goods where the purpose says so, else perhaps carriage: below all rules about goods and
-- services, and less sure than what the operation of 1C says.
INSERT INTO categorization_rules (rule_type, pattern, category_id, priority, confidence, transaction_type, is_active)
SELECT r.rule_type, 'для перевозк', r.category_id, 43, 0.60, r.transaction_type, r.is_active
FROM categorization_rules r WHERE r.rule_type = 'KEYWORD' AND r.pattern = 'доставк | перевозк + !для перевозк | транспортн | экспедир | экспедиц'
ON CONFLICT DO NOTHING;
