import type { Context } from '../../database/context.ts';
import type { Import as ImportRecord } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Counts } from './queries.ts';
import type { BundleRow } from './rows.ts';
import type { Format, ImportRow } from './schema.ts';

/** What an import is asked to do. */
export interface ImportOptions {
  readonly dryRun: boolean;
  /** A label under which the receipt is found again. */
  readonly name: string | undefined;
}

/** A receipt while it is being written. */
export class Receipt {
  readonly id: string;
  readonly counts: Counts = { created: 0, updated: 0, unchanged: 0, failed: 0 };
  readonly #startedAt: Date;
  readonly #format: Format;
  readonly #actor: string;
  readonly #options: ImportOptions;
  #next = 0;
  #bundles = 0;

  constructor(context: Context, format: Format, options: ImportOptions) {
    this.id = context.newId();
    this.#startedAt = context.clock();
    this.#format = format;
    this.#actor = context.actor.name;
    this.#options = options;
  }

  /** The rows of the next bundle with their numbers. */
  numbered(bundle: number, rows: readonly (BundleRow & { errors?: ImportRow['errors'] })[]): ImportRow[] {
    return rows.map((row, index) => {
      return { number: this.#next + index, bundle, ...row, errors: row.errors ?? [] };
    });
  }

  /** Counts in the rows of a bundle, once they stand. */
  add(rows: readonly ImportRow[]): readonly ImportRow[] {
    this.#bundles += 1;
    this.#next += rows.length;
    for (const { outcome } of rows) this.counts[outcome] += 1;
    return rows;
  }

  /** The record of it as it stands. */
  record(finishedAt: Date | null): ImportRecord {
    return {
      id: this.id,
      name: this.#options.name ?? null,
      format: this.#format,
      dryRun: this.#options.dryRun,
      actor: this.#actor,
      bundles: this.#bundles,
      failed: this.counts.failed,
      startedAt: this.#startedAt,
      finishedAt,
    };
  }
}

/** The one row of a bundle that failed: it changed nothing. */
export function failedRow({ message, errors }: Problem): BundleRow & { errors: ImportRow['errors'] } {
  return {
    pointer: errors[0]?.pointer ?? '',
    type: 'report',
    outcome: 'failed',
    id: null,
    slug: null,
    detail: message,
    errors: errors.map(({ pointer, detail, ...more }) => {
      const candidates = 'candidates' in more && Array.isArray(more.candidates) ? { candidates: more.candidates } : {};
      return { ...(pointer === undefined ? {} : { pointer }), detail, ...candidates };
    }),
  };
}

/** Keeps the rows of a bundle, in the transaction of its effect. */
export async function keepRows(transaction: Transaction, importId: string, rows: readonly ImportRow[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO import_rows (import_id, number, bundle, pointer, type, outcome, entity_id, slug, detail, errors)
    SELECT ${importId}::uuid, number, bundle, pointer, type, outcome, id, slug, detail, nullif(errors, '[]')
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      number integer, bundle integer, pointer text, type text, outcome text, id uuid, slug text, detail text, errors jsonb
    )`;
}
