import normalizeUrl from 'normalize-url';

/** A text that is no usable web address; the message is a sentence for the person who wrote it. */
export class UrlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UrlError';
  }
}

/** The longest address that is kept, in UTF-16 code units. */
export const URL_MAX_LENGTH = 2000;

/** Query parameters that say how a reader came to a page, not which page it is. */
const TRACKING = [
  /^utm_\w+$/i,
  /^(?:fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh)$/i,
  /^(?:mc_cid|mc_eid|mkt_tok|_ga|_gl|_hsenc|_hsmi|vero_id|oly_anon_id|oly_enc_id)$/i,
];

/**
 * The one spelling of a page's address, so that a URL names one report: no fragment, no tracking parameters, no
 * slash at the end, the other query parameters sorted, host in lower case and Punycode; `www.` stays, since it can be
 * another site. The canonical form of a canonical URL is itself.
 *
 * @throws {UrlError} for anything but an http or https URL without credentials of at most 2000 characters
 */
export function canonicalUrl(text: string): string {
  const url = webUrl(text);
  url.hash = '';
  // The library rewrites a query as UTF-8, and decodes its control characters. One of other bytes (`?q=%FE` of a site in
  // windows-1254) would become another page's, so it stays as it is.
  const { search } = url;
  const readable = isReadable(search);
  if (!readable) url.search = '';
  const page = normalizeUrl(url.href, {
    stripWWW: false,
    removeSingleSlash: false,
    removeQueryParameters: TRACKING,
  });
  const canonical = readable ? page : page + search;
  if (canonical.length > URL_MAX_LENGTH) throw tooLong();
  return canonical;
}

/**
 * Reads an address on the web.
 *
 * @throws {UrlError} for anything but an http or https URL without credentials of at most 2000 characters
 */
export function webUrl(text: string): URL {
  if (text.length > URL_MAX_LENGTH) throw tooLong();
  const url = /^https?:\/\//i.test(text.trim()) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UrlError('Must be a URL that begins with http:// or https://.');
  if (url.href.length > URL_MAX_LENGTH) throw tooLong();
  if (url.username !== '' || url.password !== '') throw new UrlError('Must not hold a user name or a password.');
  return url;
}

function tooLong(): UrlError {
  return new UrlError(`Must have at most ${URL_MAX_LENGTH} characters, its characters beyond ASCII percent-encoded.`);
}

/** Whether a query is text: UTF-8 without control characters. */
function isReadable(query: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(query));
  } catch {
    return false;
  }
}
