-- The newest comments of all groups: a page of them is found without sorting all there are.
CREATE INDEX vk_comments_newest ON vk_comments (date DESC, id DESC) INCLUDE (owner_id);
