-- What the service's role may do when it is not the owner: read everything, add to the ledger, edit what can be edited,
-- close what was recorded. It can remove or rewrite nothing that is recorded. `:service_role` is put in at start.

GRANT USAGE ON SCHEMA public TO :service_role;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :service_role;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :service_role;

GRANT INSERT ON
  sources, source_aliases, affiliations, source_states, topics, reports, report_states, report_events, claims,
  claim_states, claim_about, claim_relations, attributions, withdrawals, revisions, changes, keys, idempotency_records,
  imports, import_rows, merges, reply_requests, rating_schemes, assessments, quote_states
TO :service_role;

GRANT UPDATE ON
  sources, topics, reports, claims, reply_requests, rating_schemes, assessments, keys, idempotency_records, imports
TO :service_role;
GRANT UPDATE (live, stance_from, stance_until, version, updated_at) ON attributions TO :service_role;
GRANT UPDATE (recorded_until) ON affiliations, claim_about, claim_relations TO :service_role;
GRANT UPDATE (recorded_until, ended_by) ON withdrawals TO :service_role;
GRANT UPDATE (recorded_until, ended_by, ended_reason) ON merges TO :service_role;
GRANT UPDATE ON source_states, report_states, claim_states, quote_states TO :service_role;
-- Of the imports only dry runs can go (`imports_never_removed`), and their rows with them.
GRANT DELETE ON source_aliases, idempotency_records, imports TO :service_role;

-- Derived, and so written anew at will.
GRANT INSERT, UPDATE, DELETE ON claim_positions, claim_voices, claim_summaries, claim_firsts, merged_ids TO :service_role;
