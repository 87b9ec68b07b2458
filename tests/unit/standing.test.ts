import { describe, expect, it, test } from 'vitest';
import { countPositions, standingOf } from '../../src/domain/standing.ts';
import { type Certainty, SIDE_OF, type Stance } from '../../src/domain/vocabulary.ts';

const position = (sourceId: string, stance: Stance, certainty: Certainty = 'unstated', isOrigin = true) => ({
  stance,
  side: SIDE_OF[stance],
  certainty,
  origin: { sourceId, anonymous: false },
  isOrigin,
});

describe('the standing of a claim', () => {
  test.each([
    ['contested', [position('a', 'asserts'), position('b', 'denies')]],
    ['contested', [position('a', 'asserts'), position('b', 'confirms'), position('c', 'doubts')]],
    ['contested', [position('a', 'asserts'), position('a', 'denies')]],
    ['corroborated', [position('a', 'asserts'), position('b', 'confirms')]],
    ['single_origin', [position('a', 'asserts')]],
    ['single_origin', [position('a', 'asserts'), position('a', 'confirms')]],
    ['denied', [position('a', 'denies')]],
    ['denied', [position('a', 'doubts'), position('b', 'denies')]],
    ['doubted', [position('a', 'doubts'), position('b', 'doubts')]],
    ['unattributed', [position('a', 'declines_to_comment'), position('b', 'no_response')]],
    ['unattributed', []],
  ])('is %s by the origins on its sides', (standing, positions) => {
    expect(standingOf(positions)).toBe(standing);
  });

  it('leaves out a position that makes no origin', () => {
    expect(standingOf([position('a', 'asserts', 'unstated', false)])).toBe('unattributed');
  });

  it('is never changed by certainty', () => {
    expect(standingOf([position('a', 'asserts', 'possible')])).toBe('single_origin');
  });
});

describe('the counts of positions', () => {
  it('tell positions from distinct origins, and what is firm from what is merely possible', () => {
    const positions = [
      position('a', 'asserts', 'possible'),
      position('a', 'confirms', 'possible'),
      position('b', 'asserts', 'possible'),
      position('b', 'asserts', 'probable'),
      position('c', 'asserts', 'certain', false),
      position('d', 'denies'),
      position('d', 'doubts'),
      position('e', 'declines_to_comment'),
      position('f', 'no_response'),
    ];
    expect(countPositions(positions)).toEqual({
      for: { positions: 5, origins: 2, firm: 1 },
      against: { positions: 2, origins: 1 },
      declined: 1,
      noResponse: 1,
    });
  });
});
