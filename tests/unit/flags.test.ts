import { describe, expect, it } from 'vitest';
import type { Attribution, Report } from '../../src/domain/attribution.ts';
import type { ClaimLedger } from '../../src/domain/claim-ledger.ts';
import { type Bearer, type Bearing, bearerOf, type Circumstances, isRetracted } from '../../src/domain/flags.ts';
import { isOverdue, outcomeAt, type Prediction } from '../../src/domain/prediction.ts';
import { summarize } from '../../src/domain/summary.ts';
import { FLAGS, type Flag } from '../../src/domain/vocabulary.ts';
import { affiliation, attribution, relay, report, source, startOf, when } from '../factories/ledger.ts';

/** A claim on which the attributions are all that was said, in one held report unless others are given. */
function said(attributions: readonly Attribution[], rest: Partial<ClaimLedger> = {}): ClaimLedger {
  const sources = ['minister', 'marrin', 'ministry', 'saline', 'velmara', 'outlet', 'post'].map((id) =>
    source(id, id === 'outlet' || id === 'post' ? 'outlet' : 'person'),
  );
  return { attributions, reports: [report('held', 'held', '2025-03-01')], sources, affiliations: [], ...rest };
}

const NOTHING_BESIDE: Circumstances = { about: [], asked: [], prediction: null, bearings: [], at: startOf('2026') };

/** The flags of a claim beside which there is nothing but what is given, at the start of `asOf` or now. */
function flagsOf(ledger: ClaimLedger, beside: Partial<Circumstances> = {}, asOf?: string): readonly Flag[] {
  return summarize(ledger, asOf === undefined ? null : startOf(asOf), { ...NOTHING_BESIDE, ...beside }).flags;
}

const archived = (each: Report): Report => ({ ...each, archived: true });
const retractedOn = (each: Report, text: string): Report => ({
  ...each,
  status: 'retracted',
  statusBefore: each.status === 'cited_unseen' ? 'cited_unseen' : 'held',
  retracted: when(text),
});

describe('the flags of a claim', () => {
  it('are none where nothing was said and nothing else is wanting', () => {
    expect(flagsOf(said([]))).toEqual([]);
  });

  it('come in one order, whatever they come from', () => {
    const ledger = said([attribution('1', 'people', 'asserts', { quoteLost: true })], {
      sources: [source('people', 'anonymous')],
    });
    const bears: Bearer = { hasOriginFor: true, isDenied: true, isRetracted: false, didNotComeTrue: false };
    const beside: Partial<Circumstances> = {
      about: ['velmara'],
      prediction: { horizonUntil: startOf('2025-06'), outcome: 'open', resolvedAt: null },
      bearings: [
        { type: 'depends_on', claim: bears },
        { type: 'contradicts', claim: bears },
      ],
    };
    expect(flagsOf(ledger, beside)).toEqual(FLAGS);
  });
});

