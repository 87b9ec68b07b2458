import type { Server } from 'node:http';
import Fastify, { type FastifyBaseLogger, type FastifyHttpOptions, type FastifyInstance, LogController } from 'fastify';
import type pino from 'pino';
import type { Database } from './database/context.ts';
import { brokenRule } from './database/rules.ts';
import { isLockedOut, isUnavailable, LedgerBusy, unavailable } from './database/unavailable.ts';
import type { Problem } from './domain/problem.ts';
import { checkAnswers } from './http/answer-checks.ts';
import { readJsonBodies } from './http/body.ts';
import { budgetBodies } from './http/body-budget.ts';
import { answerClientError, answerFrameworkError, keepOwedAnswers } from './http/client-errors.ts';
import { refuseWhileClosing } from './http/closing.ts';
import { installHeaders, requestIds } from './http/context.ts';
import { installDocs } from './http/docs.ts';
import { installProblems } from './http/errors.ts';
import { answerExpectations } from './http/expect.ts';
import { healthRoutes } from './http/health.ts';
import { checkHosts } from './http/hosts.ts';
import { installIdempotency } from './http/idempotency.ts';
import { installKeys } from './http/keys.ts';
import { logRequests } from './http/log.ts';
import { readMergePatches } from './http/merge-patch.ts';
import { installMetrics } from './http/metrics.ts';
import { negotiateContent } from './http/negotiation.ts';
import { installOpenapi, openapiRoute } from './http/openapi.ts';
import { refuseForeignOrigins } from './http/origins.ts';
import { problemPages } from './http/problem-pages.ts';
import { refuseBrokenQueries } from './http/query.ts';
import { boundReads } from './http/reading.ts';
import { keepRouteTable } from './http/routes.ts';
import { serializerCompiler, validatorCompiler } from './http/validation.ts';
import { assessmentRoutes } from './modules/assessments/routes.ts';
import { attributionRoutes } from './modules/attributions/routes.ts';
import { chainRoutes } from './modules/chains/routes.ts';
import { changeRoutes } from './modules/changes/routes.ts';
import type { StreamSettings } from './modules/changes/streams.ts';
import { claimRoutes } from './modules/claims/routes.ts';
import { dossierRoutes } from './modules/dossiers/routes.ts';
import { historyRoutes } from './modules/history/routes.ts';
import { importRoutes } from './modules/imports/routes.ts';
import { keyRoutes } from './modules/keys/routes.ts';
import { mergeRoutes } from './modules/merges/routes.ts';
import { positionRoutes } from './modules/positions/routes.ts';
import { ratingSchemeRoutes } from './modules/rating-schemes/routes.ts';
import { recordRoutes } from './modules/records/routes.ts';
import { relationRoutes } from './modules/relations/routes.ts';
import { replyRequestRoutes } from './modules/reply-requests/routes.ts';
import { reportRoutes } from './modules/reports/routes.ts';
import { reversalRoutes } from './modules/reversals/routes.ts';
import { sourceRoutes } from './modules/sources/routes.ts';
import { timelineRoutes } from './modules/timelines/routes.ts';
import { topicRoutes } from './modules/topics/routes.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** What the app is built on; clock and ids are given, so that tests can hold them still. */
export interface AppDeps {
  readonly database: Database;
  readonly logger: pino.Logger;
  /** Whether reads go without a key. */
  readonly anonymousRead: boolean;
  /** The host names that are served beside those of the loopback; undefined: all. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The proxies whose `X-Forwarded-*` headers are believed: their addresses with commas between them. */
  readonly trustProxy?: string | undefined;
  readonly clock: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** The migrations that the database lacks; rejects when it does not answer. */
  readonly pendingMigrations: () => Promise<string[]>;
  /** So long a read may take, in milliseconds; 10 s by default. */
  readonly requestTimeoutMs?: number;
  /** How the streams of changes behave, where not by default. */
  readonly streams?: Partial<StreamSettings>;
  /** Holds every answer strictly against its schema; for tests. */
  readonly checkAnswers?: boolean;
}

/** Builds the service: conventions first, then the resources, by name and in order. It does not listen, nor open connections. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = bareApp(deps);
  app.decorate('sources', { database: deps.database, clock: deps.clock, newId: deps.newId });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  installProblems(app, { translate });
  installHeaders(app);
  refuseWhileClosing(app);
  keepOwedAnswers(app);
  checkHosts(app, deps.allowedHosts);
  refuseForeignOrigins(app);
  budgetBodies(app);
  answerExpectations(app);
  refuseBrokenQueries(app);
  readJsonBodies(app);
  readMergePatches(app);
  await negotiateContent(app);
  logRequests(app, deps.logger);
  keepRouteTable(app);
  installKeys(app, { anonymousRead: deps.anonymousRead });
  installIdempotency(app);
  boundReads(app, { timeoutMs: deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS });
  if (deps.checkAnswers) checkAnswers(app);
  await installOpenapi(app);
  await installDocs(app);
  installMetrics(app);

  problemPages(app);
  openapiRoute(app);
  healthRoutes(app, deps.pendingMigrations);
  await app.register(sourceRoutes);
  await app.register(reportRoutes);
  await app.register(topicRoutes);
  await app.register(claimRoutes);
  await app.register(relationRoutes);
  await app.register(attributionRoutes);
  await app.register(positionRoutes);
  await app.register(mergeRoutes);
  await app.register(chainRoutes);
  await app.register(reversalRoutes);
  await app.register(recordRoutes);
  await app.register(timelineRoutes);
  await app.register(dossierRoutes);
  await app.register(replyRequestRoutes);
  await app.register(ratingSchemeRoutes);
  await app.register(assessmentRoutes);
  await app.register(importRoutes);
  await app.register(keyRoutes);
  await app.register(historyRoutes);
  await app.register(changeRoutes, deps.streams ?? {});
  return app;
}

function bareApp({ logger, newId, trustProxy }: AppDeps): FastifyInstance {
  const options: FastifyHttpOptions<Server, FastifyBaseLogger> = {
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    genReqId: requestIds(newId),
    trustProxy: trustProxy ?? false,
    bodyLimit: 1024 * 1024,
    connectionTimeout: 300_000,
    requestTimeout: 120_000,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    // Node would answer a request without Host by itself, in words of its own.
    http: { headersTimeout: 20_000, requireHostHeader: false },
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 1024 },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError(newId),
  };
  return Fastify(options);
}

/** What the database threw, as a problem: a named rule that was broken, that others write, or that it cannot be reached. */
function translate(error: unknown): Problem | undefined {
  if (isLockedOut(error)) return new LedgerBusy(error);
  return brokenRule(error) ?? (isUnavailable(error) ? unavailable(error) : undefined);
}
