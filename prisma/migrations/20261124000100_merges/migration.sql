-- Merges (DESIGN §2, §4): a claim, a source or an unseen report that turns out to be another one counts at that other one,
-- for as long as the merge stands. Nothing that was recorded is rewritten: a merge is an edge that can be revoked.

CREATE TABLE merges (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    from_id UUID NOT NULL,
    into_id UUID NOT NULL,
    reason TEXT NOT NULL,
    forced BOOLEAN NOT NULL DEFAULT false,
    actor TEXT NOT NULL,
    recorded_from TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),
    recorded_until TIMESTAMPTZ(6),
    ended_by TEXT,
    ended_reason TEXT,

    CONSTRAINT merges_pkey PRIMARY KEY (id),
    CONSTRAINT merges_kind_known CHECK (kind IN ('claim', 'source', 'report')),
    CONSTRAINT merges_into_another CHECK (from_id <> into_id),
    CONSTRAINT merges_reason_given CHECK (btrim(reason) <> ''),
    CONSTRAINT merges_recorded_order CHECK (recorded_from < recorded_until),
    CONSTRAINT merges_ended_by_somebody CHECK ((ended_by IS NOT NULL) = (recorded_until IS NOT NULL)),
    CONSTRAINT merges_ended_reason_given CHECK (
      ended_reason IS NULL OR (recorded_until IS NOT NULL AND btrim(ended_reason) <> '')
    )
);

CREATE INDEX merges_from_id_idx ON merges(from_id);
CREATE INDEX merges_into_id_idx ON merges(into_id);
CREATE UNIQUE INDEX merges_one_at_a_time ON merges (from_id) WHERE recorded_until IS NULL;

-- Derived: what stands now for each thing that is merged, at the end of its chain of merges.
CREATE TABLE merged_ids (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    stands_id UUID NOT NULL,

    CONSTRAINT merged_ids_pkey PRIMARY KEY (id)
);

CREATE INDEX merged_ids_stands_id_idx ON merged_ids(stands_id);

-- What supersedes an attribution may have been recorded with another claim that is merged with its own.
ALTER TABLE withdrawals
  DROP CONSTRAINT withdrawals_superseded_by_id_fkey,
  ADD CONSTRAINT withdrawals_superseded_by_id_fkey FOREIGN KEY (superseded_by_id)
    REFERENCES attributions (id) ON DELETE RESTRICT ON UPDATE RESTRICT;

-- What a merge needs ---------------------------------------------------------------------------------------------------------

-- Both are there and stand; what merges of each kind ask beside that.
CREATE FUNCTION check_merge() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  gone record;
  kept record;
