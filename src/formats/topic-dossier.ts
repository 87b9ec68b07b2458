import { type AskedClocks, askedBy, escaped, page, section, table, words } from './markdown.ts';

interface ListedClaim {
  readonly text: string;
  readonly slug: string;
  readonly flags: readonly string[];
}

/** The dossier of a topic as far as the document shows it: the members of `GET /v1/topics/{topic}/dossier`. */
export interface TopicDossierDocument {
  readonly topic: { readonly name: string; readonly description: string | null };
  readonly claims: Readonly<Record<string, readonly ListedClaim[]>>;
  readonly hasMore: boolean;
  readonly matrix: {
    readonly sources: readonly { readonly id: string; readonly name: string }[];
    readonly claims: readonly { readonly id: string; readonly slug: string }[];
    readonly cells: readonly { readonly source: string; readonly claim: string; readonly stance: string }[];
  };
  readonly open: {
    readonly predictions: readonly {
      readonly text: string;
      readonly horizon: string | null;
      readonly overdue: boolean;
    }[];
    readonly replyRequests: readonly {
      readonly claim: { readonly slug: string };
      readonly source: { readonly name: string };
      readonly deadline: string | null;
      readonly state: string;
    }[];
    readonly gaps: readonly { readonly claim: { readonly slug: string }; readonly gaps: readonly string[] }[];
  };
}

/** The dossier of a topic as Markdown, for a newsroom's wiki, with the clocks that it was asked by. */
export function topicDossierMarkdown(dossier: TopicDossierDocument, clocks: AskedClocks): string {
  const { topic, claims, matrix, open, hasMore } = dossier;
  const asked = askedBy(clocks);
  return page([
    `# ${escaped(topic.name)}`,
    '',
    ...(topic.description === null ? [] : [escaped(topic.description), '']),
    ...(asked.length === 0 ? [] : [...asked, '']),
    ...Object.entries(claims).flatMap(([standing, listed]) => section(heading(standing), listed.map(claimLine))),
    ...(hasMore ? ['There are older claims than these.', ''] : []),
    ...section('Who stands where', matrixTable(matrix)),
    ...section('Open predictions', open.predictions.map(predictionLine)),
    ...section('Replies to come', open.replyRequests.map(requestLine)),
    ...section('Gaps', open.gaps.map(gapLine)),
  ]);
}

function heading(standing: string): string {
  const text = words(standing);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function claimLine({ text, slug, flags }: ListedClaim): string {
  const flagged = flags.length === 0 ? '' : ` — ${flags.map(words).join(', ')}`;
  return `- ${escaped(text)} (\`${slug}\`)${flagged}`;
}

function matrixTable({ sources, claims, cells }: TopicDossierDocument['matrix']): string[] {
  const stanceOf = new Map(cells.map(({ source, claim, stance }) => [`${source} ${claim}`, stance]));
  const rows = sources.map(({ id, name }) => [
    escaped(name),
    ...claims.map((claim) => words(stanceOf.get(`${id} ${claim.id}`) ?? '')),
  ]);
  return table(['', ...claims.map(({ slug }) => escaped(slug))], rows);
}

function predictionLine({ text, horizon, overdue }: TopicDossierDocument['open']['predictions'][number]): string {
  return `- ${escaped(text)} (${escaped(horizon ?? 'without a horizon')}${overdue ? ', **overdue**' : ''})`;
}

function requestLine({
  claim,
  source,
  deadline,
  state,
}: TopicDossierDocument['open']['replyRequests'][number]): string {
  const due = deadline === null ? 'without a deadline' : `by ${escaped(deadline)}`;
  return `- ${escaped(source.name)}, on \`${claim.slug}\`, ${due}${state === 'overdue' ? ' (**overdue**)' : ''}`;
}

function gapLine({ claim, gaps }: TopicDossierDocument['open']['gaps'][number]): string {
  return `- [ ] \`${claim.slug}\`: ${gaps.map(words).join(', ')}`;
}
