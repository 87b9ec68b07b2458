-- The rules of reply requests (DESIGN §2), what their lists are read by, and a request as it was recorded at an instant.

-- What is asked, and whom: both must stand when it is recorded.
CREATE FUNCTION check_reply_request() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM claims WHERE id = NEW.claim_id AND deleted_at IS NULL) THEN
    PERFORM break_rule('reply_requests_claim_stands', 'the claim is not there or deleted');
  ELSIF NOT EXISTS (SELECT FROM sources WHERE id = NEW.source_id AND deleted_at IS NULL) THEN
    PERFORM break_rule('reply_requests_source_stands', 'the source is not there or deleted');
  ELSIF EXISTS (SELECT FROM merged_ids WHERE id IN (NEW.claim_id, NEW.source_id)) THEN
    PERFORM break_rule('reply_requests_of_what_stands', 'the claim or the source is merged into another');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER reply_requests_checked BEFORE INSERT ON reply_requests FOR EACH ROW EXECUTE FUNCTION check_reply_request();

-- Who was asked about what, when and by whom never changes. Of a closed one only the note does; a late answer closes a lapsed one
-- anew, and nothing opens one again.
CREATE FUNCTION keep_reply_request() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.claim_id, NEW.source_id, NEW.asked_at, NEW.actor, NEW.created_at)
    IS DISTINCT FROM (OLD.id, OLD.claim_id, OLD.source_id, OLD.asked_at, OLD.actor, OLD.created_at)
  THEN
    PERFORM break_rule('reply_requests_asked_stays', 'who was asked about what, and when, never changes');
  END IF;
  IF OLD.outcome IS NOT NULL AND (
    (NEW.channel, NEW.deadline, NEW.silence_id) IS DISTINCT FROM (OLD.channel, OLD.deadline, OLD.silence_id)
    OR NOT (OLD.outcome = 'lapsed' AND NEW.outcome IS NOT DISTINCT FROM 'answered')
      AND (NEW.outcome, NEW.attribution_id, NEW.closed_at) IS DISTINCT FROM (OLD.outcome, OLD.attribution_id, OLD.closed_at)
  ) THEN
    PERFORM break_rule('reply_requests_closed_stays', 'of a closed request only the note changes');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER reply_requests_kept BEFORE UPDATE ON reply_requests FOR EACH ROW EXECUTE FUNCTION keep_reply_request();

-- The highest id that any request had when this one was recorded, as of claims: it says where in the ids the requests end that were
-- recorded by an instant. There are none yet.
ALTER TABLE reply_requests ADD COLUMN newest_id UUID;

CREATE INDEX reply_requests_created_at_newest_id_idx ON reply_requests(created_at, newest_id);

CREATE FUNCTION keep_newest_request() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.newest_id := greatest(
    NEW.id, (SELECT newest_id FROM reply_requests ORDER BY created_at DESC, newest_id DESC LIMIT 1)
  );
  RETURN NEW;
END $$;

CREATE TRIGGER reply_requests_newest_kept BEFORE INSERT ON reply_requests FOR EACH ROW EXECUTE FUNCTION keep_newest_request();
-- A no_response by which a request lapsed does not come back once the request is deleted: it would tell of what nobody asked.
CREATE FUNCTION check_silence_was_asked() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM reply_requests WHERE silence_id = NEW.attribution_id AND deleted_at IS NOT NULL) THEN
    PERFORM break_rule('withdrawals_of_what_nobody_asked', 'the request of which it tells is deleted');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER withdrawals_silence_checked BEFORE UPDATE ON withdrawals
  FOR EACH ROW WHEN (OLD.recorded_until IS NULL AND NEW.recorded_until IS NOT NULL) EXECUTE FUNCTION check_silence_was_asked();

-- What the lists are read by. Deadlines are in order with "none" at the end. Those that nobody has answered yet are few.
CREATE INDEX reply_requests_due ON reply_requests (coalesce(deadline, 'infinity'), id);
CREATE INDEX reply_requests_due_of_source ON reply_requests (source_id, coalesce(deadline, 'infinity'), id);
CREATE INDEX reply_requests_pending ON reply_requests (id) WHERE outcome IS NULL;
CREATE INDEX reply_requests_pending_due ON reply_requests (coalesce(deadline, 'infinity'), id) WHERE outcome IS NULL;
CREATE INDEX reply_requests_pending_of_source ON reply_requests (source_id, coalesce(deadline, 'infinity'), id)
  WHERE outcome IS NULL;
CREATE INDEX reply_requests_closed ON reply_requests (outcome, id) WHERE outcome IS NOT NULL;

-- Requests that had another deadline once.
CREATE INDEX revisions_deadline ON revisions (entity_id)
  WHERE type = 'reply_request' AND before ->> 'deadline' IS DISTINCT FROM after ->> 'deadline';

-- Who is asked, what and when never changes, the rest is in the row or in the change entry (as in the migration of the documents).
-- `state` is derived; the change entries keep the `outcome` that it is derived from.
CREATE FUNCTION reply_request_at(request uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, claim_id uuid, source_id uuid, asked_at timestamptz, channel text, deadline timestamptz, note text, actor text,
  outcome text, attribution_id uuid, closed_at timestamptz, created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT r.id, r.claim_id, r.source_id, r.asked_at, r.channel, r.deadline, r.note, r.actor, r.outcome, r.attribution_id,
    r.closed_at, r.created_at, r.updated_at, r.version
  FROM reply_requests r WHERE r.id = request AND r.updated_at <= known_at AND r.deleted_at IS NULL
  UNION ALL
  SELECT r.id, r.claim_id, r.source_id, r.asked_at, was ->> 'channel', (was ->> 'deadline')::timestamptz, was ->> 'note', r.actor,
    was ->> 'outcome', (was ->> 'attribution')::uuid, (was ->> 'closedAt')::timestamptz, r.created_at,
    (was ->> 'updatedAt')::timestamptz, (was ->> 'version')::integer
  FROM reply_requests r CROSS JOIN LATERAL (SELECT document_at(r.id, known_at) AS was OFFSET 0) document
  WHERE r.id = request AND r.updated_at > known_at AND r.created_at <= known_at
$$;

-- From a source that stood up to its origin at an instant, by the affiliations and merges as they were recorded at another: what
-- `raise_source` tells of now.
CREATE FUNCTION raised_at(source uuid, at timestamptz, known_at timestamptz) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  path uuid[] := ARRAY[source];
  above uuid;
BEGIN
  SELECT f.organization_id INTO above FROM affiliations f
  WHERE f.source_id = source AND f.kind = 'speaks_for' AND tstzrange(f.valid_from, f.valid_until) @> at
    AND f.recorded_from <= known_at AND (f.recorded_until IS NULL OR f.recorded_until > known_at);
  LOOP
    IF above IS NOT NULL THEN
      above := stood_for(above, known_at);
      EXIT WHEN above = ANY (path);
      path := path || above;
    END IF;
    SELECT f.organization_id INTO above FROM affiliations f
    WHERE f.source_id = path[cardinality(path)] AND f.kind = 'part_of' AND tstzrange(f.valid_from, f.valid_until) @> at
      AND f.recorded_from <= known_at AND (f.recorded_until IS NULL OR f.recorded_until > known_at);
    EXIT WHEN above IS NULL;
  END LOOP;
  RETURN path;
END $$;
