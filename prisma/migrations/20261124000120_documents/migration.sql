-- Things as they were at an instant of the recorded clock (DESIGN §3, two clocks): the row where it has not changed since, else its
-- change entry. No row where the thing was not recorded yet, or deleted. They are inlined into the statements that use them.

-- What stood for a thing: the one at the end of its chain of merges, or itself.
CREATE FUNCTION stood_for(entity uuid, known_at timestamptz) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  stood uuid := entity;
  above uuid;
BEGIN
  LOOP
    SELECT into_id INTO above FROM merges
    WHERE from_id = stood AND recorded_from <= known_at AND (recorded_until IS NULL OR recorded_until > known_at);
    IF NOT FOUND THEN
      RETURN stood;
    END IF;
    stood := above;
  END LOOP;
END $$;

CREATE FUNCTION topic_at(topic uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, slug text, name text, description text, created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT t.id, t.slug, t.name, t.description, t.created_at, t.updated_at, t.version
  FROM topics t WHERE t.id = topic AND t.updated_at <= known_at AND t.deleted_at IS NULL
  UNION ALL
  SELECT t.id, was ->> 'slug', was ->> 'name', was ->> 'description', t.created_at, (was ->> 'updatedAt')::timestamptz,
    (was ->> 'version')::integer
  FROM topics t CROSS JOIN LATERAL (SELECT document_at(t.id, known_at) AS was OFFSET 0) document
  WHERE t.id = topic AND t.updated_at > known_at AND t.created_at <= known_at
$$;

-- The aliases of a source, as its answers show them.
CREATE FUNCTION aliases_of(source uuid) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('name', alias, 'language', language) ORDER BY position), '[]')
  FROM source_aliases WHERE source_id = source
$$;

CREATE FUNCTION source_at(source uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, slug text, name text, kind text, description text, country text, aliases jsonb, external_ids jsonb,
  reliability text, host_id uuid, descriptor text, people integer, access text, reason text, terms text,
  created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT s.id, s.slug, s.name, s.kind, s.description, s.country, aliases_of(s.id), s.external_ids, s.reliability,
    s.host_id, s.descriptor, s.people, s.access, s.reason, s.terms, s.created_at, s.updated_at, s.version
  FROM sources s WHERE s.id = source AND s.updated_at <= known_at AND s.deleted_at IS NULL
  UNION ALL
  SELECT s.id, was ->> 'slug', was ->> 'name', was ->> 'kind', was ->> 'description', was ->> 'country', was -> 'aliases',
    was -> 'externalIds', was ->> 'reliability', (was #>> '{host,id}')::uuid, was ->> 'descriptor',
    (was ->> 'people')::integer, was ->> 'access', was ->> 'reason', was ->> 'terms', s.created_at,
    (was ->> 'updatedAt')::timestamptz, (was ->> 'version')::integer
  FROM sources s CROSS JOIN LATERAL (SELECT document_at(s.id, known_at) AS was OFFSET 0) document
  WHERE s.id = source AND s.updated_at > known_at AND s.created_at <= known_at
$$;

CREATE FUNCTION report_at(report uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, url text, title text, outlet_id uuid, authors text[], kind text, language text, published text,
  retrieved_at timestamptz, archive_url text, text text, text_hash text, status text, status_before text, retracted_on text, cited_in_id uuid,
  created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT r.id, r.url, r.title, r.outlet_id, r.authors, r.kind, r.language, r.published, r.retrieved_at, r.archive_url, r.text,
    r.text_hash, r.status, r.status_before, r.retracted_on, r.cited_in_id, r.created_at, r.updated_at, r.version
  FROM reports r WHERE r.id = report AND r.updated_at <= known_at AND r.deleted_at IS NULL
  UNION ALL
  SELECT r.id, was ->> 'url', was ->> 'title', (was #>> '{outlet,id}')::uuid,
    ARRAY(SELECT jsonb_array_elements_text(was -> 'authors')), was ->> 'kind', was ->> 'language', was ->> 'published',
    (was ->> 'retrievedAt')::timestamptz, was ->> 'archiveUrl', was ->> 'text', was ->> 'textHash', was ->> 'status',
    was ->> 'statusBefore', was ->> 'retractedOn', (was ->> 'citedIn')::uuid, r.created_at, (was ->> 'updatedAt')::timestamptz,
    (was ->> 'version')::integer
  FROM reports r CROSS JOIN LATERAL (SELECT document_at(r.id, known_at) AS was OFFSET 0) document
  WHERE r.id = report AND r.updated_at > known_at AND r.created_at <= known_at
$$;

CREATE FUNCTION claim_at(claim uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, slug text, text text, kind text, language text, topic_id uuid, occurred text, horizon text, criteria text,
  outcome text, resolved_at timestamptz, created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT c.id, c.slug, c.text, c.kind, c.language, c.topic_id, c.occurred, c.horizon, c.criteria, c.outcome, c.resolved_at,
    c.created_at, c.updated_at, c.version
  FROM claims c WHERE c.id = claim AND c.updated_at <= known_at AND c.deleted_at IS NULL
  UNION ALL
  SELECT c.id, was ->> 'slug', was ->> 'text', was ->> 'kind', was ->> 'language', (was #>> '{topic,id}')::uuid,
    was ->> 'occurred', was #>> '{prediction,horizon}', was #>> '{prediction,criteria}', was #>> '{prediction,outcome}',
    (was #>> '{prediction,resolvedAt}')::timestamptz, c.created_at, (was ->> 'updatedAt')::timestamptz,
    (was ->> 'version')::integer
  FROM claims c CROSS JOIN LATERAL (SELECT document_at(c.id, known_at) AS was OFFSET 0) document
  WHERE c.id = claim AND c.updated_at > known_at AND c.created_at <= known_at
$$;

-- Of an attribution nothing changes but its version.
CREATE FUNCTION attribution_at(attribution uuid, known_at timestamptz)
RETURNS TABLE (
  claim_id uuid, id uuid, source_id uuid, report_id uuid, stance text, certainty text, emphasis text, relays_id uuid,
  speaking_for_id uuid, speaking_for_self boolean, quote_exact text, quote_prefix text, quote_suffix text,
  quote_language text, quote_translation text, quote_translator text, said text, recorded_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT a.claim_id, a.id, a.source_id, a.report_id, a.stance, a.certainty, a.emphasis, a.relays_id, a.speaking_for_id,
    a.speaking_for_self, a.quote_exact, a.quote_prefix, a.quote_suffix, a.quote_language, a.quote_translation,
    a.quote_translator, a.said, a.recorded_at,
    CASE WHEN a.updated_at <= known_at THEN a.version
         ELSE (SELECT version FROM changes WHERE entity_id = a.id AND at <= known_at ORDER BY changes.id DESC LIMIT 1) END
  FROM attributions a WHERE a.id = attribution AND a.recorded_at <= known_at
$$;

-- What had a slug, or words in its text, that it has no more.
CREATE INDEX revisions_slug ON revisions (type, (before ->> 'slug')) WHERE before ->> 'slug' IS NOT NULL;
CREATE INDEX revisions_text_search ON revisions USING gin (to_tsvector('simple', before ->> 'text')) WHERE type = 'claim';

-- What is said for an organization, in the order of the claims.
DROP INDEX attributions_spoken_for;
CREATE INDEX attributions_spoken_for ON attributions (speaking_for_id, claim_id) WHERE speaking_for_id IS NOT NULL;

CREATE INDEX report_states_outlet_id_report_id_idx ON report_states(outlet_id, report_id);
