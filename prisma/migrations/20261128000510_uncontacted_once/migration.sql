-- Whether somebody whom a claim is about was heard is found out once for all that a statement brings: asked claim by claim, each read
-- all of it, and 5,000 attributions took five seconds.

-- Whether a claim is flagged `uncontacted`, and a new stance may end that: only who is, speaks for or is part of somebody whom the
-- claim is about can.
CREATE FUNCTION may_be_contacted(claim uuid, speaker uuid, stance_from timestamptz, speaking_for uuid, for_self boolean) RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM claim_summaries s WHERE s.claim_id = claim AND s.uncontacted) AND EXISTS (
    SELECT FROM claim_about b LEFT JOIN merged_ids m ON m.id = b.source_id
    WHERE b.claim_id = claim AND b.recorded_until IS NULL
      AND coalesce(m.stands_id, b.source_id) = ANY (raise_source(speaker, coalesce(stance_from, '-infinity'), speaking_for, for_self))
  );
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
  heard uuid[];
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
    heard := ARRAY(
      SELECT DISTINCT coalesce(c.stands_id, added.claim_id)
      FROM added LEFT JOIN merged_ids c ON c.id = added.claim_id LEFT JOIN merged_ids s ON s.id = added.source_id
      WHERE added.live AND added.stance <> 'reports'
        AND may_be_contacted(coalesce(c.stands_id, added.claim_id), coalesce(s.stands_id, added.source_id), added.stance_from,
          added.speaking_for_id, added.speaking_for_self)
    );
    UPDATE claim_summaries SET uncontacted = is_uncontacted(claim_id) WHERE claim_id = ANY (heard);
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
