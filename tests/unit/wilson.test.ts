import { describe, expect, test } from 'vitest';
import { fateOf, rateOf } from '../../src/domain/record.ts';
import { wilson } from '../../src/domain/wilson.ts';

describe('the score interval at 95 %', () => {
  // Computed by Wilson's formula with z = 1.959964, to 6 decimals.
  test.each([
    [0, 1, 0, 0.793451],
    [1, 1, 0.206549, 1],
    [0, 10, 0, 0.277533],
    [7, 10, 0.396778, 0.892209],
    [10, 10, 0.722467, 1],
    [50, 100, 0.403832, 0.596168],
  ])('of %i in %i lies between %d and %d', (count, of, low, high) => {
    const found = wilson(count, of);
    expect(found.low).toBeCloseTo(low, 5);
    expect(found.high).toBeCloseTo(high, 5);
  });
});

test('a rate has its bounds to four decimals, and without cases there is none', () => {
  expect(rateOf(7, 10)).toEqual({ count: 7, of: 10, low: 0.3968, high: 0.8922 });
  expect(rateOf(0, 0)).toBeNull();
});

describe('what verdicts make of an assertion', () => {
  test.each([
    [[], 'unassessed'],
    [[null], 'unproven'],
    [['unproven', null], 'unproven'],
    [['true'], 'borneOut'],
    [['true', 'true'], 'borneOut'],
    [['true', 'unproven'], 'borneOut'],
    [['false', null], 'refuted'],
    [['true', 'false'], 'mixed'],
    [['mixed'], 'mixed'],
    [['true', 'mixed'], 'mixed'],
  ] as const)('%j make it %s', (verdicts, fate) => {
    expect(fateOf(verdicts)).toBe(fate);
  });
});
