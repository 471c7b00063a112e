import { afterEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailsTo } from '../flows/mailbox.ts';
import { createVisitor } from '../flows/visitor.ts';

let gatehouse: Gatehouse;
afterEach(() => gatehouse?.close());

test.each([
  ['a passkey', 'passkey-instead', {}],
  ['a password', 'details', { password: 'seven quiet otters drift' }],
])('whose usernames are is not told to who tries a list of them, by way of %s', async (_, step, more) => {
  gatehouse = await startGatehouse({
    settings: { users: { signInBy: 'both' }, registration: { mode: 'open' } },
  });
  const names = Array.from({ length: 12 }, (_, at) => `person-${at}`);
  for (const username of names)
    await gatehouse.modules.users.create({ email: `${username}@example.com`, username }, SYSTEM);

  const visitor = createVisitor(gatehouse.issuer);
  const form = await visitor.open('/registration');
  const sent = await visitor.submit(form, { email: 'eve@example.net' }, { form: '/registration' });
  const [mail] = await mailsTo(gatehouse, 'eve@example.net');
  const details = await visitor.submit(sent, { code: mail?.code ?? '' });
  const { csrf = '' } = details.forms.find(({ fields }) => fields.csrf)?.fields ?? {};
  const ask = async (username: string) => {
    const body = new URLSearchParams({ csrf, name: 'Eve', username, ...more });
    const answer = await visitor.copy().request('POST', `${details.url}/${step}`, body);
    return answer.status;
  };
  const statuses = await Promise.all(names.map(ask));
  expect(statuses.filter((status) => status === 422).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(5);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(7);
  expect(await ask('nobody-yet')).toBe(429);
});
