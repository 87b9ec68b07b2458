/**
 * A story of our own, told in reports: the lease of Port Saline to the navy of Tarsk. Countries, outlets and people are
 * invented. It is told in chapters; what the ledger must answer after each of them is worked out by hand from DESIGN §3 in
 * the tests beside this file.
 *
 * The cast: Velmara, of whose government the defence ministry and the ports authority are parts, and for whose ministry Admiral
 * Rusk speaks; Tarsk, whose ambassador is Daske; the free province of Saline, which is no part of Velmara. Ilva Marrin spoke
 * for the province until 15 March 2025, and speaks for Velmara since the 16th.
 */

type Fields = Readonly<Record<string, unknown>>;

/** A report bundle (DESIGN §5) as far as the story uses it. */
interface Bundle {
  readonly report: Fields;
  readonly sources?: readonly Fields[];
  readonly claims?: readonly Fields[];
  readonly attributions: readonly Fields[];
}

const TARSK = 'tarsk-government';
const VELMARA = 'velmara-government';

const CAST: readonly Fields[] = [
  { slug: 'saline-courier', name: 'The Saline Courier', kind: 'outlet' },
  { slug: 'northern-post', name: 'Northern Post', kind: 'outlet' },
  { slug: 'daily-lantern', name: 'The Daily Lantern', kind: 'outlet' },
  { slug: 'velmara-radio', name: 'Radio Velmara', kind: 'outlet' },
  { slug: 'meridian-wire', name: 'Meridian Wire', kind: 'outlet' },
  {
    slug: 'meridian-officials',
    name: 'Two officials',
    kind: 'anonymous',
    host: 'meridian-wire',
    descriptor: 'two officials',
    people: 2,
  },
  {
    slug: 'meridian-engineer',
    name: 'An engineer',
    kind: 'anonymous',
    host: 'meridian-wire',
    descriptor: 'an engineer of the port',
  },
  {
    slug: 'courier-dockworker',
    name: 'A dockworker',
    kind: 'anonymous',
    host: 'saline-courier',
    descriptor: 'a dockworker',
  },
  { slug: VELMARA, name: 'Government of Velmara', kind: 'government' },
  { slug: 'velmara-defence', name: 'Ministry of Defence of Velmara', kind: 'government', partOf: VELMARA },
  { slug: 'velmara-ports', name: 'Ports Authority of Velmara', kind: 'government', partOf: VELMARA },
  { slug: TARSK, name: 'Government of Tarsk', kind: 'government' },
  { slug: 'tarsk-foreign-office', name: 'Foreign Office of Tarsk', kind: 'government', partOf: TARSK },
  // The same office, taken down a second time under another name: nobody has said yet what it is part of.
  { slug: 'tarsk-mfa', name: 'Ministry of Foreign Affairs of Tarsk', kind: 'government' },
  { slug: 'saline-province', name: 'Free Province of Saline', kind: 'government' },
  { slug: 'dockers-union', name: 'Dockers’ Union of Port Saline', kind: 'organization' },
  { slug: 'harbour-institute', name: 'Harbour Institute', kind: 'organization' },
  {
    slug: 'ilva-marrin',
    name: 'Ilva Marrin',
    kind: 'person',
    speaksFor: [
      { organization: 'saline-province', role: 'spokeswoman', from: '2023', to: '2025-03-15' },
      { organization: VELMARA, role: 'spokeswoman', from: '2025-03-16' },
    ],
  },
  { slug: 'oren-daske', name: 'Oren Daske', kind: 'person', speaksFor: { organization: TARSK, role: 'ambassador' } },
  {
    slug: 'tove-rusk',
    name: 'Tove Rusk',
    kind: 'person',
    speaksFor: { organization: 'velmara-defence', role: 'admiral' },
  },
  {
    slug: 'pell-corvin',
    name: 'Pell Corvin',
    kind: 'person',
    speaksFor: { organization: 'dockers-union', role: 'chair' },
  },
];

