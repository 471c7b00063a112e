import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { profileClaims } from '../../src/account/config.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Account, startAccount } from './set-up.ts';

let account: Account;
beforeAll(async () => {
  const editableClaims = profileClaims.filter((claim) => claim !== 'preferred_username');
  account = await startAccount({ settings: { account: { editableClaims } } });
});
afterAll(() => account?.close());

const FILLED = {
  name: 'Ana Lopes',
  given_name: 'Ana',
  middle_name: 'Maria',
  family_name: 'Lopes',
  nickname: 'Ana',
  gender: 'female',
  birthdate: '1984-02-29',
  locale: 'de',
  zoneinfo: 'Europe/Lisbon',
  website: 'https://ana.example/',
  profile: 'https://ana.example/me',
  phone_number: '+351 21 234 5678',
  street_address: 'Rua das Flores 7\r\n2.º direito',
  postal_code: '1200-195',
  locality: 'Lisboa',
  region: 'Lisboa',
  country: 'Portugal',
};

describe('/account/profile', () => {
  test('keeps every claim of the form, and shows it again', async () => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/profile');
    const saved = await visitor.submit(page, FILLED, { form: 'account/profile' });
    expect(saved).toMatchObject({ status: 200, url: `${account.issuer}/account/profile?notice=saved` });
    const { street_address, postal_code, locality, region, country, ...claims } = FILLED;
    const address = {
      street_address: street_address.replace('\r\n', '\n'),
      postal_code,
      locality,
      region,
      country,
    };
    expect((await account.modules.users.get(person.id)).profile).toEqual({ ...claims, address });
    for (const text of ['ana.example/me', 'Rua das Flores 7', '1200-195']) expect(saved.html).toContain(text);
  });

  test('speaks the chosen language from then on', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/profile');
    const saved = await visitor.submit(page, { locale: 'de' }, { form: 'account/profile' });
    expect(saved.heading).toBe('Ihr Profil');
    expect(saved.html).toContain('lang="de"');
  });

  test('says of a language that is not one of its own which one its name is in', async () => {
    const person = await account.createPerson({ profile: { locale: 'ca' } });
    const { page } = await account.signIn(person, '/account/profile');
    expect(page.html).toContain('<option value="ca" lang="ca" selected>català</option>');
  });

  test('an empty field takes the claim away, and leaves what the form does not have', async () => {
    const profile = {
      name: 'Ana',
      nickname: 'An',
      phone_number: '+351 21 234 5678',
      phone_number_verified: true,
    };
    const person = await account.createPerson({ profile });
    const { visitor, page } = await account.signIn(person, '/account/profile');
    await visitor.submit(page, { nickname: '  ' }, { form: 'account/profile' });
    const { nickname: _, ...left } = profile;
    expect((await account.modules.users.get(person.id)).profile).toEqual(left);
  });

  test('another phone number is not verified any more', async () => {
    const profile = { name: 'Ana', phone_number: '+351 21 234 5678', phone_number_verified: true };
    const person = await account.createPerson({ profile });
    const { visitor, page } = await account.signIn(person, '/account/profile');
    await visitor.submit(page, { phone_number: '+41 44 268 12 34' }, { form: 'account/profile' });
    expect((await account.modules.users.get(person.id)).profile).toEqual({
      name: 'Ana',
      phone_number: '+41 44 268 12 34',
    });
  });

  test('says that apps know somebody else by a name, and shows a username that cannot be written', async () => {
    const settings = { account: { editableClaims: ['name', 'preferred_username'] } };
    const house = await startAccount({ settings });
    onTestFinished(() => house.close());
    const { users } = house.modules;
    await users.create({ email: 'other@example.com', username: 'ana' }, SYSTEM);
    const person = await house.createPerson();
    const { visitor, page } = await house.signIn(person, '/account/profile');
    const save = (preferred: string) =>
      visitor.submit(page, { preferred_username: preferred }, { form: 'account/profile' });
    const refused = await save('ANA');
    expect(refused).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(refused.html).toContain('This username is not free. Choose another one.');
    expect(refused.html).toContain('href="#preferred_username"');
    expect(refused.html).toContain('value="ANA"');
    // Nor does anybody become the administrator of an app by a name of their own choice.
    for (const reserved of ['admin', 'ＡＤＭＩＮ', ' Root ']) expect((await save(reserved)).status).toBe(422);
    expect((await users.get(person.id)).profile.preferred_username).toBeUndefined();
    expect((await save('Ana Lopes')).status).toBe(200);
    expect((await users.get(person.id)).profile.preferred_username).toBe('Ana Lopes');

    // Nobody finds out by a list of names who is here.
    for (let tries = 2; tries < 10; tries += 1) expect((await save('ana')).status).toBe(422);
    const heldBack = await save('ana.b');
    expect(heldBack).toMatchObject({ status: 429, title: expect.stringMatching(/^Error:/) });
    expect(heldBack.html).toContain('That was a few tries in a row. Wait ');
    expect(heldBack.html).toContain('value="ana.b"');
    expect((await users.get(person.id)).profile.preferred_username).toBe('Ana Lopes');
    const others = { preferred_username: 'Ana Lopes', name: 'Ana L.' };
    expect((await visitor.submit(page, others, { form: 'account/profile' })).status).toBe(200);

    // Apps are told the username now: what would stand in its place is no field any more.
    await users.update(person.id, { username: 'ana.lopes' }, SYSTEM);
    await save('Ana the Second');
    const shown = await visitor.open('/account/profile');
    expect(shown.html).toContain('<dd><bdi>ana.lopes</bdi></dd>');
    expect(shown.html).not.toContain('name="preferred_username"');
    expect((await users.get(person.id)).profile.preferred_username).toBe('Ana Lopes');
  });

  test('an address that changes loses the lines that were made of it', async () => {
    const address = { formatted: 'Old lines', locality: 'Porto' };
    const person = await account.createPerson({ profile: { name: 'Ana', address } });
    const { visitor, page } = await account.signIn(person, '/account/profile');
    await visitor.submit(page, { nickname: 'An' }, { form: 'account/profile' });
    expect((await account.modules.users.get(person.id)).profile.address).toEqual(address);
    await visitor.submit(page, { locality: 'Lisboa' }, { form: 'account/profile' });
    expect((await account.modules.users.get(person.id)).profile.address).toEqual({ locality: 'Lisboa' });
  });

  test.each([
    ['website', 'javascript:alert(1)', 'Use an address that begins with https://'],
    ['birthdate', '29.2.1984', 'Write it as 1984-02-29, or the year alone.'],
    ['phone_number', '012345', 'Begin with + and the country code'],
    ['zoneinfo', 'Atlantis/Sunken', 'Choose a time zone from the list.'],
    ['locale', 'not a language', 'Choose a language from the list.'],
    ['name', 'x'.repeat(201), 'That is too long'],
    ['nickname', 'turned \u202e round', 'can’t be shown'],
  ])('says what is wrong with %s, and keeps what was typed: %s', async (field, value, sentence) => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/profile');
    const refused = await visitor.submit(
      page,
      { [field]: value, given_name: 'Typed' },
      { form: 'account/profile' },
    );
    expect(refused).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(refused.html).toContain(sentence);
    expect(refused.html).toContain(`href="#${field}"`);
    expect(refused.html).toContain('value="Typed"');
    expect((await account.modules.users.get(person.id)).profile).not.toHaveProperty('given_name');
  });

  test('names the fields with mistakes in the order of the page, and says what is wrong at each', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/profile');
    const wrong = { phone_number: '012345', website: 'ana.example', nickname: 'x'.repeat(201) };
    const { html } = await visitor.submit(page, wrong, { form: 'account/profile' });
    const box = /role="alert"[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '';
    expect([...box.matchAll(/<a href="#(\w+)">([^<]*)/g)].map(([, id, label]) => [id, label])).toEqual([
      ['nickname', 'What to call you'],
      ['website', 'Website'],
      ['phone_number', 'Phone number'],
    ]);
    expect(html.match(/Use an address that begins with https:\/\//g)).toHaveLength(1);
  });

  test('what people type is text on the page, never markup', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/profile');
    const saved = await visitor.submit(
      page,
      { name: '"><script>alert(1)</script>', street_address: '</textarea><script>alert(2)</script>' },
      { form: 'account/profile' },
    );
    expect(saved.html).not.toContain('<script>alert');
    expect(saved.html).toContain('&lt;/textarea&gt;');
  });

  test.each([
    ['picture', 'https://ana.example/me.png'],
    ['email', 'other@example.com'],
    ['email_verified', 'true'],
    ['username', 'root'],
    // Apps know people by it.
    ['preferred_username', 'root'],
    ['is_admin', 'true'],
    ['isAdmin', 'true'],
    ['phone_number_verified', 'true'],
    ['formatted', 'Other lines'],
    ['__proto__', 'x'],
  ])('a field that is not offered is not read: %s', async (field, value) => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/profile');
    expect(page.html).not.toContain(`name="${field}"`);
    const before = await account.modules.users.get(person.id);
    await visitor.submit(page, { [field]: value }, { form: 'account/profile' });
    expect(await account.modules.users.get(person.id)).toEqual(before);
  });

  test('is audited with the names of the fields and no value', async () => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/profile');
    await visitor.submit(page, { nickname: 'Secretive' }, { form: 'account/profile' });
    const [event] = await account.modules.audit.list({ event: 'users.updated', userId: person.id });
    expect(event).toMatchObject({
      actor: { type: 'person', id: person.id },
      detail: { fields: ['nickname'] },
    });
    expect(JSON.stringify(event)).not.toContain('Secretive');
  });

  test('is refused without its token', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/profile');
    expect(await visitor.submit(page, { csrf: '' }, { form: 'account/profile' })).toMatchObject({
      status: 403,
    });
  });
});

