-- What a thing referred to at an instant is what was recorded of it: its change entries name what stood for that when they were
-- written, which a merge that has ended since would turn into another answer. The states have it as it was recorded.

CREATE OR REPLACE FUNCTION report_at(report uuid, known_at timestamptz)
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
  SELECT r.id, was ->> 'url', was ->> 'title', (
    SELECT state.outlet_id FROM report_states state
    WHERE state.report_id = r.id AND state.recorded_from <= known_at AND (state.recorded_until IS NULL OR state.recorded_until > known_at)
  ),
    ARRAY(SELECT jsonb_array_elements_text(was -> 'authors')), was ->> 'kind', was ->> 'language', was ->> 'published',
    (was ->> 'retrievedAt')::timestamptz, was ->> 'archiveUrl', was ->> 'text', was ->> 'textHash', was ->> 'status',
    was ->> 'statusBefore', was ->> 'retractedOn', (was ->> 'citedIn')::uuid, r.created_at, (was ->> 'updatedAt')::timestamptz,
    (was ->> 'version')::integer
  FROM reports r CROSS JOIN LATERAL (SELECT document_at(r.id, known_at) AS was OFFSET 0) document
  WHERE r.id = report AND r.updated_at > known_at AND r.created_at <= known_at
$$;

CREATE OR REPLACE FUNCTION source_at(source uuid, known_at timestamptz)
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
    was -> 'externalIds', was ->> 'reliability', (
      SELECT state.host_id FROM source_states state
      WHERE state.source_id = s.id AND state.recorded_from <= known_at AND (state.recorded_until IS NULL OR state.recorded_until > known_at)
    ), was ->> 'descriptor',
    (was ->> 'people')::integer, was ->> 'access', was ->> 'reason', was ->> 'terms', s.created_at,
    (was ->> 'updatedAt')::timestamptz, (was ->> 'version')::integer
  FROM sources s CROSS JOIN LATERAL (SELECT document_at(s.id, known_at) AS was OFFSET 0) document
  WHERE s.id = source AND s.updated_at > known_at AND s.created_at <= known_at
$$;