BEGIN
  IF EXISTS (SELECT FROM merged_ids WHERE id IN (NEW.from_id, NEW.into_id)) THEN
    PERFORM break_rule('merges_of_what_stands', 'one of the two is merged already');
  END IF;
  IF NEW.kind = 'claim' THEN
    IF (SELECT count(*) FROM claims WHERE id IN (NEW.from_id, NEW.into_id) AND deleted_at IS NULL) < 2 THEN
      PERFORM break_rule('merges_of_what_is_there', 'one of the two is not there or deleted');
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.kind = 'source' THEN
    SELECT s.kind, coalesce(m.stands_id, s.host_id) AS host_id INTO gone
    FROM sources s LEFT JOIN merged_ids m ON m.id = s.host_id WHERE s.id = NEW.from_id AND s.deleted_at IS NULL;
    SELECT s.kind, coalesce(m.stands_id, s.host_id) AS host_id INTO kept
    FROM sources s LEFT JOIN merged_ids m ON m.id = s.host_id WHERE s.id = NEW.into_id AND s.deleted_at IS NULL;
    IF gone IS NULL OR kept IS NULL THEN
      PERFORM break_rule('merges_of_what_is_there', 'one of the two is not there or deleted');
    ELSIF kept.kind = 'anonymous' AND gone.kind <> 'anonymous' THEN
      PERFORM break_rule('merges_named_stays_named', 'a named source cannot be merged into an anonymous one');
    ELSIF gone.kind = 'anonymous' AND gone.host_id IS DISTINCT FROM kept.host_id AND NOT NEW.forced THEN
      PERFORM break_rule('merges_anonymous_of_one_host', 'anonymous sources of different outlets are kept apart');
    END IF;
    RETURN NEW;
  END IF;
  SELECT r.status, coalesce(m.stands_id, r.outlet_id) AS outlet_id INTO gone
  FROM reports r LEFT JOIN merged_ids m ON m.id = r.outlet_id WHERE r.id = NEW.from_id AND r.deleted_at IS NULL;
  SELECT coalesce(r.status_before, r.status) AS status, coalesce(m.stands_id, r.outlet_id) AS outlet_id INTO kept
  FROM reports r LEFT JOIN merged_ids m ON m.id = r.outlet_id WHERE r.id = NEW.into_id AND r.deleted_at IS NULL;
  IF gone IS NULL OR kept IS NULL THEN
    PERFORM break_rule('merges_of_what_is_there', 'one of the two is not there or deleted');
  ELSIF gone.status <> 'cited_unseen' THEN
    PERFORM break_rule('merges_report_is_unseen', 'only a cited, unseen report can be merged');
  ELSIF kept.status = 'cited_unseen' THEN
    PERFORM break_rule('merges_report_into_held', 'the report to merge into is unseen itself');
  ELSIF gone.outlet_id <> kept.outlet_id THEN
    PERFORM break_rule('merges_report_of_one_outlet', 'the reports are of different outlets');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER merges_checked BEFORE INSERT ON merges FOR EACH ROW EXECUTE FUNCTION check_merge();

-- What was said under a name stays so: who publishes or hosts, or has that and other named ones merged into it, does not become
-- anonymous.
CREATE OR REPLACE FUNCTION check_kind_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  merged uuid[] := ARRAY(SELECT id FROM merged_ids WHERE stands_id = NEW.id);
BEGIN
  IF EXISTS (SELECT FROM reports WHERE outlet_id = ANY (merged || NEW.id))
    OR EXISTS (SELECT FROM sources WHERE host_id = ANY (merged || NEW.id) OR (id = ANY (merged) AND kind <> 'anonymous'))
  THEN
    PERFORM break_rule('sources_publisher_stays_named', 'a publisher cannot become anonymous');
  END IF;
  RETURN NEW;
END $$;

-- A merge may be ended, once, with who ended it; as for all that is recorded, nothing else of it may change.
CREATE OR REPLACE FUNCTION allow_closing_only() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  closing text[] := ARRAY['recorded_until', 'ended_by', 'ended_reason'];
BEGIN
  IF OLD.recorded_from = ledger_now() THEN
    RETURN NEW;
  END IF;
  IF OLD.recorded_until IS NOT NULL OR to_jsonb(NEW) - closing <> to_jsonb(OLD) - closing THEN
    PERFORM break_rule(TG_TABLE_NAME || '_append_only', TG_TABLE_NAME || ' are only ever closed');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER merges_closed_once BEFORE UPDATE ON merges FOR EACH ROW EXECUTE FUNCTION allow_closing_only();
CREATE TRIGGER merges_never_removed BEFORE DELETE ON merges FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merges_never_emptied BEFORE TRUNCATE ON merges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Affiliations among what stands ---------------------------------------------------------------------------------------------

