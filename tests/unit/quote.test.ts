import { describe, expect, it } from 'vitest';
import { normalizeText, quoteHealth } from '../../src/domain/quote.ts';

describe('a text as it is compared', () => {
  it.each([
    ['composes letters and their marks', 'Ankara\u2019da u\u0308mit, sog\u0306an', "Ankara'da ümit, soğan"],
    ['takes ligatures, wide and superscript signs apart', 'ﬁnal ＮＡＴＯ S‑400²', 'final NATO S-4002'],
    [
      'makes every quotation mark and apostrophe straight',
      '«a» “b” „c‟ 「d」 ‘e’ ‹f› don´t don`t don′t ŉ',
      `"a" "b" "c" "d" 'e' 'f' don't don't don't 'n`,
    ],
    ['makes every dash and hyphen one', 'a‐b‑c–d—e―f−g﹣h－i⸺j־k', 'a-b-c-d-e-f-g-h-i-j-k'],
    ['drops what nobody sees', '\ufeffmis\u00adsile\u200b de\u200dal\u2060\u200e', 'missile deal'],
    [
      'makes every run of white space one space, and has none at its ends',
      '\u3000 one\r\n\t two\u00a0\u2003three\u0085\u2028four \n',
      'one two three four',
    ],
    ['keeps the case', 'No NO no', 'No NO no'],
    ['is empty where nothing is left', ' \u200b\u00ad\n', ''],
  ])('%s', (_, given, normal) => {
    expect(normalizeText(given)).toBe(normal);
    expect(normalizeText(normal)).toBe(normal);
  });

  it('knows every quotation mark, dash and white space that Unicode does', () => {
    const strange: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const sign = String.fromCodePoint(code);
      const wanted = /\p{White_Space}/u.test(sign) ? /^a b$/ : /\p{Dash}/u.test(sign) ? /^a-b$/ : /^a['"]b$/;
      const isSign = /[\p{White_Space}\p{Dash}\p{Quotation_Mark}]/u.test(sign);
      if (isSign && !wanted.test(normalizeText(`a${sign}b`))) strange.push(code.toString(16));
    }
    expect(strange).toEqual([]);
  });
});

describe('a text with more marks on a letter than anybody writes', () => {
  const marks = (...each: string[]) => each.map((mark) => mark.repeat(60_000)).join('');

  it.each([
    ['of two kinds', marks('\u0301', '\u0323')],
    ['with something between that nobody sees', marks('\u0301\u200b', '\u0323\u00ad')],
    ['that are halfwidth kana', marks('\u0301', '\uff9e')],
  ])('takes no longer for marks %s', (_, hostile) => {
    const begun = performance.now();
    const normal = normalizeText(`He said yes to us. A${hostile}, and a u\u0323\u0308 more.`);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect([normal.slice(0, 19), normal.slice(-14)]).toEqual([
      'He said yes to us. ',
      ', and a ụ\u0308 more.'.slice(-14),
    ]);
    expect(normal.length).toBeGreaterThan(120_000);
  });

  it('has every mark in order that has at most thirty', () => {
    const text = `A${'\u0301\u0323'.repeat(15)}b`;
    expect(normalizeText(text)).toBe(text.normalize('NFKC'));
  });

  it('knows every character that is put in another order', () => {
    const unknown: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const sign = String.fromCodePoint(code);
      const isMoved = `a\u0345${sign}`.normalize('NFKD') !== `a\u0345${sign.normalize('NFKD')}`;
      // Thirty of them and one more, which would come first: it stays last where the thirty are known to be marks.
      if (isMoved && !normalizeText(`a${sign.repeat(30)}\u0334`).endsWith('\u0334')) unknown.push(code.toString(16));
    }
    expect(unknown).toEqual([]);
  });
});

const TEXT = `“We have no plans to sell,” the spokesman said.
    Asked again, he said: “No.” The minister, too, said “No.” It was a mis\u00adtake – of last year’s.`;

describe('the health of a quote', () => {
  it.each([
    ['words that are there once', 'no plans to sell', undefined, undefined, 'found'],
    ['words set otherwise', '"We have no plans  to sell,"', undefined, undefined, 'found'],
    ['single quotation marks for double ones', "said. Asked again, he said: 'No", undefined, undefined, 'lost'],
    ['words over a line break', 'said.\nAsked again', undefined, undefined, 'found'],
    [
      'words with a soft hyphen, a dash and an apostrophe',
      "a mistake - of last year's.",
      undefined,
      undefined,
      'found',
    ],
    ['words that are there twice', 'No.', undefined, undefined, 'ambiguous'],
    ['words that are there twice, told apart by the prefix', 'No.', 'Asked again, he said: “', undefined, 'found'],
    ['words that are there twice, told apart by the suffix', 'No.', null, '” It was', 'found'],
    ['a prefix that is there twice as well', 'No.', 'said', undefined, 'moved'],
    ['a prefix and a suffix that are there twice as well', 'No', '"', '."', 'ambiguous'],
    ['the prefix of one place with the suffix of the other', 'No.', 'he said: “', '” It was', 'moved'],
    ['a prefix that is not there', 'no plans to sell', 'They have', undefined, 'moved'],
    ['words that are not there', 'We never said so', undefined, undefined, 'lost'],
    ['words that are not there, between what is', 'We do not plan', '“', 'to sell', 'lost'],
    ['words in another case', 'NO PLANS', undefined, undefined, 'lost'],
    ['white space at the joints, given', ' no plans ', 'We have ', ' to sell', 'found'],
    ['white space at the joints, not given', 'no plans', 'We have', 'to sell', 'found'],
    ['white space at the joints that is not printed', ' We have', '“ ', 'no', 'found'],
    ['blank prefix and suffix', 'no plans', ' \u200b', '\n', 'found'],
    ['words that nobody sees', '\u200b\u00ad', undefined, undefined, 'lost'],
    ['the whole text', TEXT, '', '', 'found'],
    ['more than the whole text', `${TEXT} More.`, undefined, undefined, 'lost'],
  ])('%s', (_, exact, prefix, suffix, health) => {
    expect(quoteHealth(normalizeText(TEXT), { exact, prefix, suffix })).toBe(health);
  });

  it.each([
    ['occurrences that overlap count', 'aaa', { exact: 'aa' }, 'ambiguous'],
    ['and are told apart by what is before them', 'aaa', { exact: 'aa', prefix: 'a' }, 'found'],
    ['a space between is one place of the two', 'no no', { exact: 'no', prefix: 'no' }, 'found'],
    ['a space or none between are two places', 'ab a b', { exact: 'b', prefix: 'a' }, 'ambiguous'],
    ['a part of a word is there', 'nothing', { exact: 'not' }, 'found'],
    ['characters beyond the first plane', '🛡️🛡️ нет 🛡️', { exact: 'нет', prefix: '🛡️', suffix: '🛡️' }, 'found'],
    ['one of them twice', '🛡🛡', { exact: '🛡' }, 'ambiguous'],
  ] as const)('%s', (_, text, selector, health) => {
    expect(quoteHealth(normalizeText(text), selector)).toBe(health);
  });
});
