-- The order of the change feed: whoever writes an entry, in whatever statement, takes the ledger's lock before the entry draws
-- its number. Else a writer could draw one, wait for the lock, and commit after a higher number that a follower has passed.

CREATE FUNCTION take_ledger_lock() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_now();
  RETURN NULL;
END $$;

CREATE TRIGGER changes_in_line BEFORE INSERT ON changes
  FOR EACH STATEMENT EXECUTE FUNCTION take_ledger_lock();
