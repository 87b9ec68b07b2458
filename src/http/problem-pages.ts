import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../domain/problem.ts';
import { PROBLEM_TYPES, PROBLEMS, type ProblemKind } from './problem-kinds.ts';

const STYLE = "default-src 'none'; style-src 'unsafe-inline'";

/** The pages that the `type` of a problem leads to: `GET /problems` lists all of them, `GET /problems/:type` explains one. */
export function problemPages(app: FastifyInstance): void {
  app.get('/problems', { config: { scope: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', STYLE).send(indexPage()),
  );
  const params = z.strictObject({ type: z.string() });
  app.get<{ Params: { type: string } }>(
    '/problems/:type',
    { config: { scope: 'public' }, schema: { hide: true, params } },
    (request, reply) => {
      const type = PROBLEM_TYPES.find((name) => name === request.params.type);
      if (type === undefined)
        throw new Problem('not-found', 'There is no problem of this name. GET /problems lists them.');
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', STYLE)
        .send(kindPage(type, PROBLEMS[type]));
    },
  );
}

function indexPage(): string {
  const items = PROBLEM_TYPES.map(
    (type) => `<li><a href="/problems/${type}">${type}</a> (${PROBLEMS[type].status}): ${PROBLEMS[type].title}</li>`,
  );
  return page('Problems', `<h1>Problems that the API answers with</h1><ul>${items.join('')}</ul>`);
}

function kindPage(type: string, kind: ProblemKind): string {
  const { detail, errors = [], extensions = {} } = kind.example;
  const example = JSON.stringify(
    {
      ...extensions,
      type: `/problems/${type}`,
      title: kind.title,
      status: kind.status,
      detail,
      requestId: '…',
      errors,
    },
    null,
    2,
  );
  return page(
    kind.title,
    `<h1>${kind.title}</h1><p><code>/problems/${type}</code>, HTTP status ${kind.status}</p>` +
      `<p>${code(kind.description)}</p><h2>What to do</h2><p>${code(kind.remedy)}</p>` +
      `<h2>Example</h2><pre>${escapeHtml(example)}</pre><p><a href="/problems">All problems</a></p>`,
  );
}

function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · OnRecord</title>` +
    `<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}</style>` +
    `</head><body>${body}</body></html>`
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function code(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
