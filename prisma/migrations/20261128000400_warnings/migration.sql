-- What may be wrong with what an import took in all the same; null: nothing.
ALTER TABLE import_rows ADD COLUMN warnings jsonb;
