import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import pLimit, { type LimitFunction } from 'p-limit';
import { during } from '../database/work.ts';
import { type FieldError, Problem } from '../domain/problem.ts';
import { Budget, type BudgetLimits } from './budget.ts';
import { callerOf } from './context.ts';
import { type Cost, costOf } from './routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborts when a read is given up, its reason being the problem to answer with; null for what is never given up. */
    givenUp: AbortSignal | null;
  }
}

/** The room that one kind of questions has. */
interface Room {
  readonly budget: Budget;
  /** Shares out its connections: a question may want several. */
  readonly connections: LimitFunction;
}

/**
 * Every read ends: with its answer, with its client, or after `timeoutMs` with the problem `timeout`; its statement is then
 * cancelled and no other begins. Dear questions wait for room first, so that whoever asks for a thing by its id, or writes,
 * finds a connection whatever others ask. What changes something is never given up halfway.
 */
export function boundReads(app: FastifyInstance, { timeoutMs }: { timeoutMs: number }): void {
  const rooms = roomsIn(app.sources.database.pool.options.max);
  app.decorateRequest('givenUp', null);
  app.addHook('preHandler', (request, reply, done) => {
    const { method, entry } = request;
    if ((method !== 'GET' && method !== 'HEAD') || entry === null || entry.lasting) return done();
    const reading = new Reading(request, reply, timeoutMs);
    const cost = dearer(costOf(entry), request.query);
    if (cost === 'free') return reading.begin(undefined, done);
    const { budget, connections } = rooms[cost];
    budget.enter(callerOf(request), reading.signal).then((leave) => {
      reading.onEnd(leave);
      reading.begin(connections, done);
    }, done);
  });
}

/** How a pool's connections are shared out; a third is for writers, and what is left for whatever is free. */
function roomsIn(connections: number): Record<Exclude<Cost, 'free'>, Room> {
  const room = (share: number, perCaller: (most: number) => number): Room => {
    const most = Math.max(1, Math.floor(connections * share));
    const limits: BudgetLimits = { most, perCaller: Math.max(1, perCaller(most)) };
    return { budget: new Budget(limits), connections: pLimit(most) };
  };
  return { search: room(0.4, (most) => most - 1), report: room(0.2, (most) => Math.floor(most / 2)) };
}

/** The past is read from the recorded rows, which costs more than what is derived for now. */
function dearer(cost: Cost, query: unknown): Cost {
  const { asOf, knownAt } = query as Record<string, unknown>;
  if (asOf === undefined && knownAt === undefined) return cost;
  return cost === 'free' ? 'search' : 'report';
}

/** One read, from when it waits for room until its answer has left. */
class Reading {
  readonly #request: FastifyRequest;
  readonly #timeoutMs: number;
  readonly #givenUp = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #leave: (() => void) | undefined;
  #isOver = false;

  constructor(request: FastifyRequest, reply: FastifyReply, timeoutMs: number) {
    this.#request = request;
    this.#timeoutMs = timeoutMs;
    request.givenUp = this.signal;
    const closed = () => {
      if (reply.raw.writableFinished) return this.#end();
      // A request that stands behind another on its connection is closed with it, its answer is not.
      if (reply.raw.destroyed || request.raw.socket.destroyed)
        this.#giveUp(new Problem('unavailable', 'The client is gone.'));
    };
    request.raw.once('close', closed);
    reply.raw.once('close', closed);
    if (reply.raw.closed || request.raw.socket.destroyed) closed();
  }

  get signal(): AbortSignal {
    return this.#givenUp.signal;
  }

  /** Gives back at the end what was taken for it. */
  onEnd(leave: () => void): void {
    if (this.#isOver) leave();
    else this.#leave = leave;
  }

  begin(connections: LimitFunction | undefined, then: () => void): void {
    if (!this.#isOver)
      this.#timer = setTimeout(() => this.#giveUp(timeout(this.#request, this.#timeoutMs)), this.#timeoutMs);
    during({ signal: this.signal, ...(connections && { connections }) }, then);
  }

  #giveUp(reason: Problem): void {
    this.#givenUp.abort(reason);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#leave?.();
    this.#leave = undefined;
  }
}

const PAST = 'Takes longer than asking without it, for what is so now.';
const RANGE = 'Give both ends, close to each other, and name a topic, a source or a report beside it.';
const NAME = 'Name a topic, a source or a report beside it.';

/** What makes a question dear, and what to do about it. */
const NARROWER: Readonly<Record<string, string>> = {
  asOf: PAST,
  knownAt: PAST,
  q: `Look for rarer words. ${NAME}`,
  flag: NAME,
  standing: NAME,
  ...Object.fromEntries(['said.gte', 'said.lt', 'published.gte', 'published.lt'].map((name) => [name, RANGE])),
  limit: 'Ask for fewer at once.',
};

/** The problem of a question that took too long, with what of it to narrow. */
function timeout(request: FastifyRequest, milliseconds: number): Problem {
  const asked = new URLSearchParams((request.raw.url ?? '').split('?')[1]);
  const errors = Object.entries(NARROWER).flatMap(([parameter, detail]): FieldError[] =>
    asked.has(parameter) ? [{ parameter, detail }] : [],
  );
  const narrower = request.routeOptions.config.narrower ?? 'Ask for less at once, or narrow the question by a filter.';
  const detail = `There was no answer within ${milliseconds / 1000} seconds, and the work was given up. ${narrower}`;
  return new Problem('timeout', detail, { errors });
}
