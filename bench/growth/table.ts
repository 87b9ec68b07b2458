import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { GrowthSizes } from './ledger.ts';
import type { Timing } from './measure.ts';
import type { Plan } from './plans.ts';

/** At most so many times as long at the large size. */
const TARGET = 2;

/** What came of one route. */
export interface Grown {
  readonly name: string;
  /** The first of its requests. */
  readonly example: string;
  readonly small: Timing;
  readonly large: Timing;
  /** At the large size. */
  readonly plans: readonly Plan[];
  /** Large tables that were read from end to end. */
  readonly scanned: readonly string[];
}

function ratio({ small, large }: Pick<Grown, 'small' | 'large'>): number | undefined {
  return typeof small === 'number' && typeof large === 'number' ? large / small : undefined;
}

/** Whether a route does not grow by more than it may, and reads no large table from end to end. Missing ones are not judged. */
export function isMet(grown: Grown): boolean {
  if (grown.large === 'missing') return true;
  return (ratio(grown) ?? Number.POSITIVE_INFINITY) <= TARGET && grown.scanned.length === 0;
}

const cell = (timing: Timing): string => (typeof timing === 'number' ? timing.toFixed(1) : timing);

/** One route in one line. */
export function line(grown: Grown): string {
  const { name, small, large, scanned = [] } = grown;
  const scans = scanned.length === 0 ? '' : ` · scans ${scanned.join(', ')}`;
  return `${name}: ${cell(small)} → ${cell(large)} ms${ratio(grown) === undefined ? '' : `, × ${ratio(grown)?.toFixed(2)}`}${scans}`;
}

function row(grown: Grown): string {
  const { name, example, small, large, scanned } = grown;
  const verdict = large === 'missing' ? 'missing' : isMet(grown) ? 'met' : 'not met';
  const scans = scanned.length === 0 ? '' : `: scans ${scanned.join(', ')}`;
  const plans = large === 'missing' ? '' : `[plans](plans/${fileOf(name)})`;
  return `| ${name} | \`${example}\` | ${cell(small)} | ${cell(large)} | ${ratio(grown)?.toFixed(2) ?? ''} | ${verdict}${scans} | ${plans} |`;
}

const fileOf = (name: string): string => `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.txt`;

/** Writes the plans of each route to a file of its own in bench/plans/. */
export function keepPlans(grown: readonly Grown[]): void {
  const folder = new URL('../plans/', import.meta.url);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { name, example, plans } of grown) {
    if (plans.length === 0) continue;
    const texts = plans.map(({ milliseconds, text }) => `-- ${milliseconds} ms\n${text}\n`);
    writeFileSync(new URL(fileOf(name), folder), `-- ${name}: ${example}\n\n${texts.join('\n')}`);
  }
}

/** The page bench/growth.md. */
export function report(
  grown: readonly Grown[],
  { small, large }: { readonly small: GrowthSizes; readonly large: GrowthSizes },
  settings: Readonly<Record<string, string>>,
  postgres: string,
): string {
  const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const amounts = ({ claims, attributions, sources, reports }: GrowthSizes) =>
    `${claims} claims, ${attributions} attributions, ${sources} sources, ${reports} reports`;
  const measured = grown.filter((each) => each.large !== 'missing');
  return `# How request times grow with the ledger

\`npm run bench:growth\` asks two ledgers the same kinds of requests: at ${amounts(small)}, and at ${amounts(large)}. README.md says
how. A request may take ${TARGET} times as long in the large one, and may not read any large table from end to end.

${new Date().toISOString().slice(0, 10)} · ${machine} · Node ${process.versions.node} · PostgreSQL ${postgres} (${Object.entries(
    settings,
  )
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}) · one connection, medians

${measured.filter(isMet).length} of ${measured.length} are met; ${grown.length - measured.length} are missing.

| request | for instance | small ms | large ms | ratio | ≤ ${TARGET} | |
| --- | --- | ---: | ---: | ---: | --- | --- |
${grown.map(row).join('\n')}
`;
}
