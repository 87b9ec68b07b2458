import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Newsroom, newsroom } from '../factories/newsroom.ts';
import { openLedger, type TestLedger } from '../harness.ts';

let ledger: TestLedger;
let room: Newsroom;

beforeAll(async () => {
  ledger = await openLedger();
  room = await newsroom(ledger);
});
afterAll(() => ledger.close());

interface Gap {
  readonly type: string;
  readonly detail: string;
}

const gap = async (path: string, type: string): Promise<Gap | undefined> => {
  const { gaps }: { gaps: Gap[] } = await room.get(path);
  return gaps.find((each) => each.type === type);
};

describe('the evidence of an outcome', () => {
  /** A prediction that came true, as an attribution on another claim shows. */
  async function cameTrue() {
    const shown = await room.attribution({ stance: 'asserts' });
    const prediction = {
      ...{ horizon: '2025', outcome: 'came_true', resolvedAt: '2026-01-02T00:00:00Z' },
      evidence: { attribution: shown.id },
    };
    const topic = await room.request('POST', '/v1/topics', { slug: `topic-${shown.id}`, name: 'A story' });
    const claim = await room.claim({ kind: 'prediction', prediction, topic: topic.body.id });
    return { shown, path: `/v1/claims/${claim.id}/dossier`, topicPath: `/v1/topics/${topic.body.id}/dossier` };
  }

  test('is a gap once the attribution that it rests on is withdrawn, and none by an earlier clock', async () => {
    const { shown, path, topicPath } = await cameTrue();
    expect(await gap(path, 'no_evidence')).toBeUndefined();
    const before = (await room.get('/v1/changes')).data.at(-1).at;
    await room.withdraw(shown);
    expect((await gap(path, 'no_evidence'))?.detail).toBe(
      'Its outcome rests on an attribution that does not count any more: name another attribution or a page that shows it.',
    );
    const { open } = await room.get(topicPath);
    expect(open.gaps[0].gaps).toContain('no_evidence');
    expect(await gap(`${path}?knownAt=${before}`, 'no_evidence')).toBeUndefined();
  });

  test('is a gap once the report in which it stands is retracted', async () => {
    const { shown, path } = await cameTrue();
    await room.act(`reports/${shown.report.id}/retract`, { reason: 'Made up' });
    expect(await gap(path, 'no_evidence')).toBeDefined();
  });
});

test('a document shows the words of others as they are read, and never as markup', async () => {
  const claim = await room.claim({ text: '# It is *sold* for <b>1</b> | \u202E2 #' });
  const answer = await ledger.http
    .get(`/v1/claims/${claim.id}/dossier`)
    .set({ authorization: `Bearer ${await ledger.key('read')}`, accept: 'text/markdown' });
  expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8; variant=CommonMark');
  expect(answer.text.split('\n')[0]).toBe('# \\# It is \\*sold\\* for \\<b\\>1\\</b\\> \\| 2 \\#');
});
