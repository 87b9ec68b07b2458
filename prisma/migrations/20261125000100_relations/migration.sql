-- What the judgements of relations keep to.

DROP INDEX claim_relations_relation_id_version_idx;
CREATE UNIQUE INDEX claim_relations_one_judgement_a_version ON claim_relations (relation_id, version);

-- A new relation is between claims that stand, under an id that nothing else has: histories are found by it. A later judgement
-- follows the one before it, of the same claims, be they merged since.
CREATE FUNCTION place_relation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  before record;
BEGIN
  IF NEW.version = 1 THEN
    IF (SELECT count(*) FROM claims WHERE id IN (NEW.from_id, NEW.to_id) AND deleted_at IS NULL) < 2 AND NEW.from_id <> NEW.to_id THEN
      PERFORM break_rule('claim_relations_claims_stand', 'one of the two claims is not there or deleted');
    ELSIF EXISTS (SELECT FROM merged_ids WHERE id IN (NEW.from_id, NEW.to_id)) THEN
      PERFORM break_rule('claim_relations_of_what_stands', 'one of the two claims is merged into another');
    ELSIF EXISTS (SELECT FROM changes WHERE entity_id = NEW.relation_id) THEN
      PERFORM break_rule('claim_relations_id_is_new', 'something has this id already');
    END IF;
    RETURN NEW;
  END IF;
  SELECT from_id, type, to_id, recorded_until INTO before
  FROM claim_relations WHERE relation_id = NEW.relation_id AND version = NEW.version - 1;
  IF NOT FOUND OR before.recorded_until IS DISTINCT FROM NEW.recorded_from THEN
    PERFORM break_rule('claim_relations_versions_follow', 'the judgement does not follow the one before it');
  ELSIF (before.from_id, before.type, before.to_id) IS DISTINCT FROM (NEW.from_id, NEW.type, NEW.to_id) THEN
    PERFORM break_rule('claim_relations_stay_between', 'the claims and the type of a relation never change');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER claim_relations_placed BEFORE INSERT ON claim_relations
  FOR EACH ROW EXECUTE FUNCTION place_relation();
