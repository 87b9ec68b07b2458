import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import pg from 'pg';
import type { Connection } from './measure.ts';
import type { GrowthRoute } from './routes.ts';

/** Tables that grow with the ledger: to read one from end to end is never right. */
const LARGE_TABLES = new Set([
  ...['claims', 'claim_states', 'claim_about', 'claim_relations', 'claim_summaries', 'claim_positions', 'claim_voices'],
  ...['attributions', 'withdrawals', 'reports', 'report_states', 'sources', 'source_states', 'affiliations'],
  ...['revisions', 'changes', 'topics', 'merges', 'merged_ids'],
]);

/** What the statements of housekeeping are about; they are no part of a request's work. */
const HOUSEKEEPING = /\b(keys|idempotency_records|_prisma_migrations)\b/;

/** A statement that was run, and its plan as it went. */
export interface Plan {
  readonly milliseconds: number;
  /** The text of the statement, then its plan: what auto_explain writes. */
  readonly text: string;
}

/** Has every statement of new connections to a database explained in the server's log, with its plan as it went. */
export async function explainAll(superuserUrl: string, database: string, on: boolean): Promise<void> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_parameter_max_length': '200',
  };
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("LOAD 'auto_explain'");
    for (const [name, value] of Object.entries(settings)) {
      const change = on ? `SET ${name} = '${value}'` : `RESET ${name}`;
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} ${change}`);
    }
  } finally {
    await client.end();
  }
}

/** The plans of a route: of each statement that some of its requests come to, the slowest run. */
export async function readPlans(
  connection: Connection,
  route: GrowthRoute,
  { log, requests }: { log: string; requests: number },
): Promise<Plan[]> {
  const slowest = new Map<string, Plan>();
  for (const path of route.paths.slice(0, requests)) {
    const descriptor = openSync(log, 'r');
    try {
      const start = fstatSync(descriptor).size;
      await connection.get(path);
      const written = Buffer.alloc(fstatSync(descriptor).size - start);
      readSync(descriptor, written, 0, written.length, start);
      for (const plan of plansIn(written.toString())) {
        const key = statementOf(plan);
        if (plan.milliseconds >= (slowest.get(key)?.milliseconds ?? 0)) slowest.set(key, plan);
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return [...slowest.values()];
}

function* plansIn(log: string): Generator<Plan> {
  // A line that goes on begins with a tab.
  for (const entry of log.split(/\n(?!\t)/)) {
    const [head, ...lines] = entry.split('\n\t');
    const duration = /duration: ([\d.]+) ms {2}plan:$/.exec(head ?? '')?.[1];
    const text = lines.join('\n');
    if (duration !== undefined && !HOUSEKEEPING.test(statementOf({ text })))
      yield { milliseconds: Number(duration), text };
  }
}

/** The text of the statement: what stands before its plan. */
function statementOf({ text }: Pick<Plan, 'text'>): string {
  return text.split(/\n(?=Query Parameters:|.*\(cost=)/)[0] ?? '';
}

/** The large tables that the plans read from end to end. */
export function scannedTables(plans: readonly Plan[]): string[] {
  const scanned = plans.flatMap(({ text }) =>
    [...text.matchAll(/Seq Scan on (?:public\.)?(\w+).*\(actual/g)].map(([, table]) => table ?? ''),
  );
  return [...new Set(scanned)].filter((table) => LARGE_TABLES.has(table)).sort();
}