-- Whether a source, followed upwards from an organization within a time, is come to again. Of sources that are merged only the
-- one that stands has affiliations; those to a merged one lead to the one that stands.
CREATE FUNCTION leads_back(source uuid, organization uuid, throughout tstzrange) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    WITH RECURSIVE line (organization_id, during) AS (
      SELECT coalesce((SELECT stands_id FROM merged_ids WHERE id = organization), organization), throughout
      UNION
      SELECT coalesce(m.stands_id, above.organization_id), line.during * tstzrange(above.valid_from, above.valid_until)
      FROM line
      JOIN affiliations above ON above.source_id = line.organization_id
       AND above.recorded_until IS NULL
       AND line.during && tstzrange(above.valid_from, above.valid_until)
      LEFT JOIN merged_ids m ON m.id = above.organization_id
    )
    SELECT FROM line WHERE organization_id = source
  );
END $$;

CREATE OR REPLACE FUNCTION check_affiliation_line() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF leads_back(NEW.source_id, NEW.organization_id, tstzrange(NEW.valid_from, NEW.valid_until)) THEN
    PERFORM break_rule('affiliations_no_circle', 'the line leads back to the source itself');
  END IF;
  RETURN NEW;
END $$;

-- From a source that stands up to its origin at an instant: the organization that it speaks for, then the top of the part_of
-- line. `speaking_for` on the attribution wins over the dated affiliations; `for_self` raises nothing.
CREATE OR REPLACE FUNCTION raise_source(source uuid, at timestamptz, speaking_for uuid, for_self boolean) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  path uuid[] := ARRAY[source];
  above uuid := coalesce((SELECT stands_id FROM merged_ids WHERE id = speaking_for), speaking_for);
BEGIN
  IF for_self THEN
    RETURN path;
  END IF;
  IF above IS NULL THEN
    SELECT coalesce(m.stands_id, f.organization_id) INTO above
    FROM affiliations f LEFT JOIN merged_ids m ON m.id = f.organization_id
    WHERE f.source_id = source AND f.kind = 'speaks_for' AND f.recorded_until IS NULL
      AND tstzrange(f.valid_from, f.valid_until) @> at;
  END IF;
  LOOP
    IF above IS NOT NULL THEN
      EXIT WHEN above = ANY (path);
      path := path || above;
    END IF;
    SELECT coalesce(m.stands_id, f.organization_id) INTO above
    FROM affiliations f LEFT JOIN merged_ids m ON m.id = f.organization_id
    WHERE f.source_id = path[cardinality(path)] AND f.kind = 'part_of' AND f.recorded_until IS NULL
      AND tstzrange(f.valid_from, f.valid_until) @> at;
    EXIT WHEN above IS NULL;
  END LOOP;
  RETURN path;
END $$;

-- What is derived counts at what stands --------------------------------------------------------------------------------------

