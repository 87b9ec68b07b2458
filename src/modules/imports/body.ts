import { type FieldError, Problem } from '../../domain/problem.ts';
import { bundleSchema } from '../../formats/bundle.ts';
import { linesOf } from '../../formats/lines.ts';
import { parseJson } from '../../http/body.ts';
import { fieldErrors, malformed } from '../../http/validation.ts';
import type { BundleLine } from './commands.ts';
import { checkLinks } from './problems.ts';

/** The media type of one JSON text on each line. */
export const NDJSON_MEDIA_TYPE = 'application/x-ndjson';

/** A line may be so long, in bytes. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** The bundles of a file, read line by line; what is no bundle comes as the problem that it is. */
export async function* bundlesOf(file: Uint8Array): AsyncGenerator<BundleLine> {
  for await (const { number, bytes } of linesOf([file], MAX_LINE_BYTES)) {
    yield { number, bundle: bytes === null ? tooLong() : readLine(bytes) };
  }
}

function readLine(bytes: Uint8Array): BundleLine['bundle'] {
  try {
    const result = bundleSchema.safeParse(parseJson(Buffer.from(bytes)));
    if (!result.success) return malformed('body', fieldErrors(result.error));
    checkLinks(result.data);
    return result.data;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function tooLong(): Problem {
  const errors: FieldError[] = [{ pointer: '', detail: `The line has more than ${MAX_LINE_BYTES} bytes.` }];
  return new Problem('malformed', `The line is too long: a bundle on a line has at most ${MAX_LINE_BYTES} bytes.`, {
    errors,
  });
}
