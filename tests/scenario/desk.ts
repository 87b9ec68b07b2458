/**
 * The harbour goes on: the summer of 2025, when Tarsk’s navy lies in Port Saline, as the editor’s desk sees it. Predictions fall
 * due, people are asked and some answer, reviewers rate, outlets correct and retract. Countries, outlets and people are those of
 * harbour.ts as far as they come back; this story needs a ledger of its own. It is told in three chapters (desk-telling.ts); what
 * the ledger must answer is worked out by hand from DESIGN §3 in the tests beside this file.
 */

type Fields = Readonly<Record<string, unknown>>;

/** A report bundle (DESIGN §5) as far as the story uses it. */
interface Bundle {
  readonly report: Fields;
  readonly sources?: readonly Fields[];
  readonly claims?: readonly Fields[];
  readonly attributions: readonly Fields[];
  readonly relations?: readonly Fields[];
}

const TARSK = 'tarsk-government';
const VELMARA = 'velmara-government';

const CAST: readonly Fields[] = [
  { slug: 'saline-courier', name: 'The Saline Courier', kind: 'outlet' },
  { slug: 'northern-post', name: 'Northern Post', kind: 'outlet' },
  { slug: 'daily-lantern', name: 'The Daily Lantern', kind: 'outlet' },
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
    slug: 'post-worker',
    name: 'A worker',
    kind: 'anonymous',
    host: 'northern-post',
    descriptor: 'a worker',
    people: 1,
  },
  { slug: VELMARA, name: 'Government of Velmara', kind: 'government' },
  { slug: 'velmara-defence', name: 'Ministry of Defence of Velmara', kind: 'government', partOf: VELMARA },
  { slug: 'velmara-ports', name: 'Ports Authority of Velmara', kind: 'government', partOf: VELMARA },
  { slug: TARSK, name: 'Government of Tarsk', kind: 'government' },
  { slug: 'saline-province', name: 'Free Province of Saline', kind: 'government' },
  { slug: 'dockers-union', name: 'Dockers’ Union of Port Saline', kind: 'organization' },
  { slug: 'harbour-institute', name: 'Harbour Institute', kind: 'organization' },
  // Those who only judge what others say.
  { slug: 'saline-facts', name: 'Saline Facts', kind: 'organization' },
  { slug: 'northern-check', name: 'Northern Check', kind: 'organization' },
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

const predicted = (text: string, horizon: string, more: Fields = {}) => ({
  text,
  kind: 'prediction',
  prediction: { horizon },
  ...more,
});

/** The claims; of the topic `port-saline` unless another is named. */
const CLAIMS: Readonly<Record<string, Fields>> = {
  leak: { text: 'Tarsk’s navy has spilled oil at the north mole', kind: 'fact', about: [TARSK] },
  // The same spill in other words; merged into `leak` in desk-merge.test.ts.
  'oil-spill': { text: 'Oil of Tarsk’s navy floats at the north mole', kind: 'fact', about: [TARSK] },
  cleanup: { text: 'Velmara has paid for cleaning up the oil', kind: 'fact', about: [VELMARA] },
  'clean-water': { text: 'The water of the basin is clean', kind: 'fact', about: ['velmara-ports'] },
  sale: { text: 'Tarsk has bought the north mole', kind: 'fact', about: [VELMARA, TARSK] },
  rent: {
    text: 'The tenants of the north mole pay their rent to Tarsk',
    kind: 'fact',
    about: ['velmara-ports'],
  },
  tunnel: { text: 'A tunnel leads from the fort to the quay', kind: 'fact', about: ['velmara-defence'] },
  blasting: { text: 'The ministry blasts rock to widen the tunnel', kind: 'fact', about: ['velmara-defence'] },
  bonus: { text: 'Tarsk pays the dockers a bonus', kind: 'fact', about: [TARSK] },
  'tax-case': {
    text: 'The tax office has searched the Courier’s rooms because of the bonus',
    kind: 'fact',
    topic: null,
    about: ['saline-courier', 'dockers-union'],
  },
  opening: predicted('The port will open again in June', '2025-06', { about: ['velmara-ports'] }),
  festival: predicted('The harbour festival will be held in the open port', '2025-07~'),
  strike: predicted('The dockers will strike in July', '2025-07', { topic: 'dock-work', about: ['dockers-union'] }),
  visit: predicted('The flagship of Tarsk will call at Saline in summer', '2025-06/2025-08'),
  ferry: predicted('The ferry will sail again by the middle of June', '2025-06-15', { about: [VELMARA] }),
  dredged: predicted('The basin will be dredged by the end of July', '2025-07'),
  toll: predicted('The toll will rise when Tarsk owns the mole', '2025-09/..', { topic: 'dock-work', about: [TARSK] }),
};