-- The positions of the given pairs of claim and source, both standing, from the live attributions; a pair without a source
-- means every source of that claim. A claim that is merged has none. No pair may be there twice.
CREATE OR REPLACE FUNCTION derive_positions(claims uuid[], sources uuid[])
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
      SELECT given.claim_id, given.source_id, given.claim_id AS member_id
      FROM unnest(claims, sources) AS given (claim_id, source_id)
      WHERE NOT EXISTS (SELECT FROM merged_ids WHERE id = given.claim_id)
      UNION ALL
      SELECT given.claim_id, given.source_id, merged.id
      FROM unnest(claims, sources) AS given (claim_id, source_id) JOIN merged_ids merged ON merged.stands_id = given.claim_id
    ),
    spoken AS (
      SELECT pair.claim_id, pair.source_id, a.id, a.stance, a.certainty, a.stance_from, a.stance_until, a.recorded_at,
        a.speaking_for_id, a.speaking_for_self
      FROM pair JOIN attributions a ON a.claim_id = pair.member_id AND a.source_id = pair.source_id
      WHERE a.live AND a.stance <> 'reports'
      UNION ALL
      SELECT pair.claim_id, pair.source_id, a.id, a.stance, a.certainty, a.stance_from, a.stance_until, a.recorded_at,
        a.speaking_for_id, a.speaking_for_self
      FROM pair JOIN merged_ids merged ON merged.stands_id = pair.source_id
      JOIN attributions a ON a.claim_id = pair.member_id AND a.source_id = merged.id
      WHERE a.live AND a.stance <> 'reports'
      UNION ALL
      SELECT pair.claim_id, coalesce(merged.stands_id, a.source_id), a.id, a.stance, a.certainty, a.stance_from,
        a.stance_until, a.recorded_at, a.speaking_for_id, a.speaking_for_self
      FROM pair JOIN attributions a ON a.claim_id = pair.member_id LEFT JOIN merged_ids merged ON merged.id = a.source_id
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
      SELECT position.*, s.kind AS source_kind, coalesce(host.stands_id, s.host_id) AS host_id,
        -- Most sources speak for nobody: no need to climb.
        CASE
          WHEN position.speaking_for_id IS NULL
            AND NOT EXISTS (SELECT FROM affiliations f WHERE f.source_id = position.source_id)
          THEN ARRAY[position.source_id]
          ELSE raise_source(position.source_id, coalesce(position.stance_from, '-infinity'), position.speaking_for_id,
            position.speaking_for_self)
        END AS path
      FROM position JOIN sources s ON s.id = position.source_id LEFT JOIN merged_ids host ON host.id = s.host_id
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
        WHERE relay.claim_id = ANY (ARRAY[raised.claim_id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = raised.claim_id))
          AND relay.source_id = ANY (ARRAY[raised.source_id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = raised.source_id))
          AND relay.live AND relay.passes_on IN ('asserts', 'confirms', 'reports')
      )),
      raised.source_kind = 'anonymous'
    FROM raised;
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
    relays = h.relays, attributions = h.attributions, quotes = h.quotes
  FROM derive_standings(claims) d
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS attributions, count(a.relays_id)::integer AS relays, count(a.quote_exact)::integer AS quotes
    FROM attributions a
    WHERE a.live
      AND NOT EXISTS (SELECT FROM merged_ids WHERE id = d.claim_id)
      AND a.claim_id = ANY (ARRAY[d.claim_id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = d.claim_id))
  ) h
  WHERE s.claim_id = d.claim_id;
END $$;

-- Which attributions of the given claims are live, and the time of each stance; a merged report counts as the one that stands.
-- Sound: not withdrawn, in a report that is not retracted. Live: it and everything it relays are sound and, where its own
-- report is unseen, an unbroken line of sound relays leads from it to a report that we hold.
CREATE OR REPLACE FUNCTION derive_liveness(claims uuid[])
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
      FROM attributions a
      LEFT JOIN merged_ids merged ON merged.id = a.report_id
      JOIN reports r ON r.id = coalesce(merged.stands_id, a.report_id)
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