const CLAIMS: Readonly<Record<string, Fields>> = {
  lease: { text: 'Velmara has agreed to lease Port Saline to the navy of Tarsk', kind: 'fact' },
  price: { text: 'The lease of Port Saline brings forty million a year', kind: 'fact' },
  dredging: { text: 'Tarsk has asked for the basin to be dredged to fourteen metres', kind: 'fact' },
  payment: { text: 'Tarsk paid for the new cranes in advance', kind: 'fact' },
  garrison: { text: 'Marines of Tarsk may be stationed in the port', kind: 'possibility' },
  'ferry-moves': { text: 'The ferries will move to the old quay', kind: 'intention' },
  survey: { text: 'A survey ship of Tarsk has mapped the sea bed off Saline', kind: 'fact' },
  'toll-rise': { text: 'The harbour toll will rise', kind: 'intention' },
  sold: { text: 'The harbour has been sold', kind: 'fact' },
  opening: { text: 'The port will open again in June', kind: 'prediction', prediction: { horizon: '2025-06' } },
  evictions: { text: 'Families in Harbour Street have been told to leave', kind: 'fact' },
  cranes: { text: 'Two cranes have been taken down', kind: 'fact' },
  strike: { text: 'The dockers will strike in May', kind: 'prediction', prediction: { horizon: '2025-05' } },
  'night-works': { text: 'Work in the harbour goes on at night', kind: 'fact' },
  mines: { text: 'Old mines lie in the harbour mouth', kind: 'fact' },
  talks: { text: 'Talks about the lease began in January', kind: 'fact' },
  'talks-abroad': { text: 'The talks were held abroad', kind: 'fact' },
  'lease-deal': { text: 'Tarsk’s navy gets Port Saline', kind: 'fact' },
  depth: { text: 'The basin is twelve metres deep', kind: 'fact' },
};

/** The ten papers that pass on what Meridian Wire says. */
export const PAPERS = [
  'alder-times',
  'birch-herald',
  'cedar-news',
  'dune-gazette',
  'ember-daily',
  'fjord-mail',
  'grove-tribune',
  'heath-observer',
  'islet-echo',
  'juniper-star',
] as const;

/** The address of a report of the story. */
export const urlOf = (name: string) => `https://${name}.example/harbour`;

/** A report of an outlet with what is said in it: claim by claim. The name is part of its address. */
function report(
  name: string,
  outlet: string,
  published: string,
  says: Readonly<Record<string, readonly Fields[]>>,
): Bundle {
  const claims = Object.keys(says).map((slug) => ({ slug, topic: 'port-saline', language: 'en', ...CLAIMS[slug] }));
  return {
    report: { url: urlOf(name), title: `The harbour: ${name}`, outlet, published, language: 'en' },
    claims,
    attributions: Object.entries(says).flatMap(([claim, all]) => all.map((each) => ({ claim, ...each }))),
  };
}

const viaMeridian = (source: string, more: Fields = {}) => ({
  source,
  stance: 'asserts',
  via: ['meridian-wire'],
  ...more,
});

/** One of the ten papers, with its report of 4 March. */
function paper(slug: string, own: readonly Fields[] = []): Bundle {
  return {
    ...report(slug, slug, '2025-03-04', { lease: [viaMeridian('meridian-officials'), ...own] }),
    sources: [{ slug, name: slug, kind: 'outlet' }],
  };
}

/** 3 March: the Courier passes on what Meridian Wire has from its unnamed people. */
const courierLease: Bundle = {
  ...report('courier-lease', 'saline-courier', '2025-03-03', {
    lease: [viaMeridian('meridian-officials')],
    price: [viaMeridian('meridian-officials'), viaMeridian('meridian-engineer', { certainty: 'possible' })],
  }),
  sources: CAST,
};

