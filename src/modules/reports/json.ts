import { Prisma } from '../../database/generated/client.ts';
import { json, reference } from '../../database/json.ts';
import { PRESENT } from '../../database/tense.ts';

/** The members that a report has in a list: `r` is reports, `o` its outlet. */
const ITEM_MEMBERS = {
  id: 'r.id',
  url: 'r.url',
  title: 'r.title',
  outlet: reference('o'),
  authors: 'r.authors',
  kind: 'r.kind',
  language: 'r.language',
  published: 'r.published',
  retrievedAt: 'to_rfc3339(r.retrieved_at)',
  archiveUrl: 'r.archive_url',
  textHash: 'r.text_hash',
  status: 'r.status',
  statusBefore: 'r.status_before',
  retractedOn: 'r.retracted_on',
  citedIn: 'r.cited_in_id',
  createdAt: 'to_rfc3339(r.created_at)',
  updatedAt: 'to_rfc3339(r.updated_at)',
  version: 'r.version',
};

/** A report in a list (`reportItem`) as JSON. */
export const REPORT_ITEM_JSON = Prisma.raw(json(ITEM_MEMBERS));

/** A report (`reportAnswer`) as JSON. */
export const REPORT_JSON = json({ ...ITEM_MEMBERS, text: 'r.text' });

/** What both are built from, as it stands now. */
export const REPORT_FROM = Prisma.raw(`reports r JOIN ${PRESENT.source('o', 'r.outlet_id')}`);
