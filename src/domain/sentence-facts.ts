import type { Certainty, Emphasis, SourceKind, Stance } from './vocabulary.ts';

/** What the attribution sentence of a claim is made from. */
export interface SentenceFacts {
  /** The claim as recorded; `language` is BCP 47, `und` where nobody said which. */
  readonly claim: { readonly text: string; readonly language: string };
  /** Everyone who took a stance that counts, in the order of the dossier (origins for first). */
  readonly voices: readonly Voice[];
}

/** One source and where it stands. What an outlet only says because it relays it is no voice. */
export interface Voice {
  readonly source: {
    readonly name: string;
    readonly kind: SourceKind;
    /** Of an unnamed source: the words in which its host described it, and how many people it said they were. */
    readonly descriptor: string | null;
    readonly people: number | null;
  };
  /** Its position; `retracts` of one that took back what it had said, `reports` of hearsay without a known origin. */
  readonly stance: Stance;
  readonly certainty: Certainty;
  readonly emphasis: Emphasis;
  /** EDTF as written, of the attribution that makes the position. */
  readonly said: string | null;
  /**
   * The names of the outlets by whom it is told, the one nearest the origin first: of an unnamed source its host, of a
   * report of its own the source itself. Empty for a document of our own.
   */
  readonly outlets: readonly string[];
  /** Equal for voices of one origin: on one side they speak as one. */
  readonly origin: string;
  /** `undetermined`: it spoke for and against, and which came last is not known. */
  readonly order: 'determined' | 'undetermined';
}
