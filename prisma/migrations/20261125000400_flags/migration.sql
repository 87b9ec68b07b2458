-- The flags of a claim that come from more than its own attributions (DESIGN §3): who was asked, what became of its quotes, whether
-- its reports are archived, and the claims that bear on it. Kept like the rest of the summary: triggers bring them up to date in
-- the transaction of every change, for the claims that it touches. `overdue` depends on the time of the question and is not kept.

ALTER TABLE claim_summaries
  ADD COLUMN uncontacted BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN quote_lost BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN unarchived BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN contradicted BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN undermined BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN retracted BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX claim_summaries_uncontacted ON claim_summaries (claim_id) WHERE uncontacted;
CREATE INDEX claim_summaries_quote_lost ON claim_summaries (claim_id) WHERE quote_lost;
CREATE INDEX claim_summaries_unarchived ON claim_summaries (claim_id) WHERE unarchived;
CREATE INDEX claim_summaries_contradicted ON claim_summaries (claim_id) WHERE contradicted;
CREATE INDEX claim_summaries_undermined ON claim_summaries (claim_id) WHERE undermined;

-- The thing that stands, and everything that is merged into it.
CREATE FUNCTION members_of(thing uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  SELECT ARRAY[thing] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = thing)
$$;

-- The ids that stand for the given ones, each once.
CREATE FUNCTION standing_ids(things uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  SELECT ARRAY(SELECT DISTINCT coalesce(m.stands_id, given.id) FROM unnest(things) given (id) LEFT JOIN merged_ids m ON m.id = given.id)
$$;

-- A source, everyone who has spoken for it or been part of it at any date, and what is merged into these.
CREATE FUNCTION lines_to(source uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE member (id) AS (
    SELECT source
    UNION
    SELECT below.id FROM member CROSS JOIN LATERAL (
      SELECT f.source_id AS id FROM affiliations f WHERE f.organization_id = member.id AND f.recorded_until IS NULL
      UNION ALL
      SELECT m.id FROM merged_ids m WHERE m.stands_id = member.id
    ) below
  )
  SELECT array_agg(id) FROM member
$$;

-- Whether somebody took a stance on a claim, or was asked about it, who at that time was the source, part of it or spoke for it. All
-- of these stand. A position tells at once; of what is none (a stance that was taken back, one that another followed) those who may
-- have spoken for it are looked at one by one.
CREATE FUNCTION is_contacted(claim uuid, subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  members uuid[];
  lines uuid[];
BEGIN
  IF EXISTS (SELECT FROM claim_voices WHERE voice_id = subject AND claim_id = claim) THEN
    RETURN true;
  END IF;
  members := members_of(claim);
  lines := lines_to(subject);
  RETURN EXISTS (
    SELECT FROM attributions a LEFT JOIN merged_ids m ON m.id = a.source_id
    WHERE a.claim_id = ANY (members) AND (a.source_id = ANY (lines) OR a.speaking_for_id = ANY (lines))
      AND a.live AND a.stance <> 'reports'
      AND subject = ANY (raise_source(coalesce(m.stands_id, a.source_id), coalesce(a.stance_from, '-infinity'),
        a.speaking_for_id, a.speaking_for_self))
  ) OR EXISTS (
    SELECT FROM reply_requests r LEFT JOIN merged_ids m ON m.id = r.source_id
    WHERE r.claim_id = ANY (members) AND r.deleted_at IS NULL
      AND subject = ANY (raise_source(coalesce(m.stands_id, r.source_id), r.asked_at, NULL, false))
  );
END $$;

-- Whether somebody whom a claim is about neither was asked nor took any stance.
CREATE FUNCTION is_uncontacted(claim uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM claim_about b LEFT JOIN merged_ids m ON m.id = b.source_id
    WHERE b.claim_id = claim AND b.recorded_until IS NULL AND NOT is_contacted(claim, coalesce(m.stands_id, b.source_id))
  );
END $$;

-- Which attributions of the given claims are live; with `unretracted`, which would be if no report had been retracted. As
-- derive_liveness(claims), which reads it.
CREATE FUNCTION derive_liveness(claims uuid[], unretracted boolean)
RETURNS TABLE (claim_id uuid, id uuid, live boolean, stance_from timestamptz, stance_until timestamptz)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH RECURSIVE fact AS MATERIALIZED (
      SELECT a.claim_id, a.id, a.relays_id, report.status IN ('held', 'corrected') AS held,
        report.status <> 'retracted' AND NOT EXISTS (
          SELECT FROM withdrawals w
          WHERE w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL
        ) AS sound,
        CASE WHEN a.said IS NOT NULL THEN a.said_from WHEN r.published IS NOT NULL THEN r.published_from
             ELSE a.recorded_at END AS stance_from,
        CASE WHEN a.said IS NOT NULL THEN a.said_until WHEN r.published IS NOT NULL THEN r.published_until
             ELSE a.recorded_at + interval '1 microsecond' END AS stance_until
      FROM attributions a
      LEFT JOIN merged_ids merged ON merged.id = a.report_id
      JOIN reports r ON r.id = coalesce(merged.stands_id, a.report_id)
      CROSS JOIN LATERAL (
        SELECT CASE WHEN unretracted AND r.status = 'retracted' THEN coalesce(r.status_before, 'held') ELSE r.status END AS status
      ) report
      WHERE a.claim_id = ANY (claims)
    ),
    -- It and everything it relays are sound.
    grounded (claim_id, id) AS (
      SELECT fact.claim_id, fact.id FROM fact WHERE sound AND relays_id IS NULL
      UNION ALL
      SELECT fact.claim_id, fact.id FROM grounded
      JOIN fact ON fact.claim_id = grounded.claim_id AND fact.relays_id = grounded.id
      WHERE fact.sound
    ),
    -- It is in a report that we hold, or a sound relay that is itself held up passes it on.
    held_up (claim_id, id) AS (
      SELECT fact.claim_id, fact.id FROM fact WHERE sound AND held
      UNION
      SELECT fact.claim_id, fact.relays_id FROM held_up
      JOIN fact ON fact.claim_id = held_up.claim_id AND fact.id = held_up.id
      WHERE fact.sound AND fact.relays_id IS NOT NULL
    )
    SELECT fact.claim_id, fact.id, grounded.id IS NOT NULL AND held_up.id IS NOT NULL, fact.stance_from, fact.stance_until
    FROM fact
    LEFT JOIN grounded USING (claim_id, id)
    LEFT JOIN held_up USING (claim_id, id);
END $$;

CREATE OR REPLACE FUNCTION derive_liveness(claims uuid[])
RETURNS TABLE (claim_id uuid, id uuid, live boolean, stance_from timestamptz, stance_until timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT * FROM derive_liveness(claims, false)
$$;

-- Whether a claim that stands was retracted: no origin for it is left, and something for it fell because a report was retracted, or
-- was taken back by its own source. The positions and what is live must be derived already.
CREATE FUNCTION is_retracted(claim uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  members uuid[] := members_of(claim);
BEGIN
  IF EXISTS (SELECT FROM claim_positions p WHERE p.claim_id = claim AND p.side = 'for' AND p.is_origin)
    OR NOT EXISTS (SELECT FROM attributions a WHERE a.claim_id = ANY (members) AND a.stance IN ('asserts', 'confirms'))
  THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT FROM attributions a LEFT JOIN merged_ids m ON m.id = a.source_id
    WHERE a.claim_id = ANY (members) AND a.live AND a.stance IN ('asserts', 'confirms') AND NOT EXISTS (
      SELECT FROM claim_positions p WHERE p.claim_id = claim AND p.source_id = coalesce(m.stands_id, a.source_id)
    )
  ) OR EXISTS (
    SELECT FROM derive_liveness(members, true) d JOIN attributions a ON a.claim_id = d.claim_id AND a.id = d.id
    WHERE d.live AND NOT a.live AND a.stance IN ('asserts', 'confirms')
  );
END $$;

-- The flags that a claim has by itself. A claim that is merged has none.
CREATE FUNCTION derive_own_flags(claims uuid[])
RETURNS TABLE (claim_id uuid, uncontacted boolean, quote_lost boolean, unarchived boolean, retracted boolean)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT given.id,
      stands.itself AND is_uncontacted(given.id),
      stands.itself AND EXISTS (
        SELECT FROM attributions a JOIN quote_states q ON q.attribution_id = a.id AND q.recorded_until IS NULL
        WHERE a.claim_id = ANY (stands.members) AND a.live AND a.quote_exact IS NOT NULL AND q.health = 'lost'
      ),
      stands.itself AND EXISTS (SELECT FROM attributions a WHERE a.claim_id = ANY (stands.members) AND a.live) AND NOT EXISTS (
        SELECT FROM attributions a LEFT JOIN merged_ids m ON m.id = a.report_id JOIN reports r ON r.id = coalesce(m.stands_id, a.report_id)
        WHERE a.claim_id = ANY (stands.members) AND a.live AND r.archive_url IS NOT NULL
      ),
      stands.itself AND is_retracted(given.id)
    FROM unnest(claims) AS given (id)
    CROSS JOIN LATERAL (
      SELECT NOT EXISTS (SELECT FROM merged_ids WHERE id = given.id) AS itself, members_of(given.id) AS members
    ) stands;
END $$;

-- Brings the flags that claims have by themselves to what is recorded.
CREATE FUNCTION refresh_own_flags(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE claim_summaries s
  SET uncontacted = d.uncontacted, quote_lost = d.quote_lost, unarchived = d.unarchived, retracted = d.retracted
  FROM derive_own_flags(claims) d
  WHERE s.claim_id = d.claim_id
    AND (s.uncontacted, s.quote_lost, s.unarchived, s.retracted) IS DISTINCT FROM (d.uncontacted, d.quote_lost, d.unarchived, d.retracted);
END $$;

-- The claims that bear on the given ones, which stand: those that they contradict or that contradict them, and those that they
-- depend on. Of several relations between what counts as the same two claims the one judged last decides.
CREATE FUNCTION derive_bearings(claims uuid[])
RETURNS TABLE (claim_id uuid, type text, other_id uuid)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT judged.claim_id, judged.type, judged.other_id
    FROM (
      SELECT DISTINCT ON (ends.claim_id, ends.type, ends.other_id) ends.*
      FROM (
        SELECT given.id AS claim_id, r.type, coalesce(m.stands_id, r.to_id) AS other_id, r.status, r.recorded_from, r.id
        FROM unnest(claims) AS given (id) CROSS JOIN LATERAL unnest(members_of(given.id)) AS member (id)
        JOIN claim_relations r ON r.from_id = member.id AND r.recorded_until IS NULL AND r.type IN ('contradicts', 'depends_on')
        LEFT JOIN merged_ids m ON m.id = r.to_id
        UNION ALL
        SELECT given.id, r.type, coalesce(m.stands_id, r.from_id), r.status, r.recorded_from, r.id
        FROM unnest(claims) AS given (id) CROSS JOIN LATERAL unnest(members_of(given.id)) AS member (id)
        JOIN claim_relations r ON r.to_id = member.id AND r.recorded_until IS NULL AND r.type = 'contradicts'
        LEFT JOIN merged_ids m ON m.id = r.from_id
      ) ends
      WHERE ends.other_id <> ends.claim_id
      ORDER BY ends.claim_id, ends.type, ends.other_id, ends.recorded_from DESC, ends.id DESC
    ) judged
    WHERE judged.status = 'confirmed' AND NOT EXISTS (SELECT FROM merged_ids WHERE id = judged.claim_id);
END $$;

-- Brings the flags that claims have by others to what those are.
CREATE FUNCTION refresh_bearings(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE claim_summaries s SET contradicted = d.contradicted, undermined = d.undermined
  FROM (
    SELECT given.id,
      coalesce(bool_or(b.type = 'contradicts' AND other.for_origins > 0), false) AS contradicted,
      coalesce(bool_or(b.type = 'depends_on' AND (other.standing = 'denied' OR other.retracted OR c.outcome = 'did_not')), false)
        AS undermined
    FROM unnest(claims) AS given (id)
    LEFT JOIN derive_bearings(claims) b ON b.claim_id = given.id
    LEFT JOIN claim_summaries other ON other.claim_id = b.other_id
    LEFT JOIN claims c ON c.id = b.other_id
    GROUP BY given.id
  ) d
  WHERE s.claim_id = d.id AND (s.contradicted, s.undermined) IS DISTINCT FROM (d.contradicted, d.undermined);
END $$;

-- The claims, as they stand, that the given ones bear on.
CREATE FUNCTION borne_on(claims uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  members uuid[] := ARRAY(SELECT DISTINCT member FROM unnest(claims) c (id) CROSS JOIN LATERAL unnest(members_of(c.id)) member);
BEGIN
  RETURN standing_ids(ARRAY(
    SELECT from_id FROM claim_relations WHERE to_id = ANY (members) AND recorded_until IS NULL AND type IN ('contradicts', 'depends_on')
    UNION
    SELECT to_id FROM claim_relations WHERE from_id = ANY (members) AND recorded_until IS NULL AND type = 'contradicts'
  ));
END $$;

CREATE OR REPLACE FUNCTION refresh_summaries(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE claim_summaries s SET
    standing = d.standing, anonymous_only = d.anonymous_only, no_quote = h.attributions > 0 AND h.quotes = 0,
    for_positions = d.for_positions, for_origins = d.for_origins, for_firm = d.for_firm,
    against_positions = d.against_positions, against_origins = d.against_origins,
    declined = d.declined, no_response = d.no_response,
    relays = h.relays, attributions = h.attributions, quotes = h.quotes,
    uncontacted = f.uncontacted, quote_lost = f.quote_lost, unarchived = f.unarchived, retracted = f.retracted
  FROM derive_standings(claims) d
  JOIN derive_own_flags(claims) f ON f.claim_id = d.claim_id
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS attributions, count(a.relays_id)::integer AS relays, count(a.quote_exact)::integer AS quotes
    FROM attributions a
    WHERE a.live
      AND NOT EXISTS (SELECT FROM merged_ids WHERE id = d.claim_id)
      AND a.claim_id = ANY (ARRAY[d.claim_id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = d.claim_id))
  ) h
  WHERE s.claim_id = d.claim_id;
END $$;

-- A new attribution moves the position of its own source on its claim, and adds to the counts. Only a live relay of something that
-- was not live holds others up: its claim is derived anew. A new one can end that nobody was asked or nothing archived, never begin it.
CREATE OR REPLACE FUNCTION summarize_new_attributions() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  anew uuid[] := ARRAY(
    SELECT DISTINCT added.claim_id
    FROM added JOIN attributions relayed ON relayed.claim_id = added.claim_id AND relayed.id = added.relays_id
    WHERE added.live AND NOT relayed.live
  );
  done uuid[] := ARRAY(
    SELECT coalesce(merged.stands_id, c) FROM unnest(anew) c LEFT JOIN merged_ids merged ON merged.id = c
  );
  claims uuid[];
  sources uuid[];
BEGIN
  IF cardinality(anew) > 0 THEN
    PERFORM refresh_claims(anew);
  END IF;
  SELECT array_agg(claim_id), array_agg(source_id) INTO claims, sources
  FROM (
    SELECT DISTINCT coalesce(c.stands_id, added.claim_id) AS claim_id, coalesce(s.stands_id, added.source_id) AS source_id
    FROM added
    LEFT JOIN merged_ids c ON c.id = added.claim_id
    LEFT JOIN merged_ids s ON s.id = added.source_id
    WHERE added.live
  ) pair
  WHERE claim_id <> ALL (done);
  IF claims IS NOT NULL THEN
    PERFORM refresh_positions(claims, sources);
    UPDATE claim_summaries s SET
      standing = d.standing, anonymous_only = d.anonymous_only, no_quote = s.quotes + h.quotes = 0,
      for_positions = d.for_positions, for_origins = d.for_origins, for_firm = d.for_firm,
      against_positions = d.against_positions, against_origins = d.against_origins,
      declined = d.declined, no_response = d.no_response,
      relays = s.relays + h.relays, attributions = s.attributions + h.attributions, quotes = s.quotes + h.quotes,
      uncontacted = CASE
        -- Only who is, speaks for or is part of somebody whom the claim is about can end it.
        WHEN s.uncontacted AND EXISTS (
          SELECT FROM added
          LEFT JOIN merged_ids c ON c.id = added.claim_id
          LEFT JOIN merged_ids speaker ON speaker.id = added.source_id
          JOIN claim_about b ON b.claim_id = s.claim_id AND b.recorded_until IS NULL
          LEFT JOIN merged_ids subject ON subject.id = b.source_id
          WHERE added.live AND added.stance <> 'reports' AND coalesce(c.stands_id, added.claim_id) = s.claim_id
            AND coalesce(subject.stands_id, b.source_id) = ANY (raise_source(coalesce(speaker.stands_id, added.source_id),
              coalesce(added.stance_from, '-infinity'), added.speaking_for_id, added.speaking_for_self))
        ) THEN is_uncontacted(s.claim_id)
        ELSE s.uncontacted
      END,
      unarchived = (s.unarchived OR s.attributions = 0) AND NOT h.archived,
      retracted = CASE WHEN d.for_origins > 0 THEN false ELSE is_retracted(s.claim_id) END
    FROM (
      SELECT coalesce(c.stands_id, added.claim_id) AS claim_id,
        count(*) AS attributions, count(added.relays_id) AS relays, count(added.quote_exact) AS quotes,
        bool_or(r.archive_url IS NOT NULL) AS archived
      FROM added JOIN reports r ON r.id = added.report_id LEFT JOIN merged_ids c ON c.id = added.claim_id
      WHERE added.live
      GROUP BY 1
    ) h
    JOIN derive_standings(ARRAY(SELECT DISTINCT unnest(claims))) d USING (claim_id)
    WHERE s.claim_id = h.claim_id;
  END IF;
  -- What is not live because a report was retracted stands for nothing, and yet was retracted.
  IF EXISTS (SELECT FROM added WHERE NOT live) THEN
    claims := standing_ids(ARRAY(
      SELECT DISTINCT added.claim_id FROM added JOIN reports r ON r.id = added.report_id
      WHERE NOT added.live
        AND (r.status = 'retracted' OR added.relays_id IS NOT NULL AND NOT is_sound_chain(added.claim_id, added.relays_id))
    ));
    IF cardinality(claims) > 0 THEN
      PERFORM refresh_own_flags(claims);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Triggers ------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION refresh_own_flags_of_touched() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_own_flags(standing_ids(ARRAY(SELECT DISTINCT claim_id FROM touched)));
  RETURN NULL;
END $$;

CREATE TRIGGER claim_about_flagged AFTER INSERT ON claim_about
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refresh_own_flags_of_touched();
CREATE TRIGGER claim_about_end_flagged AFTER UPDATE ON claim_about
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refresh_own_flags_of_touched();
CREATE TRIGGER reply_requests_flagged AFTER INSERT ON reply_requests
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refresh_own_flags_of_touched();

CREATE FUNCTION flag_deleted_request() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_own_flags(standing_ids(ARRAY[NEW.claim_id]));
  RETURN NULL;
END $$;

CREATE TRIGGER reply_requests_end_flagged AFTER UPDATE ON reply_requests
  FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION flag_deleted_request();

-- A quote that is new is found, or nobody can tell: only one that gets lost, or is there again, changes anything.
CREATE FUNCTION flag_quotes() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  claims uuid[] := standing_ids(ARRAY(
    SELECT DISTINCT a.claim_id FROM touched JOIN attributions a ON a.id = touched.attribution_id WHERE touched.health = 'lost'
  ));
BEGIN
  IF cardinality(claims) > 0 THEN
    PERFORM refresh_own_flags(claims);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER quote_states_flagged AFTER INSERT ON quote_states
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION flag_quotes();
CREATE TRIGGER quote_states_end_flagged AFTER UPDATE ON quote_states
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION flag_quotes();

CREATE FUNCTION flag_archived_report() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_own_flags(standing_ids(ARRAY(
    SELECT DISTINCT claim_id FROM attributions WHERE report_id = ANY (members_of(NEW.id))
  )));
  RETURN NULL;
END $$;

CREATE TRIGGER reports_archive_flagged AFTER UPDATE ON reports
  FOR EACH ROW WHEN ((OLD.archive_url IS NULL) <> (NEW.archive_url IS NULL)) EXECUTE FUNCTION flag_archived_report();

-- The claims that are about somebody, on which the source or somebody in its lines spoke or was asked.
CREATE FUNCTION claims_reached_by(source uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  lines uuid[] := lines_to(source);
BEGIN
  RETURN ARRAY(
    SELECT reached.id
    FROM unnest(standing_ids(ARRAY(
      SELECT claim_id FROM attributions WHERE source_id = ANY (lines)
      UNION
      SELECT claim_id FROM attributions WHERE speaking_for_id = ANY (lines)
      UNION
      SELECT claim_id FROM reply_requests WHERE source_id = ANY (lines)
    ))) reached (id)
    WHERE EXISTS (SELECT FROM claim_about b WHERE b.claim_id = reached.id AND b.recorded_until IS NULL)
  );
END $$;

-- Every claim on which the source speaks, or somebody speaks through it; and of which somebody through it may have been asked.
CREATE OR REPLACE FUNCTION summarize_voice(voice uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM refresh_claims(ARRAY(SELECT DISTINCT claim_id FROM claim_voices WHERE voice_id = voice));
  PERFORM refresh_own_flags(claims_reached_by(voice));
END $$;

-- What a claim is to others: they are contradicted by one that has an origin for, undermined by one that is denied, was retracted or
-- did not come true.
CREATE FUNCTION bear_on_others() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_bearings(borne_on(ARRAY[(to_jsonb(NEW) ->> TG_ARGV[0])::uuid]));
  RETURN NULL;
END $$;

CREATE TRIGGER claim_summaries_bear_on_others AFTER UPDATE ON claim_summaries
  FOR EACH ROW WHEN (
    (OLD.for_origins > 0, OLD.standing = 'denied', OLD.retracted) IS DISTINCT FROM (NEW.for_origins > 0, NEW.standing = 'denied', NEW.retracted)
  )
  EXECUTE FUNCTION bear_on_others('claim_id');
CREATE TRIGGER claims_bear_on_others AFTER UPDATE ON claims
  FOR EACH ROW WHEN (OLD.outcome IS DISTINCT FROM NEW.outcome) EXECUTE FUNCTION bear_on_others('id');

CREATE FUNCTION flag_relations() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_bearings(standing_ids(ARRAY(SELECT from_id FROM touched UNION SELECT to_id FROM touched)));
  RETURN NULL;
END $$;

CREATE TRIGGER claim_relations_flagged AFTER INSERT ON claim_relations
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION flag_relations();
CREATE TRIGGER claim_relations_end_flagged AFTER UPDATE ON claim_relations
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION flag_relations();

-- Every claim of which something derived may change when a merge is made or ended.
CREATE OR REPLACE FUNCTION claims_of_merge(kind text, merged uuid, kept uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  moved uuid[] := merged_with(merged);
BEGIN
  RETURN CASE kind
    WHEN 'claim' THEN ARRAY[merged, coalesce((SELECT stands_id FROM merged_ids WHERE id = kept), kept)]
    WHEN 'report' THEN ARRAY(SELECT DISTINCT claim_id FROM attributions WHERE report_id = ANY (moved))
    ELSE ARRAY(
      SELECT claim_id FROM attributions WHERE source_id = ANY (moved)
      UNION
      SELECT claim_id FROM attributions WHERE speaking_for_id = ANY (moved)
      UNION
      -- Who is part of it or speaks for it is raised to it, with all that are raised through them.
      SELECT v.claim_id FROM affiliations f JOIN claim_voices v ON v.voice_id = f.source_id
      WHERE f.organization_id = ANY (moved) AND f.recorded_until IS NULL
      UNION
      -- The unnamed sources that it hosts have it for their origin.
      SELECT v.claim_id FROM sources hosted JOIN claim_voices v ON v.voice_id = hosted.id WHERE hosted.host_id = ANY (moved)
      UNION
      -- Whom a claim is about, and who was asked about it.
      SELECT claim_id FROM claim_about WHERE source_id = ANY (moved) AND recorded_until IS NULL
      UNION
      SELECT unnest(claims_reached_by(merged))
    )
  END;
END $$;

-- Brings merged_ids to a merge that was made or ended, and everything that is derived with it.
CREATE OR REPLACE FUNCTION apply_merge() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  moved uuid[] := merged_with(NEW.from_id);
  touched uuid[] := claims_of_merge(NEW.kind, NEW.from_id, NEW.into_id);
  stands uuid := CASE WHEN NEW.recorded_until IS NULL THEN NEW.into_id ELSE NEW.from_id END;
BEGIN
  DELETE FROM merged_ids WHERE id = ANY (moved);
  INSERT INTO merged_ids (id, kind, stands_id) SELECT id, NEW.kind, stands FROM unnest(moved) id WHERE id <> stands;
  IF NEW.kind = 'source' AND EXISTS (
    SELECT FROM affiliations f
    WHERE f.source_id = stands AND f.recorded_until IS NULL
      AND leads_back(stands, f.organization_id, tstzrange(f.valid_from, f.valid_until))
  ) THEN
    PERFORM break_rule('merges_no_circle', 'what it is part of or speaks for would lead back to itself');
  END IF;
  PERFORM refresh_claims(touched);
  IF NEW.kind = 'claim' THEN
    PERFORM refresh_bearings(touched || borne_on(touched));
  END IF;
  RETURN NULL;
END $$;

-- What is there already.
SELECT refresh_own_flags(ARRAY(
  SELECT claim_id FROM claim_summaries WHERE attributions > 0
  UNION
  SELECT claim_id FROM attributions WHERE NOT live
  UNION
  SELECT claim_id FROM claim_about WHERE recorded_until IS NULL
));
SELECT refresh_bearings(standing_ids(ARRAY(
  SELECT from_id FROM claim_relations WHERE recorded_until IS NULL
  UNION
  SELECT to_id FROM claim_relations WHERE recorded_until IS NULL
)));

-- Predictions at an instant: with the evidence of their outcome.
DROP FUNCTION claim_at(uuid, timestamptz);
CREATE FUNCTION claim_at(claim uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, slug text, text text, kind text, language text, topic_id uuid, occurred text, horizon text, criteria text,
  outcome text, resolved_at timestamptz, evidence_attribution_id uuid, evidence_url text, created_at timestamptz,
  updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT c.id, c.slug, c.text, c.kind, c.language, c.topic_id, c.occurred, c.horizon, c.criteria, c.outcome, c.resolved_at,
    c.evidence_attribution_id, c.evidence_url, c.created_at, c.updated_at, c.version
  FROM claims c WHERE c.id = claim AND c.updated_at <= known_at AND c.deleted_at IS NULL
  UNION ALL
  SELECT c.id, was ->> 'slug', was ->> 'text', was ->> 'kind', was ->> 'language', (was #>> '{topic,id}')::uuid,
    was ->> 'occurred', was #>> '{prediction,horizon}', was #>> '{prediction,criteria}', was #>> '{prediction,outcome}',
    (was #>> '{prediction,resolvedAt}')::timestamptz, (was #>> '{prediction,evidence,attribution}')::uuid,
    was #>> '{prediction,evidence,url}', c.created_at, (was ->> 'updatedAt')::timestamptz, (was ->> 'version')::integer
  FROM claims c CROSS JOIN LATERAL (SELECT document_at(c.id, known_at) AS was OFFSET 0) document
  WHERE c.id = claim AND c.updated_at > known_at AND c.created_at <= known_at
$$;

-- What of a source does not count is little beside all that it said, and its record counts it.
CREATE INDEX attributions_not_live ON attributions (source_id) WHERE NOT live;
