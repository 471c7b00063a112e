import { expect } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { startApp, type TestApp, type TestAppOptions } from '../support/app.ts';

export const API = 'https://orders.example.com';
export const SHELF = 'https://shelf.example.com';

/** A whole Gatehouse with two APIs, whose operator types commands. `pass`: time goes on. */
export async function startRoles(options: TestAppOptions = {}) {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const started: TestApp = await startApp({ clock, ...options });
  const run = setUpCli(started.app.commands);
  /** Runs a line with `--json`, and expects it to succeed. */
  const json = async (...argv: string[]) => {
    const answer = await run([...argv, '--json']);
    expect(answer, answer.stdout).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  /** The code with which a line is refused. */
  const refused = async (...argv: string[]): Promise<string> => {
    const answer = await run([...argv, '--json']);
    expect(answer.exitCode, answer.stdout).not.toBe(0);
    return answer.json.error.code;
  };
  for (const [identifier, scopes] of [
    [API, ['orders:read', 'orders:write', 'orders#all']],
    [SHELF, ['shelf:read']],
  ] as const) {
    const options = scopes.flatMap((name) => ['--scope', `${name}=See ${name}`]);
    await json('resource-servers', 'create', '--identifier', identifier, ...options);
  }
  const pass = (ms: number) => {
    ahead += ms;
  };
  return { ...started, run, json, refused, clock, pass };
}

export type Started = Awaited<ReturnType<typeof startRoles>>;

let roles = 0;
/** Another role. */
export async function createRole({ json }: Started, ...options: string[]): Promise<string> {
  roles += 1;
  const { name } = await json('roles', 'create', '--name', `role-${roles}`, ...options);
  return name;
}

/** Roles of these names, all of them the person's: more than anybody would make with commands. */
export async function giveManyRoles(
  { modules: { db } }: Started,
  userId: string,
  names: readonly string[],
): Promise<void> {
  const now = Date.now();
  for (let at = 0; at < names.length; at += 100) {
    const some = names.slice(at, at + 100);
    await db('roles').insert(
      some.map((name) => ({
        ...{ id: `rol_${name}`, name, name_key: name, is_default: false, version: 1 },
        ...{ created_at: now, updated_at: now },
      })),
    );
    await db('role_assignments').insert(
      some.map((name) => ({
        ...{ id: `ras_${name}`, role_name: name, user_id: userId, organisation_id: '' },
        ...{ source: 'operator', created_at: now },
      })),
    );
  }
}
