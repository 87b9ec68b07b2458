import { Problem } from '../domain/problem.ts';

/** SQLSTATE (PostgreSQL, Appendix A), Node's socket errors and Prisma's codes that all say: no database to talk to just now. */
const CODES = new Set([
  ...['08000', '08001', '08003', '08004', '08006', '25P03', '53300', '57P01', '57P02', '57P03'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
]);

/** pg and pg-pool give these no code. */
const MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** How the adapter between Prisma and pg names what lies behind its errors. */
const KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);

/**
 * Whether an error of pg or Prisma, or anything that it was caused by, says that the database cannot be reached now: it is
 * starting, stopping, out of connections, or the connection died under the statement. Nothing is known then of what the
 * statement did.
 */
export function isUnavailable(error: unknown): boolean {
  return isBehind(error, (each) => {
    if (each instanceof Problem) return each.type === 'unavailable';
    const { code, originalCode, kind, message } = each;
    if (typeof code === 'string' && CODES.has(code)) return true;
    if (typeof originalCode === 'string' && CODES.has(originalCode)) return true;
    if (typeof kind === 'string' && KINDS.has(kind)) return true;
    return typeof message === 'string' && MESSAGES.some((start) => message.startsWith(start));
  });
}

type Thrown = Partial<Record<string, unknown>>;

/** Whether something holds of an error, or of anything that it was caused by; what is behind a problem is not looked at. */
function isBehind(error: unknown, holds: (each: Thrown) => boolean, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 8) return false;
  if (holds(error as Thrown)) return true;
  if (error instanceof Problem) return false;
  const { cause, meta, errors, driverAdapterError } = error as Partial<Record<string, unknown>>;
  const behind = [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])];
  return behind.some((each) => isBehind(each, holds, depth + 1));
}

/** What a caller is told then (RFC 9110 §15.6.4): 503 with `Retry-After`. */
export function unavailable(cause: unknown): Problem {
  return new Problem('unavailable', 'The database cannot be reached just now. Try again in a few seconds.', {
    retryAfterSeconds: 5,
    cause,
  });
}

/** SQLSTATE lock_not_available: a lock was not had within `lock_timeout`, which is set for the ledger's alone (`wait_for_ledger`). */
const LOCK_NOT_AVAILABLE = '55P03';

/** Whether an error of pg or Prisma says that others held the ledger's lock for too long: the transaction has changed nothing. */
export function isLockedOut(error: unknown): boolean {
  return isBehind(error, ({ code, originalCode }) => [code, originalCode].includes(LOCK_NOT_AVAILABLE));
}

/** Others wrote for so long that the ledger's lock was not had in time: 503 with `Retry-After`; nothing was changed. */
export class LedgerBusy extends Problem {
  constructor(cause?: unknown) {
    const detail = 'Others are writing to the ledger just now. Nothing was changed: try again in a few seconds.';
    super('unavailable', detail, { retryAfterSeconds: 5, cause });
  }
}
