import { describe, expect, it, test } from 'vitest';
import { affiliationRange, EDTF_MAX_LENGTH, EdtfError, edtfRange, isEdtf, liesAhead } from '../../src/domain/edtf.ts';

const at = (iso: string | null) => (iso === null ? null : new Date(iso));

describe('the range of an EDTF date', () => {
  test.each([
    ['2025', '2025-01-01', '2026-01-01'],
    ['2025-12', '2025-12-01', '2026-01-01'],
    ['2025-12-10', '2025-12-10', '2025-12-11'],
    ['2024-02-29', '2024-02-29', '2024-03-01'],
    ['0001', '0001-01-01', '0002-01-01'],
    ['9999-12-31', '9999-12-31', '+010000-01-01T00:00:00Z'],
  ])('%s covers its whole year, month or day', (text, from, until) => {
    expect(edtfRange(text)).toEqual({ text, from: at(from), until: at(until) });
  });

  test.each([
    ['2025-12-10T10:00:00Z', '2025-12-10T10:00:00Z', '2025-12-10T10:00:01Z'],
    ['2025-12-10T10:00:00+03:00', '2025-12-10T07:00:00Z', '2025-12-10T07:00:01Z'],
    ['2025-12-10T10:00:00.123Z', '2025-12-10T10:00:00.123Z', '2025-12-10T10:00:00.124Z'],
    ['2025-12-10T10:00:00.5Z', '2025-12-10T10:00:00.5Z', '2025-12-10T10:00:00.6Z'],
    ['2025-12-10T10:00:00.123456Z', '2025-12-10T10:00:00.123Z', '2025-12-10T10:00:00.124Z'],
    ['2025-12-10T10:00Z', '2025-12-10T10:00:00Z', '2025-12-10T10:01:00Z'],
    ['2025-12-10T24:00:00Z', '2025-12-11T00:00:00Z', '2025-12-11T00:00:01Z'],
  ])('%s covers its last written unit, in UTC', (text, from, until) => {
    expect(edtfRange(text)).toEqual({ text, from: at(from), until: at(until) });
  });

  test.each(['2025-09~', '2025-09?', '2025-09%', '~2025-09', '2025-?09', '2025?-09'])(
    '%s covers what it would without the qualifier, and keeps it as written',
    (text) => {
      expect(edtfRange(text)).toEqual({ text, from: at('2025-09-01'), until: at('2025-10-01') });
    },
  );

  test.each([
    ['2026-04/2026-06', '2026-04-01', '2026-07-01'],
    ['2025-12~/2026?', '2025-12-01', '2027-01-01'],
    ['2025/2025-06', '2025-01-01', '2025-07-01'],
    ['2025-12-10/2025-12-10T10:00:00Z', '2025-12-10', '2025-12-10T10:00:01Z'],
    ['../2025', null, '2026-01-01'],
    ['2025/..', '2025-01-01', null],
    ['/2025', null, '2026-01-01'],
    ['2025/', '2025-01-01', null],
  ])(
    '%s runs from the start of its first date to the end of its last, and an open end stays open',
    (text, from, until) => {
      expect(edtfRange(text)).toEqual({ text, from: at(from), until: at(until) });
    },
  );

  test.each([
    ['2025-21', '2025-01-01', '2025-04-01'],
    ['2025-24', '2025-10-01', '2026-01-01'],
    ['2025-40', '2025-01-01', '2025-07-01'],
    ['201X', '2010-01-01', '2020-01-01'],
    ['201', '2010-01-01', '2020-01-01'],
    ['20', '2000-01-01', '2100-01-01'],
    ['2025-1X', '2025-10-01', '2026-01-01'],
    ['2025-12-XX', '2025-12-01', '2026-01-01'],
    ['2025-XX-10', '2025-01-10', '2025-12-11'],
    ['2025-0X-31', '2025-01-31', '2025-09-01'],
    ['19XX-02-29', '1904-02-29', '1996-03-01'],
  ])(
    '%s covers every day that its season or its written digits can mean, and none that the calendar lacks',
    (text, from, until) => {
      expect(edtfRange(text)).toEqual({ text, from: at(from), until: at(until) });
    },
  );
});

