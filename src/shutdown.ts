/**
 * The terminal's Ctrl-C goes to every process of the group, and npm sends it on again: what comes within this time is one
 * and the same wish.
 */
const SAME_SIGNAL_MS = 1000;

/**
 * Ends the process when it is told to (SIGINT, SIGTERM, SIGHUP): the first time gracefully by `close`, with exit code 0; at
 * once, after `abandon`, when it is told again.
 */
export function onShutdown(close: (signal: string) => Promise<void>, abandon: () => void): void {
  let since: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    if (since === undefined) {
      since = performance.now();
      close(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`OnRecord did not stop cleanly: ${error instanceof Error ? error.stack : error}\n`);
          process.exit(1);
        },
      );
    } else if (performance.now() - since > SAME_SIGNAL_MS) {
      abandon();
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
}
