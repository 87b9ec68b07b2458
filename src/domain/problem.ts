/**
 * The problems that the ledger can answer with, by their stable name. The name is the last part of the `type` URI of
 * RFC 9457; `src/http/problem.ts` knows the status and the title of each.
 */
export type ProblemType =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'cross-origin'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'still-referred-to'
  | 'in-flight'
  | 'stale'
  | 'too-large'
  | 'unsupported-media-type'
  | 'misdirected'
  | 'rule-broken'
  | 'idempotency-key-reused'
  | 'precondition-required'
  | 'too-many-requests'
  | 'unavailable'
  | 'timeout'
  | 'internal';

/** One place that is wrong: `pointer` is a JSON Pointer (RFC 6901) into the body, or `parameter`/`header` the name of one. */
export interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
  /** The slugs of those that an ambiguous name may mean. */
  readonly candidates?: readonly string[];
}

/**
 * Something that a person who called the service should hear, in words for that person. Never holds an internal message.
 * `extensions` become members of the problem document (RFC 9457 §3.2): counts of what refers to a thing, candidates of an
 * ambiguous name.
 */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly errors: readonly FieldError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    type: ProblemType,
    detail: string,
    options: {
      errors?: readonly FieldError[];
      extensions?: Record<string, unknown>;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.type = type;
    this.errors = options.errors ?? [];
    this.extensions = options.extensions ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