/** March: who answers, and who is silent. */
const MARCH: readonly Bundle[] = [
  report('post-dredging', 'northern-post', '2025-03-06', {
    dredging: [
      { source: 'velmara-ports', stance: 'asserts', said: '2025-03-05', quote: 'We were asked for fourteen metres.' },
      { source: 'tove-rusk', stance: 'confirms', said: '2025-03-06', certainty: 'probable' },
      { source: 'oren-daske', stance: 'denies', said: '2025-03-05', emphasis: 'strong' },
    ],
    payment: [{ source: 'oren-daske', stance: 'asserts', said: '2025-03-04' }],
  }),
  report('post-payment', 'northern-post', '2025-03-08', {
    payment: [{ source: 'oren-daske', stance: 'retracts', said: '2025-03-08' }],
  }),
  report('courier-silence', 'saline-courier', '2025-03-20', {
    dredging: [
      { source: 'oren-daske', stance: 'declines_to_comment', said: '2025-03-19' },
      { source: TARSK, stance: 'no_response' },
    ],
    payment: [{ source: 'oren-daske', stance: 'declines_to_comment', said: '2025-03-19' }],
    garrison: [
      { source: 'ilva-marrin', stance: 'denies', said: '2025-03-12' },
      { source: TARSK, stance: 'declines_to_comment' },
    ],
    'ferry-moves': [
      { source: 'ilva-marrin', stance: 'asserts', said: '2025-03-10' },
      { source: 'saline-province', stance: 'asserts', said: '2025-03-11' },
    ],
  }),
  report('post-survey', 'northern-post', '2025-03-21', {
    survey: [{ source: 'velmara-defence', stance: 'denies', said: '2025-03-20' }],
  }),
];

/** April: who changes sides, and outlets with a voice of their own. */
const APRIL: readonly Bundle[] = [
  report('lantern-april', 'daily-lantern', '2025-04-04', {
    garrison: [{ source: 'ilva-marrin', stance: 'confirms', said: '2025-03-28' }],
    'toll-rise': [
      { source: 'ilva-marrin', stance: 'asserts', said: '2025-04-02' },
      { source: 'velmara-ports', stance: 'asserts', quote: 'It will cost more to land here.' },
      { source: 'saline-province', stance: 'doubts', said: '2025-04-03' },
    ],
    // “In March” is all that the Lantern says of when the ministry said so.
    survey: [{ source: 'velmara-defence', stance: 'asserts', said: '2025-03' }],
    sold: [{ source: 'harbour-institute', stance: 'doubts' }],
    opening: [{ source: 'saline-province', stance: 'doubts', said: '2025-04-03' }],
  }),
  report('courier-evictions', 'saline-courier', '2025-04-05', {
    evictions: [
      { source: 'courier-dockworker', stance: 'asserts' },
      { source: 'saline-courier', stance: 'asserts' },
    ],
  }),
  report('post-evictions', 'northern-post', '2025-04-06', {
    evictions: [
      { source: 'courier-dockworker', stance: 'asserts', via: ['saline-courier'] },
      { source: 'northern-post', stance: 'confirms' },
    ],
  }),
  report('lantern-evictions', 'daily-lantern', '2025-04-07', {
    evictions: [
      { source: 'velmara-ports', stance: 'denies' },
      { source: 'daily-lantern', stance: 'asserts' },
    ],
  }),
  report('post-cranes', 'northern-post', '2025-04-08', {
    cranes: [
      { source: 'velmara-radio', stance: 'reports' },
      { source: 'northern-post', stance: 'asserts' },
    ],
  }),
  report('lantern-strike', 'daily-lantern', '2025-04-10', {
    strike: [
      { source: 'pell-corvin', stance: 'asserts', speakingFor: 'self', certainty: 'possible' },
      { source: 'dockers-union', stance: 'asserts' },
      { source: 'tove-rusk', stance: 'confirms', speakingFor: 'harbour-institute' },
    ],
  }),
  report('lantern-night', 'daily-lantern', '2025-04-12', {
    'night-works': [
      { source: 'meridian-engineer', stance: 'asserts', via: ['northern-post', 'meridian-wire'] },
      { source: 'pell-corvin', stance: 'asserts', via: ['northern-post'] },
    ],
  }),
  report('post-mines', 'northern-post', '2025-04-14', {
    mines: [{ source: 'harbour-institute', stance: 'asserts' }],
  }),
  report('lantern-mines', 'daily-lantern', '2025-04-16', {
    mines: [
      { source: 'harbour-institute', stance: 'asserts', via: ['northern-post'] },
      { source: 'velmara-defence', stance: 'denies', said: '2025-04-15' },
    ],
  }),
  report('post-talks', 'northern-post', '2025-04-18', {
    talks: [{ source: 'tarsk-foreign-office', stance: 'asserts', said: '2025-04-17' }],
    'talks-abroad': [{ source: 'tarsk-foreign-office', stance: 'asserts', said: '2025-04-17' }],
  }),
  report('radio-talks', 'velmara-radio', '2025-04-20', {
    talks: [{ source: 'tarsk-mfa', stance: 'confirms', said: '2025-04-19' }],
    'talks-abroad': [{ source: 'tarsk-mfa', stance: 'denies', said: '2025-04-19' }],
    'lease-deal': [{ source: 'velmara-ports', stance: 'confirms', said: '2025-04-19' }],
  }),
  report('courier-depth', 'saline-courier', '2025-04-22', {
    depth: [{ source: 'velmara-ports', stance: 'asserts' }],
  }),
];

