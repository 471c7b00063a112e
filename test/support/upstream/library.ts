import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { type AdapterPayload, type Configuration, Provider } from 'oidc-provider';
import { listenOn } from '../site.ts';

/** Who is signed in at the provider: `sub`, and whatever else it says of them. */
export type PersonThere = { sub: string } & Readonly<Record<string, unknown>>;

/** Endpoints of it, by the library's own paths. */
export type Endpoint = 'discovery' | 'jwks' | 'auth' | 'token' | 'userinfo';

/**
 * What an endpoint does instead of answering: never stops, says nothing for `SLOW_MS`, answers 10 MB, leads to another
 * place, breaks off, or is an error of its own.
 */
export type Trouble = 'endless' | 'slow' | 'huge' | 'redirect' | 'broken' | 'error';

/** What is wrong with it just now. Everything is right with `{}`. */
export type Oddities = {
  /** Claims of its ID tokens that are others: `{ nonce: 'another', iss: …, aud: …, exp: … }`. `undefined` leaves one out. */
  idToken?: Readonly<Record<string, unknown>>;
  /** Seconds by which its clock is wrong, in ID tokens. */
  clock?: number;
  /** The key id in the header of ID tokens; the key is its own. */
  kid?: string;
  /** Signs with a key that it never publishes, under the id of the one that it does. */
  isForged?: boolean;
  /** The `iss` of its answer to the browser (RFC 9207), of another one. Empty: none. */
  answerIss?: string;
  /** What it answers to the browser instead of a code: `access_denied` is the person, who does not want to. */
  refuses?: string;
  /** What userinfo says in place of what is true. */
  userinfo?: Readonly<Record<string, unknown>>;
  trouble?: Partial<Record<Endpoint, Trouble>>;
  /** What an endpoint waits for before it answers: a test says when. */
  before?: Partial<Record<Endpoint, () => Promise<void>>>;
  /** Changes to its discovery document. */
  discovery?: Readonly<Record<string, unknown>>;
};

export type LibraryProvider = Awaited<ReturnType<typeof startLibraryProvider>>;

export const SLOW_MS = 20_000;

export type LibraryOptions = {
  /** `localhost` unless said. `127.0.0.1` is another host, whose cookies are its own. */
  host?: 'localhost' | '127.0.0.1';
  /** Puts what it says of the person into the ID token as well, as most of the big ones do. */
  isInIdToken?: boolean;
  /** Its issuer's path: `/realms/one`. */
  path?: string;
  /** How long its discovery document and its keys may be kept, as their headers say it. Absent: nothing is said. */
  cacheSeconds?: number;
};

/**
 * `oidc-provider` as it comes, whose answers are changed on their way out as a test wants it. Nobody types anything there:
 * `person` is signed in, and consents to everything.
 */
