import { Prisma } from '../../database/generated/client.ts';
import { json, list, reference, row } from '../../database/json.ts';
import { PRESENT, type Tense } from '../../database/tense.ts';

/** Affiliations of one kind that are current on the recorded clock, by the time from which they hold. */
const affiliations = (tense: Tense, kind: 'part_of' | 'speaks_for') =>
  list(
    row({ organization: reference('above'), role: 'f.role', from: 'f."from"', to: 'f."to"' }),
    `affiliations f JOIN ${tense.source('above', 'f.organization_id')}
     WHERE f.source_id = s.id AND f.kind = '${kind}' AND ${tense.stands('f')}`,
    'f.valid_from NULLS FIRST, f.id',
  );

/** A source (`sourceAnswer`) as JSON: `host` is its host, where it has one; `aliases` is the SQL of its aliases. */
export const sourceJson = (tense: Tense, aliases: string) =>
  json({
    id: 's.id',
    slug: 's.slug',
    name: 's.name',
    kind: 's.kind',
    description: 's.description',
    country: 's.country',
    aliases,
    externalIds: 's.external_ids',
    reliability: 's.reliability',
    partOf: affiliations(tense, 'part_of'),
    speaksFor: affiliations(tense, 'speaks_for'),
    host: `CASE WHEN host.id IS NOT NULL THEN ${reference('host')} END`,
    descriptor: 's.descriptor',
    people: 's.people',
    access: 's.access',
    reason: 's.reason',
    terms: 's.terms',
    createdAt: 'to_rfc3339(s.created_at)',
    updatedAt: 'to_rfc3339(s.updated_at)',
    version: 's.version',
  });

/** A source as it stands now, and what that is built from. */
export const SOURCE_JSON = Prisma.raw(sourceJson(PRESENT, 'aliases_of(s.id)'));
export const SOURCE_FROM = Prisma.raw(`sources s LEFT JOIN ${PRESENT.source('host', 's.host_id')}`);