/** A statement of Velmara’s government, which it publishes itself; written down by hand, not imported. */
const STATEMENT = {
  report: {
    id: '01960000-0000-7000-8000-000000000001',
    title: 'On the rumours about our harbour',
    outlet: VELMARA,
    kind: 'press_release',
    published: '2025-04-01',
  },
  attribution: {
    claim: 'sold',
    source: VELMARA,
    report: '01960000-0000-7000-8000-000000000001',
    stance: 'denies',
    said: '2025-04-01',
    quote: 'Nothing has been sold.',
  },
} as const;

/** Cedar News turns out to have heard it from a captain, too; the Courier’s dockworker knows the price. */
const FOUND: readonly Bundle[] = [
  {
    ...paper('cedar-news', [{ source: 'cedar-captain', stance: 'asserts' }]),
    sources: [
      {
        slug: 'cedar-captain',
        name: 'A captain',
        kind: 'anonymous',
        host: 'cedar-news',
        descriptor: 'a harbour captain',
      },
    ],
  },
  report('courier-price', 'saline-courier', '2025-04-25', {
    price: [{ source: 'courier-dockworker', stance: 'asserts' }],
  }),
];

/** Radio Velmara passes on Meridian Wire’s engineer, too: it holds up what the Northern Post held up before. */
const radioNight = report('radio-night', 'velmara-radio', '2025-04-28', {
  'night-works': [viaMeridian('meridian-engineer')],
});

/** An action on an attribution, found by its claim and its words (`labelsOf`), or on another thing. */
export interface Action {
  readonly post: string;
  readonly on?: { readonly claim: string; readonly label: string } | { readonly report: string };
  readonly body?: Fields;
}

interface Chapter {
  readonly name: string;
  readonly bundles?: readonly Bundle[];
  readonly actions?: readonly Action[];
}

/** What was misheard: that the Northern Post has the engineer’s words from Meridian Wire. */
const MISHEARD = { claim: 'night-works', label: 'northern-post ← meridian-wire ← meridian-engineer asserts' };

/** The story up to the last chapter that needs nothing but imports and withdrawals, in order. */
export const CHAPTERS = [
  { name: 'break', bundles: [courierLease] },
  { name: 'echo', bundles: PAPERS.map((slug) => paper(slug)) },
  { name: 'march', bundles: MARCH },
  {
    name: 'april',
    bundles: APRIL,
    actions: [
      { post: '/v1/reports', body: STATEMENT.report },
      { post: '/v1/attributions', body: STATEMENT.attribution },
    ],
  },
  { name: 'found', bundles: FOUND },
  { name: 'misheard', actions: [{ post: 'withdraw', on: MISHEARD, body: { reason: 'That was another report.' } }] },
  { name: 'radio', bundles: [radioNight] },
  // The outlet did have it from there: the withdrawal is taken back.
  { name: 'restored', actions: [{ post: 'restore', on: MISHEARD }] },
  {
    name: 'retracted',
    actions: [
      {
        post: 'retract',
        on: { report: urlOf('post-mines') },
        body: { reason: 'The chart was of another harbour.', retractedOn: '2025-05-02' },
      },
    ],
  },
] as const satisfies readonly Chapter[];
export type ChapterName = (typeof CHAPTERS)[number]['name'];
