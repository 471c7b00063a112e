import { expect } from 'vitest';
import type { Failure, Foreign, Keep, Provider } from '../../src/upstream/upstream.ts';
import { setUpCli } from '../cli/set-up.ts';
import { startApp, type TestAppOptions } from '../support/app.ts';

/** A whole Gatehouse that may call servers of this machine, whose operator types commands. */
export async function startUpstream(options: TestAppOptions = {}) {
  const settings = { http: { outgoing: { allow: ['localhost'] } }, ...options.settings };
  const started = await startApp({ ...options, settings });
  const run = setUpCli(started.app.commands);
  /** Runs a line with `--json`, and expects it to succeed. */
  const json = async (argv: readonly string[], stdin?: string) => {
    const answer = await run([...argv, '--json'], stdin === undefined ? {} : { stdin: [stdin] });
    expect(answer, answer.stdout).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  /** How a line is refused. */
  const refused = async (
    argv: readonly string[],
    stdin?: string,
  ): Promise<{ code: string; message: string }> => {
    const answer = await run([...argv, '--json'], stdin === undefined ? {} : { stdin: [stdin] });
    expect(answer.exitCode, answer.stdout).not.toBe(0);
    return answer.json.error;
  };
  return { ...started, run, json, refused, upstream: started.modules.upstream };
}

export type World = Awaited<ReturnType<typeof startUpstream>>;

let providers = 0;
/** Another slug. */
export function newSlug(preset = 'oidc'): string {
  providers += 1;
  return `${preset}-${providers}`;
}

/** Makes a provider by the command, of what `register` answered there. */
export async function createProvider(
  { json, upstream }: World,
  { slug, preset = 'oidc', issuer, clientId, clientSecret }: Wish,
  ...options: string[]
): Promise<Provider> {
  await json(
    [
      ...['upstream', 'create', '--id', slug, '--preset', preset, '--client-id', clientId],
      ...['--client-secret-stdin', '--name', 'There', '--issuer', issuer, ...options],
    ],
    clientSecret,
  );
  return await upstream.get(slug);
}

type Wish = { slug: string; preset?: string; issuer: string; clientId: string; clientSecret: string };

/** Goes through the provider's pages as a browser would, until it leads back: what it brings. */
export async function goThere(url: string, redirectUri: string): Promise<Record<string, string>> {
  const cookies = new Map<string, string>(); // at most those of one provider
  let next = url;
  for (let step = 0; step < 10; step += 1) {
    if (next.startsWith(redirectUri)) return Object.fromEntries(new URL(next).searchParams);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${next} leads nowhere: ${answer.status} ${await answer.text()}`);
    next = new URL(location, next).href;
  }
  throw new Error('the provider leads round and round');
}

/** A whole sign-in there. */
export async function signIn(
  { upstream }: World,
  provider: Provider,
  {
    ask = {},
    change = (params) => params,
    before,
  }: {
    ask?: Partial<Parameters<World['upstream']['begin']>[1]>;
    change?(params: Record<string, string>, keep: Keep): Record<string, string>;
    /** Between the way there and the way back. */
    before?(): void;
  } = {},
): Promise<Foreign | Failure> {
  const redirectUri = upstream.redirectUriOf(provider);
  const begun = await upstream.begin(provider, { redirectUri, ...ask });
  if ('failed' in begun) return begun;
  const params = await goThere(begun.url, redirectUri);
  before?.();
  return await upstream.finish(provider, begun.keep, change(params, begun.keep));
}
