-- A dry run leaves a receipt for a while, so that what it found can be read; that of an import stays.
ALTER TABLE imports ADD COLUMN expires_at TIMESTAMPTZ(6);
ALTER TABLE imports
  ADD CONSTRAINT imports_dry_runs_expire CHECK (dry_run = (expires_at IS NOT NULL)),
  ADD CONSTRAINT imports_name_given CHECK (btrim(name) <> '' AND char_length(name) <= 200);
CREATE INDEX imports_expiring ON imports (expires_at) WHERE expires_at IS NOT NULL;

CREATE TRIGGER imports_never_removed BEFORE DELETE ON imports
  FOR EACH ROW WHEN (OLD.expires_at IS NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER imports_never_emptied BEFORE TRUNCATE ON imports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an import changed of a thing that was there: a JSON Patch (RFC 6902).
ALTER TABLE import_rows ADD COLUMN patch JSONB;

-- The key under which the text of a claim is found again: as quotes are compared (`normal_text`), without case. The digest keeps
-- a long text within what an index takes; the path makes it good for restoring and reindexing, which have none.
CREATE FUNCTION claim_text_key(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public AS $$
  SELECT md5(lower(normal_text(words)))
$$;

CREATE INDEX claims_text_key ON claims (claim_text_key(text)) WHERE deleted_at IS NULL;
