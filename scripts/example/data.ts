import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Fields = z.record(z.string(), z.unknown());
const Thing = z.looseObject({ slug: z.string() });
const Recorded = z.looseObject({ id: z.string() });
const Asked = Recorded.extend({ claim: z.string() });

/** A report bundle, as far as the example has to know it. */
const Bundle = z.strictObject({
  report: z.looseObject({ id: z.string() }),
  topics: z.array(Thing).default([]),
  sources: z.array(Thing).default([]),
  claims: z.array(Thing.extend({ prediction: Fields.optional() })).default([]),
  attributions: z.array(z.unknown()).default([]),
  relations: z.array(z.looseObject({ from: z.string(), type: z.string(), to: z.string() })).default([]),
});
export type ExampleBundle = z.output<typeof Bundle>;

const Verdicts = z.object({ ratingSchemes: z.array(Recorded), assessments: z.array(Asked) });

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8'));

const bundle = (name: string) => ({
  name,
  file: `${name}.bundle.json`,
  bundle: Bundle.parse(read(`${name}.bundle.json`)),
});

/** The founding case. */
export const FOUNDING = bundle('s400');

/** All bundles of the example: beside the founding case what the examples of the API's documentation name. */
export const BUNDLES = [FOUNDING, bundle('spare'), bundle('unseen'), bundle('reviewers')];

/** The topic of the founding case, and its claims. */
export const TOPIC = 's-400-return';
export const CLAIMS: readonly string[] = FOUNDING.bundle.claims.map(({ slug }) => slug);

/** What is recorded beside the bundles: of each kind its path and the documents, with ids of their own. */
export const REQUESTS = { path: '/v1/reply-requests', documents: z.array(Asked).parse(read('reply-requests.json')) };
const verdicts = Verdicts.parse(read('assessments.json'));
export const SCHEMES = { path: '/v1/rating-schemes', documents: verdicts.ratingSchemes };
export const ASSESSMENTS = { path: '/v1/assessments', documents: verdicts.assessments };
