import { listed } from './sentence-names.ts';
import { UNNAMED_PEOPLE } from './sentence-unnamed.ts';

/** Who is the subject of a clause; an outlet also with the unnamed people whom it cites. */
export interface Speaker {
  readonly name: string;
  readonly citing: string | null;
}

/** The speakers of a clause as its subject, with whom they cite; one who is alone cites behind the verb. */
export function subjectOf(speakers: readonly Speaker[]): string {
  const names = speakers.map(({ name }) => name);
  const cited = new Set(speakers.map(({ citing }) => citing));
  const [only] = cited;
  if (speakers.length === 1 || (cited.size === 1 && only === null)) return listed(names);
  if (cited.size === 1) return `${listed(names)}, each citing ${only},`;
  if (speakers.length > 2) return `${listed(names)}, all citing ${UNNAMED_PEOPLE},`;
  // Who cites comes first: behind `Reuters and Bloomberg, citing …` both would.
  const [first, second] = speakers.toSorted((a, b) => Number(b.citing !== null) - Number(a.citing !== null)) as [
    Speaker,
    Speaker,
  ];
  return `${withCited(first)} and ${withCited(second)}`;
}

function withCited({ name, citing }: Speaker): string {
  return citing === null ? name : `${name}, citing ${citing},`;
}
