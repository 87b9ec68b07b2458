import fc from 'fast-check';
import type { Affiliation, Attribution, Report, Source, TimeRange } from '../../src/domain/attribution.ts';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import {
  CERTAINTIES,
  REPORT_STATUSES,
  SOURCE_KINDS,
  type SourceKind,
  STANCES,
  type Stance,
} from '../../src/domain/vocabulary.ts';

/** Few and small times, so that ranges touch, overlap and coincide often. */
const time = fc.integer({ min: 0, max: 8 });
export const timeRange: fc.Arbitrary<TimeRange> = fc
  .tuple(time, fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.boolean())
  .map(([from, length, openStart, openEnd]) => ({
    from: openStart && length > 3 ? null : from,
    until: openEnd && length > 3 ? null : from + length,
  }));

/** What the rules treat specially comes up more often. */
const kind = fc.constantFrom<SourceKind>(...SOURCE_KINDS, 'anonymous', 'anonymous', 'outlet', 'outlet');
const stance = fc.constantFrom<Stance>(...STANCES, 'asserts', 'asserts', 'asserts', 'confirms', 'denies');

const pick = <T>(things: readonly T[], index: number): T => things[index % things.length] as T;

/** `h` is always held, so that something can be live. */
const reports: fc.Arbitrary<Report[]> = fc
  .array(
    fc.record({
      status: fc.constantFrom(...REPORT_STATUSES),
      statusBefore: fc.constantFrom('held', 'cited_unseen'),
      published: fc.option(timeRange),
      archived: fc.nat(3).map((n) => n === 3),
    }),
    { maxLength: 4 },
  )
  .map((rows) => rows.map(({ statusBefore, ...row }) => (row.status === 'retracted' ? { ...row, statusBefore } : row)))
  .map((rows) => [{ id: 'h', status: 'held', published: null }, ...rows.map((row, i) => ({ id: `r${i}`, ...row }))]);

/** `outlet` is always there to host the anonymous ones. */
const sources: fc.Arbitrary<Source[]> = fc
  .array(kind, { minLength: 1, maxLength: 7 })
  .map((kinds) => [
    { id: 'outlet', kind: 'outlet', hostId: null },
    ...kinds.map((kind, i) => ({ id: `s${i}`, kind, hostId: kind === 'anonymous' && i % 3 > 0 ? 'outlet' : null })),
  ]);

/** For each kind, one organization after another, with gaps; never a circle, for a source belongs to a later one. */
function affiliations(all: readonly Source[]): fc.Arbitrary<Affiliation[]> {
  const line = (sourceId: string, above: readonly Source[], kind: Affiliation['kind']) =>
    fc.tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 7 }), fc.nat(5)).map(([first, second, cut, shape]) => {
      const valid = (organization: number, validFrom: number | null, validUntil: number | null): Affiliation[] =>
        above.length === 0
          ? []
          : [{ sourceId, kind, organizationId: pick(above, organization).id, validFrom, validUntil }];
      if (shape < 3) return [];
      if (shape === 3) return valid(first, null, null);
      return [...valid(first, null, cut), ...valid(second, shape === 4 ? cut : cut + 1, null)];
    });
  const lines = all.flatMap(({ id }, i) => [
    line(id, all.slice(i + 1), 'part_of'),
    line(id, all.slice(i + 1), 'speaks_for'),
  ]);
  return fc.tuple(...lines).map((found) => found.flat());
}

interface Row extends Pick<Attribution, 'stance' | 'certainty' | 'said' | 'withdrawn' | 'hasQuote' | 'quoteLost'> {
  readonly source: number;
  readonly report: number;
  readonly relays: number | null;
  readonly speakingFor: number | null;
  readonly recordedAt: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  source: fc.nat(20),
  report: fc.nat(20),
  relays: fc.option(fc.nat(20), { freq: 2 }),
  stance,
  certainty: fc.constantFrom(...CERTAINTIES),
  speakingFor: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(20) }),
  said: fc.option(timeRange),
  recordedAt: time,
  withdrawn: fc.nat(9).map((n) => n === 9),
  hasQuote: fc.nat(4).map((n) => n === 4),
  quoteLost: fc.boolean(),
});

/** A relay passes on an earlier row, so chains have no circles; every fourth `speakingFor` is `self`. */
function attributionsOf(rows: readonly Row[], of: { reports: Report[]; sources: Source[] }): Attribution[] {
  const id = (i: number) => `a${String(i).padStart(2, '0')}`;
  return rows.map((it, i) => {
    const relaysId = it.relays === null || i === 0 ? null : id(it.relays % i);
    const speaksFor = it.speakingFor === null ? null : pick(of.sources, it.speakingFor).id;
    return {
      id: id(i),
      sourceId: pick(of.sources, it.source).id,
      reportId: pick(of.reports, it.report).id,
      stance: relaysId === null ? it.stance : 'reports',
      certainty: it.certainty,
      relaysId,
      speakingFor: it.speakingFor !== null && it.speakingFor % 4 === 0 ? 'self' : speaksFor,
      said: it.said,
      recordedAt: it.recordedAt,
      withdrawn: it.withdrawn,
      hasQuote: it.hasQuote,
      quoteLost: it.hasQuote && it.quoteLost === true,
    };
  });
}

/**
 * One claim with up to 14 attributions of up to 8 sources in up to 5 reports of every status, with withdrawals, relays
 * of relays, overlapping dates, and dated affiliations of which no two of a kind overlap: whatever the database would
 * let in.
 */
export const arbitraryLedger: fc.Arbitrary<ClaimLedger> = fc
  .record({ reports, sources, rows: fc.array(row, { maxLength: 14, size: 'max' }) })
  .chain(({ rows, ...of }) =>
    affiliations(of.sources).map((found) => ({ ...of, affiliations: found, attributions: attributionsOf(rows, of) })),
  );

/** A ledger, with whom its claim is about and who was asked when, among its sources. */
export const arbitraryClaim: fc.Arbitrary<{
  ledger: ClaimLedger;
  about: string[];
  asked: { sourceId: string; askedAt: number }[];
}> = arbitraryLedger.chain((ledger) => {
  const source = fc.nat(20).map((index) => pick(ledger.sources, index).id);
  return fc.record({
    ledger: fc.constant(ledger),
    about: fc.uniqueArray(source, { maxLength: 2 }),
    asked: fc.array(fc.record({ sourceId: source, askedAt: time }), { maxLength: 2 }),
  });
});