describe('what the operator allows', () => {
  test('without a setting: names, language and time zone; what else apps are told is there to see', async () => {
    const plain = await startAccount();
    try {
      const profile = { name: 'Ana', preferred_username: 'ana', address: { locality: 'Lisboa' } };
      const person = await plain.createPerson({ profile });
      const { page } = await plain.signIn(person, '/account/profile');
      const form = /action="[^"]*account\/profile"[\s\S]*?<\/form>/.exec(page.html)?.[0] ?? '';
      const names = [...form.matchAll(/<(?:input|select|textarea)[^>]* name="(\w+)"/g)].map(
        ([, name]) => name,
      );
      expect(names).toEqual(['csrf', 'name', 'given_name', 'family_name', 'locale', 'zoneinfo']);
      expect(page.html).toMatch(/<dt>Username in apps<\/dt><dd><bdi>ana<\/bdi><\/dd>/);
      expect(page.html).toMatch(/<dt>Town<\/dt><dd><bdi>Lisboa<\/bdi><\/dd>/);
    } finally {
      await plain.close();
    }
  });

  test('only the claims of the settings can be written, and a picture when it is switched on', async () => {
    const strict = await startAccount({
      settings: { account: { editableClaims: ['nickname'], pictureByUrl: true } },
    });
    try {
      const person = await strict.createPerson();
      const { visitor, page } = await strict.signIn(person, '/account/profile');
      const picture = 'https://ana.example/me.png';
      await visitor.submit(page, { nickname: 'An', picture, name: 'Other' }, { form: 'account/profile' });
      expect((await strict.modules.users.get(person.id)).profile).toMatchObject({ nickname: 'An', picture });
      expect((await strict.modules.users.get(person.id)).profile.name).toMatch(/^Person/);
    } finally {
      await strict.close();
    }
  });
});
