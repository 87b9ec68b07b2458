-- The ledger's tables (DESIGN §2). The rules that Prisma cannot say follow in the next migration, what is derived in the
-- one after it.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The time at which the running transaction is recorded, in microseconds, the same for all that it writes.
--
-- The first call takes the ledger's lock, which is held until the commit. So writers go one after the other from here on,
-- the recorded clock follows the order of commits, and a reader who sees a change sees every change before it (DESIGN §2).
-- A clock that was set back does not turn the order round: time then goes on by single microseconds.
CREATE FUNCTION ledger_now() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  recorded timestamptz := nullif(current_setting('onrecord.recorded_at', true), '')::timestamptz;
BEGIN
  IF recorded IS NULL THEN
    PERFORM pg_advisory_xact_lock(7290531764);
    recorded := greatest(
      clock_timestamp(),
      (SELECT at + interval '1 microsecond' FROM changes ORDER BY id DESC LIMIT 1)
    );
    PERFORM set_config('onrecord.recorded_at', recorded::text, true);
  END IF;
  RETURN recorded;
END $$;


CREATE TABLE sources (
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    description TEXT,
    country TEXT,
    reliability TEXT,
    external_ids JSONB NOT NULL DEFAULT '{}',
    host_id UUID,
    descriptor TEXT,
    people INTEGER,
    access TEXT,
    reason TEXT,
    terms TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT sources_pkey PRIMARY KEY (id)
);

CREATE TABLE source_aliases (
    source_id UUID NOT NULL,
    folded TEXT NOT NULL,
    alias TEXT NOT NULL,
    language TEXT,
    position INTEGER NOT NULL,

    CONSTRAINT source_aliases_pkey PRIMARY KEY (source_id,folded)
);

CREATE TABLE affiliations (
    id UUID NOT NULL,
    source_id UUID NOT NULL,
    kind TEXT NOT NULL,
    organization_id UUID NOT NULL,
    role TEXT,
    "from" TEXT,
    "to" TEXT,
    valid_from TIMESTAMPTZ(6),
    valid_until TIMESTAMPTZ(6),
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT affiliations_pkey PRIMARY KEY (id)
);

CREATE TABLE source_states (
    source_id UUID NOT NULL,
    kind TEXT NOT NULL,
    host_id UUID,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT source_states_pkey PRIMARY KEY (source_id,recorded_from)
);

CREATE TABLE topics (
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT topics_pkey PRIMARY KEY (id)
);

CREATE TABLE reports (
    id UUID NOT NULL,
    url TEXT,
    title TEXT,
    outlet_id UUID NOT NULL,
    authors TEXT[],
    kind TEXT NOT NULL DEFAULT 'article',
    language TEXT NOT NULL DEFAULT 'und',
    published TEXT,
    published_from TIMESTAMPTZ(6),
    published_until TIMESTAMPTZ(6),
    retrieved_at TIMESTAMPTZ(6),
    archive_url TEXT,
    text TEXT,
    text_hash TEXT,
    status TEXT NOT NULL DEFAULT 'held',
    retracted_on TEXT,
    retracted_from TIMESTAMPTZ(6),
    retracted_until TIMESTAMPTZ(6),
    cited_in_id UUID,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT reports_pkey PRIMARY KEY (id)
);

CREATE TABLE report_states (
    report_id UUID NOT NULL,
    outlet_id UUID NOT NULL,
    status TEXT NOT NULL,
    published_from TIMESTAMPTZ(6),
    published_until TIMESTAMPTZ(6),
    retracted_from TIMESTAMPTZ(6),
    retracted_until TIMESTAMPTZ(6),
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT report_states_pkey PRIMARY KEY (report_id,recorded_from)
);

CREATE TABLE claims (
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'und',
    topic_id UUID,
    occurred TEXT,
    occurred_from TIMESTAMPTZ(6),
    occurred_until TIMESTAMPTZ(6),
    horizon TEXT,
    horizon_from TIMESTAMPTZ(6),
    horizon_until TIMESTAMPTZ(6),
    criteria TEXT,
    outcome TEXT,
    resolved_at TIMESTAMPTZ(6),
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    deleted_at TIMESTAMPTZ(6),

    CONSTRAINT claims_pkey PRIMARY KEY (id)
);

CREATE TABLE claim_states (
    claim_id UUID NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    topic_id UUID,
    horizon_from TIMESTAMPTZ(6),
    horizon_until TIMESTAMPTZ(6),
    outcome TEXT,
    resolved_at TIMESTAMPTZ(6),
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT claim_states_pkey PRIMARY KEY (claim_id,recorded_from)
);

CREATE TABLE claim_about (
    id UUID NOT NULL,
    claim_id UUID NOT NULL,
    source_id UUID NOT NULL,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT claim_about_pkey PRIMARY KEY (id)
);

