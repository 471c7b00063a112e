import { createHash, randomBytes } from 'node:crypto';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Send, type Visitor } from '../flows/visitor.ts';
import type { TestApp } from './app.ts';
import { PASSWORD } from './relying-party.ts';

/**
 * People and apps at constant work against some nodes, and an account of what they were told. Whatever is done to the
 * nodes meanwhile: afterwards `audit` asks whether every answer is still true.
 */

const CALLBACK = 'http://localhost:9999/callback';
const PATIENCE_MS = 5_000;

export type World = Awaited<ReturnType<typeof createWorld>>;

/** What clients were told, by what it was about. */
export type Account = {
  confirmed: Record<Work, number>;
  /** 503 with Retry-After. */
  refused: number;
  /** No answer, or half of one: it may have happened or not. */
  unanswered: number;
  /** What is only kept for a short time and was lost with its store: sessions, codes, opaque tokens. */
  lost: number;
  /** What must never be: an answer that is not true, is somebody else's, or is a failure of ours. */
  lies: string[];
};

const WORKS = [
  'signIn',
  'codeFlow',
  'refresh',
  'introspection',
  'userinfo',
  'silentRenewal',
  'signOut',
  'revocation',
] as const;
type Work = (typeof WORKS)[number];

/** All chains of one browser session hang on one grant: who revokes one has revoked them. */
type Chain = { refreshToken: string; accessToken: string; session: Visitor };
type Person = { id: string; email: string };

/** Somebody with one browser and what apps hold in their name. Nobody else touches it. */
type Worker = {
  person: Person;
  visitor: Visitor;
  device: Visitor['cookies'];
  chains: Chain[];
  turn: number;
};

type WorldOptions = {
  issuer: string;
  /** Where the nodes listen. Requests go round; who refuses the connection is passed over, as a balancer does. */
  origins: string[];
  /** An operator's modules over the same database. */
  modules: TestApp['modules'];
  workers?: number;
};

/** Settings under which the account can be drawn: late retries and many sign-ins are other tests' subject. */
export const LOAD_SETTINGS = [
  'oidc: { refreshGraceSeconds: 3600, codeGraceSeconds: 3600 }',
  'password: { memoryKib: 7168, passes: 1 }',
  'observability: { accessLog: false }',
  `methods: { limits: { ${['network', 'account', 'accountFromNetwork', 'knownDevice', 'device']
    .map((name) => `${name}: [{ points: 1000000, perSeconds: 60 }]`)
    .join(', ')} } }`,
];

