-- Files kept in the database: uploads, artifacts of tasks.
SELECT 1;
