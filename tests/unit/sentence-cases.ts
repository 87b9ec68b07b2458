import type { SentenceFacts, Voice } from '../../src/domain/sentence-facts.ts';
import type { SourceKind, Stance } from '../../src/domain/vocabulary.ts';

/** One sentence of the house style: the rule that it shows, the facts, and the sentence they make. */
export interface SentenceCase {
  readonly shows: string;
  readonly facts: SentenceFacts;
  readonly sentence: string;
}

type Rest = Partial<Omit<Voice, 'source'>> & Partial<Pick<Voice['source'], 'descriptor' | 'people'>>;

/** A voice of its own origin, plain and undated, on paper of its own, unless told otherwise. */
const voice =
  (kind: SourceKind) =>
  (name: string, stance: Stance, { descriptor = null, people = null, ...rest }: Rest = {}): Voice => ({
    source: { name, kind, descriptor, people },
    stance,
    certainty: 'unstated',
    emphasis: 'plain',
    said: null,
    outlets: kind === 'outlet' ? [name] : [],
    origin: name,
    order: 'determined',
    ...rest,
  });
const person = voice('person');
const government = voice('government');
const organization = voice('organization');
const outlet = voice('outlet');
const document = voice('document');

/** An unnamed source of an outlet, by the outlet’s description of it. */
const unnamed = (host: string, descriptor: string | null, stance: Stance = 'asserts', rest: Rest = {}): Voice =>
  voice('anonymous')('Our name for them', stance, {
    descriptor,
    outlets: [host],
    origin: `anonymous ${host}`,
    ...rest,
  });

const claim = (text: string, language = 'en') => ({ text, language });
const lease = claim('Velmara leases the port to Tarsk');

const it = (
  shows: string,
  about: SentenceFacts['claim'],
  voices: readonly Voice[],
  sentence: string,
): SentenceCase => ({
  shows,
  facts: { claim: about, voices },
  sentence,
});

const relayed = ['Bloomberg', 'The relaying outlet'];
const alone = ['The relaying outlet'];
const familiar = (stance: Stance = 'asserts') =>
  voice('anonymous')('People familiar with the talks', stance, {
    descriptor: 'people familiar with the leaders’ talk',
    outlets: relayed,
    origin: 'anonymous bloomberg',
  });
const kremlin = government('Kremlin', 'denies', { emphasis: 'strong', outlets: relayed });

