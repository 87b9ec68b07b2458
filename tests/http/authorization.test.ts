import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../src/domain/vocabulary.ts';
import { covers, type RouteEntry } from '../../src/http/routes.ts';
import { openLedger, type TestLedger } from '../harness.ts';
import { secondApp } from './second-app.ts';

let ledger: TestLedger;
let routes: RouteEntry[];
const headers = new Map<Scope, Record<string, string>>();

beforeAll(async () => {
  ledger = await openLedger();
  routes = ledger.app.routeTable;
  for (const scope of SCOPES) headers.set(scope, { authorization: `Bearer ${await ledger.key(scope)}` });
});
afterAll(() => ledger.close());

/** Some answers never end: of each, only the beginning is waited for. */
const call = async ({ method, url }: RouteEntry, sent: Record<string, string> = {}) =>
  ledger.http[method.toLowerCase() as 'get'](url.replace(/:[a-z]+/g, 'nothing-of-this-name'))
    .set(sent)
    .parse((answer, done) => done(null, (answer as unknown as IncomingMessage).destroy()));

const entering = (status: number) => status !== 401 && status !== 403;

describe('the authorization matrix, made from the route table', () => {
  test('without a key, only public routes are entered', async () => {
    for (const route of routes) {
      const { status } = await call(route);
      expect([`${route.method} ${route.url}`, entering(status)]).toEqual([
        `${route.method} ${route.url}`,
        route.scope === 'public',
      ]);
      if (route.scope !== 'public') expect(status).toBe(401);
    }
  });

  test.each(SCOPES)('a key with the scope %s enters what it covers, and is forbidden the rest', async (scope) => {
    for (const route of routes.filter((each) => each.scope !== 'public')) {
      const { status } = await call(route, headers.get(scope));
      const expected = route.scope === 'public' || covers([scope], route.scope);
      expect([`${route.method} ${route.url}`, entering(status)]).toEqual([`${route.method} ${route.url}`, expected]);
      if (!expected) expect(status).toBe(403);
    }
  });

  test('every change needs write or admin, and only what lies outside /v1 is public', () => {
    for (const { method, url, scope } of routes) {
      if (!['GET', 'HEAD'].includes(method))
        expect([url, ['write', 'admin']]).toEqual([url, expect.arrayContaining([scope])]);
      expect([url, scope === 'public']).toEqual([url, !url.startsWith('/v1/')]);
    }
  });

  test('a route under /v1 that does not say its scope stops the start', async () => {
    const forgetful = secondApp(ledger, (app) => {
      app.get('/v1/forgotten', async () => ({}));
    });
    await expect(forgetful).rejects.toThrow('GET /v1/forgotten does not say its scope');
  });
});
