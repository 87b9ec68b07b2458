import { json, reference, row } from '../../database/json.ts';
import type { Tense } from '../../database/tense.ts';
import type { Assessment, RecordedAssessment } from './schema.ts';

/** An assessment as it is recorded, as JSON: `a` is assessments, `c` its claim, `r` its reviewer. */
export const ASSESSMENT_JSON = json({
  id: 'a.id',
  claim: row({ id: 'c.id', slug: 'c.slug', text: 'c.text' }),
  reviewer: reference('r'),
  rating: row({
    ratingValue: 'a.rating_value',
    bestRating: 'a.best_rating',
    worstRating: 'a.worst_rating',
    alternateName: 'a.alternate_name',
  }),
  verdict: 'a.verdict',
  explanation: 'a.explanation',
  url: 'a.url',
  language: 'a.language',
  published: 'a.published',
  createdAt: 'to_rfc3339(a.created_at)',
  updatedAt: 'to_rfc3339(a.updated_at)',
  version: 'a.version',
});

/** What it is made of, beside the id of the assessment. */
export const assessmentJoins = (tense: Tense, id: string) =>
  `JOIN ${tense.assessment('a', id)} JOIN ${tense.claim('c', 'a.claim_id')} JOIN ${tense.source('r', 'a.reviewer_id')}`;

/** An assessment as the API gives it: what is recorded, with what is derived in its place. */
export function assessmentOf(recorded: RecordedAssessment, supersededBy: string | null): Assessment {
  const { createdAt, updatedAt, version, ...told } = recorded;
  return { ...told, current: supersededBy === null, supersededBy, createdAt, updatedAt, version };
}
