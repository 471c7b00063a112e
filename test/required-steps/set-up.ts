import { expect } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestAppOptions } from '../support/app.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
} from '../support/relying-party.ts';

/** What was read of settings and demands is a second old at most. */
export const READ_AGAIN_MS = 1001;

/** A whole Gatehouse whose operator types commands, and people who sign in to its apps without a screen. */
export async function startSteps(options: TestAppOptions = {}) {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const started = await startApp({ clock, ...options });
  const run = setUpCli(started.app.commands);
  /** Runs a line with `--json`, and expects it to succeed. */
  const json = async (...argv: string[]) => {
    const answer = await run([...argv, '--json']);
    expect(answer, answer.stdout).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  /** The error with which a line is refused. */
  const refused = async (...argv: string[]): Promise<{ code: string; message: string }> => {
    const answer = await run([...argv, '--json']);
    expect(answer.exitCode, answer.stdout).not.toBe(0);
    return answer.json.error;
  };
  const party = (input: Parameters<typeof createRelyingParty>[1] = {}) =>
    createRelyingParty(started, { firstParty: true, ...input });
  const open = async (app: RelyingParty, visitor: Visitor, parameters: Record<string, string> = {}) =>
    visitor.open((await authorizationUrl(app, parameters)).href);

  return {
    ...started,
    run,
    json,
    refused,
    clock,
    pass: (ms: number) => {
      ahead += ms;
    },
    person: (email?: string) => createPerson(started, email),
    party,
    open,
    visitor: () => createVisitor(started.url),

    /** Signs in to an app with the password, to wherever that leads. */
    async signIn(
      app: RelyingParty,
      { email }: { email: string },
      {
        visitor = createVisitor(started.url),
        ...parameters
      }: { visitor?: Visitor } & Record<string, unknown> = {},
    ): Promise<{ page: Page; visitor: Visitor }> {
      const page = await open(app, visitor, parameters as Record<string, string>);
      const typed = { identifier: email, password: PASSWORD };
      return { page: await visitor.submit(page, typed, { form: '/login' }), visitor };
    },
  };
}

export type Started = Awaited<ReturnType<typeof startSteps>>;

/** What the app was told. */
export function toldApp(page: Page): URLSearchParams {
  expect(page.url, page.html).toMatch(/^http:\/\/localhost:9999\/callback/);
  return new URL(page.url).searchParams;
}
