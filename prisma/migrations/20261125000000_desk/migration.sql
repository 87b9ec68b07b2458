-- The tables of the editor's desk: judgements of relations, evidence of outcomes, reply requests, assessments with the rating
-- schemes of their reviewers, and how the quotes of reports stand in their texts. The rules of each follow in the next migrations.

-- A relation is one thing through all its judgements: `relation_id` is its id, and each of its rows a version of it.
ALTER TABLE claim_relations ADD COLUMN relation_id UUID, ADD COLUMN version INTEGER;
ALTER TABLE claim_relations DISABLE TRIGGER claim_relations_closed_once;
UPDATE claim_relations SET relation_id = judged.relation_id, version = judged.version
FROM (
  SELECT id, first_value(id) OVER judgements AS relation_id, row_number() OVER judgements AS version
  FROM claim_relations WINDOW judgements AS (PARTITION BY from_id, type, to_id ORDER BY recorded_from, id)
) judged
WHERE judged.id = claim_relations.id;
-- Of a contradiction that was recorded both ways the one that was recorded last stands: it is one relation.
UPDATE claim_relations r SET recorded_until = ledger_now()
WHERE r.type = 'contradicts' AND r.recorded_until IS NULL AND EXISTS (
  SELECT FROM claim_relations other
  WHERE other.type = 'contradicts' AND other.recorded_until IS NULL AND other.from_id = r.to_id AND other.to_id = r.from_id
    AND (other.recorded_from, other.id) > (r.recorded_from, r.id)
);
ALTER TABLE claim_relations ENABLE TRIGGER claim_relations_closed_once;
ALTER TABLE claim_relations ALTER COLUMN relation_id SET NOT NULL, ALTER COLUMN version SET NOT NULL;

CREATE INDEX claim_relations_relation_id_version_idx ON claim_relations(relation_id, version);
CREATE UNIQUE INDEX claim_relations_one_contradiction ON claim_relations (least(from_id, to_id), greatest(from_id, to_id))
  WHERE type = 'contradicts' AND recorded_until IS NULL;

