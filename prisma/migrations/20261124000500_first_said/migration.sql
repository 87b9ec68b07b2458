-- Derived: when something was first said about each claim, by the end of its time: the earliest that was ever recorded of any
-- attribution of it, live or not, before any merge. It only ever gets earlier, so it bounds what `asOf` finds at every `knownAt`.
-- `place` is the beginning of the id: lists go by it.
CREATE TABLE claim_firsts (
    claim_id UUID NOT NULL,
    first_said TIMESTAMPTZ(6) NOT NULL,
    place BIGINT NOT NULL,

    CONSTRAINT claim_firsts_pkey PRIMARY KEY (claim_id)
);

-- The first 48 bits of an id, by which ids are in order; in a UUIDv7 they are its time in milliseconds.
CREATE FUNCTION place_of(id uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
$$;

-- Brings them to what is recorded of the given claims now.
CREATE FUNCTION refresh_firsts(claims uuid[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO claim_firsts AS f (claim_id, first_said, place)
  SELECT claim_id, min(stance_until), place_of(claim_id) FROM attributions
  WHERE claim_id = ANY (claims) AND stance_until IS NOT NULL
  GROUP BY claim_id
  ON CONFLICT (claim_id) DO UPDATE SET first_said = excluded.first_said WHERE f.first_said > excluded.first_said
$$;

CREATE FUNCTION keep_firsts_of_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO claim_firsts AS f (claim_id, first_said, place)
  SELECT claim_id, min(stance_until), place_of(claim_id) FROM added WHERE stance_until IS NOT NULL GROUP BY claim_id
  ON CONFLICT (claim_id) DO UPDATE SET first_said = excluded.first_said WHERE f.first_said > excluded.first_said;
  RETURN NULL;
END $$;

CREATE FUNCTION keep_first() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_firsts(ARRAY[NEW.claim_id]);
  RETURN NULL;
END $$;

CREATE TRIGGER attributions_first_kept AFTER INSERT ON attributions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_firsts_of_added();
CREATE TRIGGER attributions_first_moves AFTER UPDATE OF stance_until ON attributions
  FOR EACH ROW WHEN (NEW.stance_until < OLD.stance_until OR OLD.stance_until IS NULL AND NEW.stance_until IS NOT NULL)
  EXECUTE FUNCTION keep_first();

INSERT INTO claim_firsts (claim_id, first_said, place)
SELECT claim_id, min(stance_until), place_of(claim_id) FROM attributions WHERE stance_until IS NOT NULL GROUP BY claim_id;

-- What had been said by an instant, in the order of the ids.
CREATE INDEX claim_firsts_in_order ON claim_firsts USING gist (first_said, place) WHERE place IS NOT NULL;
