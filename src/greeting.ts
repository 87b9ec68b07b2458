import { join } from 'node:path';
import { type Config, localUrl } from './config.ts';

/** What a person reads when the service is up: where things are, the admin key if it was made just now, what to try. */
export function greeting(config: Config, port: number, newKey: string | undefined): string {
  const url = localUrl(config.host, port);
  const file = join(config.dataDir, 'admin-key');
  const key = newKey ? ['', `Admin key, shown this once and kept in ${file}:`, `  ${newKey}`] : [];
  const authorization = config.anonymousRead
    ? ''
    : ` -H "Authorization: Bearer ${config.adminKey ? '$ADMIN_KEY' : `$(cat ${file})`}"`;
  return [
    'OnRecord is running.',
    `  API         ${url}/v1`,
    `  Swagger UI  ${url}/docs`,
    `  OpenAPI     ${url}/openapi.json`,
    ...key,
    '',
    'Try:',
    `  curl -s${authorization} ${url}/v1/claims`,
    '',
    '',
  ].join('\n');
}
