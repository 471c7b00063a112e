/**
 * In what two URIs differ, in words for an operator; `undefined` when they are the same. Values of what was asked are
 * not repeated beyond scheme, host and port: paths and queries of strangers may hold anything.
 */
export function differencesOf(asked: string, registered: string): string[] | undefined {
  if (asked === registered) return undefined;
  if (asked.length > LONGEST) return ['its length'];
  if (asked.trim() === registered) return ['blanks around it'];
  const [from, to] = [URL.parse(asked), URL.parse(registered)];
  if (!from || !to) return ['its form: it is no absolute URI'];
  const found: string[] = [];
  if (from.protocol !== to.protocol)
    found.push(`its scheme (${short(from.protocol)}// instead of ${to.protocol}//)`);
  if (from.hostname !== to.hostname)
    found.push(`its host (${short(from.hostname)} instead of ${to.hostname})`);
  if (from.port !== to.port) found.push(`its port (${portOf(from)} instead of ${portOf(to)})`);
  if (from.pathname !== to.pathname) found.push(pathDifference(from.pathname, to.pathname));
  if (from.search !== to.search) found.push(queryDifference(from, to));
  if (from.hash !== to.hash) found.push('its fragment (#…), which no redirect URI may have');
  if (from.username !== to.username || from.password !== to.password) found.push('its user name');
  return found.length > 0 ? found : [spellingDifference(asked, registered)];
}

/** Of two that a URL parser takes for the same. */
function spellingDifference(asked: string, registered: string): string {
  const without = (what: RegExp) => asked.replace(what, '') === registered.replace(what, '');
  if (without(/\/$/)) return 'its trailing slash';
  if (asked.toLowerCase() === registered.toLowerCase()) return 'the capitals of its scheme or host';
  if (without(/:(?:443|80)(?=[/?]|$)/)) return 'its port, which is the default one and need not be said';
  return 'its spelling (capitals, a default port, or percent signs)';
}

/** Of any that can be registered. */
const LONGEST = 2000;

/** The registered URI that is most like the one that was asked for, and in what they differ. */
export function nearestUri(
  asked: string,
  registered: readonly string[],
): { uri: string; differences: string[] } | undefined {
  const [best] = registered
    .map((uri) => ({ uri, differences: differencesOf(asked, uri) ?? [] }))
    .sort((left, right) => weigh(left.differences) - weigh(right.differences));
  return best;
}

/** Another host is further away than another path, and that than a slash. */
function weigh(differences: readonly string[]): number {
  return differences.reduce(
    (sum, difference) =>
      sum + (/^its (host|form)/.test(difference) ? 100 : /^its (path|scheme)/.test(difference) ? 10 : 1),
    0,
  );
}

function pathDifference(asked: string, registered: string): string {
  const withSlash = (path: string) => (path.endsWith('/') ? path : `${path}/`);
  if (withSlash(asked) === withSlash(registered)) return 'its trailing slash';
  if (asked.toLowerCase() === registered.toLowerCase()) return 'the capitals of its path';
  if (decode(asked) === decode(registered)) return 'how its path is percent-encoded';
  return `its path (registered is ${registered})`;
}

function queryDifference(asked: URL, registered: URL): string {
  if (registered.search === '') return 'its query: the registered one has none';
  if (asked.search === '') return 'its query: it has none, and the registered one has';
  return 'its query';
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : protocol === 'http:' ? '80' : 'none');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