describe('what is refused', () => {
  test.each([
    ['', 'is not a date in EDTF'],
    ['last week', 'is not a date in EDTF'],
    ['2025-13', 'is not a date in EDTF'],
    ['1765324800000', 'is not a date in EDTF'],
    ['2025-02-29', 'the calendar does not have'],
    ['2025-02-29T10:00:00Z', 'the calendar does not have'],
    ['[2025,2026]', 'is a set of dates'],
    ['{2025,2026}', 'is a set of dates'],
    ['../..', 'open on both sides'],
    ['/', 'open on both sides'],
    ['2026/2025', 'ends before it begins'],
    ['2025-12-10/2025-12-09', 'ends before it begins'],
    ['0000', 'outside the years'],
    ['-0044-03-15', 'outside the years'],
    ['Y12025', 'outside the years'],
    ['0001-01-01T00:00:00+03:00', 'outside the years'],
    ['9999-12-31T23:30:00-01:00', 'outside the years'],
    ['../0001-01-01T00:00:00+03:00', 'outside the years'],
    ['2025-12-10T10:00:00', 'names no zone'],
    ['2025-12-10'.repeat(7), `at most ${EDTF_MAX_LENGTH} characters`],
  ])('%j is refused in a sentence that says why', (text, why) => {
    expect(() => edtfRange(text)).toThrow(EdtfError);
    expect(() => edtfRange(text)).toThrow(why);
    expect(isEdtf(text)).toBe(false);
  });

  it('takes what it can read', () => {
    expect(isEdtf('2025-09~')).toBe(true);
  });
});

describe('the range of a term of office', () => {
  it('runs from the start of its first date to the end of its last', () => {
    expect(affiliationRange('2014-08', '2018-07')).toEqual({ from: at('2014-08-01'), until: at('2018-08-01') });
  });

  it('is open where a date is absent', () => {
    expect(affiliationRange('2014-08')).toEqual({ from: at('2014-08-01'), until: null });
    expect(affiliationRange(undefined, '2018-07')).toEqual({ from: null, until: at('2018-08-01') });
    expect(affiliationRange()).toEqual({ from: null, until: null });
  });

  it('is refused where it ends before it begins', () => {
    expect(() => affiliationRange('2018-08', '2018-07')).toThrow('The term ends (2018-07) before it begins (2018-08).');
  });
});

describe('what lies ahead in every time zone', () => {
  test.each([
    ['2026-01-16T02:00:00.001+14:00', '2026-01-15T12:00:00.000Z', true],
    ['2026-01-16T02:00:00+14:00', '2026-01-15T12:00:00.000Z', false],
    ['2026-01-15T12:00Z', '2026-01-15T12:00:30.000Z', false],
    ['2026-01-16', '2026-01-15T09:59:59.999Z', true],
    ['2026-01-16', '2026-01-15T10:00:00.000Z', false],
    ['2026-01-16~', '2026-01-15T09:59:59.999Z', true],
    ['2026-01-1X', '2026-01-01T00:00:00.000Z', true],
    ['2026-01-1X', '2026-01-12T00:00:00.000Z', false],
    ['2026', '2025-12-31T09:59:59.999Z', true],
    ['2026', '2025-12-31T10:00:00.000Z', false],
    ['2027/..', '2026-01-15T12:00:00.000Z', true],
    ['2027-01/2027-02', '2026-01-15T12:00:00.000Z', true],
    ['2026-01-15/2027', '2026-01-15T12:00:00.000Z', false],
    ['../2027', '2026-01-15T12:00:00.000Z', false],
    ['2026-01-16/2026-01-17T09:00:00Z', '2026-01-15T10:00:00.000Z', false],
    ['2026-01-16T00:00:00Z/2026-01-17', '2026-01-15T10:00:00.000Z', true],
  ])('%s at %s: %s', (text, now, ahead) => {
    expect(liesAhead(text, new Date(now))).toBe(ahead);
  });
});
