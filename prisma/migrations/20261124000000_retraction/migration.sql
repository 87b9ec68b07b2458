-- What a retracted report was before its outlet retracted it (DESIGN §3), held where it says nothing: what it is again when the
-- retraction is undone, and what it counts as at an instant before its `retracted_on`.

ALTER TABLE reports ADD COLUMN status_before TEXT;
ALTER TABLE report_states ADD COLUMN status_before TEXT;

ALTER TABLE reports
  ADD CONSTRAINT reports_status_before_known CHECK (status_before IN ('held', 'cited_unseen', 'corrected')),
  ADD CONSTRAINT reports_status_before_when_retracted CHECK (status_before IS NULL OR status = 'retracted'),
  DROP CONSTRAINT reports_title_given,
  ADD CONSTRAINT reports_title_given CHECK (
    coalesce(status_before, status) = 'cited_unseen' OR coalesce(btrim(title), '') <> ''
  ),
  DROP CONSTRAINT reports_unseen_has_no_text,
  ADD CONSTRAINT reports_unseen_has_no_text CHECK (coalesce(status_before, status) <> 'cited_unseen' OR text IS NULL);

CREATE OR REPLACE FUNCTION keep_report_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE report_states SET recorded_until = ledger_now()
    WHERE report_id = NEW.id AND recorded_until IS NULL AND (recorded_from < ledger_now() OR NEW.deleted_at IS NOT NULL);
  END IF;
  IF NEW.deleted_at IS NULL THEN
    INSERT INTO report_states (
      report_id, outlet_id, status, status_before, published_from, published_until, retracted_from, retracted_until,
      recorded_from
    ) VALUES (
      NEW.id, NEW.outlet_id, NEW.status, NEW.status_before, NEW.published_from, NEW.published_until, NEW.retracted_from,
      NEW.retracted_until, ledger_now()
    ) ON CONFLICT (report_id, recorded_from) DO UPDATE SET
      outlet_id = NEW.outlet_id, status = NEW.status, status_before = NEW.status_before,
      published_from = NEW.published_from, published_until = NEW.published_until, retracted_from = NEW.retracted_from,
      retracted_until = NEW.retracted_until;
  END IF;
  RETURN NULL;
END $$;
