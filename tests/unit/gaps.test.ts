import { expect, test } from 'vitest';
import { type GapFacts, gapsOf } from '../../src/domain/gaps.ts';

const NOTHING: GapFacts = {
  flags: [],
  originsFor: [],
  uncontacted: [],
  overdueRequests: [],
  reports: [],
  lostIn: [],
  prediction: null,
};
const source = (name: string) => ({ id: name, slug: name, name, kind: 'person' as const });
const report = (id: string, language: string, isArchived = false) => ({ id, language, isArchived });

test('where nothing is known, nothing is missing', () => {
  expect(gapsOf(NOTHING)).toEqual([]);
});

test('what rests on no report that could be archived has no copy missing', () => {
  const flags = ['unarchived'] as const;
  expect(gapsOf({ ...NOTHING, flags })).toEqual([]);
  const [gap] = gapsOf({ ...NOTHING, flags, reports: [report('r', 'und')] });
  expect(gap).toMatchObject({ type: 'no_archived_copy', reports: ['r'] });
});

test('of one language are the reports of which the language is known, which the gap does not say of others', () => {
  const [gap] = gapsOf({ ...NOTHING, reports: [report('a', 'en-GB'), report('b', 'en'), report('c', 'und')] });
  expect(gap?.detail).toBe(
    'All reports of it whose language is known are in one language (English): look for reports in others.',
  );
  expect(gapsOf({ ...NOTHING, reports: [report('a', 'en'), report('b', 'tr')] })).toEqual([]);
  expect(gapsOf({ ...NOTHING, reports: [report('a', 'und')] })).toEqual([]);
});

test('a detail is one line, in the order in which it is read, whatever a name holds', () => {
  const name = 'Port\nauthority \u202Eevil';
  const only = source(name);
  const gaps = gapsOf({
    ...NOTHING,
    originsFor: [{ source: only, anonymous: false }],
    uncontacted: [only],
    overdueRequests: [{ source: only, deadline: '2026-01-02T00:00:00.000Z' }],
  });
  expect(gaps.map(({ detail }) => detail)).toEqual([
    'Only Port authority evil says so: look for a second, independent source.',
    'It is about Port authority evil, of whom nothing is heard: ask for a reply.',
    'No reply came in time (Port authority evil by 2026-01-02): ask again, or let the request lapse.',
  ]);
  const named = [{ id: name, slug: name, name }];
  expect(gaps.map(({ sources }) => sources)).toEqual([named, named, named]);
});
