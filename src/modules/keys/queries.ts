import type { Context } from '../../database/context.ts';
import type { Key, Prisma } from '../../database/generated/client.ts';
import { isUuid } from '../../domain/names.ts';
import { Problem } from '../../domain/problem.ts';
import type { Scope } from '../../domain/vocabulary.ts';
import type { KeyAnswer } from './schema.ts';

/** Keys in the order in which they were made, after the one with the id `after`: one more than `limit`, if there are more. */
export async function listKeys(
  context: Context,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<KeyAnswer[]> {
  const keys = await context.database.prisma.key.findMany({
    where: after === undefined ? {} : { id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  return keys.map(keyAnswer);
}

/** A key by its id, or one that is not revoked by its name; throws `not-found`. */
export async function findKey(client: Pick<Prisma.TransactionClient, 'key'>, key: string): Promise<Key> {
  const found = await client.key.findFirst({ where: isUuid(key) ? { id: key } : { name: key, revokedAt: null } });
  if (found === null) throw new Problem('not-found', `There is no key with the id or name "${key}".`);
  return found;
}

/** A row as it goes over the wire. */
export function keyAnswer(key: Key): KeyAnswer {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes as Scope[],
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    version: key.version,
  };
}