/** The founding report: one article, seventeen claims. */
const FOUNDING: readonly SentenceCase[] = [
  it(
    'one unnamed origin, denied, and silence',
    claim('Ankara asked Russia to give back the money paid for the S-400s'),
    [familiar(), kremlin, government('Turkish officials', 'declines_to_comment', { outlets: relayed })],
    'Bloomberg reported, citing unnamed people, that Ankara asked Russia to give back the money paid for the S-400s; the Kremlin denied it and Turkish officials declined to comment.',
  ),
  it(
    'an origin of unnamed people alone is told as the word of those people',
    claim('Türkiye wants to hand its S-400 systems back to Russia'),
    [familiar()],
    'Bloomberg reported, citing unnamed people, that Türkiye wants to hand its S-400 systems back to Russia.',
  ),
  it(
    'what unnamed people confirm is still no more than reported',
    claim('Erdoğan brought the matter up with Putin when they met in Turkmenistan'),
    [familiar('confirms'), kremlin],
    'Bloomberg reported, citing unnamed people, that Erdoğan brought the matter up with Putin when they met in Turkmenistan; the Kremlin denied it.',
  ),
  it(
    'a claim that says “could” needs no “possible” in front',
    claim('Compensation could come as cheaper Russian oil and gas'),
    [outlet('Bloomberg', 'asserts', { certainty: 'possible', outlets: relayed })],
    'Bloomberg reported that compensation could come as cheaper Russian oil and gas.',
  ),
  it(
    'an outlet without a name is called what the ledger calls it',
    claim('Washington has recently put more pressure on Türkiye'),
    [outlet('The relaying outlet', 'asserts')],
    'The relaying outlet reported that Washington has recently put more pressure on Türkiye.',
  ),
  it(
    'the first word of a claim keeps its capital where it is no common opener',
    claim('Erdoğan discussed the issue with Trump in Washington'),
    [outlet('The relaying outlet', 'asserts')],
    'The relaying outlet reported that Erdoğan discussed the issue with Trump in Washington.',
  ),
  it(
    'a named person stands on his own word, and an outlet is named that told it',
    claim('Ankara has come closer to giving up the S-400s'),
    [person('Tom Barrack', 'asserts', { said: '2025-12', outlets: relayed })],
    'In December 2025 Tom Barrack said that Ankara has come closer to giving up the S-400s, Bloomberg reported.',
  ),
  it(
    'a likely heir is no likely event: what a claim calls only a thing of its does not say how sure the claim is',
    claim('The expected buyer has signed the contract'),
    [person('Ilva Marrin', 'asserts', { certainty: 'probable' })],
    'Ilva Marrin said it was likely that the expected buyer has signed the contract.',
  ),
  it(
    'a possible successor is no possible event',
    claim('A possible successor met the president'),
    [person('Ilva Marrin', 'asserts', { certainty: 'possible' })],
    'Ilva Marrin said it was possible that a possible successor met the president.',
  ),
  it(
    'military might is no “might”',
    claim('Tarsk has lost its military might'),
    [person('Ilva Marrin', 'asserts', { certainty: 'possible' })],
    'Ilva Marrin said it was possible that Tarsk has lost its military might.',
  ),
  it(
    'what somebody could not do is no less certain for that',
    claim('Velmara could not pay for the port'),
    [person('Ilva Marrin', 'asserts', { certainty: 'possible' })],
    'Ilva Marrin said it was possible that Velmara could not pay for the port.',
  ),
  it(
    'a claim that says “is likely” needs no “likely” in front',
    claim('The lease is very likely to end'),
    [person('Ilva Marrin', 'asserts', { certainty: 'probable' })],
    'Ilva Marrin said that the lease is very likely to end.',
  ),
  it(
    'a claim that says “may” needs no “possible” in front',
    claim('The S-400 issue may be resolved within four to six months'),
    [person('Tom Barrack', 'asserts', { said: '2025-12', certainty: 'possible', outlets: relayed })],
    'In December 2025 Tom Barrack said that the S-400 issue may be resolved within four to six months, Bloomberg reported.',
  ),
  it(
    'one unnamed person is called one, and where he is as printed',
    claim('US sanctions on Türkiye will be lifted next year'),
    [
      voice('anonymous')('A person in Ankara', 'asserts', {
        descriptor: 'a person in Ankara',
        people: 1,
        certainty: 'probable',
        outlets: relayed,
      }),
    ],
    'Bloomberg reported, citing an unnamed person in Ankara, that it was likely that US sanctions on Türkiye will be lifted next year.',
  ),
  it(
    'NATO takes no article',
    claim('Russia could gain important intelligence if Türkiye ran S-400s beside F-35s'),
    [organization('NATO', 'asserts', { certainty: 'possible', outlets: alone })],
    'NATO said that Russia could gain important intelligence if Türkiye ran S-400s beside F-35s, the relaying outlet reported.',
  ),
  it(
    'an assessment of an outlet is its own word',
    claim('Giving the systems up would earn Ankara great trust among its allies'),
    [outlet('The relaying outlet', 'asserts')],
    'The relaying outlet reported that giving the systems up would earn Ankara great trust among its allies.',
  ),
  it(
    'US at the head of a claim keeps its capitals',
    claim('The US put Türkiye out of the F-35 programme in 2019 over the S-400s'),
    [outlet('Bloomberg', 'asserts', { outlets: relayed })],
    'Bloomberg reported that the US put Türkiye out of the F-35 programme in 2019 over the S-400s.',
  ),
  it(
    'the date of a claim stays in the claim',
    claim('The US applied CAATSA to Türkiye’s defence industry in 2020'),
    [outlet('Bloomberg', 'asserts', { outlets: relayed })],
    'Bloomberg reported that the US applied CAATSA to Türkiye’s defence industry in 2020.',
  ),
  it(
    'a day stands in front with “on”',
    claim('The US requires Türkiye to give up its S-400s before it can return to the F-35 programme'),
    [government('US government', 'asserts', { said: '2025-12-10', outlets: alone })],
    'On 10 December 2025 the US government said that the US requires Türkiye to give up its S-400s before it can return to the F-35 programme, the relaying outlet reported.',
  ),
  it(
    'a government begins a sentence with its article',
    claim('The S-400s endanger the F-35'),
    [government('US government', 'asserts', { outlets: alone })],
    'The US government said that the S-400s endanger the F-35, the relaying outlet reported.',
  ),
  it(
    '“Government of” is written small',
    claim('Türkiye can keep the risk small and will not tie the S-400s into NATO’s systems'),
    [government('Government of Türkiye', 'asserts', { outlets: alone })],
    'The government of Türkiye said that Türkiye can keep the risk small and will not tie the S-400s into NATO’s systems, the relaying outlet reported.',
  ),
  it(
    'a month stands in front with “in”',
    claim('Trump could consider letting Ankara buy the F-35'),
    [person('Donald Trump', 'asserts', { said: '2025-09', certainty: 'possible', outlets: alone })],
    'In September 2025 Donald Trump said that Trump could consider letting Ankara buy the F-35, the relaying outlet reported.',
  ),
];

