-- What became of a report's standing, in its order: corrected or retracted by its outlet, restored by us when the retraction
-- turned out to be none. `happened` is when its outlet did so, where that is told; `version` the one that the report came to.

CREATE TABLE report_events (
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT,
    actor TEXT NOT NULL,
    happened TEXT,
    happened_from TIMESTAMPTZ(6),
    happened_until TIMESTAMPTZ(6),
    recorded_at TIMESTAMPTZ(6) NOT NULL DEFAULT ledger_now(),

    CONSTRAINT report_events_pkey PRIMARY KEY (id)
);

CREATE INDEX report_events_report_id_version_idx ON report_events(report_id, version);

ALTER TABLE report_events ADD CONSTRAINT report_events_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports(id) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE report_events
  ADD CONSTRAINT report_events_kind_known CHECK (kind IN ('corrected', 'retracted', 'restored')),
  ADD CONSTRAINT report_events_reason_given CHECK (
    CASE WHEN reason IS NULL THEN kind = 'restored' ELSE btrim(reason) <> '' END
  ),
  ADD CONSTRAINT report_events_happened_order CHECK (happened_from < happened_until);

CREATE TRIGGER report_events_never_changed BEFORE UPDATE ON report_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_events_never_removed BEFORE DELETE ON report_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_events_never_emptied BEFORE TRUNCATE ON report_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE reports ADD CONSTRAINT reports_retracted_after_published CHECK (
  retracted_until IS NULL OR published_from IS NULL OR published_from < retracted_until
);

-- We may come to hold a report that is retracted: then what it was before changes, and its state with it.
DROP TRIGGER reports_state_goes_on ON reports;
CREATE TRIGGER reports_state_goes_on AFTER UPDATE ON reports
  FOR EACH ROW WHEN (
    (OLD.outlet_id, OLD.status, OLD.status_before, OLD.published_from, OLD.published_until, OLD.retracted_from,
      OLD.retracted_until, OLD.deleted_at)
    IS DISTINCT FROM
    (NEW.outlet_id, NEW.status, NEW.status_before, NEW.published_from, NEW.published_until, NEW.retracted_from,
      NEW.retracted_until, NEW.deleted_at)
  )
  EXECUTE FUNCTION keep_report_state();

-- Who restored what was withdrawn. What one transaction withdraws and restores was never out: its row covers no instant.
ALTER TABLE withdrawals ADD COLUMN ended_by TEXT;
ALTER TABLE withdrawals
  ADD CONSTRAINT withdrawals_ended_by_somebody CHECK ((ended_by IS NOT NULL) = (recorded_until IS NOT NULL)),
  DROP CONSTRAINT withdrawals_recorded_order,
  ADD CONSTRAINT withdrawals_recorded_order CHECK (recorded_from <= recorded_until);
