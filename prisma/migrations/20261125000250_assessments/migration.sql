-- Assessments: verdicts on claims by named reviewers, and the rating schemes by which they give them (DESIGN §1, schema.org
-- ClaimReview and Rating). They are no stances: nothing that stands about a claim is read from them.

-- What a scheme's ratings are: each within the scheme's range, none given twice, each with a verdict that is known.
CREATE FUNCTION ratings_in_range(ratings jsonb, worst double precision, best double precision) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(bool_and((rating ->> 'ratingValue')::double precision BETWEEN worst AND best), true)
  FROM jsonb_array_elements(ratings) rating
$$;
CREATE FUNCTION ratings_once(ratings jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT count(*) = count(DISTINCT (rating ->> 'ratingValue')::double precision) AND count(*) = count(DISTINCT rating ->> 'alternateName')
  FROM jsonb_array_elements(ratings) rating
$$;
CREATE FUNCTION ratings_judge(ratings jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(bool_and(coalesce(rating ->> 'verdict', '') IN ('true', 'mixed', 'false', 'unproven')), true)
  FROM jsonb_array_elements(ratings) rating
$$;
ALTER TABLE rating_schemes
  ADD CONSTRAINT rating_schemes_name_given CHECK (btrim(name) <> ''),
  ADD CONSTRAINT rating_schemes_ratings_in_range CHECK (ratings_in_range(ratings, worst_rating, best_rating)),
  ADD CONSTRAINT rating_schemes_ratings_once CHECK (ratings_once(ratings)),
  ADD CONSTRAINT rating_schemes_verdicts_known CHECK (ratings_judge(ratings));

ALTER TABLE assessments
  ADD CONSTRAINT assessments_explanation_given CHECK (btrim(explanation) <> '');

-- Who judges does so under its own name, and what is judged is there.
CREATE FUNCTION check_reviewer() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  reviewer record;
BEGIN
  SELECT kind, deleted_at IS NULL AS stands, EXISTS (SELECT FROM merged_ids m WHERE m.id = s.id) AS is_merged
  INTO reviewer FROM sources s WHERE s.id = NEW.reviewer_id;
  IF reviewer.stands IS NOT TRUE THEN
    PERFORM break_rule('reviewers_stand', 'the reviewer is not there or deleted');
  ELSIF reviewer.is_merged THEN
    PERFORM break_rule('reviewers_of_what_stands', 'the reviewer is merged into another');
  ELSIF reviewer.kind = 'anonymous' THEN
    PERFORM break_rule('reviewers_are_named', 'the reviewer is an anonymous source');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rating_schemes_reviewer_checked BEFORE INSERT ON rating_schemes FOR EACH ROW EXECUTE FUNCTION check_reviewer();
CREATE TRIGGER assessments_reviewer_checked BEFORE INSERT ON assessments FOR EACH ROW EXECUTE FUNCTION check_reviewer();

CREATE FUNCTION check_assessed_claim() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM claims WHERE id = NEW.claim_id AND deleted_at IS NULL) THEN
    PERFORM break_rule('assessments_claim_stands', 'the claim is not there or deleted');
  ELSIF EXISTS (SELECT FROM merged_ids WHERE id = NEW.claim_id) THEN
    PERFORM break_rule('assessments_of_what_stands', 'the claim is merged into another');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assessments_claim_checked BEFORE INSERT ON assessments FOR EACH ROW EXECUTE FUNCTION check_assessed_claim();

-- A verdict stays the verdict of its reviewer on its claim; what its scheme was of, its scheme is of.
CREATE FUNCTION keep_reviewer() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM break_rule('reviewers_stay', 'neither the reviewer nor the claim of an assessment can change');
  RETURN NULL;
END $$;
CREATE TRIGGER rating_schemes_reviewer_stays BEFORE UPDATE ON rating_schemes
  FOR EACH ROW WHEN (NEW.reviewer_id <> OLD.reviewer_id) EXECUTE FUNCTION keep_reviewer();
CREATE TRIGGER assessments_reviewer_stays BEFORE UPDATE ON assessments
  FOR EACH ROW WHEN (NEW.reviewer_id <> OLD.reviewer_id OR NEW.claim_id <> OLD.claim_id) EXECUTE FUNCTION keep_reviewer();

-- Nor does who judged become anonymous afterwards.
CREATE FUNCTION check_reviewer_kind() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  members uuid[] := ARRAY(SELECT id FROM merged_ids WHERE stands_id = NEW.id) || NEW.id;
BEGIN
  IF EXISTS (SELECT FROM assessments WHERE reviewer_id = ANY (members))
    OR EXISTS (SELECT FROM rating_schemes WHERE reviewer_id = ANY (members))
  THEN
    PERFORM break_rule('sources_reviewer_stays_named', 'a reviewer cannot become anonymous');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sources_reviewer_kind_checked BEFORE UPDATE OF kind ON sources
  FOR EACH ROW WHEN (NEW.kind = 'anonymous' AND OLD.kind <> 'anonymous') EXECUTE FUNCTION check_reviewer_kind();

-- As they were at an instant of the recorded clock, like the other things.
CREATE FUNCTION assessment_at(assessment uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, claim_id uuid, reviewer_id uuid, rating_value double precision, best_rating double precision,
  worst_rating double precision, alternate_name text, verdict text, explanation text, url text, language text,
  published text, created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT a.id, a.claim_id, a.reviewer_id, a.rating_value, a.best_rating, a.worst_rating, a.alternate_name, a.verdict,
    a.explanation, a.url, a.language, a.published, a.created_at, a.updated_at, a.version
  FROM assessments a WHERE a.id = assessment AND a.updated_at <= known_at AND a.deleted_at IS NULL
  UNION ALL
  SELECT a.id, a.claim_id, a.reviewer_id, (was #>> '{rating,ratingValue}')::double precision,
    (was #>> '{rating,bestRating}')::double precision, (was #>> '{rating,worstRating}')::double precision,
    was #>> '{rating,alternateName}', was ->> 'verdict', was ->> 'explanation', was ->> 'url', was ->> 'language',
    was ->> 'published', a.created_at, (was ->> 'updatedAt')::timestamptz, (was ->> 'version')::integer
  FROM assessments a CROSS JOIN LATERAL (SELECT document_at(a.id, known_at) AS was OFFSET 0) document
  WHERE a.id = assessment AND a.updated_at > known_at AND a.created_at <= known_at
$$;

CREATE FUNCTION rating_scheme_at(scheme uuid, known_at timestamptz)
RETURNS TABLE (
  id uuid, reviewer_id uuid, name text, worst_rating double precision, best_rating double precision, ratings jsonb,
  created_at timestamptz, updated_at timestamptz, version integer
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT r.id, r.reviewer_id, r.name, r.worst_rating, r.best_rating, r.ratings, r.created_at, r.updated_at, r.version
  FROM rating_schemes r WHERE r.id = scheme AND r.updated_at <= known_at AND r.deleted_at IS NULL
  UNION ALL
  SELECT r.id, r.reviewer_id, was ->> 'name', (was ->> 'worstRating')::double precision,
    (was ->> 'bestRating')::double precision, was -> 'ratings', r.created_at, (was ->> 'updatedAt')::timestamptz,
    (was ->> 'version')::integer
  FROM rating_schemes r CROSS JOIN LATERAL (SELECT document_at(r.id, known_at) AS was OFFSET 0) document
  WHERE r.id = scheme AND r.updated_at > known_at AND r.created_at <= known_at
$$;
