-- Where a row came from, what changed it; what an incremental pass knows.
SELECT 1;
