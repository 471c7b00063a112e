import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { addAuthenticatorApp } from '../support/credentials.ts';
import type { Storage } from '../support/database.ts';
import { totpCode } from '../support/totp-code.ts';
import { startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

export const PASSWORD = 'seven quiet otters drift';
export const CALLBACK = 'https://books.example/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const STEP_MS = 30_000;

export type Person = { id: string; email: string; secret?: string };
export type World = Awaited<ReturnType<typeof startWorld>>;
type ClientOptions = Record<string, string | number | boolean | string[]>;

/** A Gatehouse with people who have an authenticator app, apps of every kind, and what a token says. */
export async function startWorld(
  options: {
    dialect?: Storage;
    settings?: Record<string, unknown>;
    environment?: Record<string, string>;
  } = {},
) {
  const gatehouse = await startGatehouse(options);
  const { modules } = gatehouse;
  let people = 0;
  let passed = 0;
  const secrets = new Map<string, string>();

  async function createPerson(): Promise<Person> {
    people += 1;
    const email = `person${people}@example.com`;
    const created = await gatehouse.command(
      'users create',
      { email, name: 'Ana Lima', 'password-stdin': true },
      { stdin: PASSWORD },
    );
    return { id: created.id ?? '', email };
  }

  /** As the account does it: a secret, and one code that confirms it. */
  async function connectApp(person: Person): Promise<string> {
    const secret = await addAuthenticatorApp(gatehouse, person.id, Date.now() + passed);
    secrets.set(person.email, secret);
    // The code that confirmed it is spent.
    pass(STEP_MS);
    return secret;
  }

  function pass(ms: number): void {
    passed += ms;
    gatehouse.passTime(ms);
  }

  const codeNow = (secret: string): string => totpCode(secret, Date.now() + passed);

  /** The next code of a person's app: no step is used twice. */
  function nextCode({ email }: Person): string {
    pass(STEP_MS);
    return codeNow(secrets.get(email) ?? '');
  }

  async function createClient(values: ClientOptions = {}): Promise<{ id: string; secret: string }> {
    const created = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
      'first-party': true,
      ...values,
    });
    return { id: created.client_id ?? '', secret: created.client_secret ?? '' };
  }

  function ask(clientId: string, values: Record<string, string> = {}): string {
    return `/auth?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...values,
    })}`;
  }

  const newVisitor = (): Visitor => createVisitor(gatehouse.issuer);

  /** The page after the password. */
  async function givePassword(
    visitor: Visitor,
    clientId: string,
    person: Person,
    values: Record<string, string> = {},
  ): Promise<Page> {
    const login = await visitor.open(ask(clientId, values));
    return visitor.submit(login, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  }

  const giveCode = (visitor: Visitor, page: Page, person: Person, more: Record<string, string> = {}) =>
    visitor.submit(page, { code: nextCode(person), ...more }, { form: '/totp' });

  /** What the ID token says of a sign-in that came back with a code. */
  async function idTokenOf(page: Page, client: { id: string; secret: string }) {
    return decodeJwt((await tokensOf(page, client)).id_token ?? '') as Record<string, unknown>;
  }

  async function tokensOf(page: Page, client: { id: string; secret: string }) {
    const response = await fetch(`${gatehouse.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(page.url).searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
      }),
    });
    return (await response.json()) as Record<string, string>;
  }

  async function mails(): Promise<{ to: string; subject: string; text: string }[]> {
    return (await modules.mail.mailbox?.list()) ?? [];
  }

  return {
    ...gatehouse,
    createPerson,
    connectApp,
    codeNow,
    nextCode,
    pass,
    createClient,
    ask,
    newVisitor,
    givePassword,
    giveCode,
    idTokenOf,
    tokensOf,
    mails,
    async createPersonWithApp(): Promise<Person> {
      const person = await createPerson();
      const secret = await connectApp(person);
      return { ...person, secret };
    },
  };
}

export const cameBack = (page: Page): boolean => page.url.startsWith(`${CALLBACK}?code=`);
export const errorOf = (page: Page): string | null => new URL(page.url).searchParams.get('error');
/** The last part of the address: the method's page. */
export const stepOf = (page: Page): string =>
  /\/interaction\/[^/]+\/?(.*)$/.exec(new URL(page.url).pathname)?.[1] ?? new URL(page.url).pathname;
