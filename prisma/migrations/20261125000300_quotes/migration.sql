-- Quotes are found in the text of their report, where that is kept. The rule is src/domain/quote.ts, by the TextQuoteSelector of
-- the W3C Web Annotation Data Model (§4.2.4); tests/property/quote.test.ts holds the two against each other.

-- What copying, typesetting and keyboards make different of the same printed words: what nobody sees dropped, quotation marks and
-- apostrophes straight, every dash and hyphen `-`.
CREATE FUNCTION plain_signs(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(words,
    '[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]', '', 'g'),
    '[`\u00b4\u02bb\u02bc\u055a\u2018-\u201b\u2032\u2039\u203a\uff07]', '''', 'g'),
    '[\u00ab\u00bb\u201c-\u201f\u2033\u2e42\u300c-\u300f\u301d-\u301f\ufe41-\ufe44\uff02\uff62\uff63]', '"', 'g'),
    '[\u058a\u05be\u1400\u1806\u2010-\u2015\u2053\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead]',
    '-', 'g')
$$;

-- A text as it is compared. Most texts are NFKC as they are, and most of their white space is single spaces: neither is written
-- anew then.
CREATE FUNCTION normal_text(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  normal text := plain_signs(words);
BEGIN
  IF normal IS NOT NFKC NORMALIZED THEN
    normal := plain_signs(normalize(normal, NFKC));
  END IF;
  normal := regexp_replace(normal, '[\u0009-\u000d\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', ' ', 'g');
  RETURN btrim(regexp_replace(normal, ' {2,}', ' ', 'g'), ' ');
END $$;

-- Whether a text ends with another, by their bytes: in a long text that costs a tenth of counting its characters.
CREATE FUNCTION ends_with(words text, ending text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT substring(convert_to(words, 'UTF8') FROM octet_length(words) - octet_length(ending) + 1) = convert_to(ending, 'UTF8')
$$;

-- How a quote stands in a text that is normal already (`normal_text`), so that the text of a report is made so once for all its
-- quotes; null for no text. Whether there is a space where prefix, words and suffix meet does not matter.
CREATE FUNCTION quote_health(normal text, exact text, prefix text, suffix text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  words text := normal_text(exact);
  before text := coalesce(normal_text(prefix), '');
  behind text := coalesce(normal_text(suffix), '');
  around text[] := string_to_array(normal, words);
  joined text[] := ARRAY[words];
  way text;
  place integer;
  is_found boolean := false;
BEGIN
  IF normal IS NULL THEN
    RETURN NULL;
  ELSIF words = '' OR cardinality(around) < 2 THEN
    RETURN 'lost';
  END IF;
  -- As a rule words are there once: no others, nor any that overlap them, which would begin within them.
  IF cardinality(around) = 2 AND strpos(substr(words, 2) || left(around[2], length(words) - 1), words) = 0 THEN
    RETURN CASE
      WHEN (ends_with(around[1], before) OR ends_with(around[1], before || ' '))
        AND (starts_with(around[2], behind) OR starts_with(around[2], ' ' || behind))
      THEN 'found' ELSE 'moved'
    END;
  END IF;
  -- Of the ways to join prefix, words and suffix no two are found at one place.
  IF before <> '' THEN
    joined := ARRAY(SELECT before || joint || w FROM unnest(joined) w CROSS JOIN unnest(ARRAY[' ', '']) joint);
  END IF;
  IF behind <> '' THEN
    joined := ARRAY(SELECT w || joint || behind FROM unnest(joined) w CROSS JOIN unnest(ARRAY[' ', '']) joint);
  END IF;
  FOREACH way IN ARRAY joined LOOP
    place := strpos(normal, way);
    IF place > 0 THEN
      IF is_found OR strpos(substr(normal, place + 1), way) > 0 THEN
        RETURN 'ambiguous';
      END IF;
      is_found := true;
    END IF;
  END LOOP;
  RETURN CASE WHEN is_found THEN 'found' ELSE 'moved' END;
END $$;

-- Whether the text of a report is kept, whoever has changed it while the statement that asks waited for the ledger's lock.
CREATE FUNCTION keeps_text(report uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT text IS NOT NULL FROM reports WHERE id = report);
END $$;

-- A quote that is recorded is found in the text of its report, once; from then on it is known how it stands there. The text is made
-- normal once for all that one statement records.
CREATE FUNCTION keep_quotes_of_added() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  report uuid;
  normal text;
  quotes uuid[];
  healths text[];
BEGIN
  FOR report IN SELECT DISTINCT report_id FROM added WHERE quote_exact IS NOT NULL LOOP
    SELECT normal_text(text) INTO normal FROM reports WHERE id = report;
    CONTINUE WHEN normal IS NULL;
    SELECT array_agg(id), array_agg(quote_health(normal, quote_exact, quote_prefix, quote_suffix)) INTO quotes, healths
    FROM added WHERE report_id = report AND quote_exact IS NOT NULL;
    IF healths && ARRAY['lost', 'moved'] THEN
      PERFORM break_rule('attributions_quote_in_text', 'the text does not have the quote');
    ELSIF 'ambiguous' = ANY (healths) THEN
      PERFORM break_rule('attributions_quote_once', 'the text has the quote more than once');
    END IF;
    INSERT INTO quote_states (attribution_id, health) SELECT unnest(quotes), unnest(healths);
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER attributions_quotes_kept AFTER INSERT ON attributions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_quotes_of_added();

-- Brings how the quotes in the given reports stand to the text of the report that stands for each: what is no more so is closed, and
-- begun anew where the text is kept. The selectors stay as they were recorded.
CREATE FUNCTION refresh_quotes(in_reports uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  report record;
  normal text;
  quotes uuid[];
  healths text[];
BEGIN
  FOR report IN
    SELECT r.text, quoted.ids
    FROM (
      SELECT coalesce(merged.stands_id, given.id) AS stands_id, array_agg(given.id) AS ids
      FROM unnest(in_reports) given (id) LEFT JOIN merged_ids merged ON merged.id = given.id
      WHERE EXISTS (SELECT FROM attributions a WHERE a.report_id = given.id AND a.quote_exact IS NOT NULL)
      GROUP BY 1
    ) quoted
    JOIN reports r ON r.id = quoted.stands_id
  LOOP
    normal := normal_text(report.text);
    SELECT array_agg(a.id), array_agg(quote_health(normal, a.quote_exact, a.quote_prefix, a.quote_suffix))
    INTO quotes, healths
    FROM attributions a WHERE a.report_id = ANY (report.ids) AND a.quote_exact IS NOT NULL;
    UPDATE quote_states s SET recorded_until = ledger_now()
    FROM unnest(quotes, healths) quote (id, health)
    WHERE s.attribution_id = quote.id AND s.recorded_until IS NULL AND s.health IS DISTINCT FROM quote.health;
    -- What the running transaction itself began, and ended again, takes its last health: nobody has seen another.
    INSERT INTO quote_states (attribution_id, health)
    SELECT quote.id, quote.health
    FROM unnest(quotes, healths) quote (id, health)
    WHERE quote.health IS NOT NULL AND NOT EXISTS (
      SELECT FROM quote_states s WHERE s.attribution_id = quote.id AND s.recorded_until IS NULL
    )
    ON CONFLICT (attribution_id, recorded_from) DO UPDATE SET health = excluded.health, recorded_until = NULL;
  END LOOP;
END $$;

CREATE FUNCTION keep_quotes_of_report() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_quotes(ARRAY[NEW.id] || ARRAY(SELECT id FROM merged_ids WHERE stands_id = NEW.id));
  RETURN NULL;
END $$;

CREATE TRIGGER reports_quotes_kept AFTER UPDATE OF text ON reports
  FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION keep_quotes_of_report();

-- What lies in a report that is merged is held against the text of the one that stands. Comes after merges_applied, as their names
-- do: by then merged_ids tells what stands.
CREATE FUNCTION keep_quotes_of_merge() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_quotes(merged_with(NEW.from_id));
  RETURN NULL;
END $$;

CREATE TRIGGER merges_quotes_kept AFTER INSERT OR UPDATE ON merges
  FOR EACH ROW WHEN (NEW.kind = 'report') EXECUTE FUNCTION keep_quotes_of_merge();

-- What is quoted already: how it stands is known from now on.
SELECT refresh_quotes(ARRAY(SELECT DISTINCT report_id FROM attributions WHERE quote_exact IS NOT NULL));
