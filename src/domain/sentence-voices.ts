import type { Voice } from './sentence-facts.ts';
import { SIDE_OF, SOURCE_KINDS, type SourceKind } from './vocabulary.ts';

/**
 * The voices of the sentence: those of one origin and side speak as one (two spokesmen of a government, two unnamed
 * sources of an outlet), through the one that stands for it best. Silence and the like are no side: there only the same
 * stance of the same origin is one.
 */
export function speakAsOne(voices: readonly Voice[]): Voice[] {
  const groups = Map.groupBy(voices, ({ origin, stance }) => {
    const side = SIDE_OF[stance];
    return JSON.stringify([origin, side === 'none' ? stance : side]);
  });
  return [...groups.values()].map(spokenBy);
}

function spokenBy(group: readonly Voice[]): Voice {
  const [best] = group.toSorted(bestFirst) as [Voice];
  if (best.source.kind !== 'anonymous' || group.length === 1) return best;
  const ofHost = group.filter(({ source, outlets }) => source.kind === 'anonymous' && outlets[0] === best.outlets[0]);
  if (ofHost.length === 1) return best;
  // They may be the same people twice: neither their number nor what they are holds for all of them.
  return { ...best, source: { ...best.source, descriptor: 'people', people: null } };
}

/** Who speaks for an origin: what its standing counts (a denial, something firm), then the house itself, then by name. */
function bestFirst(a: Voice, b: Voice): number {
  return (
    Number(a.order === 'undetermined') - Number(b.order === 'undetermined') ||
    Number(a.stance === 'doubts') - Number(b.stance === 'doubts') ||
    Number(a.certainty === 'possible') - Number(b.certainty === 'possible') ||
    KIND_ORDER.indexOf(a.source.kind) - KIND_ORDER.indexOf(b.source.kind) ||
    compareTexts(JSON.stringify(a), JSON.stringify(b))
  );
}

const INSTITUTIONS: readonly SourceKind[] = ['government', 'organization', 'outlet', 'document'];
const KIND_ORDER: readonly SourceKind[] = [
  ...INSTITUTIONS,
  ...SOURCE_KINDS.filter((kind) => !INSTITUTIONS.includes(kind)),
];

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