describe('uncontacted', () => {
  const about = ['velmara'];
  const spokeswoman = [
    affiliation('marrin', 'speaks_for', 'saline', { to: '2025-03-15' }),
    affiliation('marrin', 'speaks_for', 'velmara', { from: '2025-03-16' }),
  ];
  const isUncontacted = (...given: Parameters<typeof flagsOf>) => flagsOf(...given).includes('uncontacted');
  const asked = (sourceId: string, date: string) => [{ sourceId, askedAt: startOf(date) }];

  it('is a claim about somebody of whom nothing was heard and whom nobody asked', () => {
    expect(isUncontacted(said([]), { about })).toBe(true);
    expect(isUncontacted(said([attribution('1', 'minister', 'asserts')]), { about })).toBe(true);
  });

  it('is no claim that is about nobody', () => {
    expect(isUncontacted(said([attribution('1', 'minister', 'asserts')]))).toBe(false);
  });

  it('is a claim about two of whom one was asked', () => {
    expect(isUncontacted(said([]), { about: ['velmara', 'saline'], asked: asked('velmara', '2025-03-20') })).toBe(true);
  });

  it('ends when they are asked', () => {
    expect(isUncontacted(said([]), { about, asked: asked('velmara', '2025-03-20') })).toBe(false);
  });

  it('ends when somebody is asked who speaks for them at that time, not before or after', () => {
    const ledger = said([], { affiliations: spokeswoman });
    expect(isUncontacted(ledger, { about, asked: asked('marrin', '2025-03-16') })).toBe(false);
    expect(isUncontacted(ledger, { about, asked: asked('marrin', '2025-03-15') })).toBe(true);
    expect(isUncontacted(ledger, { about: ['saline'], asked: asked('marrin', '2025-03-15') })).toBe(false);
  });

  it('does not end when those are asked of whom they are a part', () => {
    const ledger = said([], { affiliations: [affiliation('ministry', 'part_of', 'velmara')] });
    expect(isUncontacted(ledger, { about: ['ministry'], asked: asked('velmara', '2025-03-20') })).toBe(true);
  });

  it('does not end by asOf before they were asked', () => {
    const beside = { about, asked: asked('velmara', '2025-03-20') };
    expect(isUncontacted(said([]), beside, '2025-03-19')).toBe(true);
    expect(isUncontacted(said([]), beside, '2025-03-20')).toBe(false);
  });

  it.each(['asserts', 'confirms', 'denies', 'doubts', 'declines_to_comment', 'no_response', 'retracts'] as const)(
    'ends when they are told to take a stance: %s',
    (stance) => {
      expect(isUncontacted(said([attribution('1', 'velmara', stance)]), { about })).toBe(false);
    },
  );

  it('does not end when they only pass on what others say, or what is reported', () => {
    const passedOn = [attribution('1', 'minister', 'asserts'), relay('2', 'velmara', '1')];
    expect(isUncontacted(said(passedOn), { about })).toBe(true);
    expect(isUncontacted(said([attribution('1', 'velmara', 'reports')]), { about })).toBe(true);
  });

  it('ends when a part of them, or who spoke for a part at the time, takes a stance', () => {
    const affiliations = [
      affiliation('ministry', 'part_of', 'velmara'),
      affiliation('minister', 'speaks_for', 'ministry', { from: '2025' }),
    ];
    const by = (sourceId: string, date: string) =>
      said([attribution('1', sourceId, 'denies', { said: date })], { affiliations });
    expect(isUncontacted(by('ministry', '2025-03'), { about })).toBe(false);
    expect(isUncontacted(by('minister', '2025-03'), { about })).toBe(false);
    expect(isUncontacted(by('minister', '2024-12'), { about })).toBe(true);
  });

  it('goes by `speakingFor`: for them it ends, for oneself or for another it does not', () => {
    const speaking = (speakingFor: string) =>
      said([attribution('1', 'marrin', 'denies', { said: '2025-03-20', speakingFor })], { affiliations: spokeswoman });
    expect(isUncontacted(speaking('velmara'), { about })).toBe(false);
    expect(isUncontacted(speaking('self'), { about })).toBe(true);
    expect(isUncontacted(speaking('saline'), { about })).toBe(true);
  });

  it('ends by what counts alone: not by what was withdrawn, or by asOf by what had not been said', () => {
    const denial = attribution('1', 'velmara', 'denies', { said: '2025-03-20' });
    expect(isUncontacted(said([{ ...denial, withdrawn: true }]), { about })).toBe(true);
    expect(isUncontacted(said([denial]), { about }, '2025-03-20')).toBe(true);
    expect(isUncontacted(said([denial]), { about }, '2025-03-21')).toBe(false);
  });
});

describe('quote_lost', () => {
  const lost = attribution('1', 'minister', 'asserts', { hasQuote: true, quoteLost: true });
  const found = attribution('2', 'minister', 'asserts', { hasQuote: true, quoteLost: false });

  it('is a claim of which one quote that counts is lost, whatever became of the others', () => {
    expect(flagsOf(said([found]))).toEqual(['unarchived']);
    expect(flagsOf(said([found, lost]))).toEqual(['quote_lost', 'unarchived']);
  });

  it('is none where the lost quote is withdrawn, or was said later', () => {
    expect(flagsOf(said([found, { ...lost, withdrawn: true }]))).toEqual(['unarchived']);
    const later = { ...lost, said: when('2025-03-20') };
    expect(flagsOf(said([found, later]), {}, '2025-03-20')).toEqual(['unarchived']);
  });
});

describe('unarchived', () => {
  const own = attribution('1', 'minister', 'asserts', { hasQuote: true });
  const other = attribution('2', 'marrin', 'asserts', { hasQuote: true, reportId: 'other' });
  const reports = [report('held'), archived(report('other'))];

  it('is a claim of which something counts and no report of that is in an archive', () => {
    expect(flagsOf(said([own], { reports }))).toEqual(['unarchived']);
    expect(flagsOf(said([], { reports }))).toEqual([]);
  });

  it('ends with one report of which there is a copy', () => {
    expect(flagsOf(said([own, other], { reports }))).toEqual([]);
  });

  it('does not end with the copy of a report in which nothing counts', () => {
    expect(flagsOf(said([own, { ...other, withdrawn: true }], { reports }))).toEqual(['unarchived']);
    const retracted = [report('held'), retractedOn(archived(report('other')), '2025-04-01')];
    expect(flagsOf(said([own, other], { reports: retracted }))).toEqual(['unarchived']);
  });
});