/** People with a password, an app of our own, and as many workers as asked for, not yet signed in. */
export async function createWorld({ issuer, origins, modules, workers = 8 }: WorldOptions) {
  const { client, secret } = await modules.clients.create(
    {
      name: 'Own',
      redirectUris: [CALLBACK],
      grants: ['authorization_code', 'refresh_token'],
      firstParty: true,
    },
    SYSTEM,
  );
  let turn = 0;
  const send: Send = async (url, init) => {
    for (let attempt = 0; ; attempt += 1) {
      turn += 1;
      const target = new URL(`${url.pathname}${url.search}`, origins[turn % origins.length]);
      try {
        return await fetch(target, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      } catch (error) {
        // Nobody was there, so nothing has happened: the next one is asked.
        if (!hasCode(error, /^ECONNREFUSED$/) || attempt >= origins.length) throw error;
      }
    }
  };
  const staff: Worker[] = [];
  for (let each = 0; each < workers; each += 1) {
    const email = `worker${each}-${randomBytes(3).toString('hex')}@example.com`;
    const person = await modules.users.create(
      {
        email,
        emailVerified: true,
        profile: { name: `No. ${each}` },
      },
      SYSTEM,
    );
    await modules.password.set(person.id, PASSWORD);
    staff.push({ person, visitor: createVisitor(issuer, {}, send), device: [], chains: [], turn: each });
  }
  return {
    issuer,
    origins,
    staff,
    send,
    client: { id: client.id, basic: `Basic ${btoa(`${client.id}:${secret}`)}` },
    account: createAccount(),
    /** Set when a store is emptied: what it kept may be gone. */
    mayLose: false,
    /** Token requests that gave tokens. */
    spent: [] as Record<string, string>[],
    revoked: [] as string[],
    ended: [] as { visitor: Visitor; refreshTokens: string[] }[],
  };
}

export function createAccount(): Account {
  const confirmed = Object.fromEntries(WORKS.map((work) => [work, 0])) as Record<Work, number>;
  return { confirmed, refused: 0, unanswered: 0, lost: 0, lies: [] };
}

/** How many attempts were made: answered, refused or not answered. */
export function attempts({ account }: World): number {
  return (
    Object.values(account.confirmed).reduce((sum, count) => sum + count, 0) +
    account.refused +
    account.unanswered
  );
}

/** Sets everybody to work until `stop`: as fast as they can, or so many works a second. */
export function startLoad(world: World, { perSecond = Number.POSITIVE_INFINITY } = {}) {
  let isOver = false;
  const startedAt = performance.now();
  let begun = 0;
  const waiting = new Set<() => void>();
  const run = Promise.all(
    world.staff.map(async (worker) => {
      while (!isOver) {
        begun += 1;
        const early = startedAt + (begun / perSecond) * 1000 - performance.now();
        if (early > 0) await pause(early);
        await workOnce(world, worker);
        for (const look of [...waiting]) look();
      }
    }),
  );
  return {
    /** Resolves when so many more attempts were made, whatever came of them. */
    async attempts(more: number): Promise<void> {
      const enough = attempts(world) + more;
      await new Promise<void>((resolve) => {
        const look = () => {
          if (attempts(world) < enough) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    async stop(): Promise<void> {
      isOver = true;
      await run;
    },
  };
}

async function workOnce(world: World, worker: Worker): Promise<void> {
  worker.turn += 1;
  const { account } = world;
  const work = nextWork(worker);
  try {
    await works[work](world, worker);
    account.confirmed[work] += 1;
  } catch (error) {
    if (error instanceof Lost) {
      account.lost += 1;
      if (!world.mayLose) account.lies.push(`lost: ${error.message}`);
      return;
    }
    if (error instanceof Refused) account.refused += 1;
    else if (isCut(error)) account.unanswered += 1;
    else account.lies.push(`${work}: ${error instanceof Error ? error.message : error}`);
    await pause(20); // as a client does that was refused
  }
}

function nextWork({ turn, chains, visitor }: Worker): Work {
  if (visitor.cookies.length === 0) return 'signIn';
  if (chains.length === 0) return 'codeFlow';
  if (turn % 41 === 40) return 'signOut';
  if (turn % 29 === 28) return 'revocation';
  const round: Work[] = [
    'codeFlow',
    'refresh',
    'introspection',
    'refresh',
    'userinfo',
    'refresh',
    'silentRenewal',
  ];
  return round[turn % round.length] ?? 'refresh';
}

const works: Record<Work, (world: World, worker: Worker) => Promise<void>> = {
  async signIn(world, worker) {
    // A browser of its own until it is signed in: one that broke off half-way is thrown away.
    const visitor = createVisitor(world.issuer, {}, world.send);
    visitor.cookies.push(...worker.device);
    const asked = createRequest(world);
    const login = await visitor.open(asked.address);
    refuseOn(login.status);
    if (!login.forms.some(({ action }) => action.includes('/login'))) {
      // The interaction is kept in the store that was emptied, between the request and its page as well.
      if (world.mayLose && login.status === 410) throw new Lost(`a sign-in: ${login.status} ${login.title}`);
      throw new Error(`no login page: ${login.status} ${login.url} ${login.title}`);
    }
    const typed = { identifier: worker.person.email, password: PASSWORD };
    const back = await visitor.submit(login, typed, { form: '/login' });
    refuseOn(back.status);
    const code = asked.codeOf(back.url);
    if (code === undefined) {
      if (world.mayLose) throw new Lost(`a sign-in: ${back.status} ${back.title}`);
      throw new Error(`not signed in: ${back.status} ${back.url} ${back.title}`);
    }
    worker.visitor = visitor;
    // The browser is known from now on, and nobody is told of a new one.
    worker.device = visitor.cookies.filter(({ name }) => name.endsWith('device'));
  },

  async codeFlow(world, worker) {
    const asked = createRequest(world);
    const code = await authorize(world, worker, asked);
    const redemptions = await Promise.allSettled(
      // Every third one comes twice at the same moment, to two nodes.
      Array.from({ length: worker.turn % 3 === 0 ? 2 : 1 }, () => token(world, asked.redemption(code))),
    );
    const answers = redemptions.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const good = answers.filter(({ status }) => status === 200);
    if (good.length > 1) throw new Error('twice: a code was redeemed two times');
    const [won] = good;
    if (won) {
      world.spent.push(asked.redemption(code));
      judgeIdToken(won.body, worker, asked.nonce);
      const chain = {
        refreshToken: won.body.refresh_token ?? '',
        accessToken: won.body.access_token ?? '',
        session: worker.visitor,
      };
      worker.chains = [chain, ...worker.chains].slice(0, 3);
      return;
    }
    const failed = redemptions.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    throw new Lost(`a fresh code: ${answers[0]?.status} ${JSON.stringify(answers[0]?.body)}`);
  },

  async refresh(world, worker) {
    const chain = pick(worker);
    await refreshChain(world, worker, chain);
  },

  async introspection(world, worker) {
    const { accessToken } = pick(worker);
    const { status, body } = await post<{ active?: boolean; sub?: string }>(world, '/token/introspection', {
      token: accessToken,
    });
    if (status !== 200) throw new Error(`introspection: ${status}`);
    if (body.active !== true) return dropToken(worker, accessToken);
    if (body.sub !== worker.person.id) throw new Error('mixed: introspection told of somebody else');
  },

  async userinfo(world, worker) {
    const { accessToken } = pick(worker);
    const response = await world.send(new URL('/me', world.issuer), {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const body = (await response.json()) as { sub?: string };
    refuseOn(response.status, response.headers);
    if (response.status === 401) return dropToken(worker, accessToken);
    if (response.status !== 200) throw new Error(`userinfo: ${response.status}`);
    if (body.sub !== worker.person.id) throw new Error('mixed: userinfo told of somebody else');
  },

  async silentRenewal(world, worker) {
    await authorize(world, worker, createRequest(world, { prompt: 'none' }));
  },

  async signOut(world, worker) {
    // Without an answer nobody knows: then this browser is not asked again.
    const { visitor, chains } = worker;
    worker.visitor = createVisitor(world.issuer, {}, world.send);
    worker.chains = chains.filter(({ session }) => session !== visitor);
    const page = await visitor.open('/account');
    refuseOn(page.status);
    const before = visitor.copy();
    if (!page.forms.some(({ action }) => action.includes('/account/sign-out'))) {
      throw new Lost(`no sign-out: ${page.status} ${page.url} ${page.title}`);
    }
    const out = await visitor.submit(page, {}, { form: '/account/sign-out' });
    refuseOn(out.status);
    if (out.url.includes('/interaction/')) throw new Lost('a session, on its way to its end');
    if (!out.url.endsWith('/session/end/success'))
      throw new Error(`not signed out: ${out.status} ${out.url} ${out.title}`);
    const ended = chains.filter(({ session }) => session === visitor);
    world.ended.push({ visitor: before, refreshTokens: ended.map(({ refreshToken }) => refreshToken) });
  },

  async revocation(world, worker) {
    const { session, refreshToken } = pick(worker);
    const gone = worker.chains.filter((chain) => chain.session === session);
    worker.chains = worker.chains.filter((chain) => chain.session !== session);
    // Without an answer it may still happen, at any time: then this session's grant is not used again.
    const { visitor } = worker;
    worker.visitor = createVisitor(world.issuer, {}, world.send);
    const { status } = await post(world, '/token/revocation', { token: refreshToken });
    if (status !== 200) throw new Error(`revocation: ${status}`);
    worker.visitor = visitor;
    world.revoked.push(...gone.map((chain) => chain.refreshToken));
  },
};

async function refreshChain(world: World, worker: Worker, chain: Chain): Promise<void> {
  const { status, body } = await token(world, {
    grant_type: 'refresh_token',
    refresh_token: chain.refreshToken,
  });
  if (status !== 200) {
    worker.chains = worker.chains.filter((each) => each !== chain);
    throw new Error(`a chain broke: ${status} ${JSON.stringify(body)}`);
  }
  judgeIdToken(body, worker, undefined);
  chain.refreshToken = body.refresh_token ?? '';
  chain.accessToken = body.access_token ?? '';
}

/** An opaque token that is not known any more. Its chain goes on. */
function dropToken(worker: Worker, accessToken: string): never {
  // Until the next refresh brings another one.
  worker.chains = worker.chains.filter((chain) => chain.accessToken !== accessToken);
  throw new Lost('an access token');
}

function pick({ chains, turn }: Worker): Chain {
  const chain = chains[turn % Math.max(1, chains.length)];
  if (!chain) throw new Error('no chain to work with');
  return chain;
}

/** The redirect with which a signed-in browser comes back at once. */
async function authorize(world: World, worker: Worker, asked: AuthorizationRequest): Promise<string> {
  const response = await worker.visitor.request('GET', asked.address);
  await response.arrayBuffer();
  refuseOn(response.status, response.headers);
  const location = response.headers.get('location') ?? '';
  const code = asked.codeOf(location);
  if (code !== undefined) return code;
  // Refused with 400: the session went between its being read and its being written, and nothing brings it back.
  const wentMeanwhile = world.mayLose && response.status === 400;
  if (wentMeanwhile || /\/interaction\/|error=login_required/.test(location)) {
    worker.visitor.cookies.length = 0; // the next work is to sign in again
    throw new Lost('a session');
  }
  throw new Error(`no way back: ${response.status} ${location}`);
}

type AuthorizationRequest = ReturnType<typeof createRequest>;

function createRequest({ issuer, client }: World, more: Record<string, string> = {}) {
  const [verifier, nonce, state] = [random(), random(), random()];
  const address = `${issuer}/auth?${new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })}`;
  return {
    address,
    nonce,
    codeOf(location: string): string | undefined {
      if (!location.startsWith(CALLBACK)) return undefined;
      const answer = new URL(location).searchParams;
      const code = answer.get('code');
      if (code !== null && answer.get('state') !== state)
        throw new Error('mixed: the state of another request');
      return code ?? undefined;
    },
    redemption: (code: string) => ({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    }),
  };
}

/** `nonce`: that of the sign-in; undefined for a refresh, whose ID token has none (OIDC Core §12.2). */
function judgeIdToken(body: Record<string, string>, { person }: Worker, nonce: string | undefined): void {
  const payload = body.id_token?.split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as Record<string, unknown>;
  if (claims.sub !== person.id) throw new Error('mixed: the ID token of somebody else');
  if (claims.nonce !== nonce) throw new Error('mixed: the nonce of another request');
}

const token = (world: World, values: Record<string, string>) =>
  post<Record<string, string>>(world, '/token', values);

async function post<T>(world: World, path: string, values: Record<string, string>) {
  const response = await world.send(new URL(path, world.issuer), {
    method: 'POST',
    headers: { authorization: world.client.basic },
    body: new URLSearchParams(values),
  });
  const text = await response.text();
  refuseOn(response.status, response.headers);
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
}

/** Asks of everything that was confirmed whether it is still true, and adds to the account what is not. */
export async function audit(world: World): Promise<Account> {
  const { account } = world;
  const claim = (what: string, isTrue: boolean) => {
    if (!isTrue) account.lies.push(what);
  };
  for (const worker of world.staff) {
    if (worker.visitor.cookies.length > 0) {
      await authorize(world, worker, createRequest(world, { prompt: 'none' })).catch((error) => {
        claim(`who was signed in still is: ${error.message}`, error instanceof Lost && world.mayLose);
      });
    }
    for (const chain of [...worker.chains]) {
      await refreshChain(world, worker, chain).catch((error) => {
        claim(`every confirmed refresh token works: ${error.message}`, false);
      });
    }
  }
  for (const refreshToken of world.revoked.slice(-40)) {
    const { body } = await token(world, { grant_type: 'refresh_token', refresh_token: refreshToken });
    claim('a revoked token stays revoked', body.error === 'invalid_grant');
  }
  for (const { visitor, refreshTokens } of world.ended.slice(-40)) {
    for (let node = 0; node < world.origins.length; node += 1) {
      const asked = createRequest(world, { prompt: 'none' });
      const response = await visitor.copy().request('GET', asked.address);
      await response.arrayBuffer();
      const location = response.headers.get('location') ?? '';
      claim(`a session that was ended stays ended: ${location}`, location.includes('error=login_required'));
    }
    for (const refreshToken of refreshTokens) {
      const { body } = await token(world, { grant_type: 'refresh_token', refresh_token: refreshToken });
      claim('what apps were given in a session ends with it', body.error === 'invalid_grant');
    }
  }
  for (const redemption of world.spent.slice(-40)) {
    const { status } = await token(world, redemption);
    claim(`a spent code stays spent: ${status}`, status === 400);
  }
  return account;
}

class Refused extends Error {}
class Lost extends Error {}

/** 503 is an answer that was promised for the time of trouble; with the headers, it must say when to come back. */
function refuseOn(status: number, headers?: Headers): void {
  if (status !== 503) return;
  if (headers && !(Number(headers.get('retry-after')) > 0)) throw new Error('503 without Retry-After');
  throw new Refused();
}

/** No answer came, or half of one. */
export function isCut(error: unknown): boolean {
  if (error instanceof Error && /^(terminated|Unexpected end of JSON input)$/.test(error.message))
    return true;
  return (
    hasCode(error, /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_\w+)$/) ||
    hasName(error, 'TimeoutError')
  );
}

function hasCode(error: unknown, pattern: RegExp): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (pattern.test((cause as NodeJS.ErrnoException).code ?? '')) return true;
    if (cause instanceof AggregateError && cause.errors.every((each) => hasCode(each, pattern))) return true;
  }
  return false;
}

function hasName(error: unknown, name: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause.name === name) return true;
  return error instanceof DOMException && error.name === name;
}

const random = () => randomBytes(32).toString('base64url');
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
