-- What is derived (DESIGN §3): which attributions are live, what each source stands for, and what the positions make of a
-- claim. Triggers keep it in the transaction of every change, so nothing can be written that the summary does not know.
-- src/domain holds the same rules as pure functions; a test holds the two against each other on random histories.

-- How a stance counts.
CREATE FUNCTION side_of(stance text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN stance IN ('asserts', 'confirms') THEN 'for'
    WHEN stance IN ('denies', 'doubts') THEN 'against'
    ELSE 'none'
  END
$$;

-- From a source up to its origin at an instant: the organization that it speaks for, then the top of the part_of line.
-- `speaking_for` on the attribution wins over the dated affiliations; `for_self` raises nothing.
CREATE FUNCTION raise_source(source uuid, at timestamptz, speaking_for uuid, for_self boolean) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  path uuid[] := ARRAY[source];
  above uuid := speaking_for;
BEGIN
  IF for_self THEN
    RETURN path;
  END IF;
  IF above IS NULL THEN
    SELECT organization_id INTO above FROM affiliations
    WHERE source_id = source AND kind = 'speaks_for' AND recorded_until IS NULL AND tstzrange(valid_from, valid_until) @> at;
  END IF;
  LOOP
    IF above IS NOT NULL THEN
      EXIT WHEN above = ANY (path);
      path := path || above;
    END IF;
    SELECT organization_id INTO above FROM affiliations
    WHERE source_id = path[cardinality(path)] AND kind = 'part_of' AND recorded_until IS NULL
      AND tstzrange(valid_from, valid_until) @> at;
    EXIT WHEN above IS NULL;
  END LOOP;
  RETURN path;
END $$;

-- The positions of the given pairs of claim and source, from the live attributions; a pair without a source means every
-- source of that claim. No pair may be there twice.
CREATE FUNCTION derive_positions(claims uuid[], sources uuid[])
RETURNS TABLE (
  claim_id uuid, source_id uuid, attribution_id uuid, stance text, side text, certainty text, "order" text,
  stance_from timestamptz, stance_until timestamptz, path uuid[], origin_id uuid, origin_anonymous boolean,
  is_origin boolean, is_anonymous boolean
)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH pair AS (
      SELECT * FROM unnest(claims, sources) AS pair (claim_id, source_id)
    ),
    spoken AS (
      SELECT a.* FROM pair JOIN attributions a ON a.claim_id = pair.claim_id AND a.source_id = pair.source_id
      WHERE a.live AND a.stance <> 'reports'
      UNION ALL
      SELECT a.* FROM pair JOIN attributions a ON a.claim_id = pair.claim_id
      WHERE pair.source_id IS NULL AND a.live AND a.stance <> 'reports'
    ),
    taken AS (
      SELECT a.*, side_of(a.stance) AS side,
        bool_or(side_of(a.stance) <> 'none') OVER speaker AS took_a_side
      FROM spoken a
      WINDOW speaker AS (PARTITION BY a.claim_id, a.source_id)
    ),
    -- Silence never erases a stance: it counts only for who never took a side.
    counted AS (
      SELECT taken.*, max(taken.stance_from) OVER (PARTITION BY taken.claim_id, taken.source_id) AS last_from
      FROM taken
      WHERE CASE WHEN took_a_side THEN taken.side <> 'none' OR taken.stance = 'retracts'
                 ELSE taken.stance IN ('declines_to_comment', 'no_response') END
    ),
    -- Those that no other lies wholly after.
    latest AS (
      SELECT counted.*, count(*) OVER speaker AS candidates,
        min(counted.side) OVER speaker <> max(counted.side) OVER speaker AS sides_differ
      FROM counted
      WHERE counted.stance_until IS NULL OR counted.last_from IS NULL OR counted.last_from < counted.stance_until
      WINDOW speaker AS (PARTITION BY counted.claim_id, counted.source_id)
    ),
    position AS (
      SELECT DISTINCT ON (latest.claim_id, latest.source_id) latest.*
      FROM latest
      ORDER BY latest.claim_id, latest.source_id, (latest.stance = 'retracts') DESC, latest.recorded_at DESC, latest.id DESC
    ),
    raised AS MATERIALIZED (
      SELECT position.*, s.kind AS source_kind, s.host_id,
        -- Most sources speak for nobody: no need to climb.
        CASE
          WHEN position.speaking_for_id IS NULL
            AND NOT EXISTS (SELECT FROM affiliations f WHERE f.source_id = position.source_id)
          THEN ARRAY[position.source_id]
          ELSE raise_source(position.source_id, coalesce(position.stance_from, '-infinity'), position.speaking_for_id,
            position.speaking_for_self)
        END AS path
      FROM position JOIN sources s ON s.id = position.source_id
      WHERE position.stance <> 'retracts'
    )
    SELECT raised.claim_id, raised.source_id, raised.id, raised.stance, raised.side, raised.certainty,
      CASE WHEN raised.sides_differ THEN 'undetermined' ELSE 'determined' END,
      raised.stance_from, raised.stance_until, raised.path,
      -- The anonymous sources of one host are one origin, apart from the host's own voice.
      CASE WHEN raised.source_kind = 'anonymous' AND cardinality(raised.path) = 1 THEN raised.host_id
           ELSE raised.path[cardinality(raised.path)] END,
      raised.source_kind = 'anonymous' AND cardinality(raised.path) = 1,
      -- What an outlet asserts and also passes on, it has from those whom it relays. Who passes on a denial, and asserts the
      -- claim all the same, speaks on its own word.
      NOT (raised.source_kind = 'outlet' AND raised.stance = 'asserts' AND EXISTS (
        SELECT FROM attributions relay
        WHERE relay.claim_id = raised.claim_id AND relay.source_id = raised.source_id AND relay.live
          AND relay.passes_on IN ('asserts', 'confirms', 'reports')
      )),
      raised.source_kind = 'anonymous'
    FROM raised;
END $$;

-- Brings the stored positions of the given pairs to what derive_positions says, and with those that changed the voices.
-- Writes only what differs.
CREATE FUNCTION refresh_positions(claims uuid[], sources uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  WITH pair AS (
    SELECT * FROM unnest(claims, sources) AS pair (claim_id, source_id)
  ),
  derived AS MATERIALIZED (
    SELECT * FROM derive_positions(claims, sources)
  ),
  gone AS (
    DELETE FROM claim_positions p USING (
      SELECT claim_id, source_id FROM pair WHERE source_id IS NOT NULL
      UNION ALL
      SELECT stored.claim_id, stored.source_id FROM pair JOIN claim_positions stored ON stored.claim_id = pair.claim_id
      WHERE pair.source_id IS NULL
    ) given
    WHERE p.claim_id = given.claim_id AND p.source_id = given.source_id
      AND NOT EXISTS (SELECT FROM derived d WHERE d.claim_id = p.claim_id AND d.source_id = p.source_id)
    RETURNING p.claim_id, p.source_id
  ),
  changed AS (
    INSERT INTO claim_positions AS p SELECT * FROM derived
    ON CONFLICT (claim_id, source_id) DO UPDATE SET
      attribution_id = excluded.attribution_id, stance = excluded.stance, side = excluded.side,
      certainty = excluded.certainty, "order" = excluded."order", stance_from = excluded.stance_from,
      stance_until = excluded.stance_until, path = excluded.path, origin_id = excluded.origin_id,
      origin_anonymous = excluded.origin_anonymous, is_origin = excluded.is_origin, is_anonymous = excluded.is_anonymous
    WHERE p IS DISTINCT FROM excluded
    RETURNING p.claim_id, p.source_id, p.stance, p.path
  ),
  spoken AS MATERIALIZED (
    SELECT voice AS voice_id, stance, claim_id, source_id FROM changed CROSS JOIN unnest(path) voice
  ),
  silent AS (
    DELETE FROM claim_voices v USING (SELECT claim_id, source_id FROM gone UNION ALL SELECT claim_id, source_id FROM changed) t
    WHERE v.claim_id = t.claim_id AND v.source_id = t.source_id
      AND NOT EXISTS (
        SELECT FROM spoken s
        WHERE s.voice_id = v.voice_id AND s.stance = v.stance AND s.claim_id = v.claim_id AND s.source_id = v.source_id
      )
  )
  INSERT INTO claim_voices SELECT * FROM spoken
  ON CONFLICT DO NOTHING;
END $$;

-- What the stored positions of the given claims come to. Claims without a position are there too.
CREATE FUNCTION derive_standings(claims uuid[]) RETURNS TABLE (
  claim_id uuid, standing text, anonymous_only boolean, for_positions integer, for_origins integer, for_firm integer,
  against_positions integer, against_origins integer, declined integer, no_response integer
)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH origin AS (
    -- One row for an origin: the unnamed people of a host and the host's own voice are two.
    SELECT p.claim_id,
      bool_or(side = 'for' AND is_origin) AS is_for,
      bool_or(side = 'for' AND is_origin AND certainty <> 'possible') AS is_firm,
      bool_or(side = 'against' AND is_origin) AS is_against,
      bool_and(is_anonymous) FILTER (WHERE side = 'for' AND is_origin) AS is_anonymous,
      bool_or(stance = 'denies') AS denies,
      count(*) FILTER (WHERE side = 'for') AS for_positions,
      count(*) FILTER (WHERE side = 'against') AS against_positions,
      count(*) FILTER (WHERE stance = 'declines_to_comment') AS declined,
      count(*) FILTER (WHERE stance = 'no_response') AS no_response
    FROM claim_positions p
    WHERE p.claim_id = ANY (claims)
    GROUP BY p.claim_id, origin_id, origin_anonymous
  ),
  stood AS (
    SELECT o.claim_id,
      sum(o.for_positions) AS for_positions,
      count(*) FILTER (WHERE is_for) AS for_origins,
      count(*) FILTER (WHERE is_firm) AS for_firm,
      bool_and(is_anonymous) FILTER (WHERE is_for) AS anonymous_only,
      sum(o.against_positions) AS against_positions,
      count(*) FILTER (WHERE is_against) AS against_origins,
      bool_or(denies) AS denied,
      sum(o.declined) AS declined,
      sum(o.no_response) AS no_response
    FROM origin o
    GROUP BY o.claim_id
  )
  SELECT c.id,
    CASE
      WHEN stood.for_origins > 0 AND stood.against_origins > 0 THEN 'contested'
      WHEN stood.for_origins > 1 THEN 'corroborated'
      WHEN stood.for_origins = 1 THEN 'single_origin'
      WHEN stood.against_origins > 0 AND stood.denied THEN 'denied'
      WHEN stood.against_origins > 0 THEN 'doubted'
      ELSE 'unattributed'
    END,
    coalesce(stood.anonymous_only, false),
    coalesce(stood.for_positions, 0)::integer, coalesce(stood.for_origins, 0)::integer,
    coalesce(stood.for_firm, 0)::integer, coalesce(stood.against_positions, 0)::integer,
    coalesce(stood.against_origins, 0)::integer, coalesce(stood.declined, 0)::integer,
    coalesce(stood.no_response, 0)::integer
  FROM unnest(claims) AS c (id)
  LEFT JOIN stood ON stood.claim_id = c.id;
END $$;

-- Brings the stored summaries of the given claims to their positions and their live attributions.
CREATE FUNCTION refresh_summaries(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE claim_summaries s SET
    standing = d.standing, anonymous_only = d.anonymous_only, no_quote = h.attributions > 0 AND h.quotes = 0,
    for_positions = d.for_positions, for_origins = d.for_origins, for_firm = d.for_firm,
    against_positions = d.against_positions, against_origins = d.against_origins,
    declined = d.declined, no_response = d.no_response,
    relays = h.relays, attributions = h.attributions, quotes = h.quotes
  FROM derive_standings(claims) d
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS attributions, count(a.relays_id)::integer AS relays, count(a.quote_exact)::integer AS quotes
    FROM attributions a WHERE a.claim_id = d.claim_id AND a.live
  ) h
  WHERE s.claim_id = d.claim_id;
END $$;

-- Which attributions of the given claims are live, and the time of each stance. Sound: not withdrawn, in a report that is
-- not retracted. Live: it and everything it relays are sound and, where its own report is unseen, an unbroken line of sound
-- relays leads from it to a report that we hold.
CREATE FUNCTION derive_liveness(claims uuid[])
RETURNS TABLE (claim_id uuid, id uuid, live boolean, stance_from timestamptz, stance_until timestamptz)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH RECURSIVE fact AS MATERIALIZED (
      SELECT a.claim_id, a.id, a.relays_id, r.status IN ('held', 'corrected') AS held,
        r.status <> 'retracted' AND NOT EXISTS (
          SELECT FROM withdrawals w
          WHERE w.claim_id = a.claim_id AND w.attribution_id = a.id AND w.recorded_until IS NULL
        ) AS sound,
        CASE WHEN a.said IS NOT NULL THEN a.said_from WHEN r.published IS NOT NULL THEN r.published_from
             ELSE a.recorded_at END AS stance_from,
        CASE WHEN a.said IS NOT NULL THEN a.said_until WHEN r.published IS NOT NULL THEN r.published_until
             ELSE a.recorded_at + interval '1 microsecond' END AS stance_until
      FROM attributions a JOIN reports r ON r.id = a.report_id
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

-- Brings everything that is derived of the given claims to what the recorded rows say.
CREATE FUNCTION refresh_claims(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE attributions a SET live = d.live, stance_from = d.stance_from, stance_until = d.stance_until
  FROM derive_liveness(claims) d
  WHERE a.claim_id = d.claim_id AND a.id = d.id
    AND (a.live, a.stance_from, a.stance_until) IS DISTINCT FROM (d.live, d.stance_from, d.stance_until);
  PERFORM refresh_positions(claims, array_fill(NULL::uuid, ARRAY[cardinality(claims)]));
  PERFORM refresh_summaries(claims);
END $$;

-- Triggers ------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION begin_summary() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO claim_summaries (claim_id) VALUES (NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER claims_summary_begins AFTER INSERT ON claims FOR EACH ROW EXECUTE FUNCTION begin_summary();

-- Whether an attribution and everything that it relays are sound.
CREATE FUNCTION is_sound_chain(claim uuid, attribution uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN NOT EXISTS (
    WITH RECURSIVE link (id, relays_id, report_id) AS (
      SELECT a.id, a.relays_id, a.report_id FROM attributions a WHERE a.claim_id = claim AND a.id = attribution
      UNION ALL
      SELECT a.id, a.relays_id, a.report_id FROM link JOIN attributions a ON a.claim_id = claim AND a.id = link.relays_id
    )
    SELECT FROM link JOIN reports r ON r.id = link.report_id
    WHERE r.status = 'retracted' OR EXISTS (
      SELECT FROM withdrawals w WHERE w.claim_id = claim AND w.attribution_id = link.id AND w.recorded_until IS NULL
    )
  );
END $$;

-- Places a new attribution in its chain: its depth, the stance at the end of it, its time, and whether it is live. Nothing relays it yet, so it is live
-- when we hold its report and everything that it relays is sound.
-- A relay can relay only what is there already, so no chain ever closes.
CREATE FUNCTION place_attribution() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  report record;
  relayed record;
BEGIN
  SELECT r.status, r.published, r.published_from, r.published_until, r.deleted_at IS NULL AS report_stands,
    (SELECT deleted_at IS NULL FROM claims WHERE id = NEW.claim_id) AS claim_stands,
    (SELECT deleted_at IS NULL FROM sources WHERE id = NEW.source_id) AS source_stands,
    NEW.speaking_for_id IS NULL OR (SELECT deleted_at IS NULL FROM sources WHERE id = NEW.speaking_for_id)
      AS organization_stands
  INTO report
  FROM reports r WHERE r.id = NEW.report_id;
  IF report.report_stands IS NOT TRUE THEN
    PERFORM break_rule('attributions_report_stands', 'the report is not there or deleted');
  ELSIF report.claim_stands IS NOT TRUE THEN
    PERFORM break_rule('attributions_claim_stands', 'the claim is not there or deleted');
  ELSIF report.source_stands IS NOT TRUE THEN
    PERFORM break_rule('attributions_source_stands', 'the source is not there or deleted');
  ELSIF report.organization_stands IS NOT TRUE THEN
    PERFORM break_rule('attributions_organization_stands', 'the organization is not there or deleted');
  END IF;

  NEW.live := report.status IN ('held', 'corrected');
  IF NEW.relays_id IS NOT NULL THEN
    SELECT depth, live, coalesce(passes_on, stance) AS passes_on INTO relayed FROM attributions WHERE claim_id = NEW.claim_id AND id = NEW.relays_id;
    IF NOT FOUND THEN
      PERFORM break_rule('attributions_relays_same_claim', 'what it relays is no attribution of this claim');
    END IF;
    NEW.depth := relayed.depth + 1;
    NEW.passes_on := relayed.passes_on;
    NEW.live := NEW.live AND (relayed.live OR is_sound_chain(NEW.claim_id, NEW.relays_id));
  END IF;

  IF NEW.said IS NOT NULL THEN
    NEW.stance_from := NEW.said_from;
    NEW.stance_until := NEW.said_until;
  ELSIF report.published IS NOT NULL THEN
    NEW.stance_from := report.published_from;
    NEW.stance_until := report.published_until;
  ELSE
    NEW.stance_from := NEW.recorded_at;
    NEW.stance_until := NEW.recorded_at + interval '1 microsecond';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER attributions_placed BEFORE INSERT ON attributions FOR EACH ROW EXECUTE FUNCTION place_attribution();

-- A new attribution moves the position of its own source on its claim, and adds to the counts. Only a live relay of something that
-- was not live holds others up: its claim is derived anew.
CREATE FUNCTION summarize_new_attributions() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  anew uuid[] := ARRAY(
    SELECT DISTINCT added.claim_id
    FROM added JOIN attributions relayed ON relayed.claim_id = added.claim_id AND relayed.id = added.relays_id
    WHERE added.live AND NOT relayed.live
  );
  claims uuid[];
  sources uuid[];
BEGIN
  IF cardinality(anew) > 0 THEN
    PERFORM refresh_claims(anew);
  END IF;
  SELECT array_agg(claim_id), array_agg(source_id) INTO claims, sources
  FROM (SELECT DISTINCT claim_id, source_id FROM added WHERE live AND claim_id <> ALL (anew)) pair;
  IF claims IS NOT NULL THEN
    PERFORM refresh_positions(claims, sources);
    UPDATE claim_summaries s SET
      standing = d.standing, anonymous_only = d.anonymous_only, no_quote = s.quotes + h.quotes = 0,
      for_positions = d.for_positions, for_origins = d.for_origins, for_firm = d.for_firm,
      against_positions = d.against_positions, against_origins = d.against_origins,
      declined = d.declined, no_response = d.no_response,
      relays = s.relays + h.relays, attributions = s.attributions + h.attributions, quotes = s.quotes + h.quotes
    FROM (
      SELECT claim_id, count(*) AS attributions, count(relays_id) AS relays, count(quote_exact) AS quotes
      FROM added WHERE live AND claim_id <> ALL (anew) GROUP BY claim_id
    ) h
    JOIN derive_standings(ARRAY(SELECT DISTINCT unnest(claims))) d USING (claim_id)
    WHERE s.claim_id = h.claim_id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER attributions_summarized AFTER INSERT ON attributions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION summarize_new_attributions();

CREATE FUNCTION summarize_withdrawals() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_claims(ARRAY(SELECT DISTINCT claim_id FROM touched));
  RETURN NULL;
END $$;

CREATE TRIGGER withdrawals_summarized AFTER INSERT ON withdrawals
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION summarize_withdrawals();
CREATE TRIGGER withdrawals_end_summarized AFTER UPDATE ON withdrawals
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION summarize_withdrawals();

CREATE FUNCTION summarize_report() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_claims(ARRAY(SELECT DISTINCT claim_id FROM attributions WHERE report_id = NEW.id));
  RETURN NULL;
END $$;

CREATE TRIGGER reports_summarized AFTER UPDATE ON reports
  FOR EACH ROW WHEN (
    (OLD.status, OLD.published, OLD.published_from, OLD.published_until)
    IS DISTINCT FROM (NEW.status, NEW.published, NEW.published_from, NEW.published_until)
  )
  EXECUTE FUNCTION summarize_report();

-- Every claim on which the source speaks, or somebody speaks through it.
CREATE FUNCTION summarize_voice(voice uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM refresh_claims(ARRAY(SELECT DISTINCT claim_id FROM claim_voices WHERE voice_id = voice));
END $$;

CREATE FUNCTION summarize_affiliation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM summarize_voice(NEW.source_id);
  RETURN NULL;
END $$;

CREATE TRIGGER affiliations_summarized AFTER INSERT OR UPDATE ON affiliations
  FOR EACH ROW EXECUTE FUNCTION summarize_affiliation();

CREATE FUNCTION summarize_source() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM summarize_voice(NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER sources_summarized AFTER UPDATE ON sources
  FOR EACH ROW WHEN ((OLD.kind, OLD.host_id) IS DISTINCT FROM (NEW.kind, NEW.host_id))
  EXECUTE FUNCTION summarize_source();