export async function startLibraryProvider(options: LibraryOptions = {}) {
  const { host = 'localhost', isInIdToken = false, path = '', cacheSeconds } = options;
  let odd: Oddities = {};
  let person: PersonThere = { sub: 'person-1', email: 'ana@example.com', email_verified: true };
  let keys = [createKey()];
  const people = new Map<string, PersonThere>();
  const requests: { endpoint: string; url: string }[] = [];
  const registered = new Map<string, Record<string, unknown>>();

  const server = createServer((req, res) => void answer(req, res));
  const { origin, close } = await listenOn(server, host);
  const issuer = `${origin}${path}`;
  const provider = new Provider(issuer, configurationOf());
  const handle = provider.callback();

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', origin);
    if (path !== '' && !url.pathname.startsWith(`${path}/`)) return void res.writeHead(404).end();
    req.url = `${url.pathname.slice(path.length)}${url.search}`;
    (req as { originalUrl?: string }).originalUrl = `${url.pathname}${url.search}`;
    const endpoint = endpointOf(url.pathname.slice(path.length));
    if (endpoint !== undefined) requests.push({ endpoint, url: url.href });
    const trouble = endpoint && odd.trouble?.[endpoint];
    if (trouble) return make(trouble, req, res);
    if (endpoint !== undefined) await odd.before?.[endpoint]?.();
    if (cacheSeconds !== undefined && (endpoint === 'jwks' || endpoint === 'discovery'))
      res.setHeader('cache-control', `public, max-age=${cacheSeconds}`);
    if (endpoint === 'jwks') return sendJson(res, { keys: keys.map(({ jwk }) => jwk) });
    if (url.pathname.startsWith(`${path}/interaction/`)) return interact(req, res);
    // Whoever is `person` now: a session of before would be somebody else's.
    if (endpoint === 'auth' && url.pathname === `${path}/auth`) req.headers.cookie = '';
    rewrite(res, (body, headers) => changed(endpoint, body, headers));
    handle(req, res);
  }

  /** Signs in whoever is meant, and lets them consent. */
  async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const details = await provider.interactionDetails(req, res);
    if (odd.refuses !== undefined)
      return provider.interactionFinished(
        req,
        res,
        { error: odd.refuses },
        { mergeWithLastSubmission: false },
      );
    people.set(person.sub, person);
    const grant = new provider.Grant({
      accountId: person.sub,
      clientId: String(details.params.client_id),
    });
    grant.addOIDCScope(String(details.params.scope));
    const grantId = await grant.save();
    await provider.interactionFinished(req, res, {
      login: { accountId: person.sub },
      consent: { grantId },
    });
  }

  async function changed(
    endpoint: Endpoint | undefined,
    body: string,
    headers: Map<string, string>,
  ): Promise<string> {
    const location = headers.get('location');
    if (location !== undefined && odd.answerIss !== undefined)
      headers.set('location', withIss(location, odd.answerIss));
    if (endpoint === 'discovery') return JSON.stringify({ ...JSON.parse(body), ...odd.discovery });
    if (endpoint === 'userinfo' && odd.userinfo)
      return JSON.stringify({ ...JSON.parse(body), ...odd.userinfo });
    if (endpoint === 'auth' && odd.answerIss !== undefined)
      return body.replace(/(name="iss" value=")[^"]*/, `$1${odd.answerIss}`);
    if (endpoint !== 'token' || !body.includes('"id_token"')) return body;
    const tokens = JSON.parse(body);
    return JSON.stringify({ ...tokens, id_token: await resign(tokens.id_token) });
  }

  async function resign(idToken: string): Promise<string> {
    const { sub, ...claims } = decodeJwt(idToken);
    const about = isInIdToken ? people.get(String(sub)) : undefined;
    const ahead = odd.clock ?? 0;
    const times = { iat: (claims.iat ?? 0) + ahead, exp: (claims.exp ?? 0) + ahead };
    return sign({ ...about, ...claims, sub, ...times, ...odd.idToken }, decodeProtectedHeader(idToken).typ);
  }

  function sign(claims: Record<string, unknown>, typ?: string): Promise<string> {
    const [current = createKey()] = keys;
    const { privateKey } = odd.isForged ? createKey() : current;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: odd.kid ?? current.kid, ...(typ ? { typ } : {}) })
      .sign(privateKey);
  }

  function configurationOf(): Configuration {
    return {
      adapter: createMemoryAdapter(registered),
      jwks: {
        keys: [{ ...keys[0]?.privateKey.export({ format: 'jwk' }), kid: 'library', use: 'sig' }] as never,
      },
      scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
      claims: {
        openid: ['sub', 'amr', 'acr', 'auth_time', 'sid', 'tid', 'oid', 'hd'],
        profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'picture'],
        email: ['email', 'email_verified'],
        groups: ['groups'],
      },
      findAccount: (_ctx, id) => ({
        accountId: id,
        claims: async () => ({ ...people.get(id), sub: id }),
      }),
      interactions: { url: (_ctx, { uid }) => `${path}/interaction/${uid}` },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        userinfo: { enabled: true },
      },
      pkce: { required: () => false },
      ttl: {
        AccessToken: 300,
        AuthorizationCode: 60,
        Grant: 3600,
        IdToken: 300,
        Interaction: 600,
        RefreshToken: 3600,
        Session: 3600,
      },
      cookies: { keys: ['a key of a test, no secret'] },
      renderError: (ctx, out) => {
        ctx.type = 'json';
        ctx.body = JSON.stringify(out);
      },
    };
  }

  return {
    issuer,
    origin,
    /** Which of its endpoints were asked, in order. */
    requests,

    /** Registers ours there as an app, under this slug of ours. */
    async register(ours: string, slug: string, more: Record<string, unknown> = {}) {
      const clientId = `client-${randomUUID()}`;
      const clientSecret = `secret-${randomUUID()}`;
      registered.set(clientId, {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${ours}/upstream/${slug}/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        backchannel_logout_uri: `${ours}/upstream/${slug}/logout`,
        backchannel_logout_session_required: true,
        ...more,
      });
      return { issuer, clientId, clientSecret };
    },

    /** Who signs in there from now on. */
    signInAs(who: PersonThere): void {
      person = who;
    },
    /** What is wrong from now on; `{}`: nothing. */
    be(oddities: Oddities): void {
      odd = oddities;
    },

    /** Signs with a new key from now on. The old one stays published unless `isSudden`. */
    rotateKeys({ isSudden = false } = {}): void {
      keys = [createKey(), ...(isSudden ? [] : keys)];
    },

    /**
     * A logout token (Back-Channel Logout 1.0 §2.4), signed as its ID tokens are. `claims` win over what a right one has,
     * `undefined` leaves one out.
     */
    logoutToken(
      { clientId, ...claims }: { clientId: string } & Record<string, unknown>,
      typ: string | undefined = 'logout+jwt',
    ): Promise<string> {
      const now = Math.floor(Date.now() / 1000);
      return sign(
        {
          iss: issuer,
          aud: clientId,
          iat: now,
          exp: now + 120,
          jti: randomUUID(),
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
          ...claims,
        },
        typ,
      );
    },

    close,
  };
}

