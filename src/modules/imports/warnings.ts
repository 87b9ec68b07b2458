import { saidAfterPublished } from '../../domain/warning.ts';
import type { BundleAttribution } from '../../formats/bundle.ts';
import type { Report } from '../reports/schema.ts';
import type { BundleRow } from './rows.ts';

/** The rows of a bundle's attributions, each with what may be wrong with it as the report stands now. */
export function warned(
  rows: readonly BundleRow[],
  attributions: readonly BundleAttribution[],
  report: Report,
): BundleRow[] {
  return rows.map((row) => {
    const given = row.type === 'attribution' ? attributions[Number(row.pointer.split('/')[2])] : undefined;
    const warnings = saidAfterPublished(`${row.pointer}/said`, given?.said, report);
    return warnings.length === 0 ? row : { ...row, warnings };
  });
}
