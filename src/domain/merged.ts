import { type FieldError, Problem } from './problem.ts';

/** What stands for a thing that is merged. Reports have no slug. */
export interface Standing {
  readonly id: string;
  readonly slug: string | null;
}

/**
 * Something was named that is merged into another (DESIGN §4), or a relation that is the same as another since claims are merged. What stands is the one to read (308 for a read of it) and to
 * name (409 for everything else).
 */
export class MergedInto extends Problem {
  /** What a person calls such a thing. */
  readonly kind: string;
  readonly stands: Standing;

  /** @param named how the caller named the merged thing, and where, if in the body: a JSON Pointer */
  constructor(kind: string, stands: Standing, named: { readonly reference: string; readonly pointer?: string }) {
    const detail = `The ${kind} "${named.reference}" is merged into "${stands.slug ?? stands.id}": name that one.`;
    const errors: FieldError[] = named.pointer === undefined ? [] : [{ pointer: named.pointer, detail }];
    super('conflict', detail, { errors, extensions: { mergedInto: { id: stands.id, slug: stands.slug } } });
    this.name = 'MergedInto';
    this.kind = kind;
    this.stands = stands;
  }
}
