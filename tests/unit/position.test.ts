import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution.ts';
import { positionOf, timeOf } from '../../src/domain/position.ts';
import type { Stance } from '../../src/domain/vocabulary.ts';
import { attribution, report, when } from '../factories/ledger.ts';

/** An attribution of one source with the given stance and date of saying. */
const said = (stance: Stance, date: string, recordedAt = 1, id = `${stance} ${date}`): Attribution =>
  attribution(id, 'kremlin', stance, { said: date, recordedAt });
const position = (...attributions: Attribution[]) =>
  positionOf(attributions.map((a) => ({ attribution: a, time: timeOf(a, report('held')) })));

describe('the time of a stance', () => {
  const published = report('held', 'held', '2025-12');

  it('is when it was said', () => {
    expect(timeOf(said('denies', '2025-12-10'), published)).toEqual(when('2025-12-10'));
  });

  it('is when its report was published where nobody knows when it was said', () => {
    expect(timeOf(attribution('a', 'kremlin', 'denies'), published)).toEqual(when('2025-12'));
  });

  it('is the microsecond in which it was recorded where there is no other date', () => {
    const undated = attribution('a', 'kremlin', 'denies', { recordedAt: 7n });
    expect(timeOf(undated, report('held'))).toEqual({ from: 7, until: 8 });
  });
});

describe('the position of a source', () => {
  it('is its latest stance for or against', () => {
    expect(position(said('asserts', '2025-12-01'), said('denies', '2025-12-02'))).toMatchObject({
      stance: 'denies',
      side: 'against',
      attributionId: 'denies 2025-12-02',
      time: when('2025-12-02'),
      order: 'determined',
    });
  });

  it('goes by when things were said, not by when we recorded them', () => {
    expect(position(said('asserts', '2025-12-01', 9), said('denies', '2025-12-02', 1))?.stance).toBe('denies');
  });

  it('has the certainty of the stance that it comes from', () => {
    expect(position({ ...said('asserts', '2025'), certainty: 'possible' })?.certainty).toBe('possible');
  });

  it('silence never erases a denial', () => {
    const silence = [said('declines_to_comment', '2025-12-03'), said('no_response', '2025-12-04')];
    expect(position(said('denies', '2025-12-02'), ...silence)?.stance).toBe('denies');
  });

  it('is its latest silence only if it never took a side', () => {
    const found = position(said('declines_to_comment', '2025-12-03'), said('no_response', '2025-12-04'));
    expect(found).toMatchObject({ stance: 'no_response', side: 'none', order: 'determined' });
  });

  it('is none after a later retraction', () => {
    expect(position(said('asserts', '2025-12-01'), said('retracts', '2025-12-02'))).toBeNull();
  });

  it('is none after a retraction even where the source then kept silent', () => {
    const retracted = [said('asserts', '2025-12-01'), said('retracts', '2025-12-02')];
    expect(position(...retracted, said('declines_to_comment', '2025-12-03'))).toBeNull();
  });

  it('is taken anew by a stance after the retraction', () => {
    const retracted = [said('asserts', '2025-12-01'), said('retracts', '2025-12-02')];
    expect(position(...retracted, said('confirms', '2025-12-03'))?.stance).toBe('confirms');
  });

  it('a retraction of nothing leaves a silence standing', () => {
    expect(position(said('declines_to_comment', '2025-12-01'), said('retracts', '2025-12-02'))?.stance).toBe(
      'declines_to_comment',
    );
  });

  it('a relay is no position', () => {
    expect(position(said('reports', '2025-12-01'))).toBeNull();
    expect(position()).toBeNull();
  });
});

describe('stances at times that overlap', () => {
  it('are of undetermined order where they differ in side, and the one recorded last counts', () => {
    const found = position(said('asserts', '2025-12', 1), said('denies', '2025-12-10', 2));
    expect(found).toMatchObject({ stance: 'denies', order: 'undetermined' });
    expect(position(said('asserts', '2025-12', 2), said('denies', '2025-12-10', 1))).toMatchObject({
      stance: 'asserts',
      order: 'undetermined',
    });
  });

  it('are of determined order where they agree in side', () => {
    expect(position(said('asserts', '2025-12', 1), said('confirms', '2025-12-10', 2))).toMatchObject({
      stance: 'confirms',
      order: 'determined',
    });
  });

  it('the higher id counts of two recorded at once', () => {
    const found = position(said('asserts', '2025-12', 1, 'b'), said('confirms', '2025-12', 1, 'a'));
    expect(found?.attributionId).toBe('b');
  });

  it('a retraction wins an overlap, even one recorded earlier', () => {
    expect(position(said('asserts', '2025-12', 9), said('retracts', '2025-12-10', 1))).toBeNull();
  });

  it('touching is not overlapping: the next day lies wholly after the day', () => {
    const found = position(said('denies', '2025-12-10', 1), said('asserts', '2025-12-09', 2));
    expect(found).toMatchObject({ stance: 'denies', order: 'determined' });
  });

  it('one that some other lies wholly after is out, though it overlaps a third', () => {
    const month = said('asserts', '2025-12', 1);
    const early = said('denies', '2025-12-01', 3);
    const late = said('asserts', '2025-12-20', 2);
    expect(position(month, early, late)).toMatchObject({ attributionId: 'asserts 2025-12-20', order: 'determined' });
  });

  it('an open end lies after nothing and nothing lies after it', () => {
    const found = position(said('asserts', '2020/..', 1), said('denies', '2025-12-10', 2));
    expect(found).toMatchObject({ stance: 'denies', order: 'undetermined' });
  });
});
