/** The members that a position has wherever it is shown: `p` is claim_positions, `speaker` and `origin` sources. */
const POSITION_MEMBERS = `
  'source', json_build_object('id', speaker.id, 'slug', speaker.slug, 'name', speaker.name, 'kind', speaker.kind),
  'stance', p.stance, 'side', p.side, 'certainty', p.certainty, 'order', p."order", 'attribution', p.attribution_id,
  'origin', json_build_object(
    'source', json_build_object('id', origin.id, 'slug', origin.slug, 'name', origin.name),
    'anonymous', p.origin_anonymous),
  'countsAsOrigin', p.is_origin`;

/** A position on a claim as JSON. */
export const POSITION_JSON = `json_build_object(${POSITION_MEMBERS})`;

/** A position of a source as JSON, with its claim: `c` is claims, `s` claim_summaries. */
export const SOURCE_POSITION_JSON = `json_build_object(
  'claim', json_build_object('id', c.id, 'slug', c.slug, 'text', c.text, 'standing', s.standing),${POSITION_MEMBERS})`;

/** What POSITION_MEMBERS are read from, beside `claim_positions p`. */
export const POSITION_JOINS = `JOIN sources speaker ON speaker.id = p.source_id JOIN sources origin ON origin.id = p.origin_id`;
