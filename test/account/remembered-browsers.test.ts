import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, startAccount } from './set-up.ts';

let account: Account;
let count = 0;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account?.close());

async function rememberDevice({ id }: { id: string }): Promise<string> {
  count += 1;
  const now = account.now();
  await account.modules.db('remembered_devices').insert({
    id: `rdv_${count}`,
    user_id: id,
    token_hash: `hash ${count}`,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    network: '203.0.113.7',
    created_at: now,
    last_used_at: now,
    expires_at: now + 30 * 86_400_000,
  });
  return `rdv_${count}`;
}
const left = async ({ id }: { id: string }) =>
  (await account.modules.db('remembered_devices').where({ user_id: id })).length;

test('a remembered device is listed, and forgotten by its own button', async () => {
  const person = await account.createPerson();
  await rememberDevice(person);
  await rememberDevice(person);
  const { visitor, page } = await account.signIn(person, '/account/security');
  expect(page.html).toContain('Firefox · Linux');
  const after = await visitor.submit(page, {}, { form: 'forget-device' });
  expect(after.html).toContain('That device will be asked again.');
  expect(await left(person)).toBe(1);
});

test('all of them are forgotten at once', async () => {
  const person = await account.createPerson();
  await rememberDevice(person);
  await rememberDevice(person);
  const { visitor, page } = await account.signIn(person, '/account/security');
  await visitor.submit(page, {}, { form: 'forget-devices' });
  expect(await left(person)).toBe(0);
  expect(await account.eventsOf(person)).toContain('account.devices_forgotten');
});

test('another person’s device stays', async () => {
  const [ana, ben] = [await account.createPerson(), await account.createPerson()];
  const device = await rememberDevice(ana);
  const { visitor, page } = await account.signIn(ben, '/account/security');
  const csrf = page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
  await visitor.post('/account/security/forget-device', { csrf, device });
  expect(await left(ana)).toBe(1);
  expect(await account.eventsOf(ben)).not.toContain('account.device_forgotten');
});

test('a new password ends them all', async () => {
  const person = await account.createPerson();
  await rememberDevice(person);
  const { visitor, page } = await account.signIn(person, '/account/password');
  const password = 'eleven loud herons glide';
  await visitor.submit(page, { password, again: password }, { form: 'account/password' });
  expect(await left(person)).toBe(0);
});

test('planning the end of the account ends them too', async () => {
  const person = await account.createPerson();
  await rememberDevice(person);
  const { visitor } = await account.signIn(person);
  await visitor.submit(await visitor.open('/account/delete'), { sure: 'yes' }, { form: 'account/delete' });
  expect(await left(person)).toBe(0);
});
