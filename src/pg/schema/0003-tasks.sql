-- Tasks: accounts and upkeep.
SELECT 1;
