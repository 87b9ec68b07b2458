import { pino } from 'pino';
import type { Config } from './config.ts';

/**
 * The service's log: JSON lines on standard output, collected into small writes (under PIPE_BUF, so that the lines of several
 * workers never mix) and written at the latest half a second later, and at exit. Keys never get into it.
 */
export function createLogger(level: Config['logLevel']): pino.Logger {
  const destination = pino.destination({ sync: false, minLength: 2048, periodicFlush: 500 });
  process.on('exit', () => {
    try {
      destination.flushSync();
    } catch {
      // Standard output is gone or was never ready: there is nowhere left to say so.
    }
  });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['authorization', '*.authorization', 'req.headers.authorization', 'request.headers.authorization'],
    },
    destination,
  );
}
