import pg from 'pg';
import { expect, test } from 'vitest';
import { checkAnswer } from '/work/main/src/http/validation.ts';
import { openLedger } from '/work/main/tests/harness.ts';

test('q', async () => {
  const ledger = await openLedger();
  const h = { authorization: `Bearer ${await ledger.key('admin')}` };
  const mk = async (p: object) => {
    const a = await ledger.app.inject({ method: 'POST', url: '/v1/sources', headers: h, payload: p });
    if (a.statusCode !== 201) console.log(a.body);
    return a;
  };
  const doc = ledger.app.swagger() as any;
  await mk({ slug: 'russia-government', name: 'Russia', kind: 'government', aliases: ['Moscow'] });
  await mk({ slug: 'turkiye-government', name: 'Türkiye', kind: 'government', aliases: ['Ankara'] });
  await mk({ slug: 'kremlin', name: 'Kremlin', kind: 'government', partOf: 'russia-government' });
  await mk({ slug: 'spare-source', name: 'Spare', kind: 'person' });
  const op = doc.paths['/v1/sources'].post;
  console.log(
    JSON.stringify(op.requestBody),
    Object.keys(op.responses),
    JSON.stringify(doc.components.schemas.SourceInput).slice(0, 3000),
  );
  const ex = op.requestBody.content['application/json'].example;
  console.log((await mk(ex)).body);
  const pex = Object.values(doc.paths['/v1/sources/{source}'].patch.requestBody.content as any).map(
    (m: any) => m.example,
  );
  console.log(JSON.stringify(pex));
  console.log(
    (
      await ledger.app.inject({
        method: 'PATCH',
        url: '/v1/sources/kremlin',
        headers: { ...h, 'if-match': '*' },
        payload: pex[0] as object,
      })
    ).body,
  );
  console.log(JSON.stringify(doc.paths['/v1/sources'].get.parameters));
  console.log((await ledger.app.inject({ url: '/v1/sources?name=Ankara', headers: h })).body.slice(0, 200));
  console.log(
    (
      await ledger.app.inject({
        method: 'DELETE',
        url: '/v1/sources/' + doc.paths['/v1/sources/{source}'].delete.parameters[0].example,
        headers: { ...h, 'if-match': '*' },
      })
    ).statusCode,
  );
  for (let i = 0; i < 60; i++)
    await mk({ name: 'S' + i, kind: 'person', aliases: ['a' + i], partOf: 'kremlin', country: 'MT' });
  let n = 0;
  const q = pg.Client.prototype.query;
  const texts: string[] = [];
  (pg.Client.prototype as any).query = function (...a: any[]) {
    n++;
    texts.push(String(a[0]?.text ?? a[0]).slice(0, 90));
    return (q as any).apply(this, a);
  };
  await ledger.app.inject({ url: '/v1/sources?limit=50&country=MT', headers: h });
  console.log('list', n, texts);
  n = 0;
  texts.length = 0;
  await mk({ name: 'plain', kind: 'person' });
  console.log('create', n);
  n = 0;
  await mk({ name: 'full', kind: 'person', aliases: ['f'], partOf: 'kremlin' });
  console.log('create full', n);
  (pg.Client.prototype as any).query = q;
  await ledger.close();
}, 60000);
