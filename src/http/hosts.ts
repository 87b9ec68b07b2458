import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hostName, isLoopback } from '../domain/host.ts';
import { Problem } from '../domain/problem.ts';

/**
 * Answers only requests that mean this service by name (RFC 9110 §7.4): a web page whose name is made to lead here (DNS
 * rebinding) would read as if it were ours. Served are the names of the loopback, the address that the connection came to,
 * and `allowedHosts`; any name where that is undefined. A request without a `Host`, or with two, is `malformed` (RFC 9112 §3.2).
 */
export function checkHosts(app: FastifyInstance, allowedHosts: readonly string[] | undefined): void {
  const allowed = new Set(allowedHosts?.map((host) => hostName(host)));
  const isServed = (host: string, { socket }: FastifyRequest) =>
    isLoopback(host) || allowed.has(host) || host === socket.localAddress?.replace(/^::ffff:/, '');
  app.addHook('onRequest', (request, _reply, done) => {
    const host = hostOf(request);
    if (host instanceof Problem) return done(host);
    const served = host === undefined || allowedHosts === undefined || isServed(host, request);
    done(served ? undefined : misdirected(host));
  });
}

/** The host that a request names; undefined in one of HTTP/1.0, which need not have any. */
function hostOf({ raw }: FastifyRequest): string | undefined | Problem {
  const { rawHeaders, httpVersion, headers } = raw;
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (count === 0) return httpVersion === '1.0' ? undefined : wrongHost('Is missing.');
  if (count > 1) return wrongHost('Stands more than once.');
  return hostName(headers.host ?? '') ?? wrongHost('Must be a host name or IP address, perhaps with a port.');
}

function wrongHost(detail: string): Problem {
  return new Problem('malformed', `The header Host is wrong: ${detail}`, { errors: [{ header: 'Host', detail }] });
}

function misdirected(host: string): Problem {
  const detail = `This service does not answer for the host ${host}: whoever runs it can add that to ALLOWED_HOSTS.`;
  return new Problem('misdirected', detail, { errors: [{ header: 'Host', detail: 'Is no name of this service.' }] });
}