CREATE TABLE claim_relations (
    id UUID NOT NULL,
    from_id UUID NOT NULL,
    type TEXT NOT NULL,
    to_id UUID NOT NULL,
    status TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT claim_relations_pkey PRIMARY KEY (id)
);

CREATE TABLE attributions (
    claim_id UUID NOT NULL,
    id UUID NOT NULL,
    source_id UUID NOT NULL,
    report_id UUID NOT NULL,
    stance TEXT NOT NULL,
    certainty TEXT NOT NULL DEFAULT 'unstated',
    emphasis TEXT NOT NULL DEFAULT 'plain',
    relays_id UUID,
    depth SMALLINT NOT NULL DEFAULT 0,
    passes_on TEXT,
    speaking_for_id UUID,
    speaking_for_self BOOLEAN NOT NULL DEFAULT false,
    quote_exact TEXT,
    quote_prefix TEXT,
    quote_suffix TEXT,
    quote_language TEXT,
    quote_translation TEXT,
    quote_translator TEXT,
    said TEXT,
    said_from TIMESTAMPTZ(6),
    said_until TIMESTAMPTZ(6),
    ordinal SMALLINT NOT NULL DEFAULT 0,
    recorded_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    live BOOLEAN NOT NULL DEFAULT false,
    stance_from TIMESTAMPTZ(6),
    stance_until TIMESTAMPTZ(6),

    CONSTRAINT attributions_pkey PRIMARY KEY (claim_id,id)
);

CREATE TABLE withdrawals (
    id UUID NOT NULL,
    claim_id UUID NOT NULL,
    attribution_id UUID NOT NULL,
    kind TEXT NOT NULL,
    superseded_by_id UUID,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),

    CONSTRAINT withdrawals_pkey PRIMARY KEY (id)
);

CREATE TABLE claim_positions (
    claim_id UUID NOT NULL,
    source_id UUID NOT NULL,
    attribution_id UUID NOT NULL,
    stance TEXT NOT NULL,
    side TEXT NOT NULL,
    certainty TEXT NOT NULL,
    "order" TEXT NOT NULL,
    stance_from TIMESTAMPTZ(6),
    stance_until TIMESTAMPTZ(6),
    path UUID[],
    origin_id UUID NOT NULL,
    origin_anonymous BOOLEAN NOT NULL,
    is_origin BOOLEAN NOT NULL,
    is_anonymous BOOLEAN NOT NULL,

    CONSTRAINT claim_positions_pkey PRIMARY KEY (claim_id,source_id)
);

CREATE TABLE claim_voices (
    voice_id UUID NOT NULL,
    stance TEXT NOT NULL,
    claim_id UUID NOT NULL,
    source_id UUID NOT NULL,

    CONSTRAINT claim_voices_pkey PRIMARY KEY (voice_id,stance,claim_id,source_id)
);

CREATE TABLE claim_summaries (
    claim_id UUID NOT NULL,
    standing TEXT NOT NULL DEFAULT 'unattributed',
    anonymous_only BOOLEAN NOT NULL DEFAULT false,
    no_quote BOOLEAN NOT NULL DEFAULT false,
    for_positions INTEGER NOT NULL DEFAULT 0,
    for_origins INTEGER NOT NULL DEFAULT 0,
    for_firm INTEGER NOT NULL DEFAULT 0,
    against_positions INTEGER NOT NULL DEFAULT 0,
    against_origins INTEGER NOT NULL DEFAULT 0,
    declined INTEGER NOT NULL DEFAULT 0,
    no_response INTEGER NOT NULL DEFAULT 0,
    relays INTEGER NOT NULL DEFAULT 0,
    attributions INTEGER NOT NULL DEFAULT 0,
    quotes INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT claim_summaries_pkey PRIMARY KEY (claim_id)
);

CREATE TABLE revisions (
    entity_id UUID NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,

    CONSTRAINT revisions_pkey PRIMARY KEY (entity_id,version)
);

CREATE TABLE changes (
    id BIGSERIAL NOT NULL,
    at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    actor_id UUID,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    type TEXT NOT NULL,
    entity_id UUID NOT NULL,
    slug TEXT,
    version INTEGER NOT NULL,
    after JSONB NOT NULL,

    CONSTRAINT changes_pkey PRIMARY KEY (id)
);

CREATE TABLE keys (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    hash BYTEA NOT NULL,
    scopes TEXT[],
    version INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at TIMESTAMPTZ(6),
    revoked_at TIMESTAMPTZ(6),
    last_used_at TIMESTAMPTZ(6),

    CONSTRAINT keys_pkey PRIMARY KEY (id)
);

CREATE TABLE idempotency_records (
    id UUID NOT NULL,
    actor_id UUID,
    key TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    attempt UUID NOT NULL,
    locked_until TIMESTAMPTZ(6) NOT NULL,
    status INTEGER,
    location TEXT,
    etag TEXT,
    content_type TEXT,
    body TEXT,
    created_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT idempotency_records_pkey PRIMARY KEY (id)
);

