/**
 * What stands unescaped in the user or password of a service's URL (`postgresql://user:p%ss@host/name`), as the rest of
 * a sentence that begins with the variable's name; undefined when nothing does. RFC 3986 §3.2.1. Repeats no value.
 */
export function findUnescaped(url: string): string | undefined {
  const afterScheme = url.slice(url.indexOf('://') + 3);
  const login = afterScheme.slice(0, Math.max(0, afterScheme.lastIndexOf('@')));
  if (afterScheme.includes('#')) return inWords('#', '%23');
  const authority = afterScheme.slice(0, firstOf(afterScheme, '/?'));
  // `user:p/ss@host`: what stands before the slash is no host with a port, and the `@` comes behind it.
  if (authority.length < login.length && !/^[^:]*(?::\d*)?$/.test(authority)) {
    const sign = afterScheme.charAt(authority.length);
    return inWords(sign, encodeURIComponent(sign));
  }
  const loginPart = login.slice(0, firstOf(login, '/?'));
  return /%(?![\da-f]{2})/i.test(loginPart) ? inWords('%', '%25') : undefined;
}

const inWords = (sign: string, escaped: string) =>
  `has a ${sign} that stands for something else there; in a user name or password write ${escaped} for ${sign}.`;

function firstOf(text: string, signs: string): number {
  const places = [...signs].map((sign) => text.indexOf(sign)).filter((at) => at >= 0);
  return Math.min(text.length, ...places);
}

/** How a URL begins, as a part of a sentence that repeats no secret. */
export function foundScheme(text: string): string {
  return URL.canParse(text) ? `starts with ${new URL(text).protocol}//` : 'is no URL';
}
