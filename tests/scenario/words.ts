// biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client would, by their documented members
type Json = any;

/** Answers of the service in one line each, so that expectations can be read as a table. */

/**
 * The words of each attribution by its id: `o ← a ← s denies 2025-03-05`, from who passes it on to the origin, with the
 * origin’s stance and when it was said.
 */
export function labelsOf(attributions: readonly Json[]): Map<string, string> {
  const byId = new Map(attributions.map((each) => [each.id, each]));
  const labelOf = ({ source, relays, stance, said }: Json): string =>
    relays === null
      ? [source.slug, stance, ...(said === null ? [] : [said])].join(' ')
      : `${source.slug} ← ${labelOf(byId.get(relays))}`;
  return new Map(attributions.map((each) => [each.id, labelOf(each)]));
}

/** The words of every attribution of some chains: each chain, and what each of its links passes on. */
export function linksOf(chains: readonly string[]): string[] {
  const links = chains.flatMap((chain) => {
    const parts = chain.split(' ← ');
    return parts.map((_, index) => parts.slice(index).join(' ← '));
  });
  return [...new Set(links)].sort();
}

/** `for 2/1/1, against 1/1, declined 0, no response 1, relays 5 of 10`: positions/origins/firm, positions/origins. */
export function countsLine({ counts }: Json): string {
  const { for: pro, against, declined, noResponse, relays, attributions } = counts;
  return [
    `for ${pro.positions}/${pro.origins}/${pro.firm}`,
    `against ${against.positions}/${against.origins}`,
    `declined ${declined}`,
    `no response ${noResponse}`,
    `relays ${relays} of ${attributions}`,
  ].join(', ');
}

/** `oren-daske denies · tarsk-government`; `(possible)` a certainty, `(unnamed)` people of that host. */
export function positionLine({ source, stance, certainty, order, origin, countsAsOrigin }: Json): string {
  return [
    source.slug,
    stance,
    ...(certainty === 'unstated' ? [] : [`(${certainty})`]),
    '·',
    origin.source.slug,
    ...(origin.anonymous ? ['(unnamed)'] : []),
    ...(countsAsOrigin ? [] : ['no origin']),
    ...(order === 'undetermined' ? ['undetermined'] : []),
  ].join(' ');
}

/** `for meridian-wire (unnamed): meridian-officials asserts; echoes 12`. */
export function originLine(
  { source, anonymous, side, attributions, echoes }: Json,
  labels: Map<string, string>,
): string {
  const words = attributions.map((id: string) => labels.get(id)).sort();
  return `${side} ${source.slug}${anonymous ? ' (unnamed)' : ''}: ${words.join(', ')}; echoes ${echoes}`;
}

/** `2025-03-05 denied oren-daske`; what happened on the recorded clock is `recorded`. */
export function eventLine({ type, time, clock, source, report }: Json): string {
  const who = source?.slug ?? report?.outlet?.slug ?? '';
  return `${clock === 'recorded' ? 'recorded' : time.edtf} ${type} ${who}`.trim();
}
