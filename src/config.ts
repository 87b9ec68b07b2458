import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { StartError } from './start-error.ts';

const LOOPBACK = new Set(['localhost', '::1', '0:0:0:0:0:0:0:1']);
const isLoopback = (host: string) => LOOPBACK.has(host) || /^127(\.\d{1,3}){3}$/.test(host);

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
    logLevel: env.LOG_LEVEL,
    workers: env.WORKERS,
    requestTimeoutMs: env.REQUEST_TIMEOUT * 1000,
  });
}

/** The address under which a person on this machine reaches a service that listens on this host and port. */
export function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
