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

const LENT = '#lent';

/**
 * The one spelling of a page's address, so that a URL names one report (DESIGN §2): no fragment, no tracking parameters, no
 * slash at the end, the other query parameters sorted, host in lower case and Punycode; `www.` stays, since it can be
 * another site. The canonical form of a canonical URL is itself.
 *
 * @throws {UrlError} for anything but an http or https URL without credentials of at most 2000 characters
 */
export function canonicalUrl(text: string): string {
  const url = webUrl(text);
  // The library decodes what it can. That would lose `%25` and control characters of a path, which are doubled here, and
  // those of a query, or its bytes that are not UTF-8 (`?q=%FE` of a site in windows-1254): such a query stays as it is.
  if (decoded(url.pathname) !== undefined) {
    url.pathname = url.pathname.replaceAll(/%(?=25|[01][0-9a-f]|7f)/gi, '%25');
  }
  const query = decoded(url.search);
  const readable = query !== undefined && !/\p{Cc}/u.test(query);
  // Without a fragment it would also take the last slash off a query (`?next=/a/`): one is lent to it.
  url.hash = LENT;
  const canonical = normalizeUrl(url.href, {
    stripWWW: false,
    sortQueryParameters: readable,
    removeQueryParameters: readable ? TRACKING : false,
  }).slice(0, -LENT.length);
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

/** A part of a URL without its percent-encoding; `undefined` where the bytes are not UTF-8. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
