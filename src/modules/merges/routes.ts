import type { FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { contextOf } from '../../http/context.ts';
import { ifMatch, sendOutcome } from '../../http/preconditions.ts';
import { actionQuery } from '../fields.ts';
import { mergeThing, unmergeThing } from './commands.ts';
import {
  MERGE_INPUTS,
  MERGE_KINDS,
  MERGE_PARAMS,
  type MergeInput,
  type MergeKind,
  mergeOutcomeAnswer,
  type UnmergeInput,
  unmergeInput,
} from './schema.ts';

/** What a merge means for each kind. */
const DESCRIPTIONS: Readonly<Record<MergeKind, string>> = {
  claim: 'All that is said about it counts at the claim that stands.',
  source:
    'All that it says, publishes and hosts counts as of the source that stands; what it is part of or speaks for no longer counts.',
  report: 'A report that we had not seen becomes the one that we hold: what it says is read there.',
};

/** Merges: a claim, a source or an unseen report turns out to be another one; and two again, where it was none (DESIGN §2, §4). */
export const mergeRoutes: FastifyPluginAsyncZod = async (app) => {
  for (const kind of MERGE_KINDS) addRoutes(app, kind);
};

function addRoutes(app: FastifyInstance, kind: MergeKind): void {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const shared = {
    tags: [`${kind}s`],
    params: MERGE_PARAMS[kind],
    querystring: actionQuery,
    response: { 200: mergeOutcomeAnswer },
    problems: ['not-found', 'conflict', 'rule-broken'] as const,
  };

  app.post<Request<MergeInput>>(
    `/v1/${kind}s/:${kind}/merge`,
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        ...shared,
        operationId: `merge${name}`,
        summary: `Merge a ${kind} into another`,
        description: `${DESCRIPTIONS[kind]} Nothing that was recorded changes, and it can be taken back. A read of the merged one answers 308. The answer lists what changes; with \`dryRun=true\` nothing else happens.`,
        body: MERGE_INPUTS[kind],
      },
    },
    async (request, reply) => {
      const options = { expected: ifMatch(request), dryRun: request.query.dryRun };
      const reference = request.params[kind] ?? '';
      const { merge, consequences, version } = await mergeThing(
        contextOf(request),
        kind,
        reference,
        request.body,
        options,
      );
      return sendOutcome(reply, version, { merge, ...consequences });
    },
  );

  app.post<Request<UnmergeInput>>(
    `/v1/${kind}s/:${kind}/unmerge`,
    {
      config: { scope: 'write', ifMatch: true },
      schema: {
        ...shared,
        operationId: `unmerge${name}`,
        summary: `Take the merge of a ${kind} back`,
        description: `It is again what it was, with what had been merged into it. \`If-Match\` takes its own version, which its history tells. The answer lists what changes; with \`dryRun=true\` nothing else happens.`,
        body: unmergeInput,
      },
    },
    async (request, reply) => {
      const options = { expected: ifMatch(request), dryRun: request.query.dryRun };
      const reference = request.params[kind] ?? '';
      const { merge, consequences, version } = await unmergeThing(
        contextOf(request),
        kind,
        reference,
        request.body,
        options,
      );
      return sendOutcome(reply, version, { merge, ...consequences });
    },
  );
}

/** A request whose schemas depend on the kind. */
interface Request<Body> {
  Params: Partial<Record<MergeKind, string>>;
  Querystring: { dryRun: boolean };
  Body: Body;
}
