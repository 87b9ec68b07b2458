import { type Answer, etag } from '../../database/answer.ts';
import type { Context } from '../../database/context.ts';
import { keyHash, newKey } from '../../database/first-key.ts';
import { checkVersion, record, type Transaction, write } from '../../database/transaction.ts';
import type { ExpectedVersions } from '../../database/version.ts';
import { Problem } from '../../domain/problem.ts';
import { findKey, keyAnswer } from './queries.ts';
import type { CreateKey, KeyAnswer } from './schema.ts';

/**
 * Makes a key. Its text is in the answer and nowhere else, so the answer is never kept for a repeated request; the unique
 * name keeps a repeated request from making two. Throws `rule-broken` for an expiry that has passed, `conflict` for a name
 * that is taken.
 */
export async function createKey(context: Context, input: CreateKey): Promise<Answer> {
  const text = newKey();
  const createdAt = context.clock();
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
  if (expiresAt !== null && expiresAt <= createdAt) {
    const detail = 'The key would have expired already.';
    throw new Problem('rule-broken', detail, { errors: [{ pointer: '/expiresAt', detail }] });
  }
  return write(context, async (transaction) => {
    const { name, scopes } = input;
    const key = await transaction.key.create({
      data: { id: context.newId(), name, hash: keyHash(text), scopes, createdAt, updatedAt: createdAt, expiresAt },
    });
    const after = keyAnswer(key);
    await record(transaction, context, { action: 'created', type: 'key', before: null, after });
    const body = JSON.stringify({ ...after, key: text });
    return { status: 201, location: `/v1/keys/${key.id}`, etag: etag(1), body };
  });
}

/**
 * Revokes a key; one that is revoked already stays as it is. Throws `not-found`, `stale`, and `conflict` for the last admin
 * key in force: nobody could make another one.
 */
export async function revokeKey(context: Context, key: string, expected: ExpectedVersions): Promise<KeyAnswer> {
  return write(context, async (transaction) => {
    const found = await findKey(transaction, key);
    checkVersion(expected, found.version);
    if (found.revokedAt !== null) return keyAnswer(found);
    const now = context.clock();
    if (found.scopes.includes('admin')) await keepAnAdmin(transaction, found.id, now);
    const revoked = await transaction.key.update({
      where: { id: found.id },
      data: { revokedAt: now, updatedAt: now, version: { increment: 1 } },
    });
    const [before, after] = [keyAnswer(found), keyAnswer(revoked)];
    await record(transaction, context, { action: 'revoked', type: 'key', before, after });
    return after;
  });
}

/** Under the ledger's lock, so that two admins cannot revoke each other at the same time. */
async function keepAnAdmin(transaction: Transaction, id: string, now: Date): Promise<void> {
  const others = await transaction.key.count({
    where: {
      id: { not: id },
      revokedAt: null,
      scopes: { has: 'admin' },
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
  });
  if (others === 0)
    throw new Problem('conflict', 'This is the last admin key in force: make another one before you revoke it.');
}
