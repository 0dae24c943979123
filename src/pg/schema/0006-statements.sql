-- Bank statement files and their balances.
SELECT 1;