-- Brings everything that is derived of the given claims, and of those that stand for them, to what the recorded rows say.
CREATE OR REPLACE FUNCTION refresh_claims(claims uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  touched uuid[] := ARRAY(SELECT unnest(claims) UNION SELECT stands_id FROM merged_ids WHERE id = ANY (claims));
BEGIN
  UPDATE attributions a SET live = d.live, stance_from = d.stance_from, stance_until = d.stance_until
  FROM derive_liveness(claims) d
  WHERE a.claim_id = d.claim_id AND a.id = d.id
    AND (a.live, a.stance_from, a.stance_until) IS DISTINCT FROM (d.live, d.stance_from, d.stance_until);
  PERFORM refresh_positions(touched, array_fill(NULL::uuid, ARRAY[cardinality(touched)]));
  PERFORM refresh_summaries(touched);
END $$;

-- Whether an attribution and everything that it relays are sound.
CREATE OR REPLACE FUNCTION is_sound_chain(claim uuid, attribution uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN NOT EXISTS (
    WITH RECURSIVE link (id, relays_id, report_id) AS (
      SELECT a.id, a.relays_id, a.report_id FROM attributions a WHERE a.claim_id = claim AND a.id = attribution
      UNION ALL
      SELECT a.id, a.relays_id, a.report_id FROM link JOIN attributions a ON a.claim_id = claim AND a.id = link.relays_id
    )
    SELECT FROM link
    LEFT JOIN merged_ids merged ON merged.id = link.report_id
    JOIN reports r ON r.id = coalesce(merged.stands_id, link.report_id)
    WHERE r.status = 'retracted' OR EXISTS (
      SELECT FROM withdrawals w WHERE w.claim_id = claim AND w.attribution_id = link.id AND w.recorded_until IS NULL
    )
  );
END $$;

-- Places a new attribution in its chain: its depth, the stance at the end of it, its time, and whether it is live. Nothing relays it yet, so it is live
-- when we hold its report and everything that it relays is sound.
-- A relay can relay only what is there already, so no chain ever closes. It has the claim of what it relays, be that merged; nothing
-- else may refer to what is merged.
CREATE OR REPLACE FUNCTION place_attribution() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  report record;
  relayed record;
BEGIN
  SELECT r.status, r.published, r.published_from, r.published_until, r.deleted_at IS NULL AS report_stands,
    (SELECT deleted_at IS NULL FROM claims WHERE id = NEW.claim_id) AS claim_stands,
    (SELECT deleted_at IS NULL FROM sources WHERE id = NEW.source_id) AS source_stands,
    NEW.speaking_for_id IS NULL OR (SELECT deleted_at IS NULL FROM sources WHERE id = NEW.speaking_for_id)
      AS organization_stands,
    EXISTS (SELECT FROM merged_ids WHERE id IN (
      NEW.source_id, NEW.report_id, NEW.speaking_for_id, CASE WHEN NEW.relays_id IS NULL THEN NEW.claim_id END
    )) AS is_merged
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
  ELSIF report.is_merged THEN
    PERFORM break_rule('attributions_of_what_stands', 'the claim, source, report or organization is merged into another');
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

-- A new attribution moves the position of its own source on its claim, and adds to the counts. Only a live relay of something that
-- was not live holds others up: its claim is derived anew.
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
      relays = s.relays + h.relays, attributions = s.attributions + h.attributions, quotes = s.quotes + h.quotes
    FROM (
      SELECT coalesce(c.stands_id, added.claim_id) AS claim_id,
        count(*) AS attributions, count(added.relays_id) AS relays, count(added.quote_exact) AS quotes
      FROM added LEFT JOIN merged_ids c ON c.id = added.claim_id
      WHERE added.live
      GROUP BY 1
    ) h
    JOIN derive_standings(ARRAY(SELECT DISTINCT unnest(claims))) d USING (claim_id)
    WHERE s.claim_id = h.claim_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION summarize_report() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_claims(ARRAY(
    SELECT DISTINCT claim_id FROM attributions
    WHERE report_id = ANY (ARRAY[NEW.id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = NEW.id))
  ));
  RETURN NULL;
END $$;

-- A thing that is merged, and what had been merged into it.
CREATE FUNCTION merged_with(thing uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE below (id) AS (
    SELECT thing
    UNION ALL
    SELECT m.from_id FROM below JOIN merges m ON m.into_id = below.id AND m.recorded_until IS NULL
  )
  SELECT array_agg(id) FROM below
$$;

-- Every claim of which something derived may change when a merge is made or ended.
CREATE FUNCTION claims_of_merge(kind text, merged uuid, kept uuid) RETURNS uuid[]
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
    )
  END;
END $$;

-- Brings merged_ids to a merge that was made or ended, and everything that is derived with it.
CREATE FUNCTION apply_merge() RETURNS trigger
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
  RETURN NULL;
END $$;

CREATE TRIGGER merges_applied AFTER INSERT OR UPDATE ON merges FOR EACH ROW EXECUTE FUNCTION apply_merge();
