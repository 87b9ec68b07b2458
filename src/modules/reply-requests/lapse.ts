import type { Context } from '../../database/context.ts';
import { micros } from '../../database/json.ts';
import { standingId } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import { positionOf, type TimedStance } from '../../domain/position.ts';
import type { Stance } from '../../domain/vocabulary.ts';
import { insertAttribution } from '../attributions/commands.ts';
import { closeAttributions } from '../attributions/withdrawals.ts';
import { insertReport } from '../reports/commands.ts';
import { reportInput } from '../reports/schema.ts';
import { insertSource } from '../sources/commands.ts';
import { resolveSources } from '../sources/queries.ts';
import { sourceInput } from '../sources/schema.ts';
import type { ReplyRequest } from './schema.ts';

/** The longest title of a report. */
const TITLE_MAX_LENGTH = 1000;

/**
 * Records that nobody answered a request, in the transaction of the caller: `no_response` of the source that was asked, said on the
 * day of the lapse (as long as we still wait, nobody has kept silent), in a report of our own of that day. Gives the attribution's id.
 */
export async function insertSilence(
  transaction: Transaction,
  context: Context,
  request: ReplyRequest,
  lapsedAt: Date,
): Promise<string> {
  const outlet = await ourNewsroom(transaction, context);
  const { claim, source } = request;
  const lapsedOn = dayOf(lapsedAt.toISOString());
  const report = await insertReport(
    transaction,
    context,
    reportInput.parse({ title: titleOf(request), outlet, kind: 'document', published: lapsedOn, language: 'en' }),
  );
  const id = context.newId();
  await insertAttribution(transaction, context, {
    id,
    claim: claim.id,
    source: source.id,
    reportId: report.id,
    stance: 'no_response',
    certainty: 'unstated',
    emphasis: 'plain',
    relaysId: null,
    speakingFor: null,
    quote: null,
    said: lapsedOn,
    ordinal: 0,
  });
  return id;
}

/** The stances of some attributions, with who stands for their sources. */
const STANCES = `
SELECT a.id, ${standingId('a.source_id')} AS source, a.stance, ${micros('a.recorded_at')} AS "recordedAt",
  ${micros('a.stance_from')} AS "from", ${micros('a.stance_until')} AS "until",
  ${isWithdrawn('a')} AS withdrawn
FROM attributions a WHERE a.id = ANY ($1::uuid[])`;

interface StanceRow {
  readonly id: string;
  readonly source: string;
  readonly stance: Stance;
  readonly recordedAt: number;
  readonly from: number | null;
  readonly until: number | null;
  readonly withdrawn: boolean;
}

/**
 * Lets an answer take the place of the `no_response` of a lapsed request where by the order of what a source said (DESIGN §3) that
 * would outweigh it, or stand beside it: an answer of an earlier day, or of who speaks for the source.
 */
export async function endSilence(
  transaction: Transaction,
  context: Context,
  { attribution: silenceId }: ReplyRequest,
  answerId: string,
): Promise<void> {
  if (silenceId === null) return;
  const rows = await transaction.$queryRawUnsafe<StanceRow[]>(STANCES, [silenceId, answerId]);
  if (rows.find(({ id }) => id === silenceId)?.withdrawn) return;
  const isOfOne = new Set(rows.map(({ source }) => source)).size === 1;
  if (isOfOne && positionOf(rows.map(timedStance))?.attributionId === answerId) return;
  const reason = 'It was answered.';
  await closeAttributions(transaction, context, [{ kind: 'superseded', id: silenceId, byId: answerId, reason }]);
}

function timedStance({ id, stance, recordedAt, from, until }: StanceRow): TimedStance {
  return { attribution: { id, stance, certainty: 'unstated', recordedAt }, time: { from, until } };
}

/** What the slug of the source begins with that we are ourselves. */
const OUR_SLUG = 'newsroom';

/** The SQL of whether a report `report`, published by a source `outlet`, is one that a lapse made. */
export const IS_OURS = `report.kind = 'document' AND outlet.slug ~ '^${OUR_SLUG}(-[0-9]+)?$'`;

/**
 * The id of the source that we are ourselves: the organization `newsroom`, made when it is not there yet. Where the slug is of
 * another kind of thing it is `newsroom-2`, and so on; what was merged into another is that.
 */
async function ourNewsroom(transaction: Transaction, context: Context): Promise<string> {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? OUR_SLUG : `${OUR_SLUG}-${number}`;
    const known = (await resolveSources(transaction, [slug])).get(slug);
    if (known?.kind === 'organization' && known.stands.kind !== 'anonymous') return known.stands.id;
    if (known === undefined) {
      const made = {
        slug,
        name: 'Our newsroom',
        kind: 'organization',
        description: 'Ourselves: what we record of our own work.',
      };
      return (await insertSource(transaction, context, sourceInput.parse(made))).id;
    }
  }
}

/** What the report is called: whom we asked about what, on which day. A long claim is cut. */
function titleOf({ source, claim, askedAt }: ReplyRequest): string {
  const title = (words: string) =>
    `Request for comment to ${source.name} on “${words}”, ${dayOf(askedAt)}: no response`;
  const room = TITLE_MAX_LENGTH - title('').length;
  if (claim.text.length <= room) return title(claim.text);
  // Not in the middle of a character of two units.
  return title(`${claim.text.slice(0, room - 1).replace(/[\uD800-\uDBFF]$/, '')}…`);
}

/** The day of an instant (RFC 3339 in UTC), as EDTF. */
function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
