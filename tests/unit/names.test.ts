import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { FOLD_VERSION, foldName, isSlug, isUuid, slugify } from '../../src/domain/names.ts';

/** What readers take for one name: every form of a line has the same key. */
const ONE_NAME: readonly (readonly [what: string, ...forms: string[]])[] = [
  ['Turkish dots', 'Türkiye', 'TÜRKİYE', 'turkiye', 'Turkıye', 'Tu\u0308rkiye', '  TURKIYE\n'],
  ['a soft g', 'Recep  Tayyip\tErdoğan', 'RECEP TAYYİP ERDOĞAN', 'recep tayyip erdogan'],
  ['an umlaut', 'Müller', 'MÜLLER', 'Muller', 'Mu\u0308ller'],
  ['a sharp s', 'Großmann', 'GROSSMANN', 'GROẞMANN', 'Grossmann'],
  ['Latin letters with strokes and tails', 'Łódź', 'LODZ', 'Lódz'],
  ['Icelandic letters', 'Þórður', 'THORDUR', 'Thordur'],
  ['Vietnamese tones', 'Lê Đức Thọ', 'Le Duc Tho'],
  ['the open e of Azerbaijan', 'Əliyev', 'Aliyev', 'əliyev'],
  ['ligatures and full width', 'ﬁn', 'ｆｉｎ', 'FIN'],
  ['apostrophes', "O'Brien", 'O’Brien', 'O‘Brien', 'OʼBrien', 'o`brien'],
  ['hyphens', 'Jean-Paul', 'Jean‐Paul', 'Jean–Paul', 'Jean\u2011Paul'],
  ['quotation marks', 'ООО «Ромашка»', 'ООО "Ромашка"', 'ООО „Ромашка“'],
  ['what nobody sees', 'Sarah', '\u202bSarah\u202c', 'Sa\u200brah', 'Sa\u00adrah', '\ufeffSarah'],
  ['Catalan letters', 'Gal·la', 'Galla', 'GAL·LA'],
  ['Greek accents and the last sigma', 'Παπανδρέου Μάιος', 'ΠΑΠΑΝΔΡΕΟΥ ΜΑΪΟΣ', 'παπανδρεου μαιοσ'],
  ['Russian ё and stress', 'Горбачёв', 'Горбачев', 'Горбачё\u0301в', 'ГОРБАЧЁВ', 'Горбаче\u0308в'],
  ['stress', 'Пу\u0301тин', 'Путин', 'ПУТИН'],
  ['Armenian capitals', 'Երևան', 'ԵՐԵՎԱՆ', 'ԵՐԵՒԱՆ', 'Երեւան'],
  ['Georgian capitals', 'საქართველო', 'ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ'],
  ['Hebrew points', 'בִּנְיָמִין', 'בנימין'],
  ['Hebrew signs', 'צה״ל', 'צה"ל'],
  ['a Hebrew hyphen', 'בן־גוריון', 'בן-גוריון'],
  ['Arabic vowel signs', 'مُحَمَّد', 'محمد', 'محمـــد'],
  ['hamza on alef', 'أحمد', 'احمد', 'ٱحمد'],
  ['madda on alef', 'آمال', 'امال', 'أمال'],
  ['keyboards of Persian', 'علی کریمی', 'علي كريمي'],
  ['a joiner of Persian', 'علی\u200cرضا', 'علیرضا'],
  ['digits', 'قناة ٢٤', 'قناة ۲۴', 'قناة 24'],
  ['a dot below in Hindi', 'नवाज़', 'नवाज', 'नवाज\u093c'],
  ['Thai ae', 'แก้ว', 'เเก้ว'],
  ['half and full width of kana', 'ガトウ', 'ｶﾞﾄｳ', 'カ\u3099トウ'],
  ['a space in a Japanese name', '岸田文雄', '岸田 文雄', '岸田　文雄'],
  ['a dot in a foreign name', 'ジョン・スミス', 'ジョン スミス', 'ｼﾞｮﾝ･ｽﾐｽ'],
  ['a variant of a character', '葛城', '葛\u{e0100}城'],
  ['Hangul in parts', '윤석열', '윤석열'.normalize('NFD')],
];

