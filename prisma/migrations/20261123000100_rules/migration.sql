-- The ledger's rules (DESIGN §2, Invariants). Every rule has a name; src/database/rules.ts turns each name into a problem
-- that a person understands.

-- A name that a person can type and that no id can be taken for.
CREATE FUNCTION is_slug(slug text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
    AND length(slug) <= 120
    AND slug !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
$$;

-- Closed vocabularies ------------------------------------------------------------------------------------------------------

ALTER TABLE sources
  ADD CONSTRAINT sources_kind_known CHECK (kind IN ('person', 'organization', 'government', 'outlet', 'anonymous', 'document')),
  ADD CONSTRAINT sources_reliability_known CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
  ADD CONSTRAINT sources_country_form CHECK (country ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT sources_terms_known CHECK (terms IN ('on_record', 'background', 'deep_background')),
  ADD CONSTRAINT sources_slug_form CHECK (is_slug(slug)),
  ADD CONSTRAINT sources_name_given CHECK (btrim(name) <> ''),
  ADD CONSTRAINT sources_people_positive CHECK (people > 0),
  ADD CONSTRAINT sources_anonymous_has_host CHECK (kind <> 'anonymous' OR host_id IS NOT NULL),
  ADD CONSTRAINT sources_named_has_no_descriptor CHECK (
    kind = 'anonymous' OR num_nonnulls(host_id, descriptor, people, access, reason, terms) = 0
  ),
  ADD CONSTRAINT sources_host_is_another CHECK (host_id <> id);

ALTER TABLE affiliations
  ADD CONSTRAINT affiliations_kind_known CHECK (kind IN ('part_of', 'speaks_for')),
  ADD CONSTRAINT affiliations_to_another CHECK (source_id <> organization_id),
  ADD CONSTRAINT affiliations_from_before_to CHECK (valid_from < valid_until),
  ADD CONSTRAINT affiliations_recorded_order CHECK (recorded_from < recorded_until),
  ADD CONSTRAINT affiliations_one_at_a_time EXCLUDE USING gist (
    source_id WITH =, kind WITH =, tstzrange(valid_from, valid_until) WITH &&
  ) WHERE (recorded_until IS NULL);

ALTER TABLE topics
  ADD CONSTRAINT topics_slug_form CHECK (is_slug(slug)),
  ADD CONSTRAINT topics_name_given CHECK (btrim(name) <> '');

ALTER TABLE reports
  ADD CONSTRAINT reports_kind_known CHECK (
    kind IN ('article', 'press_release', 'broadcast', 'social_post', 'transcript', 'document', 'fact_check')
  ),
  ADD CONSTRAINT reports_status_known CHECK (status IN ('held', 'cited_unseen', 'corrected', 'retracted')),
  ADD CONSTRAINT reports_title_given CHECK (status = 'cited_unseen' OR coalesce(btrim(title), '') <> ''),
  ADD CONSTRAINT reports_published_order CHECK (published_from < published_until),
  ADD CONSTRAINT reports_retracted_order CHECK (retracted_from < retracted_until),
  ADD CONSTRAINT reports_retracted_on_when_retracted CHECK (retracted_on IS NULL OR status = 'retracted'),
  ADD CONSTRAINT reports_unseen_has_no_text CHECK (status <> 'cited_unseen' OR text IS NULL),
  ADD CONSTRAINT reports_text_hash_form CHECK (text_hash ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT reports_cited_in_another CHECK (cited_in_id <> id);

ALTER TABLE claims
  ADD CONSTRAINT claims_kind_known CHECK (kind IN ('fact', 'prediction', 'intention', 'assessment', 'possibility')),
  ADD CONSTRAINT claims_slug_form CHECK (is_slug(slug)),
  ADD CONSTRAINT claims_text_given CHECK (btrim(text) <> ''),
  ADD CONSTRAINT claims_occurred_order CHECK (occurred_from < occurred_until),
  ADD CONSTRAINT claims_horizon_order CHECK (horizon_from < horizon_until),
  ADD CONSTRAINT claims_outcome_known CHECK (outcome IN ('open', 'came_true', 'did_not', 'void')),
  ADD CONSTRAINT claims_prediction_has_outcome CHECK ((kind = 'prediction') = (outcome IS NOT NULL)),
  ADD CONSTRAINT claims_only_predictions_fall_due CHECK (kind = 'prediction' OR num_nonnulls(horizon, criteria, resolved_at) = 0),
  ADD CONSTRAINT claims_resolved_when_decided CHECK ((resolved_at IS NOT NULL) = (outcome IN ('came_true', 'did_not', 'void')));

ALTER TABLE claim_about
  ADD CONSTRAINT claim_about_recorded_order CHECK (recorded_from < recorded_until);

ALTER TABLE claim_relations
  ADD CONSTRAINT claim_relations_type_known CHECK (type IN ('contradicts', 'supports', 'refines', 'depends_on', 'part_of')),
  ADD CONSTRAINT claim_relations_status_known CHECK (status IN ('suggested', 'confirmed', 'rejected')),
  ADD CONSTRAINT claim_relations_to_another CHECK (from_id <> to_id),
  ADD CONSTRAINT claim_relations_recorded_order CHECK (recorded_from < recorded_until);

ALTER TABLE attributions
  ADD CONSTRAINT attributions_stance_known CHECK (
    stance IN ('asserts', 'confirms', 'denies', 'doubts', 'declines_to_comment', 'no_response', 'reports', 'retracts')
  ),
  ADD CONSTRAINT attributions_certainty_known CHECK (certainty IN ('certain', 'probable', 'possible', 'unstated')),
  ADD CONSTRAINT attributions_emphasis_known CHECK (emphasis IN ('strong', 'plain', 'hedged')),
  ADD CONSTRAINT attributions_relay_reports CHECK (relays_id IS NULL OR stance = 'reports'),
  ADD CONSTRAINT attributions_relays_another CHECK (relays_id <> id),
  ADD CONSTRAINT attributions_at_most_32_hops CHECK (depth BETWEEN 0 AND 32),
  ADD CONSTRAINT attributions_speaks_for_one CHECK (NOT (speaking_for_self AND speaking_for_id IS NOT NULL)),
  ADD CONSTRAINT attributions_said_order CHECK (said_from < said_until),
  ADD CONSTRAINT attributions_quote_given CHECK (
    quote_exact IS NOT NULL
    OR num_nonnulls(quote_prefix, quote_suffix, quote_language, quote_translation, quote_translator) = 0
  );

ALTER TABLE withdrawals
  ADD CONSTRAINT withdrawals_kind_known CHECK (kind IN ('withdrawn', 'superseded')),
  ADD CONSTRAINT withdrawals_superseded_by CHECK ((kind = 'superseded') = (superseded_by_id IS NOT NULL)),
  ADD CONSTRAINT withdrawals_reason_given CHECK (btrim(reason) <> ''),
  ADD CONSTRAINT withdrawals_recorded_order CHECK (recorded_from < recorded_until),
  ADD CONSTRAINT withdrawals_superseded_by_id_fkey FOREIGN KEY (claim_id, superseded_by_id)
    REFERENCES attributions (claim_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE keys
  ADD CONSTRAINT keys_scopes_known CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'admin']),
  ADD CONSTRAINT keys_name_form CHECK (is_slug(name));

ALTER TABLE idempotency_records
  ADD CONSTRAINT idempotency_records_key UNIQUE NULLS NOT DISTINCT (actor_id, key);

ALTER TABLE import_rows
  ADD CONSTRAINT import_rows_outcome_known CHECK (outcome IN ('created', 'updated', 'unchanged', 'failed'));

-- One name, one thing: a tombstone frees its slug and its URL ---------------------------------------------------------------

CREATE UNIQUE INDEX sources_slug_key ON sources (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX topics_slug_key ON topics (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX claims_slug_key ON claims (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX reports_url_key ON reports (url) WHERE url IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX keys_name_key ON keys (name) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX claim_about_once ON claim_about (claim_id, source_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX claim_relations_once ON claim_relations (from_id, type, to_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX withdrawals_one_at_a_time ON withdrawals (claim_id, attribution_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX source_states_one_at_a_time ON source_states (source_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX report_states_one_at_a_time ON report_states (report_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX claim_states_one_at_a_time ON claim_states (claim_id) WHERE recorded_until IS NULL;

-- Full text, and predictions by the day they fall due -----------------------------------------------------------------------

CREATE INDEX claims_text_search ON claims USING gin (to_tsvector('simple', text));
CREATE INDEX claims_due ON claims (horizon_until, id) WHERE horizon_until IS NOT NULL;
CREATE INDEX attributions_spoken_for ON attributions (speaking_for_id) WHERE speaking_for_id IS NOT NULL;

-- An instant as it goes over the wire: RFC 3339 in UTC, to the millisecond, or to the microsecond where it is a time on the
-- recorded clock that a query may name.
CREATE FUNCTION to_rfc3339(instant timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
CREATE FUNCTION to_rfc3339_exact(instant timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Rules over more than one row ----------------------------------------------------------------------------------------------

-- Raises a broken rule under its name, as a constraint would.
CREATE FUNCTION break_rule(rule text, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% (constraint "%")', message, rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- A publisher or a host speaks under its own name.
CREATE FUNCTION check_publisher() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  publisher uuid := CASE TG_TABLE_NAME WHEN 'reports' THEN to_jsonb(NEW) ->> 'outlet_id' ELSE to_jsonb(NEW) ->> 'host_id' END;
BEGIN
  IF EXISTS (SELECT FROM sources WHERE id = publisher AND kind = 'anonymous') THEN
    PERFORM break_rule(TG_TABLE_NAME || '_publisher_is_named', 'the publisher is an anonymous source');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER reports_publisher_is_named BEFORE INSERT OR UPDATE OF outlet_id ON reports
  FOR EACH ROW EXECUTE FUNCTION check_publisher();
CREATE TRIGGER sources_publisher_is_named BEFORE INSERT OR UPDATE OF host_id ON sources
  FOR EACH ROW WHEN (NEW.host_id IS NOT NULL) EXECUTE FUNCTION check_publisher();

-- A source that publishes or hosts stays one that can: it does not become anonymous.
CREATE FUNCTION check_kind_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM reports WHERE outlet_id = NEW.id) OR EXISTS (SELECT FROM sources WHERE host_id = NEW.id) THEN
    PERFORM break_rule('sources_publisher_stays_named', 'a publisher cannot become anonymous');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER sources_publisher_stays_named BEFORE UPDATE OF kind ON sources
  FOR EACH ROW WHEN (NEW.kind = 'anonymous' AND OLD.kind <> 'anonymous') EXECUTE FUNCTION check_kind_change();

-- At no instant does a source, followed upwards through whom it speaks for and what it is part of, come to itself: its
-- origin would depend on where one begins.
CREATE FUNCTION check_affiliation_line() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE line (organization_id, during) AS (
      SELECT NEW.organization_id, tstzrange(NEW.valid_from, NEW.valid_until)
      UNION
      SELECT above.organization_id, line.during * tstzrange(above.valid_from, above.valid_until)
      FROM line
      JOIN affiliations above ON above.source_id = line.organization_id
       AND above.recorded_until IS NULL
       AND line.during && tstzrange(above.valid_from, above.valid_until)
    )
    SELECT FROM line WHERE organization_id = NEW.source_id
  ) THEN
    PERFORM break_rule('affiliations_no_circle', 'the line leads back to the source itself');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER affiliations_no_circle BEFORE INSERT ON affiliations
  FOR EACH ROW EXECUTE FUNCTION check_affiliation_line();

-- What is recorded stays ----------------------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM break_rule(TG_TABLE_NAME || '_append_only', TG_TABLE_NAME || ' are never changed or removed');
  RETURN NULL;
END $$;

-- A row with recorded_until may be closed, once, and nothing else. What the running transaction itself recorded nobody has
-- seen yet: it may still be corrected.
CREATE FUNCTION allow_closing_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.recorded_from = ledger_now() THEN
    RETURN NEW;
  END IF;
  IF OLD.recorded_until IS NOT NULL OR to_jsonb(NEW) - 'recorded_until' <> to_jsonb(OLD) - 'recorded_until' THEN
    PERFORM break_rule(TG_TABLE_NAME || '_append_only', TG_TABLE_NAME || ' are only ever closed');
  END IF;
  RETURN NEW;
END $$;

-- An attribution is never edited: only its derived columns and the version that withdrawals move may change.
CREATE FUNCTION allow_derived_only() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  derived text[] := ARRAY['live', 'stance_from', 'stance_until', 'version', 'updated_at'];
BEGIN
  IF to_jsonb(NEW) - derived <> to_jsonb(OLD) - derived THEN
    PERFORM break_rule('attributions_append_only', 'attributions are never edited');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER attributions_append_only BEFORE UPDATE ON attributions
  FOR EACH ROW EXECUTE FUNCTION allow_derived_only();

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['changes', 'revisions'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_never_changed', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY[
    'affiliations', 'claim_about', 'claim_relations', 'withdrawals', 'source_states', 'report_states', 'claim_states'
  ] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION allow_closing_only()', name || '_closed_once', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY[
    'changes', 'revisions', 'attributions', 'affiliations', 'claim_about', 'claim_relations', 'withdrawals',
    'source_states', 'report_states', 'claim_states', 'sources', 'reports', 'claims', 'topics'
  ] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_never_removed', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_never_emptied', name);
  END LOOP;
END $$;

-- The states: what the rules of attribution read of a thing that can be edited, on the recorded clock ------------------------

CREATE FUNCTION keep_source_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE source_states SET recorded_until = ledger_now()
    WHERE source_id = NEW.id AND recorded_until IS NULL AND (recorded_from < ledger_now() OR NEW.deleted_at IS NOT NULL);
  END IF;
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO source_states (source_id, kind, host_id, recorded_from) VALUES (NEW.id, NEW.kind, NEW.host_id, ledger_now())
    ON CONFLICT (source_id, recorded_from) DO UPDATE SET kind = NEW.kind, host_id = NEW.host_id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER sources_state_begins AFTER INSERT ON sources
  FOR EACH ROW EXECUTE FUNCTION keep_source_state();
CREATE TRIGGER sources_state_goes_on AFTER UPDATE ON sources
  FOR EACH ROW WHEN ((OLD.kind, OLD.host_id, OLD.deleted_at) IS DISTINCT FROM (NEW.kind, NEW.host_id, NEW.deleted_at))
  EXECUTE FUNCTION keep_source_state();

CREATE FUNCTION keep_report_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE report_states SET recorded_until = ledger_now()
    WHERE report_id = NEW.id AND recorded_until IS NULL AND (recorded_from < ledger_now() OR NEW.deleted_at IS NOT NULL);
  END IF;
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO report_states (
      report_id, outlet_id, status, published_from, published_until, retracted_from, retracted_until, recorded_from
    ) VALUES (
      NEW.id, NEW.outlet_id, NEW.status, NEW.published_from, NEW.published_until, NEW.retracted_from, NEW.retracted_until,
      ledger_now()
    ) ON CONFLICT (report_id, recorded_from) DO UPDATE SET
      outlet_id = NEW.outlet_id, status = NEW.status, published_from = NEW.published_from,
      published_until = NEW.published_until, retracted_from = NEW.retracted_from, retracted_until = NEW.retracted_until;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER reports_state_begins AFTER INSERT ON reports
  FOR EACH ROW EXECUTE FUNCTION keep_report_state();
CREATE TRIGGER reports_state_goes_on AFTER UPDATE ON reports
  FOR EACH ROW WHEN (
    (OLD.outlet_id, OLD.status, OLD.published_from, OLD.published_until, OLD.retracted_from, OLD.retracted_until, OLD.deleted_at)
    IS DISTINCT FROM
    (NEW.outlet_id, NEW.status, NEW.published_from, NEW.published_until, NEW.retracted_from, NEW.retracted_until, NEW.deleted_at)
  )
  EXECUTE FUNCTION keep_report_state();

CREATE FUNCTION keep_claim_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE claim_states SET recorded_until = ledger_now()
    WHERE claim_id = NEW.id AND recorded_until IS NULL AND (recorded_from < ledger_now() OR NEW.deleted_at IS NOT NULL);
  END IF;
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO claim_states (
      claim_id, kind, language, topic_id, horizon_from, horizon_until, outcome, resolved_at, recorded_from
    ) VALUES (
      NEW.id, NEW.kind, NEW.language, NEW.topic_id, NEW.horizon_from, NEW.horizon_until, NEW.outcome, NEW.resolved_at,
      ledger_now()
    ) ON CONFLICT (claim_id, recorded_from) DO UPDATE SET
      kind = NEW.kind, language = NEW.language, topic_id = NEW.topic_id, horizon_from = NEW.horizon_from,
      horizon_until = NEW.horizon_until, outcome = NEW.outcome, resolved_at = NEW.resolved_at;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER claims_state_begins AFTER INSERT ON claims
  FOR EACH ROW EXECUTE FUNCTION keep_claim_state();
CREATE TRIGGER claims_state_goes_on AFTER UPDATE ON claims
  FOR EACH ROW WHEN (
    (OLD.kind, OLD.language, OLD.topic_id, OLD.horizon_from, OLD.horizon_until, OLD.outcome, OLD.resolved_at, OLD.deleted_at)
    IS DISTINCT FROM
    (NEW.kind, NEW.language, NEW.topic_id, NEW.horizon_from, NEW.horizon_until, NEW.outcome, NEW.resolved_at, NEW.deleted_at)
  )
  EXECUTE FUNCTION keep_claim_state();

-- Every change of a thing moves its version ----------------------------------------------------------------------------------

CREATE FUNCTION stamp_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := ledger_now();
  RETURN NEW;
END $$;

CREATE TRIGGER sources_version_moves BEFORE UPDATE ON sources FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER topics_version_moves BEFORE UPDATE ON topics FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER reports_version_moves BEFORE UPDATE ON reports FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER claims_version_moves BEFORE UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION stamp_version();

-- The change feed -----------------------------------------------------------------------------------------------------------

-- Writes the change entries and, from the second version on, the revisions of changes that are made together, in their
-- order. Each is { action, type, id, slug, version, before, after }; `before` is null for a creation.
CREATE FUNCTION record_changes(by_id uuid, by_name text, request text, made jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO revisions (entity_id, version, type, actor, request_id, before, after)
  SELECT id, version, type, by_name, request, before, after
  FROM jsonb_to_recordset(made) AS change (type text, id uuid, version integer, before jsonb, after jsonb)
  WHERE before IS NOT NULL;
  INSERT INTO changes (actor_id, actor, request_id, action, type, entity_id, slug, version, after)
  SELECT by_id, by_name, request, change ->> 'action', change ->> 'type', (change ->> 'id')::uuid, change ->> 'slug',
    (change ->> 'version')::integer, change -> 'after'
  FROM jsonb_array_elements(made) WITH ORDINALITY AS each (change, number)
  ORDER BY number;
END $$;

-- Keeps the answer of a request with an Idempotency-Key, in the transaction of its effect. Fails when another attempt has
-- taken the request over, so that this one rolls back.
CREATE FUNCTION complete_idempotency(
  record_id uuid, made_by uuid, answer_status integer, answer_location text, answer_etag text, answer_body text
) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE idempotency_records
  SET status = answer_status, location = answer_location, etag = answer_etag,
      content_type = 'application/json; charset=utf-8', body = answer_body
  WHERE id = record_id AND attempt = made_by AND status IS NULL;
  IF NOT FOUND THEN
    PERFORM break_rule('idempotency_records_one_attempt', 'another attempt has taken this request over');
  END IF;
END $$;

-- A strong entity tag of a version with derived fields: the same as etag() of src/database/answer.ts makes.
CREATE FUNCTION etag_of(version integer, body text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT '"' || version || '.'
    || translate(encode(substring(sha256(convert_to(body, 'UTF8')) FOR 12), 'base64'), '+/', '-_') || '"'
$$;
