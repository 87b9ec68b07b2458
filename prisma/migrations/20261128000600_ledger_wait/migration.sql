-- Whoever waits for the ledger's lock waits for a time that they said, and no other lock is waited for by it.

-- Takes the ledger's lock, or fails with lock_not_available (55P03) after `onrecord.lock_patience` milliseconds. Who said nothing
-- (a migration, the start of a service) waits for 30 seconds.
CREATE FUNCTION wait_for_ledger() RETURNS void
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '30s' AS $$
BEGIN
  IF current_setting('onrecord.lock_patience', true) <> '' THEN
    PERFORM set_config('lock_timeout', current_setting('onrecord.lock_patience'), true);
  END IF;
  PERFORM pg_advisory_xact_lock(7290531764);
END $$;

CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  recorded timestamptz := nullif(current_setting('onrecord.recorded_at', true), '')::timestamptz;
BEGIN
  IF recorded IS NULL THEN
    PERFORM wait_for_ledger();
    recorded := greatest(
      clock_timestamp(),
      (SELECT at + interval '1 microsecond' FROM changes ORDER BY id DESC LIMIT 1)
    );
    PERFORM set_config('onrecord.recorded_at', recorded::text, true);
  END IF;
  RETURN recorded;
END $$;

-- The latest instant up to which the recorded clock may be asked: the one given, but no later than now. Now is never before the
-- last change, also where the clock was set back since. Between the last change and now somebody may be about to commit what
-- is recorded already: then this waits for the end of that.
CREATE OR REPLACE FUNCTION settled(known_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s' AS $$
BEGIN
  IF known_at <= (SELECT at FROM changes ORDER BY id DESC LIMIT 1) THEN
    RETURN known_at;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7290531764);
  RETURN least(known_at, greatest(clock_timestamp(), (SELECT at FROM changes ORDER BY id DESC LIMIT 1)));
END $$;
