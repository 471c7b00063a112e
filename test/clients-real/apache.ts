import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { Agent, request, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { installPackages } from '../support/packages.ts';
import { createPerson } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, start, withTools } from './programs.ts';
import { tampered, tokenOfRobot } from './robot.ts';
import { throughGatehouse } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

const MODULES = '/usr/lib/apache2/modules';
const PACKAGES = ['apache2', 'libapache2-mod-auth-openidc'];

/** As a browser goes to an address: `fetch` says `Sec-Fetch-Mode: cors`, and such a request is not led to a sign-in. */
async function navigate(url: URL, { method = 'GET', headers }: RequestInit): Promise<Response> {
  const answer = await request(url, { method: method as 'GET', headers: headers as Record<string, string> });
  const all = Object.entries(answer.headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value ?? '']),
  );
  return new Response(await answer.body.text(), { status: answer.statusCode, headers: all });
}

/** As a browser that trusts the authority of the test. */
function secureFetch(url: URL, init: RequestInit, dispatcher: Agent): Promise<Response> {
  return undiciFetch(url, { ...init, dispatcher } as object) as unknown as Promise<Response>;
}

withTools('Debian', ['apt-get'], () => {
  let started: TestApp;
  let site: Server;
  let authority: Agent;
  let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
  beforeAll(async () => {
    certificate = await createTestCertificate();
    const tls = { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
    // It takes no address but https for keys and introspection.
    const port = await findFreePort();
    started = await startApp({ environment: { ISSUER: `https://localhost:${port}` } });
    site = createServer(tls, started.app.callback);
    await new Promise<void>((resolve) => site.listen(port, 'localhost', resolve));
    authority = new Agent({ connect: { ca: readFileSync(certificate.ca, 'utf8') } });
    await installPackages({
      packages: PACKAGES,
      what: 'Apache with mod_auth_openidc',
      isThere: () => existsSync(`${MODULES}/mod_auth_openidc.so`) && existsSync('/usr/sbin/apache2'),
    });
  });
  afterAll(async () => {
    site?.closeAllConnections();
    site?.close();
    await authority?.close();
    await started?.close();
    await certificate?.remove();
  });

  /** As little of a configuration as Apache takes; `own` is what a person writes. */
  function startApache(name: string, port: number, own: string) {
    const folder = folderOf(`apache-${name}`, {
      'site/secure/index.html': 'in',
      'ca.pem': readFileSync(certificate.ca, 'utf8'),
    });
    const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'dir', 'auth_openidc'];
    folderOf(`apache-${name}`, {
      'apache.conf': `${modules.map((each) => `LoadModule ${each}_module ${MODULES}/mod_${each}.so`).join('\n')}
User www-data
Group www-data
ServerName localhost
Listen localhost:${port}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
DocumentRoot ${folder}/site
DirectoryIndex index.html
OIDCCABundlePath ${folder}/ca.pem
${own}`,
    });
    return start('/usr/sbin/apache2', ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')], {
      cwd: folder,
      url: `http://localhost:${port}/nothing`,
    });
  }

  test('mod_auth_openidc signs a person in', async () => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'mod_auth_openidc', { app });
    const apache = await startApache(
      'login',
      port,
      `OIDCProviderMetadataURL ${started.url}/.well-known/openid-configuration
OIDCClientID ${clientId}
OIDCClientSecret ${secret}
OIDCRedirectURI ${app}/secure/redirect_uri
OIDCCryptoPassphrase 0123456789abcdef0123456789abcdef
OIDCScope "openid email profile"
<Location /secure>
  AuthType openid-connect
  Require valid-user
  Header always set X-Email "%{OIDC_CLAIM_email}e"
  Header always set X-Name "%{OIDC_CLAIM_name}e"
</Location>
`,
    );
    try {
      const person = await createPerson(started);
      const visitor = createVisitor(app, {}, navigate);
      const gatehouse = createVisitor(started.url, {}, (url, init) => secureFetch(url, init, authority));
      const away = await visitor.open(`${app}/secure/index.html`);
      const back = await throughGatehouse(gatehouse, away.url, person);
      const page = await visitor.open(back.url);
      expect([page.status, page.html]).toEqual([200, 'in']);
      expect(page.headers.get('x-email')).toBe(person.email);
      expect(page.headers.get('x-name')).toBe('Ana Bauer');
    } finally {
      await apache.stop();
    }
  });

  test('mod_auth_openidc guards an API, by the keys and by introspection', async () => {
    const api = 'https://notes.example';
    const { token, made } = await tokenOfRobot(started, 'mod_auth_openidc-api', api, (url, init) =>
      secureFetch(new URL(url), init, authority),
    );
    const ways = {
      keys: `OIDCOAuthVerifyJwksUri ${started.url}/jwks`,
      introspection: `OIDCOAuthIntrospectionEndpoint ${started.url}/token/introspection
OIDCOAuthClientID ${made[0]?.introspection_id}
OIDCOAuthClientSecret ${made[0]?.introspection_secret}`,
    };
    for (const [name, way] of Object.entries(ways)) {
      const port = await findFreePort();
      const apache = await startApache(
        name,
        port,
        `${way}
<Location /secure>
  AuthType oauth20
  Require claim aud:${api}
</Location>
`,
      );
      try {
        const statusOf = async (bearer?: string) =>
          (
            await fetch(`http://localhost:${port}/secure/index.html`, {
              headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
            })
          ).status;
        expect([name, await statusOf(token)]).toEqual([name, 200]);
        expect([name, await statusOf(tampered(token))]).toEqual([name, 401]);
        expect([name, await statusOf()]).toEqual([name, 401]);
      } finally {
        await apache.stop();
      }
    }
  });
});
