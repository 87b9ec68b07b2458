-- On which claims a source has taken both sides is read from the index alone.
CREATE INDEX attributions_source_id_claim_id_stance_idx ON attributions(source_id, claim_id, stance);
DROP INDEX attributions_source_id_claim_id_idx;
