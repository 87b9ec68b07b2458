-- How a quote stands in a text is found out by whoever writes, before the ledger is locked (src/domain/quote.ts): looking for many
-- quotes in a long text takes seconds. Here is seen to it that what is kept of a quote was found in the very text that is kept.

-- How quotes stand in a text, as the running transaction was told in `onrecord.quotes_found`: {SHA-256 of the text: {attribution:
-- health}}. A quote that was not looked for in this text breaks a rule.
CREATE FUNCTION quotes_found(words text, quotes uuid[]) RETURNS TABLE (id uuid, health text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  told jsonb := nullif(current_setting('onrecord.quotes_found', true), '')::jsonb -> encode(sha256(convert_to(words, 'UTF8')), 'hex');
BEGIN
  IF EXISTS (SELECT FROM unnest(quotes) quote WHERE told ->> quote::text IS NULL) THEN
    PERFORM break_rule('quote_states_looked_for', 'nobody has looked for the quote in this text');
  END IF;
  RETURN QUERY SELECT quote, told ->> quote::text FROM unnest(quotes) quote;
END $$;

-- A quote that is recorded is found in the text of its report, once; from then on it is known how it stands there.
CREATE OR REPLACE FUNCTION keep_quotes_of_added() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  report record;
  healths text[];
BEGIN
  FOR report IN
    SELECT r.text, quoted.ids
    FROM (SELECT report_id, array_agg(id ORDER BY id) AS ids FROM added WHERE quote_exact IS NOT NULL GROUP BY report_id) quoted
    JOIN reports r ON r.id = quoted.report_id AND r.text IS NOT NULL
  LOOP
    healths := ARRAY(SELECT health FROM quotes_found(report.text, report.ids));
    IF healths && ARRAY['lost', 'moved'] THEN
      PERFORM break_rule('attributions_quote_in_text', 'the text does not have the quote');
    ELSIF 'ambiguous' = ANY (healths) THEN
      PERFORM break_rule('attributions_quote_once', 'the text has the quote more than once');
    END IF;
    INSERT INTO quote_states (attribution_id, health) SELECT unnest(report.ids), unnest(healths);
  END LOOP;
  RETURN NULL;
END $$;

-- The attributions with a quote that lie in the given reports.
CREATE FUNCTION quoted_in(reports uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN ARRAY(SELECT id FROM attributions WHERE report_id = ANY (reports) AND quote_exact IS NOT NULL);
END $$;

-- Brings how the quotes in the given reports stand to the text of the report that stands for each: what is no more so is closed, and
-- begun anew where the text is kept. The selectors stay as they were recorded.
CREATE OR REPLACE FUNCTION refresh_quotes(in_reports uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  report record;
  quotes uuid[];
  healths text[];
BEGIN
  FOR report IN
    SELECT r.text, quoted_in(given.ids) AS quotes
    FROM (
      SELECT coalesce(merged.stands_id, given.id) AS stands_id, array_agg(given.id ORDER BY given.id) AS ids
      FROM unnest(in_reports) given (id) LEFT JOIN merged_ids merged ON merged.id = given.id
      GROUP BY 1
    ) given
    JOIN reports r ON r.id = given.stands_id
  LOOP
    CONTINUE WHEN cardinality(report.quotes) = 0;
    IF report.text IS NULL THEN
      quotes := report.quotes;
      healths := array_fill(NULL::text, ARRAY[cardinality(quotes)]);
    ELSE
      SELECT array_agg(q.id), array_agg(q.health) INTO quotes, healths FROM quotes_found(report.text, report.quotes) q;
    END IF;
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

DROP FUNCTION quote_health(text, text, text, text);
DROP FUNCTION ends_with(text, text);
-- `normal_text` stays for the texts of claims (`claim_text_key`), which are short.