/** The address of a report of the story, and of its copy in an archive. */
export const urlOf = (name: string) => `https://${name}.example/desk`;
export const archivedAt = (name: string) => `https://archive.example/2025/${name}`;

/** A report of an outlet with what is said in it: claim by claim. The Lantern is written in French. */
function report(
  name: string,
  outlet: string,
  published: string,
  says: Readonly<Record<string, readonly Fields[]>>,
  more: Fields = {},
): Bundle {
  const claims = Object.keys(says).map((slug) => ({ slug, topic: 'port-saline', language: 'en', ...CLAIMS[slug] }));
  const language = outlet === 'daily-lantern' ? 'fr' : 'en';
  return {
    report: { url: urlOf(name), title: `The desk: ${name}`, outlet, published, language, ...more },
    claims,
    attributions: Object.entries(says).flatMap(([claim, all]) => all.map((each) => ({ claim, ...each }))),
  };
}

/** The texts that we keep, as they were printed and as they were corrected. */
export const TEXTS = {
  leak: [
    'Two officials told Meridian Wire of oil at the north mole.',
    'Ambassador Oren Daske said on Sunday: “Not a drop has left our tank.” The harbour master was away.',
  ].join(' '),
  /** His words stand once, but nothing of what stood around them: `moved`. */
  leakCorrected: [
    '“Not a drop has left our tank,” Ambassador Oren Daske insisted.',
    'Earlier, two officials had told Meridian Wire of oil at the north mole.',
  ].join(' '),
  bonus: 'Dockers queue at the gate. “Tarsk pays each of us a bonus,” says Pell Corvin of the union.',
  /** His words are gone: `lost`. */
  bonusCorrected: 'Dockers queue at the gate. An earlier version quoted Pell Corvin of the union at length.',
  /** The same words twice: without what stands around them a quote is ambiguous. */
  sale: [
    'A tenant shouted at the gate that nothing is for sale.',
    'The Ports Authority put it in the same words: “nothing is for sale”, and closed the window.',
  ].join(' '),
  water: 'Un porte-parole : « The water is clean ». Les pêcheurs en doutent.',
} as const;

/** What stands twice in the text of `post-sale`. */
export const AMBIGUOUS = { exact: 'nothing is for sale' } as const;

