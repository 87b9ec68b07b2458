import { standingId } from '../../database/merges.ts';
import type { Transaction } from '../../database/transaction.ts';
import { isWithdrawn } from '../../database/withdrawn.ts';
import { Problem } from '../../domain/problem.ts';
import type { Stance } from '../../domain/vocabulary.ts';
import type { ReplyRequest } from './schema.ts';

/** An attribution, as far as it may answer a request. */
interface Candidate {
  readonly claim: string;
  readonly source: string;
  readonly stance: Stance;
  readonly relays: string | null;
  readonly withdrawn: boolean;
  readonly live: boolean;
  readonly onClaim: boolean;
  readonly ofSource: boolean;
}

/**
 * On whose behalf it speaks is told by the start of its stance's time, as for a position (DESIGN §3); what is merged counts as what
 * stands.
 */
const CANDIDATE = `
SELECT c.slug AS claim, s.name AS source, a.stance, a.relays_id AS relays,
  ${isWithdrawn('a')} AS withdrawn,
  a.live,
  c.id = $2::uuid AS "onClaim",
  $3::uuid = ANY (
    raise_source(s.id, coalesce(a.stance_from, '-infinity'), a.speaking_for_id, a.speaking_for_self)
  ) AS "ofSource"
FROM attributions a
JOIN claims c ON c.id = ${standingId('a.claim_id')}
JOIN sources s ON s.id = ${standingId('a.source_id')}
WHERE a.id = $1::uuid`;

/**
 * Refuses an attribution that does not answer a request.
 *
 * @throws {Problem} `rule-broken` at `/attribution`, with words for what is wrong with it
 */
export async function checkAnswers(transaction: Transaction, request: ReplyRequest, id: string): Promise<void> {
  const { claim, source } = request;
  const [found] = await transaction.$queryRawUnsafe<Candidate[]>(CANDIDATE, id, claim.id, source.id);
  const detail = wrongWith(request, id, found);
  if (detail !== undefined) throw new Problem('rule-broken', detail, { errors: [{ pointer: '/attribution', detail }] });
}

function wrongWith(request: ReplyRequest, id: string, found: Candidate | undefined): string | undefined {
  const { claim, source } = request;
  if (found === undefined) return `There is no attribution with the id ${id}.`;
  if (!found.onClaim) return `It is on the claim "${found.claim}"; the request is on "${claim.slug}".`;
  if (found.withdrawn) return 'It is withdrawn: what it says does not count.';
  if (!found.live) return 'Its report is retracted: what it says does not count.';
  if (found.relays !== null || found.stance === 'reports')
    return 'It passes on what somebody says: name the attribution of the source that says it.';
  if (!found.ofSource)
    return `It is of ${found.source}, which is not ${source.name} and neither spoke for it nor was part of it at that time.`;
  if (id === request.attribution) return 'It tells that there was no answer: lapsing recorded it.';
  return undefined;
}
