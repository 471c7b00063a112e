import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEMPLATES } from '../../src/clients/templates/apps.ts';
import { asksByItself, fill, linesFor, PLACES, type Template } from '../../src/clients/templates/template.ts';
import { setUpCli } from '../cli/set-up.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { readDocument } from '../support/documents.ts';
import { createPerson, signIn } from '../support/relying-party.ts';
import { clientCommands, ISSUER, setUpClients } from './set-up.ts';

const isBound = ({ redirectUris }: Template) => !redirectUris.some((uri) => uri.includes('<url>'));
const ANYWHERE = TEMPLATES.filter((template) => !isBound(template));
const AT = 'https://apps.example.com:8443/some/where';

let given: Awaited<ReturnType<typeof setUp>>;
beforeAll(async () => {
  given = await setUp();
});
afterAll(() => given?.close());

async function setUp() {
  const { clients, close } = await setUpClients('sqlite');
  const run = setUpCli(clientCommands({ clients }, { levels: ['1', '2'] }));
  const create = (template: string, ...argv: string[]) =>
    run(['clients', 'create', '--template', template, ...argv]);
  const json = async (template: string, ...argv: string[]) => {
    const answer = await create(template, ...argv, '--json');
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  return { clients, close, run, create, json };
}

const urlOf = (template: Template, url = AT) => (isBound(template) ? [] : ['--url', url]);

describe.each(TEMPLATES.map((template) => [template.id, template] as const))(
  'the template %s',
  (id, template) => {
    test('makes a client that the properties accept, and warns of nothing', async () => {
      const made = await given.json(id, ...urlOf(template));
      expect(made).toMatchObject({
        client_name: template.name,
        scope: template.settings.scope,
        redirect_uris: template.redirectUris.map((uri) => uri.replace('<url>', AT)),
      });
      expect(made.warnings).toBeUndefined();
      expect(made.scope.split(' ')).toContain('openid');
      if (template.settings.pkce) expect(made.pkce).toBe(template.settings.pkce);
      if (template.settings.authMethod)
        expect(made.token_endpoint_auth_method).toBe(template.settings.authMethod);
    });

    test('prints what to type there with the real values, and nothing unfilled', async () => {
      const { guide, ...made } = await given.json(id, ...urlOf(template));
      const places = {
        url: AT,
        url_encoded: encodeURIComponent(AT),
        client_id: made.client_id,
        client_secret: made.client_secret,
        issuer: ISSUER,
        discovery: `${ISSUER}/.well-known/openid-configuration`,
        authorization: `${ISSUER}/auth`,
        token: `${ISSUER}/token`,
        userinfo: `${ISSUER}/me`,
        end_session: `${ISSUER}/session/end`,
        jwks: `${ISSUER}/jwks`,
      };
      expect(guide.lines).toEqual(linesFor(template, made.scope).map((line) => fill(line, places)));
      const printed = [guide.where, ...guide.lines, ...guide.notes].join('\n');
      for (const place of PLACES) expect(printed).not.toContain(`<${place}>`);
      expect(printed).toContain(made.client_id);
      expect(printed.includes(made.client_secret)).toBe(made.client_secret !== undefined);
      const isFound = /<(?:issuer|discovery|authorization)>/.test(
        [...template.lines, ...(template.notes ?? [])].join(),
      );
      expect(isFound).toBe(true);
    });

    test('names only places that there are', () => {
      const { where, lines, notes = [], redirectUris, postLogoutRedirectUris = [] } = template;
      const all = [where, ...lines, ...notes, ...redirectUris, ...postLogoutRedirectUris].join('\n');
      const named = [...all.matchAll(/<([a-z_]+)>/g)].map(([, name]) => name);
      expect(named.filter((name) => !(PLACES as readonly (string | undefined)[]).includes(name))).toEqual([]);
    });

    test('asks there for the scopes that the client has, and for no other ones', async () => {
      const known = ['openid', 'profile', 'email', 'groups', 'roles', 'offline_access', 'orders:read'];
      const askedIn = (lines: readonly string[]) => {
        const about = lines.filter((line) => /scope/i.test(line)).join('\n');
        return known.filter((scope) => new RegExp(`(?<!\\w)${scope}(?!\\w)`).test(about));
      };
      const { settings, unasked = [] } = template;
      const usual = await given.json(id, ...urlOf(template));
      const other = await given.json(id, ...urlOf(template), '--scope', 'openid email orders:read');
      if (asksByItself(template)) {
        expect([askedIn(usual.guide.lines), askedIn(other.guide.lines)]).toEqual([[], []]);
        const note = `asks for ${settings.scope} by itself. This client may ask for openid email orders:read: set the same scopes in `;
        expect([usual.guide.notes, other.guide.notes].map((notes) => notes.join().includes(note))).toEqual([
          false,
          true,
        ]);
        return;
      }
      const wanted = (scope: string) =>
        known.filter((name) => scope.split(' ').includes(name) && !unasked.includes(name));
      expect(askedIn(usual.guide.lines)).toEqual(wanted(usual.scope));
      expect(askedIn(other.guide.lines)).toEqual(wanted('openid email orders:read'));
    });

    test('says where its facts are from, how it was shown, and of which version', () => {
      expect(template.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(template.sources.length).toBeGreaterThan(0);
      for (const source of template.sources) expect(new URL(source).protocol).toBe('https:');
      expect(template.version).toMatch(
        template.mark === 'tried' ? /\d\.\d/ : /read (?:in November 2026|\d{4}-\d\d-\d\d)/,
      );
      const page = readDocument('docs/apps.md');
      expect(page).toContain(`## ${template.name}\n`);
      for (const source of template.sources) expect(page).toContain(`<${source}>`);
    });
  },
);

test('each has an id of its own, and the list is by name', () => {
  const ids = TEMPLATES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});

test('pages count them', () => {
  expect(readDocument('docs/README.md')).toContain(`for each of ${TEMPLATES.length},`);
  expect(readDocument('README.md')).toContain(`[${TEMPLATES.length} apps](docs/apps.md)`);
});

test.each([
  ['https://grafana.example.com', 'https://grafana.example.com/login/generic_oauth'],
  ['https://grafana.example.com/', 'https://grafana.example.com/login/generic_oauth'],
  ['https://Example.com:443/Grafana/', 'https://example.com/Grafana/login/generic_oauth'],
  ['https://example.com/a/grafana//', 'https://example.com/a/grafana/login/generic_oauth'],
  ['http://localhost:3000/', 'http://localhost:3000/login/generic_oauth'],
])('an app at %s is answered at %s', async (url, redirectUri) => {
  const made = await given.json('grafana', '--url', url);
  expect(made.redirect_uris).toEqual([redirectUri]);
  expect(made.post_logout_redirect_uris).toEqual([redirectUri.replace('/generic_oauth', '')]);
});

test('plain http in a network of one’s own is said aloud', async () => {
  const url = ['--url', 'http://grafana.lan:3000'];
  const { exitCode, stderr } = await given.create('grafana', ...url);
  expect({ exitCode, stderr }).toMatchObject({ stderr: expect.stringContaining('needs --allow-http') });
  expect(exitCode).not.toBe(0);
  const made = await given.json('grafana', ...url, '--allow-http');
  expect(made.redirect_uris).toEqual(['http://grafana.lan:3000/login/generic_oauth']);
});

test('what is said beside it wins', async () => {
  const made = await given.json(
    'grafana',
    ...['--url', AT, '--name', 'Figures', '--scope', 'openid email', '--pkce', 'optional'],
    ...[
      '--redirect-uri',
      'https://other.example.com/cb',
      '--grant',
      'authorization_code',
      '--id',
      'figures-1',
    ],
    ...['--claim', 'login=email', '--first-party'],
  );
  expect(made).toMatchObject({
    client_id: 'figures-1',
    client_name: 'Figures',
    scope: 'openid email',
    pkce: 'optional',
    redirect_uris: ['https://other.example.com/cb'],
    grant_types: ['authorization_code'],
    first_party: true,
    claims: [{ name: 'login', from: 'email' }],
  });
  expect(made.guide.lines).toContain('client_id = figures-1');
  expect(made.guide.lines).toContain('scopes = openid email');
});

test('claims of a template stay beside those that are said', async () => {
  const policy = { name: 'policy', from: 'groups', in: ['id_token'] };
  const { claims } = await given.json('minio', '--url', AT);
  expect(claims).toEqual([policy]);
  const more = await given.json('minio', '--url', AT, '--claim', 'login=email');
  expect(more.claims).toEqual([policy, { name: 'login', from: 'email', in: ['id_token', 'userinfo'] }]);
  const other = await given.json('minio', '--url', AT, '--claim', 'policy=roles', '--in', 'id_token');
  expect(other.claims).toEqual([{ ...policy, from: 'roles' }]);
});

test('a secret that was brought along is not shown', async () => {
  const secret = randomBytes(32).toString('base64url');
  const typed = ['clients', 'create', '--template', 'grafana', '--url', AT, '--secret-stdin'];
  const { exitCode, stdout } = await given.run(typed, { stdin: [secret] });
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain(secret);
  expect(stdout).toContain('client_secret = (the one that was given)\n');
});

test.each([
  [['--template', 'grafna', '--url', AT], /--template names none that there is; did you mean grafana\?/],
  [['--template', 'photocopier', '--url', AT], /--template names none that there is \(clients templates/],
  [['--template', 'grafana'], /--url is needed: where Grafana runs, such as https:\/\/grafana\.example\.com/],
  [['--template', 'grafana', '--url', 'grafana.example.com'], /--url must be an address/],
  [['--template', 'grafana', '--url', 'javascript:alert(1)'], /--url must be an address/],
  [['--template', 'grafana', '--url', 'https://a:b@example.com'], /--url must not contain a user name/],
  [['--template', 'grafana', '--url', 'https://example.com/?a=b'], /--url must not have a query/],
  [['--template', 'grafana', '--url', 'https://example.com/#a'], /--url must not have a query/],
  [['--template', 'grafana', '--url', "https://example.com/';id"], /--url must have a path of plain letters/],
  [
    ['--template', 'grafana', '--url', 'https://example.com/$(id)'],
    /--url must have a path of plain letters/,
  ],
  [['--template', 'tailscale', '--url', AT], /--url is not needed: the addresses of Tailscale are known/],
  [['--name', 'Shop', '--url', AT], /--url goes with --template/],
  [['--redirect-uri', 'https://example.com/cb'], /--name is missing/],
])('%j is answered with what is wrong', async (argv, sentence) => {
  const before = (await given.clients.list({ limit: 1000 })).items.length;
  const { exitCode, stdout, stderr } = await given.run(['clients', 'create', ...argv]);
  expect(stderr).toMatch(sentence);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect((await given.clients.list({ limit: 1000 })).items.length).toBe(before);
});

test('clients templates lists them, for people and as JSON', async () => {
  const text = (await given.run(['clients', 'templates'])).stdout;
  for (const { id, name } of TEMPLATES)
    expect(text).toMatch(new RegExp(`^${id} +${name.replace('.', '\\.')} `, 'm'));
  const { json } = await given.run(['clients', 'templates', '--json']);
  expect(json.templates).toHaveLength(TEMPLATES.length);
  expect(json.templates.find(({ id }: { id: string }) => id === 'tailscale')).toMatchObject({
    name: 'Tailscale',
    needs_url: false,
    mark: 'from its documentation',
    sources: ['https://tailscale.com/kb/1240/sso-custom-oidc'],
  });
  expect(json.templates.filter((each: { needs_url: boolean }) => each.needs_url)).toHaveLength(
    ANYWHERE.length,
  );
});

describe('at a real server', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
  });
  afterAll(() => gatehouse?.close());

  test('the printed addresses are those of the discovery document', async () => {
    const made = await gatehouse.command('clients create', { template: 'mozilla-django-oidc', url: AT });
    const { lines } = made.guide as unknown as { lines: string[] };
    const discovery = (await (
      await fetch(`${gatehouse.issuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, string>;
    expect(lines).toContain(`OIDC_OP_AUTHORIZATION_ENDPOINT = '${discovery.authorization_endpoint}'`);
    expect(lines).toContain(`OIDC_OP_TOKEN_ENDPOINT = '${discovery.token_endpoint}'`);
    expect(lines).toContain(`OIDC_OP_USER_ENDPOINT = '${discovery.userinfo_endpoint}'`);
    expect(lines).toContain(`OIDC_OP_JWKS_ENDPOINT = '${discovery.jwks_uri}'`);
    const outline = await gatehouse.command('clients create', { template: 'outline', url: AT });
    expect((outline.guide as unknown as { lines: string[] }).lines).toContain(
      `OIDC_LOGOUT_URI=${discovery.end_session_endpoint}`,
    );
  });

  test('a person signs in at Grafana with what was printed, and her groups arrive', async () => {
    const url = 'http://localhost:3000/grafana/';
    const made = await gatehouse.command('clients create', { template: 'grafana', url });
    const { lines } = made.guide as unknown as { lines: string[] };
    const typed = Object.fromEntries(
      lines.slice(1).map((line) => line.split(/ = (.*)/, 2) as [string, string]),
    );
    const person = await createPerson(gatehouse);
    await gatehouse.command('roles create', { name: 'grafana-admins' });
    await gatehouse.command('roles assign', { user: person.email }, { positionals: ['grafana-admins'] });

    const configuration = await oidc.discovery(
      new URL(gatehouse.issuer),
      typed.client_id ?? '',
      undefined,
      oidc.ClientSecretBasic(typed.client_secret ?? ''),
      { execute: [oidc.allowInsecureRequests] },
    );
    const app = {
      clientId: typed.client_id ?? '',
      secret: typed.client_secret,
      redirectUri: 'http://localhost:3000/grafana/login/generic_oauth',
      configuration,
    };
    const { tokens } = await signIn(gatehouse, app, person, { scope: typed.scopes ?? '' });
    expect(tokens.claims()).toMatchObject({ email: person.email, groups: ['grafana-admins'] });
    const told = await fetch(typed.api_url ?? '', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await told.json()).toMatchObject({ email: person.email, groups: ['grafana-admins'] });
    expect(tokens.refresh_token).toBeDefined();
  });
});