/** Claims as Google's ID tokens have them (https://developers.google.com/identity/openid-connect/openid-connect, "An ID token's payload"). */
export function personAtGoogle({
  sub = '10769150350006150715113082367',
  ...more
}: Record<string, unknown> = {}) {
  return {
    email: 'jsmith@example.com',
    email_verified: true,
    name: 'Jane Smith',
    given_name: 'Jane',
    family_name: 'Smith',
    picture: 'https://lh3.googleusercontent.com/a-/AOh14Gg',
    hd: 'example.com',
    ...more,
    sub: String(sub),
  };
}

type Key = { kid: string; privateKey: KeyObject; jwk: object };

function createKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
}

function endpointOf(pathname: string): Endpoint | undefined {
  if (pathname === '/.well-known/openid-configuration') return 'discovery';
  if (pathname === '/jwks') return 'jwks';
  if (pathname === '/token') return 'token';
  if (pathname === '/me') return 'userinfo';
  return pathname === '/auth' || pathname.startsWith('/auth/') ? 'auth' : undefined;
}

function make(trouble: Trouble, req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  const json = { 'content-type': 'application/json' };
  if (trouble === 'broken') return void req.socket.destroy();
  if (trouble === 'error') return void res.writeHead(500, json).end('{"error":"server_error"}');
  if (trouble === 'redirect')
    return void res.writeHead(307, { location: 'http://127.0.0.1:9/latest/meta-data' }).end();
  if (trouble === 'huge') return void res.writeHead(200, json).end(`"${'a'.repeat(10_000_000)}"`);
  if (trouble === 'endless') {
    res.writeHead(200, json);
    const drip = setInterval(() => res.write(' '), 50);
    return void res.on('close', () => clearInterval(drip));
  }
  const late = setTimeout(() => res.writeHead(200, json).end('{}'), SLOW_MS);
  res.on('close', () => clearTimeout(late));
}

/** Has the whole answer changed before it leaves. */
function rewrite(
  res: ServerResponse,
  change: (body: string, headers: Map<string, string>) => Promise<string>,
): void {
  const end = res.end.bind(res);
  res.end = ((chunk?: unknown) => {
    const headers = new Map(
      ['location'].flatMap((name) => {
        const value = res.getHeader(name);
        return value === undefined ? [] : [[name, String(value)] as const];
      }),
    );
    void change(chunk === undefined || chunk === null ? '' : String(chunk), headers).then((body) => {
      for (const [name, value] of headers) res.setHeader(name, value);
      if (body !== '') res.setHeader('content-length', Buffer.byteLength(body));
      end(body);
    });
    return res;
  }) as never;
}

function withIss(location: string, iss: string): string {
  const url = URL.parse(location);
  if (!url?.searchParams.has('iss')) return location;
  if (iss === '') url.searchParams.delete('iss');
  else url.searchParams.set('iss', iss);
  return url.href;
}

function sendJson(res: ServerResponse, document: object): void {
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

/** Everything in this process; clients are those that were registered. */
function createMemoryAdapter(registered: ReadonlyMap<string, Record<string, unknown>>) {
  return (model: string) => {
    const entries = new Map<string, AdapterPayload>();
    return {
      async upsert(id: string, payload: AdapterPayload) {
        entries.set(id, payload);
      },
      find: async (id: string) =>
        model === 'Client' ? (registered.get(id) as AdapterPayload | undefined) : entries.get(id),
      findByUid: async (uid: string) => [...entries.values()].find((each) => each.uid === uid),
      findByUserCode: async () => undefined,
      async consume(id: string) {
        const payload = entries.get(id);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id: string) {
        entries.delete(id);
      },
      async revokeByGrantId(grantId: string) {
        for (const [id, payload] of entries) if (payload.grantId === grantId) entries.delete(id);
      },
    };
  };
}
