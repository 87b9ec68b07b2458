import { json, list, reference, row } from '../../database/json.ts';
import { PRESENT, type Tense } from '../../database/tense.ts';
import { FLAGS, type Flag } from '../../domain/vocabulary.ts';

/** The SQL of whether a claim `c` is an open prediction past its horizon at an instant. */
export function isOverdue(now: string): string {
  return `(c.outcome = 'open' AND c.horizon_until <= ${now})`;
}

/** The flags of a claim at an instant, in their order: `c` is claims, `s` claim_summaries, which keeps all but one under their names. */
export function claimFlags(now: string): string {
  const holds = (flag: Flag) => (flag === 'overdue' ? isOverdue(now) : `s.${flag}`);
  const flags = FLAGS.map((flag) => `CASE WHEN ${holds(flag)} THEN '${flag}' END`);
  return `array_remove(ARRAY[${flags.join(', ')}], NULL)`;
}

/** What the JSON of a claim is told beside its rows. */
interface Told {
  /** The SQL of its flags. */
  readonly flags: string;
  /** The SQL of whether the outcome of the prediction `c` counts: with `asOf` only once it was resolved. */
  readonly decided: string;
}

/** A claim (`claimAnswer`) as JSON: `c` is claims, `s` claim_summaries, `t` topics. */
export const claimJson = (tense: Tense, { flags, decided }: Told) =>
  json({
    id: 'c.id',
    slug: 'c.slug',
    text: 'c.text',
    kind: 'c.kind',
    language: 'c.language',
    topic: `CASE WHEN t.id IS NOT NULL THEN ${reference('t')} END`,
    occurred: 'c.occurred',
    about: list(
      reference('subject'),
      `(
        SELECT DISTINCT subject.id, subject.slug, subject.name
        FROM claim_about JOIN ${tense.source('subject', 'claim_about.source_id')}
        WHERE claim_about.claim_id = c.id AND ${tense.stands('claim_about')}
      ) subject`,
      'subject.slug, subject.id',
    ),
    prediction: `CASE WHEN c.outcome IS NOT NULL THEN ${row({
      horizon: 'c.horizon',
      criteria: 'c.criteria',
      outcome: `CASE WHEN ${decided} THEN c.outcome ELSE 'open' END`,
      resolvedAt: `CASE WHEN ${decided} THEN to_rfc3339(c.resolved_at) END`,
      evidence: `CASE
        WHEN NOT (${decided}) THEN NULL
        WHEN c.evidence_attribution_id IS NOT NULL THEN ${json({ attribution: 'c.evidence_attribution_id' })}
        WHEN c.evidence_url IS NOT NULL THEN ${json({ url: 'c.evidence_url' })}
      END`,
    })} END`,
    standing: 's.standing',
    flags,
    counts: row({
      for: row({ positions: 's.for_positions', origins: 's.for_origins', firm: 's.for_firm' }),
      against: row({ positions: 's.against_positions', origins: 's.against_origins' }),
      declined: 's.declined',
      noResponse: 's.no_response',
      relays: 's.relays',
      attributions: 's.attributions',
    }),
    createdAt: 'to_rfc3339(c.created_at)',
    updatedAt: 'to_rfc3339(c.updated_at)',
    version: 'c.version',
  });

/** A claim as it stands at the instant `now` (SQL), and what that is built from. */
export function presentClaimJson(now: string): string {
  return claimJson(PRESENT, { flags: claimFlags(now), decided: 'true' });
}
export const CLAIM_FROM = claimFrom('claims');

/** The same of some claims only. */
export function claimFrom(claims: string): string {
  return `${claims} c JOIN claim_summaries s ON s.claim_id = c.id LEFT JOIN topics t ON t.id = c.topic_id`;
}