const STANCES: readonly SentenceCase[] = [
  it(
    'to assert is to say',
    lease,
    [government('US government', 'asserts')],
    'The US government said that Velmara leases the port to Tarsk.',
  ),
  it(
    'an outlet in its own voice reports',
    lease,
    [outlet('Reuters', 'asserts')],
    'Reuters reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'to confirm is to confirm',
    lease,
    [organization('NATO', 'confirms')],
    'NATO confirmed that Velmara leases the port to Tarsk.',
  ),
  it(
    'who asserts opens, who confirms follows',
    lease,
    [organization('NATO', 'confirms'), outlet('Reuters', 'asserts')],
    'Reuters reported that Velmara leases the port to Tarsk; NATO confirmed it.',
  ),
  it(
    'where nobody says it, the denial carries the claim',
    lease,
    [government('Kremlin', 'denies')],
    'The Kremlin denied that Velmara leases the port to Tarsk.',
  ),
  it(
    'where it is only doubted, the doubt carries the claim',
    lease,
    [organization('NATO', 'doubts')],
    'NATO doubted that Velmara leases the port to Tarsk.',
  ),
  it(
    'a denial stands before a doubt, whichever is given first',
    lease,
    [organization('NATO', 'doubts'), government('Kremlin', 'denies')],
    'The Kremlin denied that Velmara leases the port to Tarsk; NATO doubted it too.',
  ),
  it(
    'a doubt against an assertion',
    lease,
    [outlet('Reuters', 'asserts'), organization('NATO', 'doubts')],
    'Reuters reported that Velmara leases the port to Tarsk; NATO doubted it.',
  ),
  it(
    'silence alone leaves the claim with nobody',
    lease,
    [government('Turkish officials', 'declines_to_comment')],
    'Nobody on record says that Velmara leases the port to Tarsk; Turkish officials declined to comment.',
  ),
  it(
    'no response is not a refusal',
    lease,
    [government('Kremlin', 'no_response')],
    'Nobody on record says that Velmara leases the port to Tarsk; the Kremlin did not respond to a request for comment.',
  ),
  it(
    'refusals stand before requests without an answer',
    lease,
    [outlet('Reuters', 'asserts'), government('Kremlin', 'no_response'), organization('NATO', 'declines_to_comment')],
    'Reuters reported that Velmara leases the port to Tarsk; NATO declined to comment and the Kremlin did not respond to a request for comment.',
  ),
  it('a claim without a voice is nobody’s', lease, [], 'Nobody on record says that Velmara leases the port to Tarsk.'),
  it(
    'hearsay is called what it is',
    lease,
    [outlet('The Post', 'reports')],
    'The Post cited unsourced reports that Velmara leases the port to Tarsk.',
  ),
  it(
    'a denial answers hearsay',
    lease,
    [government('Kremlin', 'denies'), outlet('The Post', 'reports')],
    'The Post cited unsourced reports that Velmara leases the port to Tarsk; the Kremlin denied it.',
  ),
  it(
    'hearsay beside an assertion',
    lease,
    [outlet('Reuters', 'asserts'), outlet('The Post', 'reports')],
    'Reuters reported that Velmara leases the port to Tarsk; the Post cited unsourced reports of it.',
  ),
  it(
    'who took back what it had said no longer says it',
    lease,
    [outlet('The Post', 'retracts')],
    'Nobody on record says that Velmara leases the port to Tarsk; the Post took back an earlier statement about it.',
  ),
  it(
    'a retraction stands behind a denial, with its date',
    lease,
    [
      outlet('Reuters', 'asserts'),
      outlet('The Post', 'retracts', { said: '2025-03-08' }),
      government('Kremlin', 'denies'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin denied it and the Post took back on 8 March 2025 an earlier statement about it.',
  ),
  it(
    'who spoke both ways in an order that nobody knows is said to have done so',
    lease,
    [government('Kremlin', 'asserts', { order: 'undetermined', said: '2025-03' })],
    'The Kremlin spoke both for and against the claim that Velmara leases the port to Tarsk; which came last is not known.',
  ),
  it(
    'who spoke both ways comes last',
    lease,
    [
      government('Kremlin', 'denies', { order: 'undetermined' }),
      outlet('Reuters', 'asserts'),
      organization('NATO', 'denies'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; NATO denied it; the Kremlin spoke both for and against it, and which came last is not known.',
  ),
  it(
    'two that spoke both ways did so each',
    lease,
    [
      government('Kremlin', 'denies', { order: 'undetermined' }),
      organization('NATO', 'asserts', { order: 'undetermined' }),
    ],
    'The Kremlin and NATO each spoke both for and against the claim that Velmara leases the port to Tarsk; which came last is not known.',
  ),
];

const SURENESS: readonly SentenceCase[] = [
  it(
    'certain is what “said” says by itself',
    lease,
    [person('Ilva Marrin', 'asserts', { certainty: 'certain' })],
    'Ilva Marrin said that Velmara leases the port to Tarsk.',
  ),
  it(
    'probable is likely',
    lease,
    [person('Ilva Marrin', 'asserts', { certainty: 'probable' })],
    'Ilva Marrin said it was likely that Velmara leases the port to Tarsk.',
  ),
  it(
    'possible is possible',
    lease,
    [person('Ilva Marrin', 'asserts', { certainty: 'possible' })],
    'Ilva Marrin said it was possible that Velmara leases the port to Tarsk.',
  ),
  it(
    'May is a month, not a possibility',
    claim('Velmara leased the port in May'),
    [person('Ilva Marrin', 'asserts', { certainty: 'possible' })],
    'Ilva Marrin said it was possible that Velmara leased the port in May.',
  ),
  it(
    'a claim that says “likely” needs none in front',
    claim('Velmara is likely to lease the port'),
    [person('Ilva Marrin', 'asserts', { certainty: 'probable' })],
    'Ilva Marrin said that Velmara is likely to lease the port.',
  ),
  it(
    'the firmest opens, and nobody who follows is made to say more than they did',
    lease,
    [
      organization('NATO', 'asserts', { certainty: 'possible' }),
      outlet('Reuters', 'asserts', { certainty: 'probable' }),
      government('US government', 'asserts'),
    ],
    'The US government said that Velmara leases the port to Tarsk; Reuters reported it was likely and NATO said it was possible.',
  ),
  it(
    'an outlet that calls it possible',
    lease,
    [outlet('Reuters', 'asserts', { certainty: 'possible' })],
    'Reuters reported that it was possible that Velmara leases the port to Tarsk.',
  ),
  it(
    'what is confirmed as possible is no more than that',
    lease,
    [organization('NATO', 'confirms', { certainty: 'possible' })],
    'NATO confirmed it was possible that Velmara leases the port to Tarsk.',
  ),
  it(
    'a hedge is kept',
    lease,
    [person('Ilva Marrin', 'asserts', { emphasis: 'hedged' })],
    'Ilva Marrin suggested that Velmara leases the port to Tarsk.',
  ),
  it(
    'a hedge behind a plain word',
    lease,
    [outlet('Reuters', 'asserts'), person('Ilva Marrin', 'asserts', { emphasis: 'hedged' })],
    'Reuters reported that Velmara leases the port to Tarsk; Ilva Marrin suggested as much.',
  ),
  it(
    'a hedged confirmation',
    lease,
    [person('Ilva Marrin', 'confirms', { emphasis: 'hedged' })],
    'Ilva Marrin appeared to confirm that Velmara leases the port to Tarsk.',
  ),
  it(
    'a hedged denial',
    lease,
    [outlet('Reuters', 'asserts'), government('Kremlin', 'denies', { emphasis: 'hedged' })],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin appeared to deny it.',
  ),
  it(
    'a strong word stays “said”',
    lease,
    [person('Ilva Marrin', 'asserts', { emphasis: 'strong' })],
    'Ilva Marrin said that Velmara leases the port to Tarsk.',
  ),
  it(
    'a strong denial stays “denied”',
    lease,
    [government('Kremlin', 'denies', { emphasis: 'strong' })],
    'The Kremlin denied that Velmara leases the port to Tarsk.',
  ),
  it(
    'a denial that is only probable says unlikely',
    lease,
    [outlet('Reuters', 'asserts'), government('Kremlin', 'denies', { certainty: 'probable' })],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin said it was unlikely.',
  ),
  it(
    'a denial that is only possible leaves it open',
    lease,
    [government('Kremlin', 'denies', { certainty: 'possible' })],
    'The Kremlin said it might not be true that Velmara leases the port to Tarsk.',
  ),
];

const UNNAMED: readonly SentenceCase[] = [
  it(
    'their number where it is told',
    lease,
    [unnamed('Meridian Wire', 'people with knowledge of the matter', 'asserts', { people: 2 })],
    'Meridian Wire reported, citing two unnamed people, that Velmara leases the port to Tarsk.',
  ),
  it(
    'the number as printed, and what they are',
    lease,
    [unnamed('Meridian Wire', 'three Turkish officials who asked not to be named')],
    'Meridian Wire reported, citing three unnamed Turkish officials, that Velmara leases the port to Tarsk.',
  ),
  it(
    '“a” is one',
    lease,
    [unnamed('Meridian Wire', 'A senior NATO diplomat')],
    'Meridian Wire reported, citing an unnamed senior NATO diplomat, that Velmara leases the port to Tarsk.',
  ),
  it(
    'how they would know is the outlet’s word, not ours',
    lease,
    [unnamed('Meridian Wire', 'officials briefed on the talks')],
    'Meridian Wire reported, citing unnamed officials, that Velmara leases the port to Tarsk.',
  ),
  it(
    'a number in rough words',
    lease,
    [unnamed('Meridian Wire', 'several former officials')],
    'Meridian Wire reported, citing several unnamed former officials, that Velmara leases the port to Tarsk.',
  ),
  it(
    'ten and more in figures',
    lease,
    [unnamed('Meridian Wire', 'employees', 'asserts', { people: 12 })],
    'Meridian Wire reported, citing 12 unnamed employees, that Velmara leases the port to Tarsk.',
  ),
  it(
    'of a description in words that we do not know the number is left',
    lease,
    [unnamed('Meridian Wire', 'a docker')],
    'Meridian Wire reported, citing an unnamed person, that Velmara leases the port to Tarsk.',
  ),
  it(
    'of a description in another language nothing is left',
    lease,
    [unnamed('Meridian Wire', 'Ankara’daki kaynaklar')],
    'Meridian Wire reported, citing unnamed people, that Velmara leases the port to Tarsk.',
  ),
  it(
    'a number that the description contradicts wins over it',
    lease,
    [unnamed('Meridian Wire', 'officials', 'asserts', { people: 1 })],
    'Meridian Wire reported, citing an unnamed person, that Velmara leases the port to Tarsk.',
  ),
  it(
    'without a description our name for them is read',
    lease,
    [voice('anonymous')('Two officials', 'asserts', { outlets: ['Meridian Wire'] })],
    'Meridian Wire reported, citing two unnamed officials, that Velmara leases the port to Tarsk.',
  ),
  it(
    'unnamed sources of one outlet are one, and not added up',
    lease,
    [unnamed('Meridian Wire', 'a minister'), unnamed('Meridian Wire', 'two officials')],
    'Meridian Wire reported, citing unnamed people, that Velmara leases the port to Tarsk.',
  ),
  it(
    'two outlets, one of which cites somebody',
    lease,
    [outlet('Reuters', 'asserts'), unnamed('Bloomberg', null)],
    'Bloomberg, citing unnamed people, and Reuters reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'two outlets that both cite unnamed people are two',
    lease,
    [unnamed('Bloomberg', null), unnamed('Reuters', null)],
    'Bloomberg and Reuters, each citing unnamed people, reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'two outlets that cite different people',
    lease,
    [unnamed('Bloomberg', null), unnamed('Reuters', 'two officials')],
    'Bloomberg, citing unnamed people, and Reuters, citing two unnamed officials, reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'three outlets that cite different people',
    lease,
    [unnamed('Bloomberg', null), unnamed('Reuters', 'two officials'), unnamed('The Post', 'a minister')],
    'Bloomberg, Reuters and the Post, all citing unnamed people, reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'of more outlets those that cite have a clause of their own',
    lease,
    [outlet('Reuters', 'asserts'), outlet('The Post', 'asserts'), unnamed('Bloomberg', null)],
    'Reuters and the Post reported that Velmara leases the port to Tarsk; Bloomberg reported it too, citing unnamed people.',
  ),
  it(
    'a date is that of the people, not of the report',
    lease,
    [unnamed('Bloomberg', 'two officials', 'asserts', { said: '2025-03-03' })],
    'Bloomberg cited two unnamed officials as saying on 3 March 2025 that Velmara leases the port to Tarsk.',
  ),
  it(
    'a hedge is that of the people, not of the report',
    lease,
    [unnamed('Bloomberg', null, 'asserts', { emphasis: 'hedged' })],
    'Bloomberg cited unnamed people as suggesting that Velmara leases the port to Tarsk.',
  ),
  it(
    'an unnamed denial has its outlet',
    lease,
    [outlet('Reuters', 'asserts'), unnamed('Bloomberg', 'a Kremlin official', 'denies')],
    'Reuters reported that Velmara leases the port to Tarsk; Bloomberg cited an unnamed Kremlin official as denying it.',
  ),
  it(
    'an unnamed denial that carries the claim',
    lease,
    [unnamed('Bloomberg', null, 'denies'), unnamed('Reuters', null, 'denies')],
    'Bloomberg and Reuters each cited unnamed people as denying that Velmara leases the port to Tarsk.',
  ),
  it(
    'unnamed people who call it possible',
    lease,
    [unnamed('Bloomberg', null, 'asserts', { certainty: 'possible' })],
    'Bloomberg reported, citing unnamed people, that it was possible that Velmara leases the port to Tarsk.',
  ),
  it(
    'without an outlet on record they are unnamed still',
    lease,
    [unnamed('', 'two officials', 'asserts', { outlets: [] })],
    'Two unnamed officials said that Velmara leases the port to Tarsk.',
  ),
];

const SEVERAL: readonly SentenceCase[] = [
  it(
    'two of one word are one clause',
    lease,
    [organization('NATO', 'asserts'), government('US government', 'asserts')],
    'NATO and the US government said that Velmara leases the port to Tarsk.',
  ),
  it(
    'three in a list',
    lease,
    [outlet('Reuters', 'asserts'), outlet('Bloomberg', 'asserts'), outlet('The Post', 'asserts')],
    'Reuters, Bloomberg and the Post reported that Velmara leases the port to Tarsk.',
  ),
  it(
    'five are still listed',
    lease,
    ['Ada', 'Ben', 'Cem', 'Dov', 'Eva'].map((name) => person(name, 'asserts')),
    'Ada, Ben, Cem, Dov and Eva said that Velmara leases the port to Tarsk.',
  ),
  it(
    'of more than five three are named and the others counted',
    lease,
    ['Ada', 'Ben', 'Cem', 'Dov', 'Eva', 'Fay', 'Gus'].map((name) => person(name, 'asserts')),
    'Ada, Ben, Cem and four others said that Velmara leases the port to Tarsk.',
  ),
  it(
    'who says it in another way follows',
    lease,
    [unnamed('Bloomberg', null), government('US government', 'asserts')],
    'Bloomberg reported, citing unnamed people, that Velmara leases the port to Tarsk; the US government said so too.',
  ),
  it(
    'each side has its own part of the sentence',
    lease,
    [
      outlet('Reuters', 'asserts'),
      organization('NATO', 'confirms'),
      government('Kremlin', 'denies'),
      government('Turkish officials', 'declines_to_comment'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; NATO confirmed it; the Kremlin denied it and Turkish officials declined to comment.',
  ),
  it(
    'two that deny it share the verb, and a comma keeps the next apart',
    lease,
    [
      outlet('Reuters', 'asserts'),
      government('Kremlin', 'denies'),
      organization('NATO', 'denies'),
      government('Turkish officials', 'declines_to_comment'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin and NATO denied it, and Turkish officials declined to comment.',
  ),
  it(
    'three short clauses',
    lease,
    [
      outlet('Reuters', 'asserts'),
      government('Kremlin', 'denies'),
      organization('NATO', 'doubts'),
      government('Turkish officials', 'declines_to_comment'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin denied it, NATO doubted it and Turkish officials declined to comment.',
  ),
  it(
    'three clauses with lists inside are kept apart by semicolons',
    lease,
    [
      outlet('Reuters', 'asserts'),
      government('Kremlin', 'denies'),
      organization('NATO', 'denies'),
      organization('IAEA', 'doubts'),
      government('Turkish officials', 'declines_to_comment'),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin and NATO denied it; the IAEA doubted it; and Turkish officials declined to comment.',
  ),
  it(
    'two spokesmen of one government are one, and the government speaks',
    lease,
    [person('Tom Barrack', 'asserts', { origin: 'us' }), government('US government', 'asserts', { origin: 'us' })],
    'The US government said that Velmara leases the port to Tarsk.',
  ),
  it(
    'of one origin what is firm stands for it',
    lease,
    [
      government('US government', 'asserts', { origin: 'us', certainty: 'possible' }),
      person('Tom Barrack', 'asserts', { origin: 'us' }),
    ],
    'Tom Barrack said that Velmara leases the port to Tarsk.',
  ),
  it(
    'of one origin a denial stands before a doubt',
    lease,
    [government('Russian government', 'doubts', { origin: 'ru' }), government('Kremlin', 'denies', { origin: 'ru' })],
    'The Kremlin denied that Velmara leases the port to Tarsk.',
  ),
  it(
    'one origin that is divided is heard on both sides',
    lease,
    [person('Tom Barrack', 'asserts', { origin: 'us' }), government('Pentagon', 'denies', { origin: 'us' })],
    'Tom Barrack said that Velmara leases the port to Tarsk; the Pentagon denied it.',
  ),
  it(
    'an outlet is named once where all that open have it from there',
    lease,
    [
      organization('NATO', 'asserts', { outlets: ['Reuters', 'The Post'] }),
      government('Kremlin', 'asserts', { outlets: ['Reuters'] }),
    ],
    'NATO and the Kremlin said that Velmara leases the port to Tarsk, Reuters reported.',
  ),
  it(
    'told by several outlets, none of them is named',
    lease,
    [
      organization('NATO', 'asserts', { outlets: ['Reuters'] }),
      government('Kremlin', 'asserts', { outlets: ['The Post'] }),
    ],
    'NATO and the Kremlin said that Velmara leases the port to Tarsk.',
  ),
  it(
    'who publishes its own word is told by nobody else',
    lease,
    [organization('NATO', 'asserts', { outlets: ['NATO'] })],
    'NATO said that Velmara leases the port to Tarsk.',
  ),
  it(
    'a denial that opens has its outlet',
    lease,
    [government('Kremlin', 'denies', { outlets: relayed })],
    'The Kremlin denied that Velmara leases the port to Tarsk, Bloomberg reported.',
  ),
  it(
    'a document says',
    lease,
    [document('Port Lease Agreement', 'asserts')],
    'The Port Lease Agreement said that Velmara leases the port to Tarsk.',
  ),
  it(
    'a document does not deny, it contradicts',
    lease,
    [outlet('Reuters', 'asserts'), document('Treaty of Saline', 'denies')],
    'Reuters reported that Velmara leases the port to Tarsk; the Treaty of Saline contradicted it.',
  ),
  it(
    'a document that contradicts what nobody says',
    lease,
    [document('Annex 4', 'denies'), document('Ports Register', 'doubts')],
    'Annex 4 contradicted the claim that Velmara leases the port to Tarsk; the Ports Register cast doubt on it too.',
  ),
  it(
    'a document that is asked says nothing about it',
    lease,
    [document('Annex 4', 'no_response')],
    'Nobody on record says that Velmara leases the port to Tarsk; Annex 4 said nothing about it.',
  ),
];

const dated = (said: string, opening: string): SentenceCase =>
  it(
    `said ${said}`,
    lease,
    [organization('NATO', 'asserts', { said })],
    `${opening} NATO said that Velmara leases the port to Tarsk.`,
  );

const DATES: readonly SentenceCase[] = [
  dated('2019', 'In 2019'),
  dated('2025-09~', 'Around September 2025'),
  dated('2025-09-03?', 'Possibly on 3 September 2025'),
  dated('2025%', 'Possibly around 2025'),
  dated('2026-04/2026-06', 'Between April and June 2026'),
  dated('2025-12/2026-01', 'Between December 2025 and January 2026'),
  dated('2025-12-03/2025-12-05', 'Between 3 and 5 December 2025'),
  dated('2025-11-28/2025-12-05', 'Between 28 November and 5 December 2025'),
  dated('2025-12-30/2026-01-02', 'Between 30 December 2025 and 2 January 2026'),
  dated('2019/2021', 'Between 2019 and 2021'),
  dated('2019~/2021', 'Roughly between 2019 and 2021'),
  dated('2025/2025-06', 'Between January and June 2025'),
  dated('2025-12-10/2025-12-10T10:00:00Z', 'On 10 December 2025'),
  dated('2025-12/2025-12', 'In December 2025'),
  dated('2025/..', 'In 2025 or later'),
  dated('../2025-12-10', 'On 10 December 2025 or earlier'),
  dated('2025-21', 'In spring 2025'),
  dated('2025-30', 'In the southern summer of 2025'),
  dated('2025-36', 'In the last quarter of 2025'),
  dated('201X', 'In the 2010s'),
  dated('200X', 'Between 2000 and 2009'),
  dated('20', 'Between 2000 and 2099'),
  dated('2025-12-XX', 'In December 2025'),
  dated('2025-1X', 'Between October and December 2025'),
  dated('2025-12-10T01:30:00+03:00', 'On 10 December 2025'),
  dated('0033-04-03', 'On 3 April AD 33'),
  it(
    'what nobody can read as a date is left out',
    lease,
    [organization('NATO', 'asserts', { said: 'last week' })],
    'NATO said that Velmara leases the port to Tarsk.',
  ),
  it(
    'a date behind the opening stands behind its verb',
    lease,
    [outlet('Reuters', 'asserts', { said: '2025-12-10' }), government('Kremlin', 'denies', { said: '2025-12-12' })],
    'On 10 December 2025 Reuters reported that Velmara leases the port to Tarsk; the Kremlin denied it on 12 December 2025.',
  ),
  it(
    'the same day is called that',
    lease,
    [outlet('Reuters', 'asserts', { said: '2025-12-10' }), government('Kremlin', 'denies', { said: '2025-12-10' })],
    'On 10 December 2025 Reuters reported that Velmara leases the port to Tarsk; the Kremlin denied it the same day.',
  ),
  it(
    'the same month is called that',
    lease,
    [
      outlet('Reuters', 'asserts', { said: '2025-12' }),
      organization('NATO', 'asserts', { said: '2025-12', certainty: 'possible' }),
    ],
    'In December 2025 Reuters reported that Velmara leases the port to Tarsk; NATO said the same month that it was possible.',
  ),
  it(
    'who spoke at other times has a clause of its own',
    lease,
    [
      organization('NATO', 'asserts', { said: '2025-12-10' }),
      person('Ada', 'asserts'),
      government('Kremlin', 'asserts', { said: '2026-01' }),
    ],
    'On 10 December 2025 NATO said that Velmara leases the port to Tarsk; Ada said so too and the Kremlin did so in January 2026.',
  ),
  it(
    'who spoke on the same day shares the date',
    lease,
    [organization('NATO', 'asserts', { said: '2025-12-10' }), government('Kremlin', 'asserts', { said: '2025-12-10' })],
    'On 10 December 2025 NATO and the Kremlin said that Velmara leases the port to Tarsk.',
  ),
  it(
    'denials of two days are two',
    lease,
    [government('Kremlin', 'denies', { said: '2025-12-10' }), organization('NATO', 'denies', { said: '2025-12-11' })],
    'On 10 December 2025 the Kremlin denied that Velmara leases the port to Tarsk; NATO denied it too on 11 December 2025.',
  ),
  it(
    'denials of other days than the opening',
    lease,
    [
      outlet('Reuters', 'asserts'),
      government('Kremlin', 'denies', { said: '2025-12-10' }),
      organization('NATO', 'denies', { said: '2025-12-12' }),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin denied it on 10 December 2025 and NATO did so on 12 December 2025.',
  ),
  it(
    'silences of two days are one',
    lease,
    [
      outlet('Reuters', 'asserts'),
      government('Kremlin', 'no_response', { said: '2025-12-10' }),
      organization('NATO', 'no_response', { said: '2025-12-12' }),
    ],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin and NATO did not respond to a request for comment.',
  ),
  it(
    'silence has no date',
    lease,
    [outlet('Reuters', 'asserts'), government('Kremlin', 'no_response', { said: '2025-12-10' })],
    'Reuters reported that Velmara leases the port to Tarsk; the Kremlin did not respond to a request for comment.',
  ),
];

const about = (shows: string, text: string, embedded: string, language = 'en'): SentenceCase =>
  it(shows, claim(text, language), [organization('NATO', 'asserts')], `NATO said that ${embedded}.`);

const CLAIMS: readonly SentenceCase[] = [
  about('a full stop is dropped', 'Velmara leases the port.', 'Velmara leases the port'),
  about(
    'a common opener is written small',
    'There are mines in the harbour mouth',
    'there are mines in the harbour mouth',
  ),
  about(
    'a name that begins with “The” keeps it',
    'The Hague will rule on the lease',
    'The Hague will rule on the lease',
  ),
  about(
    'an abbreviation keeps its point, and the sentence has one',
    'The fleet returned to the U.S.',
    'the fleet returned to the U.S',
  ),
  about('a word in capitals is no opener', 'IT systems of the port failed', 'IT systems of the port failed'),
  about('lines are joined', ' The port\n\tis   leased ', 'the port is leased'),
  about('a stop within quotation marks is dropped too', 'Rusk called it “a gift.”', 'Rusk called it “a gift”'),
  about(
    'more than one sentence is quoted, so that none of it stands there as our word',
    'The port is leased. Marines are on their way.',
    'the statement “The port is leased. Marines are on their way” is true',
  ),
  about(
    'a semicolon is quoted with what it stands in',
    'The port is leased; Marines come',
    'the statement “The port is leased; Marines come” is true',
  ),
  about(
    'the point of an abbreviation ends no sentence',
    'The U.S. Navy and Adm. J. Rusk will leave',
    'the U.S. Navy and Adm. J. Rusk will leave',
  ),
  about('no language is taken for English', 'The port is leased', 'the port is leased', 'und'),
  about('a regional English is English', 'The harbour is leased', 'the harbour is leased', 'en-GB'),
  about(
    'a claim in another language is quoted',
    'Ankara S-400’leri geri veriyor.',
    'the statement “Ankara S-400’leri geri veriyor” (in Turkish) is true',
    'tr',
  ),
  about(
    'a language is called by its name, whatever its region',
    'O porto foi arrendado',
    'the statement “O porto foi arrendado” (in Portuguese) is true',
    'pt-BR',
  ),
  about('of a language without a name none is named', 'Zag mo dul', 'the statement “Zag mo dul” is true', 'qaa'),
  about(
    'quotation marks within a quotation are single',
    'Rusk: “Der Hafen” ist verpachtet',
    'the statement “Rusk: ‘Der Hafen’ ist verpachtet” (in German) is true',
    'de',
  ),
  about(
    'without a language, letters that are not Latin are quoted',
    'Порт сдан в аренду',
    'the statement “Порт сдан в аренду” is true',
    'und',
  ),
  it(
    'a quoted claim is denied as any other',
    claim('Ankara S-400’leri geri veriyor', 'tr'),
    [unnamed('Bloomberg', null), kremlin],
    'Bloomberg reported, citing unnamed people, that the statement “Ankara S-400’leri geri veriyor” (in Turkish) is true; the Kremlin denied it.',
  ),
];

const called = (shows: string, name: string, words: string, make = government): SentenceCase =>
  it(
    shows,
    lease,
    [outlet('Reuters', 'asserts'), make(name, 'denies')],
    `Reuters reported that Velmara leases the port to Tarsk; ${words} denied it.`,
  );

const NAMES: readonly SentenceCase[] = [
  called('a house takes the article', 'White House', 'the White House'),
  called('a ministry keeps its capitals', 'Ministry of Defence of Türkiye', 'the Ministry of Defence of Türkiye'),
  called('a body is known by its last word', 'European Commission', 'the European Commission', organization),
  called('“Government” is no name', 'Velmara Government', 'the Velmara government'),
  called(
    'a central bank takes the article, another bank none',
    'European Central Bank',
    'the European Central Bank',
    organization,
  ),
  called('authorities are many and take none', 'Turkish authorities', 'Turkish authorities'),
  called('a capital stands for its government without an article', 'Ankara', 'Ankara'),
  called('a province takes the article by the word before “of”', 'Province of Saline', 'the Province of Saline'),
  called('a possessive is determiner enough', 'Tarsk’s Ministry of Trade', 'Tarsk’s Ministry of Trade'),
  called('an association with “for”', 'Campaign for a Free Port', 'the Campaign for a Free Port', organization),
  called('an acronym that is read letter by letter', 'EU', 'the EU', organization),
  called('a firm takes no article', 'Saline Shipping', 'Saline Shipping', organization),
  called('an outlet takes no article of ours', 'Anadolu Agency', 'Anadolu Agency', outlet),
  called('“The” is written small within a sentence', 'The Courier', 'the Courier', outlet),
  called('an office is no name', 'President of Tarsk', 'the President of Tarsk', person),
  called('lines in a name are joined', ' Admiral\n\n Rusk ', 'Admiral Rusk', person),
  called('what turns the letters round is taken out', 'Admiral \u202eRusk', 'Admiral Rusk', person),
  called(
    'marks of Markdown stay, they are for the caller to escape',
    '**Rusk** [x](y) $& {claim}',
    '**Rusk** [x](y) $& {claim}',
    person,
  ),
  it(
    'a name written small begins a sentence with a capital',
    lease,
    [organization('al-Saline Trust', 'asserts')],
    'Al-Saline Trust said that Velmara leases the port to Tarsk.',
  ),
];

/** Every case, each under a name of its own. */
export const SENTENCES: readonly SentenceCase[] = [
  ...FOUNDING,
  ...STANCES,
  ...SURENESS,
  ...UNNAMED,
  ...SEVERAL,
  ...DATES,
  ...CLAIMS,
  ...NAMES,
];