ALTER TABLE claims ADD COLUMN evidence_attribution_id UUID, ADD COLUMN evidence_url TEXT;
ALTER TABLE claims
  ADD CONSTRAINT claims_evidence_attribution_id_fkey FOREIGN KEY (evidence_attribution_id) REFERENCES attributions(id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  ADD CONSTRAINT claims_evidence_of_one_kind CHECK (num_nonnulls(evidence_attribution_id, evidence_url) <= 1),
  ADD CONSTRAINT claims_evidence_when_decided CHECK (
    num_nonnulls(evidence_attribution_id, evidence_url) = 0 OR (outcome IS NOT NULL AND outcome <> 'open')
  );

CREATE TABLE reply_requests (
    id UUID NOT NULL,
    claim_id UUID NOT NULL,
    source_id UUID NOT NULL,
    asked_at TIMESTAMPTZ(6) NOT NULL,
    channel TEXT NOT NULL,
    deadline TIMESTAMPTZ(6),
    note TEXT,
    actor TEXT NOT NULL,
    outcome TEXT,
    attribution_id UUID,
    -- The no_response by which it lapsed, be it answered since.
    silence_id UUID,
    closed_at TIMESTAMPTZ(6),
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT reply_requests_pkey PRIMARY KEY (id),
    CONSTRAINT reply_requests_channel_known CHECK (channel IN ('email', 'phone', 'in_person', 'letter', 'social', 'other')),
    CONSTRAINT reply_requests_deadline_after_asked CHECK (deadline > asked_at),
    CONSTRAINT reply_requests_note_given CHECK (btrim(note) <> ''),
    CONSTRAINT reply_requests_outcome_known CHECK (outcome IN ('answered', 'lapsed')),
    CONSTRAINT reply_requests_closed_with_attribution CHECK (num_nonnulls(outcome, attribution_id, closed_at) IN (0, 3)),
    CONSTRAINT reply_requests_closed_after_asked CHECK (closed_at >= asked_at)
);

CREATE INDEX reply_requests_claim_id_id_idx ON reply_requests(claim_id, id);
CREATE INDEX reply_requests_source_id_id_idx ON reply_requests(source_id, id);
CREATE INDEX reply_requests_attribution_id_idx ON reply_requests(attribution_id);
CREATE INDEX reply_requests_silence_id_idx ON reply_requests(silence_id);

ALTER TABLE reply_requests ADD CONSTRAINT reply_requests_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE reply_requests ADD CONSTRAINT reply_requests_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE reply_requests ADD CONSTRAINT reply_requests_attribution_id_fkey FOREIGN KEY (attribution_id) REFERENCES attributions(id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE reply_requests ADD CONSTRAINT reply_requests_silence_id_fkey FOREIGN KEY (silence_id) REFERENCES attributions(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE rating_schemes (
    id UUID NOT NULL,
    reviewer_id UUID NOT NULL,
    name TEXT,
    worst_rating DOUBLE PRECISION NOT NULL,
    best_rating DOUBLE PRECISION NOT NULL,
    ratings JSONB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT rating_schemes_pkey PRIMARY KEY (id),
    CONSTRAINT rating_schemes_worst_below_best CHECK (worst_rating < best_rating),
    CONSTRAINT rating_schemes_ratings_given CHECK (jsonb_typeof(ratings) = 'array' AND jsonb_array_length(ratings) > 0)
);

CREATE UNIQUE INDEX rating_schemes_one_a_reviewer ON rating_schemes (reviewer_id) WHERE deleted_at IS NULL;

ALTER TABLE rating_schemes ADD CONSTRAINT rating_schemes_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE assessments (
    id UUID NOT NULL,
    claim_id UUID NOT NULL,
    reviewer_id UUID NOT NULL,
    rating_value DOUBLE PRECISION,
    best_rating DOUBLE PRECISION,
    worst_rating DOUBLE PRECISION,
    alternate_name TEXT,
    verdict TEXT,
    explanation TEXT,
    url TEXT,
    language TEXT NOT NULL DEFAULT 'und',
    published TEXT,
    published_from TIMESTAMPTZ(6),
    published_until TIMESTAMPTZ(6),
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT assessments_pkey PRIMARY KEY (id),
    CONSTRAINT assessments_rating_given CHECK (num_nonnulls(rating_value, alternate_name) > 0),
    CONSTRAINT assessments_alternate_name_given CHECK (btrim(alternate_name) <> ''),
    CONSTRAINT assessments_rating_has_its_range CHECK (num_nonnulls(rating_value, best_rating, worst_rating) IN (0, 3)),
    CONSTRAINT assessments_worst_below_best CHECK (worst_rating < best_rating),
    CONSTRAINT assessments_rating_in_range CHECK (rating_value BETWEEN worst_rating AND best_rating),
    CONSTRAINT assessments_verdict_known CHECK (verdict IN ('true', 'mixed', 'false', 'unproven')),
    CONSTRAINT assessments_published_order CHECK (published_from < published_until)
);

CREATE INDEX assessments_claim_id_id_idx ON assessments(claim_id, id);
CREATE INDEX assessments_reviewer_id_id_idx ON assessments(reviewer_id, id);

ALTER TABLE assessments ADD CONSTRAINT assessments_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE assessments ADD CONSTRAINT assessments_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

-- How a quote stands in the text of its report, on the recorded clock; no row while the text is not kept.
CREATE TABLE quote_states (
    attribution_id UUID NOT NULL,
    health TEXT NOT NULL,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT quote_states_pkey PRIMARY KEY (attribution_id, recorded_from),
    CONSTRAINT quote_states_health_known CHECK (health IN ('found', 'ambiguous', 'moved', 'lost'))
);

CREATE UNIQUE INDEX quote_states_one_at_a_time ON quote_states (attribution_id) WHERE recorded_until IS NULL;

ALTER TABLE quote_states ADD CONSTRAINT quote_states_attribution_id_fkey FOREIGN KEY (attribution_id) REFERENCES attributions(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

-- What is recorded stays; every change of a thing moves its version.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['reply_requests', 'rating_schemes', 'assessments'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_version()', name || '_version_moves', name);
  END LOOP;
  EXECUTE 'CREATE TRIGGER quote_states_closed_once BEFORE UPDATE ON quote_states FOR EACH ROW EXECUTE FUNCTION allow_closing_only()';
  FOREACH name IN ARRAY ARRAY['reply_requests', 'rating_schemes', 'assessments', 'quote_states'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_never_removed', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_never_emptied', name);
  END LOOP;
END $$;

-- An id names one thing, of whatever kind: histories, and what a thing was at an instant, are found by the id alone.
CREATE FUNCTION check_ids_are_new() RETURNS trigger
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF EXISTS (
    SELECT FROM added
    CROSS JOIN LATERAL (SELECT type FROM changes WHERE entity_id = added.entity_id OFFSET 0) other
    WHERE added.action = 'created' AND other.type <> added.type
  ) THEN
    PERFORM break_rule('changes_one_thing_an_id', 'something of another kind has this id');
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER changes_ids_checked AFTER INSERT ON changes
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_ids_are_new();
