import type { OpenAPIV3_1 as V31 } from 'openapi-types';
import { z } from 'zod';

const KINDS = ['schemas', 'responses', 'headers', 'examples'] as const;

/** Ends the names of schemas until `prune` gives them their own, so that `TopicInput` and the input of `Topic` stay two. */
const MARK = '.';

/** All schemas with an `id` (`.meta({ id })`), under marked names. For the type provider, which reads these two maps. */
export function markedSchemas(): z.core.$ZodRegistry<z.core.GlobalMeta> {
  const registry = new z.core.$ZodRegistry<z.core.GlobalMeta>();
  registry._map = z.globalRegistry._map;
  registry._idmap = new Map([...z.globalRegistry._idmap].map(([id, schema]) => [id + MARK, schema]));
  return registry;
}

/** A reference to a named schema of answers, before `prune`. */
export function answerRef(name: string): V31.ReferenceObject {
  return { $ref: ref('schemas', name + MARK) };
}

/**
 * Mends the components of the document that the type provider makes of `markedSchemas`: it emits every schema twice, as
 * `Topic.` for answers and `Topic.Input` for requests, used or not. What nothing refers to is dropped; what is left has its
 * plain name, or `TopicForm` for the request's form of a schema that is used both ways and differs. Sorted by name.
 */
export function prune(document: V31.Document): V31.Document {
  const schemas = document.components?.schemas ?? {};
  const used = references({ ...document, components: {} }, document);
  const renamed = new Map<string, string>();
  for (const marked of Object.keys(schemas)) {
    const [name = marked, input] = marked.split(MARK);
    const answer = schemas[name + MARK];
    const same = JSON.stringify(schemas[marked]).replaceAll(`${MARK}Input"`, `${MARK}"`) === JSON.stringify(answer);
    const both = input === 'Input' && !same && used.has(ref('schemas', name + MARK));
    renamed.set(marked, both ? `${name}Form` : name);
  }
  const kept = Object.entries(schemas).filter(([marked]) => used.has(ref('schemas', marked)));
  const named = Object.fromEntries(kept.map(([marked, schema]) => [renamed.get(marked) ?? marked, schema]));
  const refs = new Map([...renamed].map(([marked, name]) => [ref('schemas', marked), ref('schemas', name)]));
  const whole = rename({ ...document, components: { ...document.components, schemas: named } }, refs) as V31.Document;
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
  if (!isObject(value)) return found;
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

/** Gives references their new names, and drops patterns beside a format, which say the same at length. */
function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((member) => rename(member, names));
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([name, member]) => !isRedundant(name, member, value));
  return Object.fromEntries(
    members.map(([name, member]) => {
      const renamed = name === '$ref' && typeof member === 'string' ? names.get(member) : undefined;
      return [name, renamed ?? rename(member, names)];
    }),
  );
}

function isRedundant(name: string, member: unknown, schema: Record<string, unknown>): boolean {
  return name === 'pattern' && typeof member === 'string' && typeof schema.format === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function ref(kind: (typeof KINDS)[number], name: string): string {
  return `#/components/${kind}/${name}`;
}
