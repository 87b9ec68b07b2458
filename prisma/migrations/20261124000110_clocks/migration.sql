-- What questions about the past need (DESIGN §3, two clocks).

-- The highest id that any claim had when this one was recorded. Lists go by id, the clock by time: this says where in the ids
-- the claims end that were recorded by an instant.
ALTER TABLE claims ADD COLUMN newest_id UUID;
ALTER TABLE claims DISABLE TRIGGER claims_version_moves;
UPDATE claims SET newest_id = running.newest_id
FROM (
  SELECT id, (max(id::text) OVER (ORDER BY created_at, id))::uuid AS newest_id FROM claims
) running
WHERE running.id = claims.id;
ALTER TABLE claims ENABLE TRIGGER claims_version_moves;

CREATE INDEX claims_created_at_newest_id_idx ON claims(created_at, newest_id);

CREATE FUNCTION keep_newest_claim() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.newest_id := greatest(NEW.id, (SELECT newest_id FROM claims ORDER BY created_at DESC, newest_id DESC LIMIT 1));
  RETURN NEW;
END $$;

CREATE TRIGGER claims_newest_kept BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION keep_newest_claim();

CREATE INDEX claim_states_topic_id_claim_id_idx ON claim_states(topic_id, claim_id);
CREATE INDEX changes_entity_id_id_idx ON changes(entity_id, id);
DROP INDEX changes_entity_id_idx;

-- The latest instant up to which the recorded clock may be asked: the one given, but no later than now. Between the last
-- change and now somebody may be about to commit what is recorded already: then this waits for the end of that.
CREATE FUNCTION settled(known_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s' AS $$
BEGIN
  IF known_at <= (SELECT at FROM changes ORDER BY id DESC LIMIT 1) THEN
    RETURN known_at;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7290531764);
  RETURN least(known_at, clock_timestamp());
END $$;

-- A thing as its change entries had it at an instant of the recorded clock; null where none is so old.
CREATE FUNCTION document_at(entity uuid, known_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT after FROM changes WHERE entity_id = entity AND at <= known_at ORDER BY id DESC LIMIT 1
$$;
