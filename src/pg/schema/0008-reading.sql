-- Indexes of the reading side.
SELECT 1;
