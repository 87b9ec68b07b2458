import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Sizes } from './generate.ts';
import type { Effort, Measured, Median } from './measure.ts';

/** The share of the reference's requests a second that the service reaches. */
export function ratio({ service, reference }: Measured): number {
  return service.perSecond / reference.perSecond;
}

/** The results as a Markdown table. */
export function table(results: readonly Measured[]): string {
  const cells = ({ perSecond, p50, p99 }: Median) => `${Math.round(perSecond)} | ${p50} | ${p99}`;
  const rows = results.map((result) => {
    const { load, service, reference } = result;
    const verdict = ratio(result) >= load.target ? 'met' : 'not met';
    return `| ${load.title} | ${cells(service)} | ${cells(reference)} | ${ratio(result).toFixed(2)} | ≥ ${load.target}: ${verdict} |`;
  });
  return [
    '| load | service req/s | p50 ms | p99 ms | reference req/s | p50 ms | p99 ms | ratio | target |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}

/** What the figures hold for, in words. */
export function circumstances(postgres: string, sizes: Sizes, { connections, rounds, seconds }: Effort): string {
  const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const amounts = `${sizes.claims} claims, ${sizes.sources} sources, ${sizes.reports} reports, ${sizes.attributions} attributions`;
  const effort = `${connections} connections, medians of ${rounds} rounds of ${seconds} s`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date} · ${machine} · Node ${process.versions.node} · PostgreSQL ${postgres} · ${amounts} · ${effort}`;
}

const BEGIN = '<!-- result -->';
const END = '<!-- /result -->';

/** Puts the text between the markers of the file. */
export function keepIn(file: URL, text: string): void {
  const [before, rest] = readFileSync(file, 'utf8').split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${file.pathname} lacks the markers ${BEGIN} … ${END}`);
  writeFileSync(file, `${before}${BEGIN}\n${text}\n${END}${after}`);
}
