import type { Context } from '../../database/context.ts';
import type { Import as ImportRecord } from '../../database/generated/client.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Problem } from '../../domain/problem.ts';
import { type BundleRow, rowOf } from './rows.ts';
import type { Format, ImportRow } from './schema.ts';

/** What an import is asked to do. */
export interface ImportOptions {
  readonly dryRun: boolean;
  /** A label under which the receipt is found again. */
  readonly name: string | undefined;
}

/** So long is the receipt of a dry run kept. */
const DRY_RUN_KEPT_MS = 24 * 60 * 60 * 1000;

/** A receipt while it is being written. */
export class Receipt {
  readonly id: string;
  readonly #startedAt: Date;
  readonly #format: Format;
  readonly #actor: string;
  readonly #options: ImportOptions;
  #next = 0;
  #bundles = 0;
  #failed = 0;

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
      return {
        number: this.#next + index,
        bundle,
        ...row,
        errors: row.errors ?? [],
        warnings: [...(row.warnings ?? [])],
      };
    });
  }

  /** Counts in the rows of a bundle, once they stand. */
  add(rows: readonly ImportRow[]): readonly ImportRow[] {
    this.#bundles += 1;
    this.#next += rows.length;
    this.#failed += failuresIn(rows);
    return rows;
  }

  /** The record of it as it stands. */
  record(finishedAt: Date | null): ImportRecord {
    const { dryRun } = this.#options;
    return {
      id: this.id,
      name: this.#options.name ?? null,
      format: this.#format,
      dryRun,
      actor: this.#actor,
      bundles: this.#bundles,
      failed: this.#failed,
      startedAt: this.#startedAt,
      finishedAt,
      stopped: null,
      expiresAt: dryRun ? new Date(this.#startedAt.getTime() + DRY_RUN_KEPT_MS) : null,
    };
  }
}

/** How many bundles failed, by their rows: each has one. */
export function failuresIn(rows: readonly ImportRow[]): number {
  return rows.filter(({ outcome }) => outcome === 'failed').length;
}

/** The one row of a bundle that failed: it changed nothing. */
export function failedRow({ message, errors }: Problem): BundleRow & { errors: ImportRow['errors'] } {
  const places = errors.length > 0 ? errors : [{ pointer: '', detail: message }];
  return {
    ...rowOf(places[0]?.pointer ?? '', 'report', 'failed', { id: null }, message),
    errors: places.map(({ pointer, detail, ...more }) => {
      const candidates = 'candidates' in more && Array.isArray(more.candidates) ? { candidates: more.candidates } : {};
      return { ...(pointer === undefined ? {} : { pointer }), detail, ...candidates };
    }),
  };
}

/** Keeps the rows of a bundle, in the transaction of its effect. */
export async function keepRows(transaction: Transaction, importId: string, rows: readonly ImportRow[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO import_rows (
      import_id, number, bundle, pointer, type, outcome, entity_id, slug, detail, patch, errors, warnings
    )
    SELECT ${importId}::uuid, number, bundle, pointer, type, outcome, id, slug, detail, patch, nullif(errors, '[]'),
      nullif(warnings, '[]')
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      number integer, bundle integer, pointer text, type text, outcome text, id uuid, slug text, detail text, patch jsonb,
      errors jsonb, warnings jsonb
    )`;
}
