import { type AskedClocks, askedBy, blockQuote, escaped, link, page, section, table, words } from './markdown.ts';

interface Named {
  readonly name: string;
}

interface ReportOf {
  readonly title: string | null;
  readonly url: string | null;
  readonly published: string | null;
  readonly status: string;
  readonly outlet: Named;
}

interface Node {
  readonly id: string;
  readonly source: Named;
  readonly report: ReportOf;
  readonly stance: string;
  readonly certainty: string;
  readonly emphasis: string;
  readonly relays: string | null;
  readonly said: string | null;
  readonly live: boolean;
}

/** The dossier of a claim as far as the document shows it: the members of `GET /v1/claims/{claim}/dossier`. */
export interface ClaimDossierDocument {
  readonly claim: {
    readonly text: string;
    readonly slug: string;
    readonly kind: string;
    readonly standing: string;
    readonly flags: readonly string[];
    readonly occurred: string | null;
    readonly topic: Named | null;
    readonly about: readonly Named[];
    readonly prediction: {
      readonly horizon: string | null;
      readonly criteria: string | null;
      readonly outcome: string;
      readonly resolvedAt: string | null;
      readonly evidence: { readonly url: string } | { readonly attribution: string } | null;
    } | null;
  };
  readonly sentence: string;
  readonly why: Readonly<Record<'for' | 'against', readonly { readonly words: string }[]>>;
  readonly positions: readonly {
    readonly source: Named;
    readonly stance: string;
    readonly certainty: string;
    readonly order: string;
    readonly attribution: string;
    readonly origin: { readonly source: Named; readonly anonymous: boolean };
    readonly countsAsOrigin: boolean;
  }[];
  readonly chain: { readonly nodes: readonly Node[] };
  readonly quotes: readonly {
    readonly source: Named;
    readonly report: ReportOf;
    readonly exact: string;
    readonly translation: string | null;
    readonly translator: string | null;
    readonly health: string | null;
  }[];
  readonly replyRequests: readonly {
    readonly source: Named;
    readonly askedAt: string;
    readonly channel: string;
    readonly deadline: string | null;
    readonly state: string;
    readonly note: string | null;
  }[];
  readonly relations: readonly {
    readonly from: { readonly slug: string; readonly text: string };
    readonly type: string;
    readonly to: { readonly slug: string; readonly text: string };
    readonly status: string;
    readonly judgedBy: string;
    readonly standing: string;
  }[];
  readonly assessments: readonly {
    readonly reviewer: Named;
    readonly rating: {
      readonly ratingValue: number | null;
      readonly bestRating: number | null;
      readonly alternateName: string | null;
    };
    readonly explanation: string | null;
    readonly url: string | null;
    readonly published: string | null;
    readonly current: boolean;
  }[];
  readonly timeline: readonly {
    readonly type: string;
    readonly clock: string;
    readonly time: { readonly edtf: string | null; readonly from: string | null };
    readonly order: string;
    readonly source: Named | null;
    readonly report: ReportOf | null;
    readonly reason: string | null;
  }[];
  readonly gaps: readonly { readonly detail: string }[];
}

/** The dossier of a claim as Markdown, for a newsroom's wiki, with the clocks that it was asked by. */
export function claimDossierMarkdown(dossier: ClaimDossierDocument, clocks: AskedClocks): string {
  const { claim } = dossier;
  return page([
    `# ${escaped(claim.text)}`,
    '',
    blockQuote(dossier.sentence),
    '',
    ...facts(dossier),
    ...askedBy(clocks),
    '',
    ...section(
      'Gaps',
      dossier.gaps.map(({ detail }) => `- [ ] ${escaped(detail)}`),
    ),
    ...section('Why', [...whys('For', dossier.why.for), ...whys('Against', dossier.why.against)]),
    ...section('Positions', positions(dossier)),
    ...section('Chains', chains(dossier.chain.nodes)),
    ...section('Quotes', dossier.quotes.flatMap(quote)),
    ...section('Right of reply', requests(dossier.replyRequests)),
    ...section('Related claims', dossier.relations.map(relation(claim.slug))),
    ...section('Assessments', dossier.assessments.map(assessment)),
    ...section('Timeline', dossier.timeline.map(event)),
  ]);
}

function facts({ claim }: ClaimDossierDocument): string[] {
  const { prediction } = claim;
  const named = (things: readonly Named[]) => things.map(({ name }) => escaped(name)).join(', ');
  return [
    `- **Standing**: ${words(claim.standing)}`,
    ...(claim.flags.length === 0 ? [] : [`- **Flags**: ${claim.flags.map(words).join(', ')}`]),
    `- **Kind**: ${words(claim.kind)}`,
    ...(claim.topic === null ? [] : [`- **Topic**: ${escaped(claim.topic.name)}`]),
    ...(claim.about.length === 0 ? [] : [`- **About**: ${named(claim.about)}`]),
    ...(claim.occurred === null ? [] : [`- **Occurred**: ${escaped(claim.occurred)}`]),
    ...(prediction === null ? [] : predictionLines(prediction)),
  ];
}

