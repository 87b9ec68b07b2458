-- Lists are read in their order, so that a page costs what it shows, however large the ledger is.

-- What a source stands for, claim by claim, whatever its stance.
CREATE INDEX claim_voices_voice_id_claim_id_source_id_stance_idx ON claim_voices(voice_id, claim_id, source_id, stance);

-- What a source said, and what an outlet published, newest first.
CREATE INDEX attributions_source_id_id_idx ON attributions(source_id, id);
CREATE INDEX reports_outlet_id_id_idx ON reports(outlet_id, id);
DROP INDEX reports_outlet_id_idx;

-- Open predictions in the order of the claims, with the day that they fall due.
CREATE INDEX claims_open ON claims (id, horizon_until) WHERE outcome = 'open';

CREATE INDEX claim_summaries_anonymous_only ON claim_summaries (claim_id) WHERE anonymous_only;
