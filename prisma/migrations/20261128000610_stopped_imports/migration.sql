-- Why an import of many bundles broke off: nobody waited for its answer, or the database was away. What was taken in stays.
ALTER TABLE imports ADD COLUMN stopped TEXT;
ALTER TABLE imports ADD CONSTRAINT imports_stopped_or_finished CHECK (stopped IS NULL OR finished_at IS NULL);
