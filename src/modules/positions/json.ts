import { json, reference, row } from '../../database/json.ts';
import { PRESENT, type Tense } from '../../database/tense.ts';

/** The members that a position has wherever it is shown: `p` is claim_positions, `speaker` and `origin` are sources. */
const POSITION_MEMBERS = {
  source: reference('speaker', { kind: 'speaker.kind' }),
  stance: 'p.stance',
  side: 'p.side',
  certainty: 'p.certainty',
  order: 'p."order"',
  attribution: 'p.attribution_id',
  origin: row({ source: reference('origin'), anonymous: 'p.origin_anonymous' }),
  countsAsOrigin: 'p.is_origin',
};

/** A position on a claim (`positionAnswer`) as JSON. */
export const POSITION_JSON = json(POSITION_MEMBERS);

/** A position of a source (`sourcePositionAnswer`) as JSON: `c` is claims, `s` claim_summaries. */
export const SOURCE_POSITION_JSON = json({
  claim: row({ id: 'c.id', slug: 'c.slug', text: 'c.text', standing: 's.standing' }),
  ...POSITION_MEMBERS,
});

/** What POSITION_MEMBERS are read from, beside `claim_positions p`. */
export const positionJoins = (tense: Tense) =>
  `JOIN ${tense.source('speaker', 'p.source_id')} JOIN ${tense.source('origin', 'p.origin_id')}`;
export const POSITION_JOINS = positionJoins(PRESENT);
