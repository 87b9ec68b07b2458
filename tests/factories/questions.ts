import type { Random } from '../../bench/random.ts';
import {
  FLAGS,
  RELATION_STATUSES,
  RELATION_TYPES,
  REQUEST_STATES,
  SIDES,
  STANCES,
  STANDINGS,
  VERDICTS,
} from '../../src/domain/vocabulary.ts';
import type { History } from './history.ts';

/** Questions to ask of a history: every route and filter that has a past, on things that are there. */
export function questions({ things }: History, random: Random): string[] {
  const id = (list: readonly { id: string; slug?: string }[]) => {
    const thing = random.pick(list);
    return random.chance(0.5) ? thing.id : (thing.slug ?? thing.id);
  };
  const claim = () => id(things.claims);
  const source = () => id(things.sources);
  const report = () => id(things.reports);
  const topic = () => id(things.topics);
  const stance = () => random.pick(STANCES);
  const exact = () => random.pick(['', '&exact=true']);
  return [
    '/v1/claims?',
    '/v1/claims?sort=createdAt&limit=3&',
    `/v1/claims?assertedBy=${source()}${exact()}&`,
    `/v1/claims?deniedBy=${source()}${exact()}&`,
    `/v1/claims?declinedBy=${source()}${exact()}&`,
    `/v1/claims?by=${source()}${exact()}&`,
    `/v1/claims?by=${source()}&stance=${stance()}&sort=createdAt&`,
    `/v1/claims?by=${source()}&said.gte=2025-10&said.lt=2026&`,
    `/v1/claims?published.gte=2025-11&stance=${stance()}&`,
    `/v1/claims?assertedBy=${source()}&deniedBy=${source()}&`,
    `/v1/claims?assertedBy=${source()}&topic=${topic()}&`,
    `/v1/claims?standing=${random.pick(STANDINGS)}&`,
    `/v1/claims?flag=${random.pick(FLAGS)}&`,
    `/v1/claims?topic=${topic()}&`,
    `/v1/claims?outlet=${id(things.outlets)}&`,
    `/v1/claims?report=${random.pick(things.reports).id}&`,
    '/v1/claims?kind=prediction&',
    '/v1/claims?dueBefore=2026&language=en&',
    '/v1/claims?q=new&',
    `/v1/claims/${claim()}?`,
    `/v1/claims/${claim()}/attributions?`,
    `/v1/claims/${claim()}/attributions?stance=${stance()}&live=true&`,
    `/v1/claims/${claim()}/positions?`,
    `/v1/claims/${claim()}/positions?side=${random.pick(SIDES)}&`,
    `/v1/claims/${claim()}/relations?`,
    `/v1/claims/${claim()}/relations?limit=1&`,
    `/v1/claims/${claim()}/relations?status=${random.pick(RELATION_STATUSES)}&`,
    `/v1/claims/${claim()}/relations?type=${random.pick(RELATION_TYPES)}&status=${random.pick(RELATION_STATUSES)}&`,
    ...(things.relations.length === 0 ? [] : [`/v1/claims/${claim()}/relations/${random.pick(things.relations).id}?`]),
    `/v1/claims/${claim()}/chain?`,
    `/v1/claims/${claim()}/timeline?limit=5&`,
    `/v1/sources/${source()}?`,
    `/v1/sources/${source()}/positions?limit=2&`,
    `/v1/sources/${source()}/positions?side=${random.pick(SIDES)}${exact()}&`,
    `/v1/sources/${source()}/reversals?limit=2&`,
    `/v1/sources/${source()}/reversals?exact=true&`,
    `/v1/claims/${claim()}/dossier?`,
    `/v1/topics/${topic()}/dossier?`,
    `/v1/sources/${source()}/record?`,
    `/v1/sources/${source()}/record?exact=true&`,
    `/v1/reports/${report()}?`,
    `/v1/reports/${report()}/attributions?`,
    `/v1/topics/${topic()}?`,
    '/v1/assessments?limit=3&',
    `/v1/assessments?current=${random.pick(['true', 'false'])}&rating=${random.pick(['5', 'right'])}&`,
    `/v1/assessments?reviewer=${source()}&verdict=${random.pick(VERDICTS)}&`,
    `/v1/assessments?claim=${claim()}&published.gte=2025-10-15&published.lt=2025-12&`,
    `/v1/assessments?topic=${topic()}&current=true&`,
    `/v1/claims/${claim()}/assessments?`,
    ...(things.assessments.length === 0 ? [] : [`/v1/assessments/${id(things.assessments)}?`]),
    ...(things.schemes.length === 0 ? [] : [`/v1/rating-schemes/${id(things.schemes)}?`]),
    '/v1/attributions?live=false&',
    `/v1/attributions?source=${source()}&`,
    `/v1/attributions?claim=${claim()}&source=${source()}&`,
    '/v1/reply-requests?limit=3&',
    `/v1/reply-requests?sort=deadline&limit=${random.pick([2, 50])}&`,
    ...REQUEST_STATES.map((state) => `/v1/reply-requests?state=${state}${random.pick(['', '&sort=deadline'])}&`),
    `/v1/reply-requests?source=${source()}${exact()}&`,
    `/v1/reply-requests?source=${source()}&state=${random.pick(REQUEST_STATES)}&sort=deadline&`,
    `/v1/reply-requests?claim=${claim()}&`,
    `/v1/claims/${claim()}/reply-requests?sort=deadline&`,
    ...(things.requests.length === 0 ? [] : [`/v1/reply-requests/${id(things.requests)}?`]),
    ...(things.attributions.length === 0 ? [] : [`/v1/attributions/${id(things.attributions)}?`]),
  ];
}

/** What is asked twice: an answer without what differs from request to request. */
export async function ask({ room }: Pick<History, 'room'>, url: string) {
  const { status, body, headers } = await room.request('GET', url);
  const { requestId: _, ...told } = body ?? {};
  return { status, body: JSON.stringify(told), etag: headers.etag };
}

const AS_OF = ['2025-10-01', '2025-11-15', '2025-12-31', '2026-02-01T10:00:00.5Z'];
const WITHOUT_AS_OF = /^\/v1\/(?:sources|reports|topics|rating-schemes)\/[^/]+\?$/;

/** A question of what was known at an instant, every other time as of a day on the clock of what was said. */
export function askedAt(question: string, knownAt: string, random: Random): string {
  const said = random.chance(0.5) && !WITHOUT_AS_OF.test(question) ? `asOf=${random.pick(AS_OF)}&` : '';
  return `${question}${said}knownAt=${knownAt}`;
}
