import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';

const PASSWORD = 'seven quiet otters drift';

describe('the ticket of who has just chosen a password', () => {
  let gatehouse: Gatehouse;

  beforeAll(async () => {
    gatehouse = await startGatehouse();
  });
  afterAll(() => gatehouse?.close());

  /** A browser that has just chosen a password, before it follows the answer. */
  async function holder(visitor = createVisitor(gatehouse.issuer)) {
    const { set_password_url: link } = await gatehouse.command('users create', {
      email: `u${Math.random().toString(36).slice(2)}@example.com`,
    });
    const form = await visitor.open(link ?? '');
    const { action, fields } = form.forms.find(({ method }) => method === 'post')!;
    const answer = await visitor.request(
      'POST',
      new URL(action, form.url).href,
      new URLSearchParams({ ...fields, password: PASSWORD, again: PASSWORD }),
    );
    expect(answer.status).toBe(303);
    const ticket = visitor.cookies.find(({ name }) => name.endsWith('ticket'))!;
    return { visitor, ticket, next: new URL(answer.headers.get('location') ?? '', gatehouse.issuer).href };
  }

  test('signs in once', async () => {
    const { visitor, ticket, next } = await holder();
    const thief = visitor.copy();
    expect((await visitor.open(next)).url).toBe(`${gatehouse.issuer}/account`);
    expect(visitor.cookies.some(({ name }) => name === ticket.name)).toBe(false);
    expect(await thief.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('is over after two minutes', async () => {
    const { visitor, next } = await holder();
    gatehouse.passTime(2 * 60 * 1000);
    expect(await visitor.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('is worth nothing when it was altered, and in a browser without it', async () => {
    const { visitor, ticket, next } = await holder();
    const other = createVisitor(gatehouse.issuer);
    expect(await other.open(next)).toMatchObject({ heading: 'Sign in' });
    ticket.value = `${ticket.value.slice(0, -2)}xx`;
    expect(await visitor.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('signs in to no app', async () => {
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': ['https://books.example/callback'],
      type: 'web',
      'first-party': true,
    });
    const { visitor } = await holder();
    const request = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: 'https://books.example/callback',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    expect(await visitor.open(`/auth?${request}`)).toMatchObject({ heading: 'Sign in' });
  });

  test('takes the place of whoever was signed in before', async () => {
    const first = await holder();
    await first.visitor.open(first.next);
    const before = first.visitor.copy();
    const second = await holder(first.visitor);
    const account = await first.visitor.open(second.next);
    expect(account.url).toBe(`${gatehouse.issuer}/account`);
    expect(await before.open('/account')).toMatchObject({ heading: 'Sign in' });
  });
});