function predictionLines({
  horizon,
  criteria,
  outcome,
  resolvedAt,
  evidence,
}: NonNullable<ClaimDossierDocument['claim']['prediction']>): string[] {
  const shown =
    evidence === null
      ? ''
      : 'url' in evidence
        ? `, ${link('evidence', evidence.url)}`
        : `, by the attribution ${evidence.attribution}`;
  const when = resolvedAt === null ? '' : ` (${escaped(resolvedAt)}${shown})`;
  return [
    `- **Horizon**: ${escaped(horizon ?? 'none')}`,
    ...(criteria === null ? [] : [`- **Judged by**: ${escaped(criteria)}`]),
    `- **Outcome**: ${words(outcome)}${when}`,
  ];
}

function whys(side: string, origins: readonly { readonly words: string }[]): string[] {
  return origins.map((origin) => `- **${side}**: ${escaped(origin.words)}`);
}

function positions({ positions: all, chain }: ClaimDossierDocument): string[] {
  const nodes = new Map(chain.nodes.map((node) => [node.id, node]));
  const rows = all.map((position) => {
    const node = nodes.get(position.attribution);
    const { origin, countsAsOrigin } = position;
    const whose = `${origin.anonymous ? 'unnamed people of ' : ''}${origin.source.name}`;
    return [
      escaped(position.source.name),
      words(position.stance) + (position.order === 'undetermined' ? ' (order undetermined)' : ''),
      words(position.certainty),
      countsAsOrigin ? escaped(whose) : 'none of its own',
      escaped(node?.said ?? node?.report.published ?? ''),
      node === undefined ? '' : reportOf(node.report),
    ];
  });
  return table(['Source', 'Stance', 'Certainty', 'Origin', 'Said', 'In'], rows);
}

function reportOf({ title, url, outlet, published, status }: ReportOf): string {
  const seen = status === 'held' ? '' : `, ${words(status)}`;
  return `${link(title ?? outlet.name, url)} (${escaped([outlet.name, published].filter(Boolean).join(', '))}${seen})`;
}

/** Every chain from its front to its origin: the front is what nothing passes on. */
function chains(nodes: readonly Node[]): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const relayed = new Set(nodes.map(({ relays }) => relays));
  return nodes
    .filter(({ id }) => !relayed.has(id))
    .map((front) => {
      const links: Node[] = [];
      for (let node: Node | undefined = front; node !== undefined; node = byId.get(node.relays ?? '')) links.push(node);
      const origin = links.at(-1) ?? front;
      const said = origin.said === null ? '' : `, said ${escaped(origin.said)}`;
      const counts = front.live ? '' : ' (does not count)';
      return `- ${links.map(({ source }) => escaped(source.name)).join(' ← ')} **${words(origin.stance)}**${said}${counts}`;
    });
}

function quote({
  source,
  report,
  exact,
  translation,
  translator,
  health,
}: ClaimDossierDocument['quotes'][number]): string[] {
  const state = health === null || health === 'found' ? '' : ` — **${words(health)}** in the text of the report`;
  const by = translator === null ? '' : ` (translated by ${escaped(translator)})`;
  return [
    blockQuote(exact),
    ...(translation === null ? [] : ['>', blockQuote(translation) + by]),
    '',
    `— ${escaped(source.name)}, ${reportOf(report)}${state}`,
    '',
  ];
}

function requests(all: ClaimDossierDocument['replyRequests']): string[] {
  return table(
    ['Asked', 'When', 'How', 'To answer by', 'State', 'Note'],
    all.map(({ source, askedAt, channel, deadline, state, note }) => [
      escaped(source.name),
      escaped(askedAt),
      words(channel),
      escaped(deadline ?? ''),
      words(state),
      escaped(note ?? ''),
    ]),
  );
}

function relation(slug: string) {
  return ({ from, type, to, status, judgedBy, standing }: ClaimDossierDocument['relations'][number]) => {
    const forward = from.slug === slug;
    const other = forward ? to : from;
    const bears = forward ? words(type) : `is the other side of: ${words(type)}`;
    return `- ${bears} “${escaped(other.text)}” (${words(standing)}), ${words(status)} by ${escaped(judgedBy)}`;
  };
}

function assessment({
  reviewer,
  rating,
  explanation,
  url,
  published,
  current,
}: ClaimDossierDocument['assessments'][number]): string {
  const value = rating.ratingValue === null ? '' : `${rating.ratingValue} of ${rating.bestRating}`;
  const name = [rating.alternateName, value].filter(Boolean).join(', ');
  const told = explanation === null ? '' : `: ${escaped(explanation)}`;
  return `- ${link(reviewer.name, url)}, ${escaped(published ?? 'undated')}: **${escaped(name)}**${current ? '' : ' (superseded)'}${told}`;
}

function event({ type, clock, time, order, source, report, reason }: ClaimDossierDocument['timeline'][number]): string {
  const when = escaped(time.edtf ?? time.from ?? 'at an unknown time');
  const who = source === null ? '' : ` — ${escaped(source.name)}`;
  const where = report === null ? '' : `, ${reportOf(report)}`;
  const why = reason === null ? '' : `: ${escaped(reason)}`;
  const place = order === 'undetermined' ? ' (or before the one above)' : '';
  return `- ${when}${clock === 'recorded' ? ' (our record)' : ''}: ${words(type)}${who}${where}${why}${place}`;
}
