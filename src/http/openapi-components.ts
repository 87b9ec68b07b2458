import type { OpenAPIV3_1 as V31 } from 'openapi-types';

const KINDS = ['schemas', 'responses', 'headers', 'examples'] as const;

/**
 * Mends the components of the document that the type provider makes: it emits an `…Input` twin of every named schema, used
 * or not. Where a schema is used in one of the two forms only, or both are equal, the one that is left has the plain name.
 * What nothing refers to is dropped, and the rest is sorted by name.
 */
export function prune(document: V31.Document): V31.Document {
  const schemas = document.components?.schemas ?? {};
  const renamed = new Map<string, string>();
  const used = references({ ...document, components: {} }, document);
  for (const [name, schema] of Object.entries(schemas)) {
    const plain = name.replace(/Input$/, '');
    if (plain === name || !(plain in schemas)) continue;
    const equal = stringify(schema).replaceAll(/Input"/g, '"') === stringify(schemas[plain]);
    if (used.has(ref('schemas', name)) && (equal || !used.has(ref('schemas', plain)))) {
      if (!equal) schemas[plain] = schema;
      renamed.set(ref('schemas', name), ref('schemas', plain));
    }
  }
  const whole = rename(document, renamed) as V31.Document;
  return { ...whole, components: onlyUsed(whole) };
}

function onlyUsed(document: V31.Document): V31.ComponentsObject {
  const used = references({ ...document, components: {} }, document);
  const components: V31.ComponentsObject = { ...document.components };
  for (const kind of KINDS) {
    const kept = Object.entries(components[kind] ?? {}).filter(([name]) => used.has(ref(kind, name)));
    components[kind] = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return components;
}

/** Every `$ref` that a value holds, directly or through the components that it refers to. */
function references(value: unknown, document: V31.Document, found: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, member] of Object.entries(value)) {
    if (name === '$ref' && typeof member === 'string') {
      if (found.has(member)) continue;
      found.add(member);
      references(resolve(member, document), document, found);
    } else {
      references(member, document, found);
    }
  }
  return found;
}

function resolve(reference: string, document: V31.Document): unknown {
  const [kind = '', name = ''] = reference.replace('#/components/', '').split('/');
  return (document.components as Record<string, Record<string, unknown>> | undefined)?.[kind]?.[name];
}

function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((member) => rename(member, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === '$ref' && typeof member === 'string' ? (names.get(member) ?? member) : rename(member, names),
    ]),
  );
}

function ref(kind: (typeof KINDS)[number], name: string): string {
  return `#/components/${kind}/${name}`;
}

function stringify(value: unknown): string {
  return JSON.stringify(value);
}