CREATE TABLE imports (
    id UUID NOT NULL,
    name TEXT,
    format TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    actor TEXT NOT NULL,
    bundles INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    finished_at TIMESTAMPTZ(6),

    CONSTRAINT imports_pkey PRIMARY KEY (id)
);

CREATE TABLE import_rows (
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    bundle INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    type TEXT NOT NULL,
    outcome TEXT NOT NULL,
    entity_id UUID,
    slug TEXT,
    detail TEXT,
    errors JSONB,

    CONSTRAINT import_rows_pkey PRIMARY KEY (import_id,number)
);

CREATE INDEX sources_name_folded_idx ON sources(name_folded);

CREATE INDEX sources_host_id_idx ON sources(host_id);

CREATE INDEX source_aliases_folded_idx ON source_aliases(folded);

CREATE INDEX affiliations_source_id_kind_idx ON affiliations(source_id, kind);

CREATE INDEX affiliations_organization_id_idx ON affiliations(organization_id);

CREATE INDEX reports_outlet_id_idx ON reports(outlet_id);

CREATE INDEX reports_cited_in_id_idx ON reports(cited_in_id);

CREATE INDEX reports_published_from_idx ON reports(published_from);

CREATE INDEX claims_topic_id_id_idx ON claims(topic_id, id);

CREATE INDEX claim_about_claim_id_idx ON claim_about(claim_id);

CREATE INDEX claim_about_source_id_idx ON claim_about(source_id);

CREATE INDEX claim_relations_from_id_idx ON claim_relations(from_id);

CREATE INDEX claim_relations_to_id_idx ON claim_relations(to_id);

CREATE INDEX attributions_claim_id_relays_id_idx ON attributions(claim_id, relays_id);

CREATE INDEX attributions_source_id_claim_id_idx ON attributions(source_id, claim_id);

CREATE INDEX attributions_report_id_id_idx ON attributions(report_id, id);

CREATE INDEX attributions_said_from_idx ON attributions(said_from);

CREATE UNIQUE INDEX attributions_id_key ON attributions(id);

CREATE INDEX withdrawals_claim_id_attribution_id_idx ON withdrawals(claim_id, attribution_id);

CREATE INDEX claim_positions_source_id_claim_id_idx ON claim_positions(source_id, claim_id);

CREATE INDEX claim_voices_claim_id_source_id_idx ON claim_voices(claim_id, source_id);

CREATE INDEX claim_summaries_standing_claim_id_idx ON claim_summaries(standing, claim_id);

CREATE INDEX changes_entity_id_idx ON changes(entity_id);

CREATE UNIQUE INDEX keys_hash_key ON keys(hash);

CREATE INDEX idempotency_records_created_at_idx ON idempotency_records(created_at);

CREATE INDEX imports_name_id_idx ON imports(name, id);

CREATE INDEX import_rows_import_id_outcome_number_idx ON import_rows(import_id, outcome, number);

ALTER TABLE sources ADD CONSTRAINT sources_host_id_fkey FOREIGN KEY (host_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE source_aliases ADD CONSTRAINT source_aliases_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE affiliations ADD CONSTRAINT affiliations_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE affiliations ADD CONSTRAINT affiliations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE source_states ADD CONSTRAINT source_states_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE reports ADD CONSTRAINT reports_outlet_id_fkey FOREIGN KEY (outlet_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE reports ADD CONSTRAINT reports_cited_in_id_fkey FOREIGN KEY (cited_in_id) REFERENCES reports(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE report_states ADD CONSTRAINT report_states_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claims ADD CONSTRAINT claims_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES topics(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claim_states ADD CONSTRAINT claim_states_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claim_about ADD CONSTRAINT claim_about_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claim_about ADD CONSTRAINT claim_about_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claim_relations ADD CONSTRAINT claim_relations_from_id_fkey FOREIGN KEY (from_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE claim_relations ADD CONSTRAINT claim_relations_to_id_fkey FOREIGN KEY (to_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE attributions ADD CONSTRAINT attributions_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES claims(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE attributions ADD CONSTRAINT attributions_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE attributions ADD CONSTRAINT attributions_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE attributions ADD CONSTRAINT attributions_speaking_for_id_fkey FOREIGN KEY (speaking_for_id) REFERENCES sources(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE attributions ADD CONSTRAINT attributions_claim_id_relays_id_fkey FOREIGN KEY (claim_id, relays_id) REFERENCES attributions(claim_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE withdrawals ADD CONSTRAINT withdrawals_claim_id_attribution_id_fkey FOREIGN KEY (claim_id, attribution_id) REFERENCES attributions(claim_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE import_rows ADD CONSTRAINT import_rows_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE ON UPDATE RESTRICT;

