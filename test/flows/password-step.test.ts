import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addCredential } from '../support/credentials.ts';
import { eachDatabase } from '../support/database.ts';
import { mailsTo } from './mailbox.ts';
import { cameBack, PASSWORD, type Person, startWorld, stepOf, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

const NEW = 'eleven loud badgers dance';

/** A passkey that was only touched is something one has; the password is what one knows. */
eachDatabase('the password as a further step', (dialect) => {
  let world: World;
  let bank: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    bank = await world.createClient({ name: 'Bank', level: '2' });
  });
  afterAll(() => world?.close());

  test('is asked after a passkey that was only touched where two factors are demanded, and the app is told of both', async () => {
    const { visitor, page, ana } = await afterTheTouch();
    expect([stepOf(page), page.html.includes(ana.email)]).toEqual(['password', true]);
    const before = await mailsTo(world, ana.email);
    const wrong = await visitor.submit(page, { password: 'wrong one' }, { form: '/password' });
    expect(wrong).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(wrong.html).not.toContain('wrong one');
    // The mail about half a sign-in says that somebody knows the password: here it is the password that was wrong.
    expect(await mailsTo(world, ana.email)).toHaveLength(before.length);

    const done = await visitor.submit(wrong, { password: PASSWORD }, { form: '/password' });
    expect(cameBack(done)).toBe(true);
    const token = await world.idTokenOf(done, bank);
    expect(token).toMatchObject({ sub: ana.id, acr: '3', amr: ['hwk', 'user', 'pwd', 'mfa'] });
    expect(Math.abs(Number(token.auth_time) * 1000 - world.now())).toBeLessThan(60_000);
  });

  test('is the one of the person who is known, whatever name comes along', async () => {
    const { visitor, page } = await afterTheTouch();
    const bob = await world.createPerson();
    await world.modules.password.set(bob.id, NEW);
    const swapped = await visitor.submit(
      page,
      { identifier: bob.email, password: NEW },
      { form: '/password' },
    );
    expect([swapped.status, cameBack(swapped)]).toEqual([422, false]);
  });

  test('is slowed down like a sign-in, and "Not you?" begins from the beginning', async () => {
    const { visitor, page, ana } = await afterTheTouch();
    let refused = page;
    for (let each = 0; each < 6; each += 1) {
      refused = await visitor.submit(page, { password: `wrong ${each}` }, { form: '/password' });
    }
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    const anew = await visitor.submit(page, {}, { form: '/switch' });
    expect([stepOf(anew), anew.html.includes(ana.email)]).toEqual(['', false]);
  });

  async function afterTheTouch(): Promise<{ visitor: Visitor; page: Page; ana: Person }> {
    const ana = await world.createPerson();
    const authenticator = createAuthenticator({
      origin: world.issuer,
      rpId: 'localhost',
      verifiesUser: false,
    });
    await addCredential(world, ana.id, 'passkey', (shown) => ({ credential: authenticator.create(shown) }));

    const visitor = world.newVisitor();
    const login = await visitor.open(world.ask(bank.id));
    const [uid, query] = [new URL(login.url).pathname.split('/')[2], new URL(login.url).search];
    const { csrf = '' } = login.forms.find(({ fields }) => fields.csrf)?.fields ?? {};
    const options = await visitor.request(
      'POST',
      `${world.issuer}/interaction/${uid}/passkey/options${query}`,
      new URLSearchParams({ csrf, tried: '', quiet: '', can: '' }),
    );
    const shown = (await options.json()) as Record<string, unknown>;
    const page = await visitor.post(`/interaction/${uid}/passkey${query}`, {
      csrf,
      handle: String(shown.handle),
      credential: authenticator.get(shown),
    });
    return { visitor, page, ana };
  }
});
