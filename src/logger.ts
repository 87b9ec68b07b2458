import { pino } from 'pino';
import type { Config } from './config.ts';

/**
 * The service's log: JSON lines on standard output, collected into small writes (under PIPE_BUF, so that the lines of several
 * workers never mix) and written at the latest half a second later. Keys never get into it.
 */
export function createLogger(level: Config['logLevel']): pino.Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: isoTime(),
    },
    pino.destination({ sync: false, minLength: 2048, periodicFlush: 500 }),
  );
}

/** The time of a line as pino wants it, in ISO 8601; formatted once a millisecond, however many lines fall into it. */
function isoTime(): () => string {
  let formatted = '';
  let of = 0;
  return () => {
    const now = Date.now();
    if (now !== of) {
      of = now;
      formatted = `,"time":"${new Date(now).toISOString()}"`;
    }
    return formatted;
  };
}

/**
 * Resolves when all lines are out, or after a second: where nobody reads them any more that never comes (and the synchronous
 * flush of the library would wait for it for ever).
 */
export async function flushLog(logger: pino.Logger): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 1000);
    logger.flush(() => resolve());
  });
}