/** Chapter `june`: everything that was said until 9 June, and how the claims bear on each other. */
export const JUNE: readonly Bundle[] = [
  {
    ...report(
      'lantern-forecast',
      'daily-lantern',
      '2025-05-20',
      {
        opening: [
          { source: 'velmara-ports', stance: 'asserts', said: '2025-05-19', quote: 'We open in June.' },
          { source: 'pell-corvin', stance: 'asserts', said: '2025-05-18' },
          { source: 'harbour-institute', stance: 'doubts' },
        ],
        festival: [{ source: 'ilva-marrin', stance: 'asserts', said: '2025-05-19', certainty: 'probable' }],
        strike: [{ source: 'pell-corvin', stance: 'asserts', certainty: 'possible' }],
        visit: [{ source: 'oren-daske', stance: 'asserts', said: '2024-12-20' }],
      },
      { archiveUrl: archivedAt('lantern-forecast') },
    ),
    sources: CAST,
    relations: [{ from: 'festival', type: 'depends_on', to: 'opening' }],
  },
  report('post-outlook', 'northern-post', '2025-05-28', {
    ferry: [
      { source: 'harbour-institute', stance: 'asserts' },
      { source: 'velmara-ports', stance: 'denies', said: '2025-05-27' },
    ],
    dredged: [{ source: 'harbour-institute', stance: 'asserts', said: '2024-11' }],
    toll: [{ source: 'harbour-institute', stance: 'asserts' }],
    strike: [{ source: 'harbour-institute', stance: 'denies' }],
    visit: [{ source: 'harbour-institute', stance: 'asserts' }],
  }),
  report(
    'courier-leak',
    'saline-courier',
    '2025-06-02',
    {
      leak: [
        { source: 'meridian-officials', stance: 'asserts', via: ['meridian-wire'] },
        {
          source: 'oren-daske',
          stance: 'denies',
          said: '2025-06-01',
          quote: {
            exact: 'Not a drop has left our tank',
            prefix: 'Oren Daske said on Sunday: “',
            suffix: '.” The harbour master',
          },
        },
      ],
    },
    { text: TEXTS.leak, archiveUrl: archivedAt('courier-leak') },
  ),
  report(
    'post-sale',
    'northern-post',
    '2025-06-03',
    {
      sale: [
        {
          source: 'velmara-ports',
          stance: 'denies',
          said: '2025-06-03',
          quote: { ...AMBIGUOUS, prefix: 'in the same words: “', suffix: '”, and closed' },
        },
      ],
      rent: [{ source: 'dockers-union', stance: 'asserts', said: '2025-06-02' }],
    },
    { text: TEXTS.sale },
  ),
  report('post-tunnel', 'northern-post', '2025-06-04', { tunnel: [{ source: 'post-worker', stance: 'asserts' }] }),
  {
    ...report(
      'lantern-blasting',
      'daily-lantern',
      '2025-06-05',
      {
        tunnel: [{ source: 'post-worker', stance: 'asserts', via: ['northern-post'] }],
        blasting: [{ source: 'tove-rusk', stance: 'asserts', said: '2025-06-04', quote: 'We blast on weekdays.' }],
      },
      { archiveUrl: archivedAt('lantern-blasting') },
    ),
    relations: [{ from: 'blasting', type: 'depends_on', to: 'tunnel' }],
  },
  {
    ...report(
      'courier-bonus',
      'saline-courier',
      '2025-06-06',
      {
        bonus: [
          { source: 'pell-corvin', stance: 'asserts', said: '2025-06-05', quote: 'Tarsk pays each of us a bonus' },
        ],
        'tax-case': [{ source: 'harbour-institute', stance: 'asserts' }],
      },
      { text: TEXTS.bonus },
    ),
    relations: [{ from: 'tax-case', type: 'depends_on', to: 'bonus' }],
  },
  {
    ...report(
      'lantern-water',
      'daily-lantern',
      '2025-06-07',
      {
        'clean-water': [
          { source: 'velmara-ports', stance: 'asserts', said: '2025-06-06', quote: 'The water is clean' },
          // Misheard: withdrawn in July.
          { source: 'velmara-defence', stance: 'asserts' },
        ],
      },
      { text: TEXTS.water },
    ),
    relations: [{ from: 'leak', type: 'contradicts', to: 'clean-water' }],
  },
  {
    ...report('courier-cleanup', 'saline-courier', '2025-06-08', {
      cleanup: [{ source: 'dockers-union', stance: 'asserts' }],
    }),
    relations: [
      { from: 'cleanup', type: 'depends_on', to: 'leak' },
      { from: 'rent', type: 'depends_on', to: 'sale', status: 'suggested' },
    ],
  },
  {
    ...report('post-spill', 'northern-post', '2025-06-09', {
      'oil-spill': [{ source: 'dockers-union', stance: 'asserts', quote: 'It is on every rope.' }],
    }),
    relations: [
      { from: 'oil-spill', type: 'supports', to: 'cleanup' },
      // A suggestion flags nothing.
      { from: 'visit', type: 'contradicts', to: 'clean-water', status: 'suggested' },
      // Nor does it undermine a claim that it depends on one that is undermined itself, or void.
      { from: 'strike', type: 'depends_on', to: 'festival' },
      { from: 'dredged', type: 'depends_on', to: 'visit' },
    ],
  },
];

/** Chapter `july`: what was said from then until 5 July. */
export const JULY: readonly Bundle[] = [
  report('courier-bonus-back', 'saline-courier', '2025-06-25', {
    bonus: [{ source: 'pell-corvin', stance: 'retracts', said: '2025-06-24' }],
  }),
  report('courier-closed', 'saline-courier', '2025-07-01', {
    opening: [{ source: 'saline-courier', stance: 'denies' }],
  }),
  report('post-water', 'northern-post', '2025-07-03', {
    'clean-water': [{ source: 'velmara-ports', stance: 'denies', said: '2025-07-02' }],
  }),
  report('post-blasting', 'northern-post', '2025-07-05', {
    blasting: [{ source: 'velmara-defence', stance: 'declines_to_comment', said: '2025-07-04' }],
  }),
];

