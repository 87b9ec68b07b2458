import type { FieldError, ProblemType } from '../domain/problem.ts';

/** What a reader of `/problems/<name>` and of the OpenAPI document is told about one kind of problem. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What it means. */
  readonly description: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  readonly example: {
    readonly detail: string;
    readonly errors?: readonly FieldError[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

/** Every problem of the API: the name is the last part of its `type`, `/problems/<name>` (RFC 9457 §3.1.1, DESIGN §4). */
export const PROBLEMS: Readonly<Record<ProblemType, ProblemKind>> = {
  malformed: {
    status: 400,
    title: 'The request is malformed',
    description:
      'A part of the request is not in the form that the operation takes: the path, a query parameter, a header or the body.',
    remedy:
      'Look at `errors`: each names the place (a JSON Pointer into the body, a parameter or a header) and what is expected there.',
    example: {
      detail: 'The body is wrong at /name: This field is required.',
      errors: [{ pointer: '/name', detail: 'This field is required.' }],
    },
  },
  unauthenticated: {
    status: 401,
    title: 'A valid key is needed',
    description: 'The operation needs a key and none came with the request, or the key is unknown, revoked or expired.',
    remedy: 'Send `Authorization: Bearer orec_…` with a key that is in force. `npm run key` makes one.',
    example: { detail: 'This operation needs a key: send it as "Authorization: Bearer orec_…".' },
  },
  forbidden: {
    status: 403,
    title: 'The key may not do this',
    description: 'The key is valid, but its scopes do not cover the operation.',
    remedy: 'Use a key with the scope that `detail` names. `admin` covers `write`, and `write` covers `read`.',
    example: { detail: 'This operation needs a key with the scope "write"; this key has "read".' },
  },
  'cross-origin': {
    status: 403,
    title: 'A page of another origin may not write',
    description: 'A browser sent the request for a page that is not of this service, by `Sec-Fetch-Site` or `Origin`.',
    remedy:
      'Write from a program, or from a page of the same scheme, host and port. Behind a proxy, set `TRUST_PROXY`.',
    example: {
      detail: 'A page of another origin may not write here.',
      errors: [{ header: 'Origin', detail: 'Is not the origin of this service.' }],
    },
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    description: 'Nothing is kept under this address.',
    remedy: 'Check the id or slug in the path, or find it by the list of its kind.',
    example: { detail: 'There is nothing with the id or slug "refund-of-2019".' },
  },
  'method-not-allowed': {
    status: 405,
    title: 'The address does not take this method',
    description: 'The address exists, but not for this HTTP method.',
    remedy: 'Use one of the methods that the header `Allow` lists.',
    example: { detail: 'This address takes GET, HEAD, POST, not PUT.' },
  },
  conflict: {
    status: 409,
    title: 'It conflicts with what is there',
    description: 'The change cannot be made beside what the ledger holds now, for instance because a name is taken.',
    remedy: 'Read what `detail` and `errors` name, then change either that or the request.',
    example: {
      detail: 'The name "newsroom desk" is taken.',
      errors: [{ pointer: '/name', detail: 'This name is taken.' }],
    },
  },
  'still-referred-to': {
    status: 409,
    title: 'Other things still refer to it',
    description: 'What other rows still refer to cannot be deleted.',
    remedy: 'Remove or move what `references` counts, then try again.',
    example: {
      detail: 'It cannot be deleted while others refer to it (claims: 2).',
      extensions: { references: { claims: 2 } },
    },
  },
  'in-flight': {
    status: 409,
    title: 'The same request is still under way',
    description: 'A request with this `Idempotency-Key` was begun and has no answer yet.',
    remedy: 'Wait for as long as `Retry-After` says and send the same request again: it gets the first answer.',
    example: { detail: 'A request with this Idempotency-Key is still under way.' },
  },
  stale: {
    status: 412,
    title: 'It was changed meanwhile',
    description:
      'The version in `If-Match` is not the version that is there now: somebody changed the thing since it was read.',
    remedy: 'Read it again, look at what changed, and send the change with the new `ETag`.',
    example: {
      detail: 'It has been changed since you read it: its version is 4 now. Read it again, then repeat the change.',
      extensions: { version: 4 },
    },
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    description: 'The body, or the head of the request, is larger than the operation takes.',
    remedy: 'Send less at once; imports take more than other operations.',
    example: { detail: 'The body may have at most 1048576 bytes here.' },
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This kind of content is not taken',
    description: 'The `Content-Type` (or `Content-Encoding`) of the body is none that the operation reads.',
    remedy: 'Send one of the media types that the operation lists, as a rule `application/json`.',
    example: { detail: 'This operation does not read text/plain.' },
  },
  misdirected: {
    status: 421,
    title: 'The service does not answer for this host',
    description:
      'The `Host` of the request is no name of this service. Names that lead here are not enough: a web page could make its own do so.',
    remedy: 'Use an address that the service was started for; whoever runs it adds more names by `ALLOWED_HOSTS`.',
    example: {
      detail:
        'This service does not answer for the host ledger.example: whoever runs it can add that to ALLOWED_HOSTS.',
      errors: [{ header: 'Host', detail: 'Is no name of this service.' }],
    },
  },
  'rule-broken': {
    status: 422,
    title: 'It breaks a rule of the ledger',
    description: 'The request is well-formed, but what it asks for breaks a rule that the ledger holds.',
    remedy: 'Read `detail` for the rule and `errors` for the place, and mend the request.',
    example: { detail: 'The end of a period cannot lie before its start.' },
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    description: 'This `Idempotency-Key` came before, with another method, path or body.',
    remedy: 'Make a new key for every new request; repeat a request byte for byte to get its first answer again.',
    example: {
      detail: 'This Idempotency-Key was used for another request.',
      errors: [{ header: 'Idempotency-Key', detail: 'Was used for another request.' }],
    },
  },
  'precondition-required': {
    status: 428,
    title: 'The header If-Match is missing',
    description:
      'A change of a thing that has versions must say which version it starts from, so that no change is lost.',
    remedy: 'Send the `ETag` of the last answer as `If-Match`, or `*` to change whatever is there.',
    example: {
      detail: 'Send If-Match with the ETag that you read, for instance If-Match: "3".',
      errors: [{ header: 'If-Match', detail: 'This header is required here.' }],
    },
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    description:
      'Too many requests with a wrong key came from this address within a minute (a right key is served all the same), or more questions of a dear kind are under way for this key or address than it may have at once.',
    remedy:
      'Read `detail`. Wait for as long as `Retry-After` says; check the key, or ask one question after the other.',
    example: { detail: 'Too many wrong keys came from this address. Try again in 42 seconds.' },
  },
  unavailable: {
    status: 503,
    title: 'The service is not available just now',
    description:
      'The service is stopping, its database does not answer, or others have been writing to the ledger for longer than a writer waits (5 seconds). Nothing was changed, unless the connection broke in the middle of a change.',
    remedy: 'Wait for as long as `Retry-After` says and try again, with an `Idempotency-Key` where one is taken.',
    example: { detail: 'The database does not answer just now.' },
  },
  timeout: {
    status: 504,
    title: 'The answer took too long',
    description:
      'The question could not be answered within the time that an answer may take. The work for it has ended.',
    remedy: 'Ask for less: `detail` says how, and `errors` which parameters make the question dear.',
    example: {
      detail:
        'There was no answer within 10 seconds, and the work was given up. Ask for less at once, or narrow the question by a filter.',
      errors: [{ parameter: 'flag', detail: 'Name a topic, a source or a report beside it.' }],
    },
  },
  internal: {
    status: 500,
    title: 'The service failed',
    description: 'A fault of the service, not of the request.',
    remedy: 'Tell those who run the service the `requestId`: their log says under it what happened.',
    example: { detail: 'The service failed. Its log has the reason under this request id.' },
  },
};

/** The names of all problems. */
export const PROBLEM_TYPES = Object.keys(PROBLEMS) as ProblemType[];
