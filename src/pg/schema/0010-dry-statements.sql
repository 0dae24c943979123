-- Dry runs of bank statements: what would be linked to a row of 1C (row_id), and what a person would have to decide.
ALTER TABLE task_changes
    DROP CONSTRAINT task_changes_action_check,
    ADD CONSTRAINT task_changes_action_check CHECK (action IN ('create', 'update', 'deactivate', 'link', 'unclear'));
-- Rows of 1C that a dry run has given away already.
CREATE INDEX task_changes_linked ON task_changes (task_id, row_id) WHERE action = 'link';
