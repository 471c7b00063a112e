import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import type { Storage } from '../support/database.ts';
import { mailsTo } from './mailbox.ts';
import { PASSWORD, type Person, startWorld, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEW = { password: 'eleven loud badgers dance', again: 'eleven loud badgers dance' };

/** Whatever people do to a page in the middle of a way: it says what happened, and leads on. */

/** A journey: as far as the page that is the subject, and what is typed there. */
type Journey = {
  arrive(visitor: Visitor, start: string, who: Person): Promise<Page>;
  typed(who: Person): Promise<Record<string, string>> | Record<string, string>;
  form: string;
  person(): Promise<Person>;
};

let world: World;
let people = 0;
/** Apps by name, and where a sign-in to each begins. */
const apps: Record<string, string> = {};

const journeys: Record<string, Journey> = {
  'the password': {
    arrive: (visitor, start) => visitor.open(start),
    typed: ({ email }) => ({ identifier: email, password: PASSWORD }),
    form: '/login',
    person: () => world.createPerson(),
  },
  'the code of a mail': {
    async arrive(visitor, start, { email }) {
      const login = await visitor.open(start);
      const form = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
      return visitor.submit(form, { identifier: email }, { form: '/email' });
    },
    typed: newestCode,
    form: '/email',
    person: () => world.createPerson(),
  },
  'the code of an app': {
    arrive: async (visitor, start, { email }) =>
      visitor.submit(
        await visitor.open(start),
        { identifier: email, password: PASSWORD },
        { form: '/login' },
      ),
    typed: (who) => ({ code: world.nextCode(who) }),
    form: '/totp',
    person: () => world.createPersonWithApp(),
  },
  'the details of a new account': {
    arrive: (visitor, start, who) => proveMail(visitor, start, who, '/registration'),
    typed: () => ({ name: 'Ana Lima', ...NEW }),
    form: '/details',
    async person() {
      people += 1;
      return { id: '', email: `new${people}@example.com` };
    },
  },
  'a new password': {
    arrive: (visitor, start, who) => proveMail(visitor, start, who, '/recovery'),
    typed: () => NEW,
    form: '/password',
    person: () => world.createPerson(),
  },
};

describe.each<Storage>(['sqlite', 'redis'])('in the middle of a way (%s)', (storage) => {
  beforeAll(async () => {
    const often = [{ points: 10_000, perSeconds: 60 }];
    const limits = { address: often, knownDevice: often, browser: often, network: often };
    world = await startWorld({
      dialect: storage,
      settings: {
        registration: registrationConfig.parse({ mode: 'open', limits }),
        recovery: { limits },
        email: { limits },
      },
    });
    for (const name of ['books', 'maps']) {
      const callback = `https://${name}.example/callback`;
      const { id } = await world.createClient({ name, 'redirect-uri': [callback] });
      apps[name] = world.ask(id, { redirect_uri: callback });
    }
  });
  afterAll(() => world?.close());

  describe.each(Object.entries(journeys))('the page that asks for %s', (_title, journey) => {
    test('that is bookmarked, and opened in another browser, says so and leads to a sign-in', async () => {
      const { page } = await arrive();
      await expectWayOn(await world.newVisitor().open(page.url));
    });

    test('that was open for a day leads on, opened again and sent', async () => {
      const { page, visitor, who } = await arrive();
      const typed = await journey.typed(who);
      await passADay();
      for (const later of [
        await visitor.open(page.url),
        await visitor.submit(page, typed, { form: journey.form }),
      ]) {
        expect(later).toMatchObject({ status: 410, heading: 'This page has been open too long' });
        await expectWayOn(later);
      }
    });

    test('that is opened twice works in both tabs', async () => {
      const { page, visitor, who } = await arrive();
      const second = await visitor.open(page.url);
      expect(second.heading).toBe(page.heading);
      const sent = await visitor.submit(second, await journey.typed(who), { form: journey.form });
      expect(isAt(sent, 'books')).toBe(true);
      await expectWayOn(await visitor.submit(page, await journey.typed(who), { form: journey.form }));
    });

    test('stands in two tabs for two apps, and each gets its person', async () => {
      const { page, visitor, who } = await arrive('books');
      const other = await journey.arrive(visitor, apps.maps ?? '', who);
      const toBooks = await visitor.submit(page, await journey.typed(who), { form: journey.form });
      // The newer mail of two has voided the older one: then the tab says so, and the other one goes on.
      if (!isAt(toBooks, 'books')) await expectWayOn(toBooks);
      const sent = await visitor.submit(other, await journey.typed(who), { form: journey.form });
      if (!isAt(sent, 'maps')) await expectWayOn(sent);
      expect(isAt(toBooks, 'books') || isAt(sent, 'maps')).toBe(true);
      for (const app of ['books', 'maps']) expect(isAt(await visitor.open(apps[app] ?? ''), app)).toBe(true);
    });

    test('leads on when one comes back to it, and sends it again, after the end', async () => {
      const { page, visitor, who } = await arrive();
      const typed = await journey.typed(who);
      expect(isAt(await visitor.submit(page, typed, { form: journey.form }), 'books')).toBe(true);
      for (const later of [
        await visitor.open(page.url),
        await visitor.submit(page, typed, { form: journey.form }),
      ]) {
        expect(later).toMatchObject({ status: 200, heading: 'You’re signed in' });
        expect(later.html).toContain('href="https://books.example/"');
      }
    });

    test('is sent twice before the browser went on, and ends at the app', async () => {
      const { page, visitor, who } = await arrive();
      const typed = await journey.typed(who);
      const form = page.forms.find(({ action }) => action.includes(journey.form));
      const body = new URLSearchParams({ ...form?.fields, ...typed });
      const first = await visitor.request('POST', new URL(form?.action ?? '', page.url).href, body);
      expect(first.status).toBe(303);
      expect(isAt(await visitor.submit(page, typed, { form: journey.form }), 'books')).toBe(true);
    });

    async function arrive(app = 'books') {
      const who = await journey.person();
      const visitor = world.newVisitor();
      const page = await journey.arrive(visitor, apps[app] ?? '', who);
      expect(page.status).toBe(200);
      return { who, visitor, page };
    }
  });

  test.each(['the details of a new account', 'a new password'])(
    'the page that asks for %s, come back to much later, says that one is signed in',
    async (title) => {
      const journey = journeys[title] as Journey;
      const who = await journey.person();
      const visitor = world.newVisitor();
      const page = await journey.arrive(visitor, apps.books ?? '', who);
      await visitor.submit(page, await journey.typed(who), { form: journey.form });
      world.pass(HOUR);
      const later = await visitor.open(page.url);
      expect(later).toMatchObject({ status: 200, heading: 'You’re signed in' });
      await expectWayOn(later);
    },
  );

  test.each([
    '/recovery/link',
    '/recovery/started',
    '/registration/link',
    '/new-device',
    '/new-credential',
    '/set-password',
  ])('a link of a mail to %s that works no more leads on', async (path) => {
    const page = await world.newVisitor().open(`${path}?token=${'x'.repeat(43)}`);
    expect(page).toMatchObject({ status: 410, heading: 'This link no longer works' });
    await expectWayOn(page);
  });
});

/** Sign-ins that wait expire by the time of their store. */
async function passADay(): Promise<void> {
  world.pass(DAY);
  if (world.redis) await world.redis.pass(DAY);
  else await world.modules.db('artifacts').where({ model: 'Interaction' }).update({ expires_at: 1 });
}

/** At the app, or a page of ours that says what happened and has a link or a form that goes on, to no dead end. */
async function expectWayOn(page: Page): Promise<void> {
  if (isAt(page, 'books') || isAt(page, 'maps')) return;
  expect(page.status).toBeLessThan(500);
  expect(page.heading).not.toBe('');
  const main = /<main\b.*<\/main>/s.exec(page.html)?.[0] ?? '';
  const links = [...main.matchAll(/<a\b[^>]*href="?([^"\s>]+)/g)]
    .map(([, href = '']) => href)
    .filter((href) => !href.startsWith('#'));
  const forms = [...main.matchAll(/<form\b/g)];
  expect({ page: page.heading, ways: links.length + forms.length }).not.toMatchObject({ ways: 0 });
}

function isAt(page: Page, app: string): boolean {
  return page.url.startsWith(`https://${app}.example/callback?code=`);
}

async function newestCode({ email }: Person): Promise<Record<string, string>> {
  return { code: (await mailsTo(world, email)).find(({ code }) => code !== '')?.code ?? '' };
}

/** From the app's sign-in, by its own link, as far as the mail is proved. */
async function proveMail(visitor: Visitor, start: string, who: Person, path: string): Promise<Page> {
  const login = await visitor.open(start);
  const link = new RegExp(`href="?(${path}[^"\\s>]*)`).exec(login.html)?.[1]?.replaceAll('&amp;', '&');
  const asked = await visitor.submit(await visitor.open(link ?? ''), { email: who.email }, { form: path });
  return visitor.submit(asked, await newestCode(who), { form: '/code' });
}
