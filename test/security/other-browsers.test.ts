import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER_SECRET_SECONDS } from '../../src/http/browser-secret.ts';
import { cookieNames } from '../../src/http/cookies.ts';
import { createInteractionRoutes } from '../../src/interaction/routes.ts';
import { lifetimes } from '../../src/oidc/lifetimes.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { cameBack, PASSWORD, type Person, startWorld, type World } from '../flows/second-factor-set-up.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { eachStorage } from '../support/database.ts';

/**
 * A sign-in belongs to the browser that began it. Here cookies are carried from one browser to another, as a sibling
 * subdomain plants them, or whoever has read them; in a real browser: test/browser/other-browsers.
 */

const ELSEWHERE = 'This sign-in was begun in another browser';

eachStorage('a sign-in of another browser', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };
  /** Asks for consent. */
  let shelf: { id: string; secret: string };
  let ana: Person;
  let eve: Person;

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
    shelf = await world.createClient({ name: 'Shelf', 'first-party': false });
    [ana, eve] = [await world.createPersonWithApp(), await world.createPerson()];
  });
  afterAll(() => world?.close());

  test('is not resumed by the one who planted it, when its victim has signed in (account takeover)', async () => {
    const [attacker, victim] = [world.newVisitor(), world.newVisitor()];
    const begun = await attacker.open(world.ask(books.id));
    // Without the other cookie the victim's browser does not come to the resume, and what was proved waits.
    plant(attacker, victim, ['interaction']);
    const login = await victim.open(begun.url);
    await world.giveCode(victim, await giveOwn(victim, login, ana), ana);
    const resumed = await attacker.open(resumeOf(begun));
    expect(cameBack(resumed)).toBe(false);
    expect(await personOf(attacker)).toBeUndefined();
  });

  test('is not gone on with in a browser where another one’s is planted (login CSRF)', async () => {
    const [attacker, victim] = [world.newVisitor(), world.newVisitor()];
    const begun = await attacker.open(world.ask(books.id));
    const form = begun.forms.find(({ action }) => action.includes('/login'));
    const typed = { identifier: eve.email, password: PASSWORD };
    // Everything is proved, and the attacker stops before the resume.
    const at = new URL(form?.action ?? '', begun.url).href;
    const answer = await attacker.request('POST', at, new URLSearchParams({ ...form?.fields, ...typed }));
    expect(answer.headers.get('location')).toContain('/auth/');
    plant(attacker, victim, ['interaction', 'resume']);
    for (const address of [resumeOf(begun), begun.url]) {
      const page = await victim.open(address);
      expect(page).toMatchObject({ status: 403, heading: ELSEWHERE });
      expect(page.html).toContain('href="https://books.example/"');
    }
    expect(await personOf(victim)).toBeUndefined();
    // Nothing was spent: the browser that began it goes on.
    expect(cameBack(await attacker.open(answer.headers.get('location') ?? ''))).toBe(true);
  });

  test.each(['second factor', 'consent'])('that waits for a %s stays where it is', async (what) => {
    const [owner, stranger] = [world.newVisitor(), world.newVisitor()];
    const isConsent = what === 'consent';
    const waiting = await world.givePassword(owner, isConsent ? shelf.id : books.id, isConsent ? eve : ana);
    plant(owner, stranger, ['interaction', 'resume']);
    await stranger.open('/account');
    for (const address of [waiting.url, resumeOf(waiting)]) {
      expect(await stranger.open(address)).toMatchObject({ status: 403, heading: ELSEWHERE });
    }
    const csrf = csrfOf(await stranger.open('/account'));
    for (const { action, method } of waiting.forms) {
      if (method !== 'post') continue;
      const page = await stranger.post(new URL(action, waiting.url).href, { csrf, decision: 'allow' });
      expect(page).toMatchObject({ status: 403, heading: ELSEWHERE });
    }
    const on = isConsent
      ? await owner.submit(waiting, { decision: 'allow' }, { form: '/consent' })
      : await world.giveCode(owner, waiting, ana);
    expect(cameBack(on)).toBe(true);
  });

  test.each([
    'interaction',
    'resume',
    'ticket',
    'email',
    'account',
    'passkeys',
    'lastUsed',
    'locale',
  ] as const)('is neither opened nor gone on with by its cookie "%s" alone', async (name) => {
    const [owner, stranger] = [world.newVisitor(), world.newVisitor()];
    const begun = await world.givePassword(owner, books.id, ana);
    const cookie = nameOf(name);
    if (!owner.cookies.some((each) => each.name === cookie)) {
      owner.cookies.push({ name: cookie, value: 'A'.repeat(43), path: '/' });
    }
    plant(owner, stranger, [name]);
    for (const address of [begun.url, resumeOf(begun)]) {
      const page = await stranger.open(address);
      expect({ page: page.heading, status: page.status }).toEqual({ page: ELSEWHERE, status: 403 });
    }
    expect(await personOf(stranger)).toBeUndefined();
    expect(cameBack(await world.giveCode(owner, begun, ana))).toBe(true);
  });

  test('opens at none of its addresses, by whatever method', async () => {
    const steps = new Proxy({}, { get: () => () => {} });
    const of = { steps, firstAdministrator: steps, setPassword: steps, welcome: steps };
    const routes = createInteractionRoutes(of as never).filter(({ path }) => path.includes('/:uid'));
    expect(routes.length).toBeGreaterThan(15);
    const [owner, stranger] = [world.newVisitor(), world.newVisitor()];
    const waiting = await world.givePassword(owner, books.id, ana);
    plant(owner, stranger, ['interaction', 'resume']);
    const csrf = csrfOf(await stranger.open('/account'));
    const answers = [];
    for (const { method, path } of routes) {
      const address = path.replace(':uid', uidOf(waiting)).replace(':method', 'totp');
      const typed = { csrf, identifier: eve.email, password: PASSWORD, code: '123456', decision: 'allow' };
      const page = method === 'GET' ? await stranger.open(address) : await stranger.post(address, typed);
      answers.push({ route: `${method} ${path}`, status: page.status, heading: page.heading });
    }
    expect(answers).toEqual(
      routes.map(({ method, path }) => ({ route: `${method} ${path}`, status: 403, heading: ELSEWHERE })),
    );
    expect(cameBack(await world.giveCode(owner, waiting, ana))).toBe(true);
  });

  test('is not resumed by another way to spell the address or the cookie, nor by HEAD', async () => {
    const [owner, stranger] = [world.newVisitor(), world.newVisitor()];
    const begun = await owner.open(world.ask(books.id));
    const uid = uidOf(begun);
    const form = begun.forms.find(({ action }) => action.includes('/login'));
    const typed = { identifier: eve.email, password: PASSWORD };
    const at = new URL(form?.action ?? '', begun.url).href;
    await owner.request('POST', at, new URLSearchParams({ ...form?.fields, ...typed }));
    const { issuer } = world;
    for (const value of [uid, `"${uid}"`, `${uid} `, encodeURIComponent(uid)]) {
      for (const path of [
        `/auth/${uid}`,
        `/auth/${uid}/`,
        `/AUTH/${uid}`,
        '/auth/other',
        `/auth/%2e/${uid}`,
      ]) {
        for (const method of ['GET', 'HEAD', 'POST']) {
          const cookie = `${nameOf('resume')}=${value}`;
          const answer = await stranger.request(method, `${issuer}${path}`, undefined, { cookie });
          const set = answer.headers.getSetCookie().filter((line) => line.startsWith(nameOf('session')));
          expect({ path, method, value, set, to: answer.headers.get('location') }).toMatchObject({ set: [] });
          expect(answer.headers.get('location') ?? '').not.toContain('code=');
        }
      }
    }
  });

  describe('in which nothing was proved', () => {
    test('begins again by itself, with the same parameters, in the browser that has its address', async () => {
      const [owner, other] = [world.newVisitor(), world.newVisitor()];
      const begun = await owner.open(
        world.ask(books.id, { state: 'wanted', prompt: 'login', login_hint: 'a@b.c' }),
      );
      const own = await other.open(begun.url);
      expect(own).toMatchObject({ status: 200, heading: begun.heading });
      expect(uidOf(own)).not.toBe(uidOf(begun));
      expect(own.html).toContain('a@b.c');
      const done = await giveOwn(other, own, eve);
      expect(cameBack(done)).toBe(true);
      expect(new URL(done.url).searchParams.get('state')).toBe('wanted');
      const tokens = await world.tokensOf(done, books);
      expect(tokens.id_token).toBeTruthy();
      // And the browser that began it goes on as well.
      expect(cameBack(await giveOwn(owner, begun, eve))).toBe(true);
    });

    test('goes on without asking where that person is signed in already', async () => {
      const [owner, other] = [world.newVisitor(), world.newVisitor()];
      await world.givePassword(other, books.id, eve);
      const begun = await owner.open(world.ask(books.id, { state: 'seen' }));
      const done = await other.open(begun.url);
      expect(cameBack(done)).toBe(true);
      expect(new URL(done.url).searchParams.get('state')).toBe('seen');
    });

    test('begins again when its request was pushed, also when that is spent or over (RFC 9126 §2.2)', async () => {
      const app = await world.createClient({});
      const [owner, other, third] = [world.newVisitor(), world.newVisitor(), world.newVisitor()];
      const address = await push(app, { state: 'pushed' });
      const begun = await owner.open(address);
      expect(begun.heading).toBe('Sign in');
      const own = await other.open(begun.url);
      const done = await giveOwn(other, own, eve);
      expect(cameBack(done)).toBe(true);
      expect(new URL(done.url).searchParams.get('state')).toBe('pushed');
      expect((await world.tokensOf(done, app)).id_token).toBeTruthy();
      // It was good for one answer.
      expect(await world.newVisitor().open(address)).toMatchObject({ status: 400 });
      // What has been begun already goes on, as in one browser.
      expect(cameBack(await giveOwn(third, await third.open(begun.url), eve))).toBe(true);
    });

    test('whose form has another secret than the browser says so, and leads to one that works', async () => {
      const visitor = world.newVisitor();
      const begun = await visitor.open(world.ask(books.id, { state: 'tab' }));
      const secret = visitor.cookies.find(({ name }) => name === nameOf('csrf'));
      Object.assign(secret ?? {}, { value: 'B'.repeat(43) });
      const stale = await giveOwn(visitor, begun, eve);
      expect(stale).toMatchObject({ status: 403, heading: 'This page has been open too long' });
      const href = /<a class="btn go" href="?([^"\s>]+)/.exec(stale.html)?.[1]?.replaceAll('&amp;', '&');
      expect(href).toContain(`/interaction/${uidOf(begun)}`);
      const again = await visitor.open(href ?? '');
      expect(again.heading).toBe('Sign in');
      const done = await giveOwn(visitor, again, eve);
      expect(new URL(done.url).searchParams.get('state')).toBe('tab');
      expect(cameBack(done)).toBe(true);
    });

    test('does not go round for ever in a browser that keeps no cookies', async () => {
      const begun = await world.newVisitor().open(world.ask(books.id));
      const forgetful = world.newVisitor();
      let address = begun.url;
      const passed: string[] = [];
      for (;;) {
        forgetful.cookies.length = 0;
        const answer = await forgetful.request('GET', address);
        const next = answer.headers.get('location');
        if (next === null) {
          expect(answer.status).toBe(410);
          break;
        }
        address = new URL(next, address).href;
        passed.push(address);
        expect(passed.length).toBeLessThan(5);
      }
    });

    test('is not begun again once something is proved in it, whatever asks for it', async () => {
      const [owner, other] = [world.newVisitor(), world.newVisitor()];
      const begun = await owner.open(world.ask(books.id));
      const restart = await restartAddress(begun.url);
      await giveOwn(owner, begun, ana);
      const page = await other.open(restart);
      expect([page.status, cameBack(page)]).toEqual([400, false]);
    });
  });

  test('is known by every node: begun at one, gone on with at another, and begun again there', async () => {
    const node = await world.startNode();
    const issuer = new URL(world.issuer);
    const target = new URL(node.origin);
    let requests = 0;
    const alternating = createVisitor(world.issuer, {}, (url, init) => {
      requests += 1;
      const host = requests % 2 === 0 ? target.host : issuer.host;
      return fetch(Object.assign(new URL(url), { host }), init);
    });
    const atNode = () =>
      createVisitor(world.issuer, {}, (url, init) =>
        fetch(Object.assign(new URL(url), { host: target.host }), init),
      );
    const elsewhere = atNode();
    try {
      const begun = await alternating.open(world.ask(books.id));
      expect(cameBack(await giveOwn(elsewhere, await elsewhere.open(begun.url), eve))).toBe(true);
      const waiting = await giveOwn(alternating, begun, ana);
      expect(await atNode().open(waiting.url)).toMatchObject({ status: 403, heading: ELSEWHERE });
      expect(cameBack(await world.giveCode(alternating, waiting, ana))).toBe(true);
    } finally {
      await node.close();
    }
  });

  describe('that a release stored which bound none', () => {
    test('begins again when nothing is proved, for whoever holds its cookie', async () => {
      const visitor = world.newVisitor();
      const begun = await visitor.open(world.ask(books.id, { state: 'old' }));
      await unbind(begun);
      const again = await visitor.open(begun.url);
      expect([again.status, again.heading]).toEqual([200, 'Sign in']);
      expect(uidOf(again)).not.toBe(uidOf(begun));
      const done = await giveOwn(visitor, again, eve);
      expect(new URL(done.url).searchParams.get('state')).toBe('old');
    });

    test('goes on with the session that it belongs to, and with no other', async () => {
      const visitor = world.newVisitor();
      const asked = await world.givePassword(visitor, shelf.id, await world.createPerson());
      expect(asked.url).toContain('/interaction/');
      await unbind(asked);
      const stranger = world.newVisitor();
      plant(visitor, stranger, ['interaction', 'resume']);
      await stranger.open('/account');
      for (const address of [asked.url, resumeOf(asked)]) {
        expect(await stranger.open(address)).toMatchObject({ status: 403, heading: ELSEWHERE });
      }
      expect(cameBack(await visitor.submit(asked, { decision: 'allow' }, { form: '/consent' }))).toBe(true);
    });

    test('shows the page when somebody has proved something in it and nobody is signed in', async () => {
      const [attacker, victim] = [world.newVisitor(), world.newVisitor()];
      const waiting = await world.givePassword(attacker, books.id, ana);
      await unbind(waiting);
      plant(attacker, victim, ['interaction', 'resume']);
      await victim.open('/account');
      for (const address of [waiting.url, resumeOf(waiting)]) {
        expect(await victim.open(address)).toMatchObject({ status: 403 });
      }
    });
  });

  describe('goes on later only where it was begun', () => {
    test('with the ticket of a new password', async () => {
      const person = await world.createPerson();
      const [owner, stranger] = [world.newVisitor(), world.newVisitor()];
      const { links } = world.modules.users;
      const { token } = await links.create('set-password', { userId: person.id, ttlSeconds: 60 });
      const page = await owner.open(`/set-password?token=${token}`);
      const form = page.forms.find(({ action }) => action.includes('/set-password'));
      const chosen = { password: 'eleven loud badgers dance', again: 'eleven loud badgers dance' };
      const at = new URL(form?.action ?? '', page.url).href;
      const answer = await owner.request('POST', at, new URLSearchParams({ ...form?.fields, ...chosen }));
      expect(answer.headers.get('location')).toBe('/account/sign-in');
      plant(owner, stranger, ['ticket']);
      expect((await stranger.open('/account/sign-in')).heading).toBe('Sign in');
      // It was not spent there.
      expect((await owner.open('/account/sign-in')).html).toContain(person.email);
    });

    test('with the mark of a mailed link', async () => {
      const [asking, reading, stranger] = [world.newVisitor(), world.newVisitor(), world.newVisitor()];
      const login = await asking.open(world.ask(books.id));
      const form = await asking.open(login.url.replace(/(\?|$)/, '/email$1'));
      await asking.submit(form, { identifier: eve.email }, { form: '/email' });
      const { url } = await mailAbout(world, eve.email, 'code');
      const here = await reading.submit(await reading.open(url), {}, { form: '/email/here' });
      plant(reading, stranger, ['email']);
      const { fields = {} } = here.forms.find(({ action }) => action.includes('/email/use')) ?? {};
      const csrf = csrfOf(await stranger.open(url));
      const refused = await stranger.post('/email/use', { ...fields, csrf });
      expect(refused.heading).toBe('Type this code where you started');
      expect(await personOf(stranger)).toBeUndefined();
      const used = await reading.submit(here, {}, { form: '/email/use' });
      expect(used.html).toContain(eve.email);
    });
  });

  test('a code of a mail crosses browsers as before, and its link goes on only where it was asked for', async () => {
    const [asking, reading] = [world.newVisitor(), world.newVisitor()];
    const login = await asking.open(world.ask(books.id));
    const form = await asking.open(login.url.replace(/(\?|$)/, '/email$1'));
    const waiting = await asking.submit(form, { identifier: eve.email }, { form: '/email' });
    const mail = await mailAbout(world, eve.email, 'code');
    // With the sign-in's own cookies, and everything else but the secret, it is shown the code and no form of it.
    plant(asking, reading, ['interaction', 'resume']);
    const shown = await reading.open(mail.url);
    expect(shown.forms.some(({ action }) => action.includes('/interaction/'))).toBe(false);
    expect(shown.heading).toBe('Type this code where you started');
    expect(cameBack(await asking.submit(waiting, { code: mail.code }, { form: '/email' }))).toBe(true);
  });

  test('the secret is set with the interaction, stays the same, and lives at least as long', async () => {
    expect(BROWSER_SECRET_SECONDS).toBeGreaterThanOrEqual(lifetimes.interactionSeconds);
    const visitor = world.newVisitor();
    const first = await visitor.request('GET', `${world.issuer}${world.ask(books.id)}`);
    const line = (answer: Response) =>
      answer.headers.getSetCookie().filter((each) => each.startsWith(`${nameOf('csrf')}=`));
    expect(line(first)).toEqual([expect.stringContaining(`Max-Age=${BROWSER_SECRET_SECONDS}`)]);
    const second = await visitor.request('GET', `${world.issuer}${world.ask(books.id)}`);
    expect(line(second)).toEqual(line(first));
    // Nobody is asked anything: nothing is bound.
    const silent = await world
      .newVisitor()
      .request('GET', `${world.issuer}${world.ask(books.id, { prompt: 'none' })}`);
    expect(line(silent)).toEqual([]);
    // What is not well formed is none.
    visitor.cookies.splice(0, visitor.cookies.length, { name: nameOf('csrf'), value: 'short', path: '/' });
    const third = await visitor.request('GET', `${world.issuer}${world.ask(books.id)}`);
    expect(line(third)).not.toEqual(line(first));
    expect(line(third)).toHaveLength(1);
  });

  const nameOf = (cookie: keyof ReturnType<typeof cookieNames>) =>
    cookieNames({ base: '', isSecure: false })[cookie];

  /** Puts cookies of one browser into another one, as they are. */
  function plant(from: Visitor, into: Visitor, names: (keyof ReturnType<typeof cookieNames>)[]): void {
    const wanted = new Set<string>(names.map(nameOf));
    into.cookies.push(
      ...from.cookies.filter(({ name }) => wanted.has(name)).map((cookie) => ({ ...cookie })),
    );
  }

  function giveOwn(visitor: Visitor, login: Page, { email }: Person): Promise<Page> {
    return visitor.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' });
  }

  /** Who is signed in there. */
  async function personOf(visitor: Visitor): Promise<string | undefined> {
    const { html, heading } = await visitor.open('/account');
    if (heading === 'Sign in') return undefined;
    return [ana, eve].find(({ email }) => html.includes(email))?.email ?? 'somebody';
  }

  const resumeOf = (page: Page) => `${world.issuer}/auth/${uidOf(page)}`;

  /** Where a browser that has another secret is sent. */
  async function restartAddress(address: string): Promise<string> {
    const visitor = world.newVisitor();
    await visitor.open('/account');
    const answer = await visitor.request('GET', address);
    return new URL(answer.headers.get('location') ?? '', world.issuer).href;
  }

  async function push({ id, secret }: { id: string; secret: string }, values: Record<string, string>) {
    const { searchParams } = new URL(world.ask(id, values), world.issuer);
    const response = await fetch(`${world.issuer}/request`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: searchParams,
    });
    const { request_uri: requestUri = '' } = (await response.json()) as { request_uri?: string };
    return `/auth?${new URLSearchParams({ client_id: id, request_uri: requestUri })}`;
  }

  /** As a release before this one would have stored it. */
  async function unbind(page: Page): Promise<void> {
    const interaction = await world.modules.oidc.provider().Interaction.find(uidOf(page));
    if (!interaction) throw new Error('no interaction');
    const { browserHash: _, ...details } = interaction.prompt.details;
    Object.assign(interaction, { prompt: { ...interaction.prompt, details } });
    await interaction.persist();
  }
});

const uidOf = (page: Page) => /\/interaction\/([^/?]+)/.exec(page.url)?.[1] ?? '';
const csrfOf = (page: Page) => page.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';

test('on https nothing but the two cookies of the library can be planted by a sibling subdomain', () => {
  const names = Object.entries(cookieNames({ base: '/id', isSecure: true }));
  const plantable = names.filter(([, name]) => !name.startsWith('__Host-')).map(([which]) => which);
  expect(plantable).toEqual(['interaction', 'resume']);
});
