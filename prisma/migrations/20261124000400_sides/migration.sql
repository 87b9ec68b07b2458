-- On which claims a source has taken both sides, and who has spoken for an organization, are read from the indexes alone.
CREATE INDEX attributions_source_id_claim_id_stance_idx ON attributions(source_id, claim_id, stance);
DROP INDEX attributions_source_id_claim_id_idx;

CREATE INDEX attributions_spoken_for_by ON attributions (speaking_for_id, source_id) WHERE speaking_for_id IS NOT NULL;
DROP INDEX attributions_spoken_for;