/** Different names, each beside what it could be taken for. */
const TWO_NAMES: readonly (readonly [string, string])[] = [
  ['カトウ', 'ガトウ'],
  ['ハト', 'バト'],
  ['ハト', 'パト'],
  ['オノ', 'オーノ'],
  ['カト', 'カット'],
  ['かとう', 'がとう'],
  ['ｶﾄｳ', 'ｶﾞﾄｳ'],
  ['ท่า', 'ทา'],
  ['ป่า', 'ป้า'],
  ['செல்வம்', 'செலவம'],
  ['செல்வம்', 'செல்வ'],
  ['கண்ணன்', 'கணணன'],
  ['राम', 'राम्'],
  ['बड़ा', 'बडा'],
  ['राज', 'राजा'],
  ['張偉', '章偉'],
  ['李娜', '黎娜'],
  ['北京', '背景'],
  ['斎藤', '斉藤'],
  ['정은', '종은'],
  ['이', '리'],
  ['김', '킴'],
  ['Лисенко', 'Лісенко'],
  ['Андрій', 'Андріи'],
  ['Коваль', 'Ковал'],
  ['Гонгадзе', 'Ґонгадзе'],
  ['Шумаков', 'Щумаков'],
  ['Јован', 'Иован'],
  ['لؤي', 'لوي'],
  ['ليلى', 'ليلي'],
  ['صالح', 'سالح'],
  ['حسن', 'هسن'],
  ['علي', 'الي'],
  ['כהן', 'קהן'],
  ['טל', 'תל'],
  ['Γιάννης', 'Γιάννος'],
  ['Μιχάλης', 'Μηχάλης'],
  ['სალომე', 'სალომი'],
  ['ቀለ', 'ከለ'],
  ['Müller', 'Mueller'],
  ['Xi’an', 'Xian'],
  ['Jean-Paul', 'Jean Paul'],
  ['Putin', 'Путин'],
  ['Xi Jinping', '習近平'],
];

describe('the key under which a name is found', () => {
  test.each(ONE_NAME)('%s make no other name', (_what, first, ...others) => {
    for (const other of others) expect([other, foldName(other)]).toEqual([other, foldName(first)]);
  });

  test.each(TWO_NAMES)('%s and %s are two names', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  test.each([
    ['TÜRKİYE', 'turkiye'],
    ['Łódź', 'lodz'],
    ['Путин', 'путин'],
    ['ΣΊΣΥΦΟΣ', 'σισυφοσ'],
    ['ガトウ', 'ガトウ'],
    ['🦄', '🦄'],
    ['\u200b', '\u200b'],
  ])('%j is folded to %j', (name, key) => {
    expect(foldName(name)).toBe(key);
  });

  it('is recorded with its version: where these keys change, FOLD_VERSION is raised, and names are folded anew', () => {
    const signs = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCodePoint(code));
    const letters = signs.filter((sign) => /[[\p{L}\p{M}\p{N}\p{P}]--[\p{Script=Han}\p{Script=Hangul}]]/v.test(sign));
    const keys = [...letters, ...ONE_NAME.flat(), ...TWO_NAMES.flat()].map(foldName);
    const digest = createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 16);
    expect([FOLD_VERSION, digest]).toEqual([2, '64c0e3f771d84dde']);
  });
});

describe('a slug', () => {
  test.each([
    ['Recep Tayyip Erdoğan', 'recep-tayyip-erdogan'],
    ['TÜRKİYE', 'turkiye'],
    ['Müller', 'muller'],
    ['Türkiye wants to hand its S-400 systems back', 'turkiye-wants-to-hand-its-s-400-systems-back'],
    ['McDonald & Sons', 'mcdonald-and-sons'],
    ['Turkey’s navy doesn’t', 'turkeys-navy-doesnt'],
    ['O’Brien', 'o-brien'],
    ['習近平', 'xi-jin-ping'],
    ['윤석열', 'yun-seog-yeol'],
    ['נתניהו', 'ntnyhv'],
    ['بنيامين نتنياهو', 'bnymyn-ntnyhw'],
    ['Горбачёв', 'gorbachev'],
    ['Игорь', 'igor'],
    ['Παπανδρέου', 'papandreoy'],
    ['საქართველო', 'sakartvelo'],
    ['カトウ', 'katou'],
    ['ガトウ', 'gatou'],
    ['アンナ・スミス', 'anna-sumisu'],
    ['NHKは7月', 'nhkha7-yue'],
    ['செல்வம்', 'celvm'],
  ])('%s is written in words that a person can type', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  it('is cut between words', () => {
    expect(slugify('one two three', 11)).toBe('one-two');
    expect(slugify('one two three', 13)).toBe('one-two-three');
    expect(slugify('onetwothreefour', 10)).toBe('onetwothre');
    expect(slugify('習近平', 10)).toBe('xi-jin');
  });

  it('is a hash of the text where no letter can be written', () => {
    expect(slugify('?!')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(slugify('?!')).toBe(slugify('?!'));
    expect(slugify('?!')).not.toBe(slugify('!?'));
  });

  it('is never to be mistaken for an id', () => {
    const id = '0193f3a0-7b6e-7c3a-9d59-2f6f2a1b4c5d';
    expect(isUuid(id)).toBe(true);
    expect(isUuid(id.toUpperCase())).toBe(true);
    expect(isSlug(id)).toBe(false);
    expect(slugify(id)).toBe(`x-${id}`);
  });

  test.each(['', '-a', 'a-', 'a--b', 'A', 'a b', 'ä', 'a\n', 'a'.repeat(121)])('%j is none', (text) => {
    expect(isSlug(text)).toBe(false);
  });
});
