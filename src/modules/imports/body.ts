import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FieldError, Problem } from '../../domain/problem.ts';
import { bundleSchema } from '../../formats/bundle.ts';
import { linesOf } from '../../formats/lines.ts';
import { parseJson } from '../../http/body.ts';
import { fieldErrors, malformed } from '../../http/validation.ts';
import type { BundleLine } from './commands.ts';
import { checkLinks } from './problems.ts';

/** The media type of one JSON text on each line. */
export const NDJSON_MEDIA_TYPE = 'application/x-ndjson';

/** A bundle may be so long, in bytes: as a line, or as a body of its own. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

/** So many bytes of a file are looked at before others get a turn. */
const STEP_BYTES = 1024 * 1024;

/** The bundles of a file, read line by line; what is no bundle comes as the problem that it is. */
export async function* bundlesOf(file: Uint8Array): AsyncGenerator<BundleLine> {
  for await (const { number, bytes } of linesOf(inSteps(file), MAX_BUNDLE_BYTES)) {
    yield { number, bundle: bytes === null ? tooLong() : await readLine(bytes) };
  }
}

async function* inSteps(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.length; from += STEP_BYTES) {
    yield file.subarray(from, from + STEP_BYTES);
    await nextTurn();
  }
}

async function readLine(bytes: Uint8Array): Promise<BundleLine['bundle']> {
  try {
    const result = bundleSchema.safeParse(await parseJson(Buffer.from(bytes)));
    if (!result.success) return malformed('body', fieldErrors(result.error));
    checkLinks(result.data);
    return result.data;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function tooLong(): Problem {
  const errors: FieldError[] = [{ pointer: '', detail: `The line has more than ${MAX_BUNDLE_BYTES} bytes.` }];
  return new Problem('malformed', `The line is too long: a bundle on a line has at most ${MAX_BUNDLE_BYTES} bytes.`, {
    errors,
  });
}
