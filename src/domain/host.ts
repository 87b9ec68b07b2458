/** Names of this machine alone: nobody else's server can be reached under them (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1)$/;

/** Whether a host name or IP address, as `hostName` gives it, is this machine itself. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** `uri-host [":" port]` (RFC 9110 §7.2): a name or an IPv4 address, or an IPv6 address in brackets. */
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d{0,5})?$/;

/** The host of a `Host` header or of a setting, to be compared: in small letters, without brackets, port and the dot of the root; undefined where it is none. */
export function hostName(authority: string): string | undefined {
  return AUTHORITY.exec(authority)?.[1]
    ?.replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
