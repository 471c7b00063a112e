import { connect, type TLSSocket } from 'node:tls';
import { type RootKeys, readSecretKeyFile } from '../keys/root-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { type Finding, fine, problem, reasonOf, within } from './finding.ts';
import { SEEN_PATH, type Seen, signQuestion } from './seen.ts';

type Source = {
  issuer: string;
  isSecure: boolean;
  dataDir: string;
  rootKeys?: RootKeys;
  trustProxy: number | readonly string[];
  doctor: { certificateDays: number };
};

const PATIENCE_MS = 8_000;
const ONE_DAY_MS = 86_400_000;

/** Asks the issuer as everyone else does: TLS, discovery, what the proxy does to headers, cookies and pages. */
export async function checkIssuer({ config, clock }: { config: Source; clock: Clock }): Promise<Finding[]> {
  const certificate = config.isSecure ? await checkCertificate(config, clock) : [];
  const { findings, isOurs } = await checkDiscovery(config);
  if (!isOurs) return [...certificate, ...findings];
  return [...certificate, ...findings, ...(await checkProxy(config, clock)), ...(await checkPages(config))];
}

async function checkCertificate({ issuer, doctor }: Source, clock: Clock): Promise<Finding[]> {
  const check = 'issuer.tls';
  const { hostname, port } = new URL(issuer);
  try {
    const socket = await within(PATIENCE_MS, greet(hostname, Number(port || 443)));
    const endsAt = Date.parse(socket.getPeerCertificate().valid_to);
    const days = Math.floor((endsAt - clock.now()) / ONE_DAY_MS);
    const { authorized, authorizationError } = socket;
    socket.destroy();
    if (days < 0) {
      return [
        problem('error', check, {
          what: `The certificate of ${hostname} has expired on ${dayOf(endsAt)}.`,
          why: 'Browsers and apps refuse to connect.',
          action: 'Renew it, and look at what should have renewed it.',
        }),
      ];
    }
    if (!authorized) {
      return [
        problem('error', check, {
          what: `The certificate of ${hostname} is not trusted here: ${authorizationError?.message ?? authorizationError}.`,
          why: 'Apps on machines like this one refuse to connect.',
          action:
            'Let the proxy send the whole chain, for this name. For a private authority, set NODE_EXTRA_CA_CERTS to its certificate.',
        }),
      ];
    }
    if (days >= doctor.certificateDays)
      return [fine(check, `The certificate is good until ${dayOf(endsAt)}.`)];
    return [
      problem(days < 3 ? 'error' : 'warning', check, {
        what: `The certificate of ${hostname} ends on ${dayOf(endsAt)}, in ${days} day${days === 1 ? '' : 's'}.`,
        why: 'From then on browsers and apps refuse to connect.',
        action: 'Renew it, and look at what should have renewed it by now.',
      }),
    ];
  } catch (error) {
    return [
      problem('error', check, {
        what: `No TLS connection to ${hostname} can be made: ${reasonOf(error)}`,
        why: 'Nobody reaches the issuer.',
        action: 'Check the name in the DNS, the port and the proxy that ends TLS.',
      }),
    ];
  }
}

