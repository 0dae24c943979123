-- VK: groups, posts, comments, keywords.
SELECT 1;