describe('a prediction', () => {
  const horizonUntil = startOf('2025-07');
  const open: Prediction = { horizonUntil, outcome: 'open', resolvedAt: null };
  const resolved = (outcome: Prediction['outcome'], date = '2025-08-02'): Prediction => ({
    horizonUntil,
    outcome,
    resolvedAt: startOf(date),
  });

  it('is overdue from the end of its horizon on', () => {
    expect(isOverdue(open, horizonUntil - 1, null)).toBe(false);
    expect(isOverdue(open, horizonUntil, null)).toBe(true);
  });

  it('is never overdue without a horizon', () => {
    expect(isOverdue({ ...open, horizonUntil: null }, startOf('2999'), null)).toBe(false);
  });

  it.each(['came_true', 'did_not', 'void'] as const)('is not overdue when it is %s', (outcome) => {
    expect(isOverdue(resolved(outcome), startOf('2026'), null)).toBe(false);
  });

  it('has its outcome by asOf from resolvedAt on, and is open before', () => {
    const cameTrue = resolved('came_true');
    const { resolvedAt } = cameTrue;
    expect(outcomeAt(cameTrue, null)).toBe('came_true');
    expect(outcomeAt(cameTrue, (resolvedAt ?? 0) - 1)).toBe('open');
    expect(outcomeAt(cameTrue, resolvedAt)).toBe('came_true');
  });

  it('was overdue by asOf between its horizon and its outcome', () => {
    const overdueAsOf = (date: string) => isOverdue(resolved('came_true'), startOf(date), startOf(date));
    expect(['2025-06-30', '2025-07-01', '2025-08-01', '2025-08-02'].map(overdueAsOf)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('was never overdue by asOf when it was resolved within its horizon', () => {
    const early = resolved('did_not', '2025-06-10');
    expect(isOverdue(early, startOf('2025-07-01'), startOf('2025-07-01'))).toBe(false);
  });

  it('raises the flag by the instant of the question, and no other', () => {
    const flagged = (at: number) => flagsOf(said([]), { prediction: open, at });
    expect(flagged(horizonUntil - 1)).toEqual([]);
    expect(flagged(horizonUntil)).toEqual(['overdue']);
    expect(flagsOf(said([]), { prediction: resolved('void') })).toEqual([]);
    expect(flagsOf(said([]), { prediction: null })).toEqual([]);
  });
});

const assertion = attribution('assertion', 'minister', 'asserts', { said: '2025-03-02' });
const denial = attribution('denial', 'saline', 'denies', { said: '2025-03-03' });
const takenBack = attribution('back', 'minister', 'retracts', { said: '2025-03-08' });

/** What a claim with this ledger is to others. */
function bears(ledger: ClaimLedger, prediction: Prediction | null = null, asOf?: string): Bearer {
  const instant = asOf === undefined ? null : startOf(asOf);
  return bearerOf(ledger, summarize(ledger, instant), prediction, instant);
}
const through = (type: Bearing['type'], ...given: Parameters<typeof bears>) =>
  flagsOf(said([]), { bearings: [{ type, claim: bears(...given) }] });

describe('contradicted', () => {
  it('is a claim by another one with an origin for, be that contested or not', () => {
    expect(through('contradicts', said([assertion]))).toEqual(['contradicted']);
    expect(through('contradicts', said([assertion, denial]))).toEqual(['contradicted']);
  });

  it('is none by one for which nobody stands', () => {
    expect(through('contradicts', said([]))).toEqual([]);
    expect(through('contradicts', said([denial]))).toEqual([]);
    expect(through('contradicts', said([assertion, takenBack]))).toEqual([]);
  });

  it('is none by what an outlet asserts that only has it from hearsay', () => {
    const hearsay = attribution('1', 'post', 'reports');
    const own = attribution('3', 'outlet', 'asserts');
    expect(through('contradicts', said([hearsay, relay('2', 'outlet', '1'), own]))).toEqual([]);
  });

  it('is none by one that it depends on', () => {
    expect(through('depends_on', said([assertion]))).toEqual([]);
  });

  it('is one by asOf only once the other had been asserted', () => {
    expect(through('contradicts', said([assertion]), null, '2025-03-02')).toEqual([]);
    expect(through('contradicts', said([assertion]), null, '2025-03-03')).toEqual(['contradicted']);
  });
});

describe('undermined', () => {
  const prediction = (outcome: Prediction['outcome']): Prediction => ({
    horizonUntil: startOf('2025-07'),
    outcome,
    resolvedAt: outcome === 'open' ? null : startOf('2025-08-02'),
  });

  it('is a claim that depends on one that is denied', () => {
    expect(through('depends_on', said([denial]))).toEqual(['undermined']);
  });

  it('is none that depends on one that is contested, doubted or unattributed', () => {
    expect(through('depends_on', said([assertion, denial]))).toEqual([]);
    expect(through('depends_on', said([{ ...denial, stance: 'doubts' }]))).toEqual([]);
    expect(through('depends_on', said([]))).toEqual([]);
  });

  it('is a claim that depends on one that was retracted', () => {
    expect(through('depends_on', said([assertion, takenBack]))).toEqual(['undermined']);
  });

  it('is a claim that depends on a prediction that did not come true, and on no other', () => {
    const outcomes = (['open', 'came_true', 'did_not', 'void'] as const).map((outcome) =>
      through('depends_on', said([assertion]), prediction(outcome)),
    );
    expect(outcomes).toEqual([[], [], ['undermined'], []]);
  });

  it('is one by asOf only once that had its outcome', () => {
    const ledger = said([assertion]);
    expect(through('depends_on', ledger, prediction('did_not'), '2025-08-01')).toEqual([]);
    expect(through('depends_on', ledger, prediction('did_not'), '2025-08-02')).toEqual(['undermined']);
  });

  it('is none by one that it contradicts', () => {
    expect(through('contradicts', said([denial]))).toEqual([]);
  });
});

describe('a claim was retracted', () => {
  const wasRetracted = (ledger: ClaimLedger, asOf?: string) => {
    const instant = asOf === undefined ? null : startOf(asOf);
    return isRetracted(ledger, summarize(ledger, instant), instant);
  };
  const retractedReport = [retractedOn(report('held', 'held', '2025-03-01'), '2025-05-02')];

  it('when the report of the only word for it was retracted', () => {
    expect(wasRetracted(said([assertion]))).toBe(false);
    expect(wasRetracted(said([assertion], { reports: retractedReport }))).toBe(true);
  });

  it('when an unseen report was, and with it what passes it on', () => {
    const unseen = report('unseen', 'cited_unseen', '2025-03-01');
    const chain = [{ ...assertion, reportId: 'unseen' }, relay('r', 'outlet', 'assertion')];
    expect(wasRetracted(said(chain, { reports: [report('held'), unseen] }))).toBe(false);
    expect(wasRetracted(said(chain, { reports: [report('held'), retractedOn(unseen, '2025-05-02')] }))).toBe(true);
  });

  it('when the report was that alone passed on what we have not seen', () => {
    const chain = [{ ...assertion, reportId: 'unseen' }, relay('r', 'outlet', 'assertion')];
    const reports = [...retractedReport, report('unseen', 'cited_unseen', '2025-03-01')];
    expect(wasRetracted(said(chain, { reports }))).toBe(true);
  });

  it('when its own source took it back, and nobody else stands for it', () => {
    expect(wasRetracted(said([assertion, takenBack]))).toBe(true);
    expect(wasRetracted(said([assertion, takenBack, attribution('2', 'marrin', 'confirms')]))).toBe(false);
    expect(wasRetracted(said([assertion, takenBack, { ...assertion, id: 'again', said: when('2025-03-09') }]))).toBe(
      false,
    );
  });

  it('not when only a stance against it was taken back or retracted', () => {
    const back = attribution('back', 'saline', 'retracts', { said: '2025-03-08' });
    expect(wasRetracted(said([denial, back]))).toBe(false);
    expect(wasRetracted(said([denial], { reports: retractedReport }))).toBe(false);
  });

  it('not when its source says the contrary now: that is a reversal', () => {
    expect(wasRetracted(said([assertion, attribution('2', 'minister', 'denies', { said: '2025-03-09' })]))).toBe(false);
  });

  it('not when we withdrew what was said for it, whatever became of its report', () => {
    const withdrawn = { ...assertion, withdrawn: true };
    expect(wasRetracted(said([withdrawn]))).toBe(false);
    expect(wasRetracted(said([withdrawn], { reports: retractedReport }))).toBe(false);
    expect(wasRetracted(said([assertion, takenBack].map((each) => ({ ...each, withdrawn: true }))))).toBe(false);
  });

  it('not when a correction superseded what was said for it', () => {
    const corrected = [{ ...assertion, withdrawn: true }, attribution('instead', 'minister', 'denies')];
    expect(wasRetracted(said(corrected, { reports: [report('held', 'corrected', '2025-03-01')] }))).toBe(false);
  });

  it('by asOf only once the report was, or its source had taken it back', () => {
    const byReport = said([assertion], { reports: retractedReport });
    expect(['2025-03-02', '2025-05-02', '2025-05-03'].map((asOf) => wasRetracted(byReport, asOf))).toEqual([
      false,
      false,
      true,
    ]);
    const bySource = said([assertion, takenBack]);
    expect(['2025-03-03', '2025-03-08', '2025-03-09'].map((asOf) => wasRetracted(bySource, asOf))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