/** Accepts any certificate: it is looked at afterwards. */
function greet(host: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function checkDiscovery({ issuer }: Source): Promise<{ findings: Finding[]; isOurs: boolean }> {
  const check = 'issuer';
  const url = `${issuer}/.well-known/openid-configuration`;
  const wrong = (what: string, action: string) => ({
    isOurs: false,
    findings: [
      problem('error', check, {
        what,
        why: 'Every app reads this address first, and compares the issuer in it with the one that it was given.',
        action,
      }),
    ],
  });
  let response: Response;
  try {
    response = await ask(url);
  } catch (error) {
    return wrong(
      `Nobody answers at ${url}: ${reasonOf(error)}`,
      'Start Gatehouse, or check DNS, proxy and firewall. `doctor --offline` leaves this out.',
    );
  }
  if (response.status >= 300 && response.status < 400) {
    return wrong(
      `${url} redirects to ${response.headers.get('location')}.`,
      'Set ISSUER to the address where it answers, or remove the redirect.',
    );
  }
  if (response.status !== 200) {
    return wrong(
      `${url} answers with the status ${response.status}.`,
      'Let the proxy pass the whole path on, unchanged: that of ISSUER, and everything below.',
    );
  }
  const said = await response.json().then(
    (body: { issuer?: unknown }) => body.issuer,
    () => undefined,
  );
  if (said !== issuer) {
    return wrong(
      said === undefined
        ? `${url} answers with something other than a discovery document.`
        : `${url} names the issuer ${JSON.stringify(said)}, and ISSUER is ${issuer}.`,
      'Give the running server and this command the same ISSUER, and let the proxy lead to that server.',
    );
  }
  const findings = [fine(check, `Discovery answers at ${issuer} and names it as the issuer.`)];
  if (response.headers.get('access-control-allow-origin') !== '*') {
    findings.push(
      problem('warning', 'issuer.cors', {
        what: 'Discovery comes without Access-Control-Allow-Origin: *.',
        why: 'Apps that run in the browser cannot read it.',
        action: 'Let the proxy leave CORS headers alone.',
      }),
    );
  }
  return { findings, isOurs: true };
}

/** Gatehouse speaks no TLS, so something in front of an https issuer does, and that has to be trusted. */
export function judgeTrust({ isSecure, trustProxy }: Pick<Source, 'isSecure' | 'trustProxy'>): Finding[] {
  if (!isSecure || trusts(trustProxy)) return [];
  return [
    problem('error', 'issuer.trust', {
      what: 'The issuer is https, so there is a proxy in front. But TRUST_PROXY is not set: all requests seem to come from the proxy.',
      why: SHARED_LIMITS,
      action: SET_TRUST_PROXY,
    }),
  ];
}

function trusts(trustProxy: Source['trustProxy']): boolean {
  return trustProxy !== 0 && !(Array.isArray(trustProxy) && trustProxy.length === 0);
}

const SHARED_LIMITS =
  'Everybody shares the limits of one network, so a single attacker slows everybody down. The audit shows only the proxy.';
const SET_TRUST_PROXY = 'Set TRUST_PROXY to the number of proxies in front (1), or to their networks.';

/** An address of TEST-NET-2 (RFC 5737), which nobody has. */
const INVENTED = '198.51.100.77';

async function checkProxy(config: Source, clock: Clock): Promise<Finding[]> {
  const check = 'issuer.proxy';
  const rootKey = (config.rootKeys ?? (await readSecretKeyFile(config.dataDir)))?.[0];
  if (!rootKey) return [];
  const before = clock.now();
  let seen: Seen;
  try {
    const response = await ask(config.issuer + SEEN_PATH, {
      authorization: `Bearer ${signQuestion(rootKey, before)}`,
      'x-forwarded-for': INVENTED,
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    seen = (await response.json()) as Seen;
  } catch (error) {
    return [
      problem('warning', check, {
        what: `The server behind ${config.issuer} did not say how it sees this machine: ${reasonOf(error)}.`,
        why: 'TRUST_PROXY cannot be checked. The server may be another release, have another SECRET_KEY, or a clock that is minutes off.',
        action: 'Run the doctor with the configuration of the running server.',
      }),
    ];
  }
  return [...judgeSeen(check, seen, config), ...judgeServerClock(seen, (before + clock.now()) / 2)];
}

function judgeSeen(
  check: string,
  { address, forwardedFor }: Seen,
  { trustProxy, isSecure }: Source,
): Finding[] {
  if (address === INVENTED) {
    return [
      problem('error', check, {
        what: 'The server believes an X-Forwarded-For that a client forged.',
        why: 'Somebody who guesses passwords can pretend to come from a new network each time, so no limit holds.',
        action:
          'Let the proxy append the address of its peer (or replace the header), and set TRUST_PROXY to exactly the number of proxies, or to their networks.',
      }),
    ];
  }
  const entries = forwardedFor?.split(',').map((entry) => entry.trim());
  const isChanged = entries === undefined || entries.length > 1 || entries[0] !== INVENTED;
  if (!trusts(trustProxy) && entries !== undefined && isChanged) {
    return [
      problem('error', check, {
        what: `There is a proxy in front, but TRUST_PROXY is not set: all requests seem to come from ${address}.`,
        why: SHARED_LIMITS,
        action: SET_TRUST_PROXY,
      }),
    ];
  }
  if (entries === undefined) {
    return [
      problem(trusts(trustProxy) ? 'error' : 'warning', check, {
        what: 'A proxy removes X-Forwarded-For and sets no new one.',
        why: SHARED_LIMITS,
        action: 'Let the proxy send X-Forwarded-For with the address of its peer, and set TRUST_PROXY.',
      }),
    ];
  }
  // `judgeTrust` has said what is wrong: nothing here is fine.
  if (isSecure && !trusts(trustProxy)) return [];
  return [fine(check, `The server sees this machine as ${address}, and ignores a forged X-Forwarded-For.`)];
}

function judgeServerClock({ now }: Seen, ours: number): Finding[] {
  const check = 'issuer.clock';
  const seconds = Math.round((now - ours) / 1000);
  if (Math.abs(seconds) <= 2) return [fine(check, 'The clocks of this machine and the server agree.')];
  return [
    problem('error', check, {
      what: `The server's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's.`,
      why: 'Codes and tokens expire too early or too late, and other servers refuse them as not yet valid.',
      action: 'Let NTP (chrony, systemd-timesyncd) set both clocks.',
    }),
  ];
}

/** Goes to the sign-in page as a browser does, twice, and looks at what arrives. */
async function checkPages(config: Source): Promise<Finding[]> {
  try {
    const first = await openSignIn(config.issuer);
    const second = await openSignIn(config.issuer);
    return [
      ...judgePolicy(first),
      ...judgeCookies(first, config),
      ...judgeCache(first, second),
      ...judgeHsts(first, config),
    ];
  } catch (error) {
    return [
      problem('error', 'issuer.pages', {
        what: `The sign-in page does not open: ${reasonOf(error)}`,
        why: 'Nobody can sign in.',
        action: 'Let the proxy pass redirects, cookies and every path below ISSUER on, unchanged.',
      }),
    ];
  }
}

type Page = { response: Response; cookies: string[]; html: string };

async function openSignIn(issuer: string): Promise<Page> {
  const jar = new Map<string, string>();
  const cookies: string[] = [];
  let url = `${issuer}/account`;
  for (let step = 0; step < 8; step += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await ask(url, { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) });
    for (const set of response.headers.getSetCookie()) {
      cookies.push(set);
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (response.status === 200) return { response, cookies, html: await response.text() };
    if (!location) throw new Error(`${new URL(url).pathname} answers with the status ${response.status}`);
    const next = new URL(location, url);
    if (next.origin !== new URL(issuer).origin) throw new Error(`it redirects to ${next.origin}`);
    url = next.href;
  }
  throw new Error('it redirects in a circle: cookies are not kept');
}

function judgePolicy({ response, html }: Page): Finding[] {
  const check = 'issuer.policy';
  const policy = response.headers.get('content-security-policy') ?? '';
  const wrong = (what: string) => [
    problem('error', check, {
      what,
      why: 'It blocks foreign scripts on the page where passwords are typed, and keeps the page out of foreign frames.',
      action: 'Let the proxy leave Content-Security-Policy as Gatehouse sends it, and add none of its own.',
    }),
  ];
  if (policy === '') return wrong('The sign-in page comes without a Content-Security-Policy.');
  // fetch joins two headers of one name by a comma; no policy of ours holds one.
  if (policy.includes(','))
    return wrong('The sign-in page comes with two Content-Security-Policies; browsers enforce both.');
  if (!/frame-ancestors 'none'/.test(policy) || /'unsafe-inline'/.test(policy))
    return wrong('The Content-Security-Policy of the sign-in page is not the one that Gatehouse sends.');
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  if (nonce !== undefined && !html.includes(nonce))
    return wrong(
      'The Content-Security-Policy and the page do not belong together: one of them is altered or cached.',
    );
  return [fine(check, 'The page comes with our Content-Security-Policy.')];
}

function judgeCookies({ cookies }: Page, { isSecure }: Source): Finding[] {
  const check = 'issuer.cookies';
  const bad = cookies
    .filter((cookie) => !isAsSent(cookie, isSecure))
    .map((cookie) => cookie.split('=', 1)[0]);
  if (bad.length === 0) return [fine(check, `${cookies.length} cookies arrive as they were sent.`)];
  return [
    problem('error', check, {
      what: `These cookies are altered on their way: ${[...new Set(bad)].join(', ')}.`,
      why: 'Without HttpOnly, SameSite or Secure they can be read or sent by others; with a Domain or another Path browsers refuse them.',
      action:
        'Let the proxy leave Set-Cookie alone (nginx: no proxy_cookie_path, proxy_cookie_domain, proxy_cookie_flags).',
    }),
  ];
}

function isAsSent(cookie: string, isSecure: boolean): boolean {
  const flags = cookie.toLowerCase();
  if (!/;\s*httponly/.test(flags) || !/;\s*samesite=(lax|strict)/.test(flags)) return false;
  if (/;\s*domain=/.test(flags)) return false;
  if (!isSecure) return true;
  return /;\s*secure/.test(flags) && (!flags.startsWith('__host-') || /;\s*path=\/(;|$)/.test(flags));
}

function judgeCache(first: Page, second: Page): Finding[] {
  const check = 'issuer.cache';
  const [one, other] = [first, second].map(({ response }) => response.headers.get('x-request-id'));
  if (one !== other || one === null)
    return [fine(check, "No cache hands out one visitor's page to another.")];
  return [
    problem('error', check, {
      what: 'A cache in front of the server sent the same sign-in page twice.',
      why: 'People get the forms and cookies of somebody else. They cannot sign in, or they enter somebody else’s account.',
      action: 'Let the proxy or CDN obey Cache-Control: no-store, or switch its cache off for this host.',
    }),
  ];
}

function judgeHsts({ response }: Page, { isSecure }: Source): Finding[] {
  if (!isSecure || response.headers.has('strict-transport-security')) return [];
  return [
    problem('warning', 'issuer.hsts', {
      what: 'The page comes without Strict-Transport-Security.',
      why: 'A browser’s first visit may begin with plain http, where others can read and change it.',
      action: 'Let the proxy pass the header on, and do not set http.hstsSeconds to 0.',
    }),
  ];
}

function ask(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
}

function dayOf(time: number): string {
  return Number.isNaN(time) ? 'an unknown day' : new Date(time).toISOString().slice(0, 10);
}