/** Who was asked, by a name of ours. All are recorded in July. */
export const REQUESTS = {
  leak: {
    claim: 'leak',
    source: TARSK,
    askedAt: '2025-06-01T09:00:00Z',
    channel: 'phone',
    deadline: '2025-06-02T12:00:00Z',
  },
  cleanup: {
    claim: 'cleanup',
    source: 'ilva-marrin',
    askedAt: '2025-06-09T10:00:00Z',
    channel: 'email',
    deadline: '2025-06-16T10:00:00Z',
    note: 'Her office confirmed that it has the question.',
  },
  blasting: {
    claim: 'blasting',
    source: 'velmara-defence',
    askedAt: '2025-06-10T08:00:00Z',
    channel: 'email',
    deadline: '2025-06-12T08:00:00Z',
  },
  spill: {
    claim: 'oil-spill',
    source: 'oren-daske',
    askedAt: '2025-06-11T09:00:00Z',
    channel: 'social',
    deadline: '2025-06-13T09:00:00Z',
  },
  sale: { claim: 'sale', source: 'oren-daske', askedAt: '2025-06-12T08:00:00Z', channel: 'letter' },
  'tax-case': {
    claim: 'tax-case',
    source: 'pell-corvin',
    askedAt: '2025-06-15T08:00:00Z',
    channel: 'in_person',
    deadline: '2025-08-05T08:00:00Z',
  },
  // By mistake: deleted in August.
  toll: { claim: 'toll', source: TARSK, askedAt: '2025-06-18T08:00:00Z', channel: 'email' },
  // The government, though the claim is about its ports authority: that one is not asked by this.
  rent: {
    claim: 'rent',
    source: VELMARA,
    askedAt: '2025-06-20T08:00:00Z',
    channel: 'email',
    deadline: '2025-06-30T17:00:00Z',
  },
} as const;
export type RequestName = keyof typeof REQUESTS;

/** The scales of those who rate. */
export const SCHEMES: readonly Fields[] = [
  {
    reviewer: 'saline-facts',
    name: 'Five stars',
    worstRating: 1,
    bestRating: 5,
    ratings: [
      { ratingValue: 1, alternateName: 'False', verdict: 'false' },
      { ratingValue: 2, alternateName: 'Unproven', verdict: 'unproven' },
      { ratingValue: 3, alternateName: 'Half true', verdict: 'mixed' },
      { ratingValue: 5, alternateName: 'True', verdict: 'true' },
    ],
  },
  {
    reviewer: 'northern-check',
    worstRating: 0,
    bestRating: 3,
    ratings: [
      { ratingValue: 0, alternateName: 'Wrong', verdict: 'false' },
      { ratingValue: 2, alternateName: 'Partly right', verdict: 'mixed' },
      { ratingValue: 3, alternateName: 'Right', verdict: 'true' },
    ],
  },
  {
    reviewer: 'harbour-institute',
    worstRating: 0,
    bestRating: 1,
    ratings: [
      { ratingValue: 0, alternateName: 'Fails', verdict: 'false' },
      { ratingValue: 1, alternateName: 'Holds', verdict: 'true' },
    ],
  },
];

const facts = (ratingValue: number, alternateName: string) => ({
  reviewer: 'saline-facts',
  rating: { ratingValue, alternateName, worstRating: 1, bestRating: 5 },
});
const check = (ratingValue: number, alternateName: string) => ({
  reviewer: 'northern-check',
  rating: { ratingValue, alternateName, worstRating: 0, bestRating: 3 },
});

/** What was rated, by a name of ours, in the order in which we recorded it: not that in which it was published. */
export const ASSESSMENTS = {
  'leak half': { claim: 'leak', ...facts(3, 'Half true'), published: '2025-06-20' },
  'leak true': { claim: 'leak', ...facts(5, 'True'), published: '2025-06' },
  'leak false': { claim: 'leak', ...facts(1, 'False'), published: '2025-05-30' },
  'leak right': { claim: 'leak', ...check(3, 'Right'), published: '2025-07-01' },
  'water wrong': { claim: 'clean-water', ...check(0, 'Wrong'), published: '2025-07-04' },
  'rent unproven': { claim: 'rent', ...facts(2, 'Unproven'), published: '2025-07-03' },
  'sale wrong': { claim: 'sale', ...check(0, 'Wrong'), published: '2025-07-02' },
  'cleanup true': { claim: 'cleanup', ...facts(5, 'True'), published: '2025-07-01' },
  'cleanup wrong': { claim: 'cleanup', ...check(0, 'Wrong'), published: '2025-07-02' },
  'spill right': { claim: 'oil-spill', ...check(3, 'Right'), published: '2025-06-30' },
  'blasting true': { claim: 'blasting', ...facts(5, 'True'), published: '2025-07-05' },
  // The institute rates its own word.
  'tax-case own': {
    claim: 'tax-case',
    reviewer: 'harbour-institute',
    rating: { ratingValue: 1, alternateName: 'Holds', worstRating: 0, bestRating: 1 },
    published: '2025-07-04',
  },
} as const;
export type AssessmentName = keyof typeof ASSESSMENTS;
