import { existsSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { hostName, isLoopback } from './domain/host.ts';
import { StartError } from './start-error.ts';

/** A whole number as environment variables have it: digits only, so that `3e3` or ` 3000` is refused, not guessed at. */
const count = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error);
};

const postgresUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1;
}, 'must be a PostgreSQL URL that names a database, like postgresql://user:password@host:5432/onrecord');

/** An address, or a range of them like 10.0.0.0/8. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** No number of hops: a client that gets past the proxy could then say any address. */
const proxies = z
  .string()
  .transform((text) => text.replaceAll(' ', ''))
  .refine(
    (text) => text.split(',').every(isAddressRange),
    'must be the addresses of proxies with commas between them, like 10.0.0.1,10.1.0.0/16',
  );

/** The settings of DESIGN §4 as they stand in the environment. Each message completes the sentence "NAME …". */
const Environment = z.object({
  PORT: count(0, 65_535).default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')
    .default('127.0.0.1'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATA_DIR: z.string().default('.onrecord'),
  ADMIN_KEY: z
    .string()
    .regex(/^orec_[A-Za-z0-9._~+/-]{32,200}$/, 'must be "orec_" and at least 32 more letters, digits or - . _ ~ + /')
    .optional(),
  ANONYMOUS_READ: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .optional(),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) => text.split(',').map((host) => host.trim()))
    .refine(
      (hosts) => hosts.every((host) => isIPv6(host) || (hostName(host) !== undefined && !/:\d*$/.test(host))),
      'must be host names or IP addresses with commas between them, without a scheme or a port',
    )
    .optional(),
  TRUST_PROXY: proxies.optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  WORKERS: count(1, 256).default(1),
  REQUEST_TIMEOUT: count(1, 600).default(10),
});

/** The settings of the service, checked. `databaseUrl` is absent when the embedded server is to be used. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  /** The role that owns the tables and runs the migrations; absent with the embedded server, which has its own. */
  readonly databaseOwnerUrl: string | undefined;
  /** Absolute path. */
  readonly dataDir: string;
  readonly adminKey: string | undefined;
  readonly anonymousRead: boolean;
  /** The host names that requests may be sent to, beside those of the loopback; undefined: any. */
  readonly allowedHosts: readonly string[] | undefined;
  /** The addresses of proxies whose `X-Forwarded-*` headers are believed, with commas between them; undefined: none. */
  readonly trustProxy: string | undefined;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  readonly workers: number;
  /** So long a read may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/**
 * Reads the settings once, from the environment and, for what is not set there, from the file `.env` of the working folder.
 * An empty variable counts as not set.
 * @throws StartError naming every wrong setting and what it must be; it never repeats a value, which may be a secret.
 */
export function readConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new StartError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '));
  }
  const env = parsed.data;
  if (env.DATABASE_OWNER_URL && !env.DATABASE_URL) {
    throw new StartError('DATABASE_OWNER_URL must come with DATABASE_URL: the embedded server has an owner of its own');
  }
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    databaseOwnerUrl: env.DATABASE_OWNER_URL ?? env.DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    adminKey: env.ADMIN_KEY,
    anonymousRead: env.ANONYMOUS_READ ?? (env.DATABASE_URL === undefined && isLoopback(env.HOST)),
    allowedHosts: allowedHosts(env),
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    workers: env.WORKERS,
    requestTimeoutMs: env.REQUEST_TIMEOUT * 1000,
  });
}

/** On the loopback only its own names are served without ALLOWED_HOSTS, elsewhere any. */
function allowedHosts({ ALLOWED_HOSTS, HOST }: z.output<typeof Environment>): readonly string[] | undefined {
  if (ALLOWED_HOSTS === undefined && !isLoopback(HOST)) return undefined;
  return [HOST, ...(ALLOWED_HOSTS ?? [])].map((host) => (isIPv6(host) ? `[${host}]` : host));
}

/** The address under which a person on this machine reaches a service that listens on this host and port. */
export function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
