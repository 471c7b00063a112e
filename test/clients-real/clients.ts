/**
 * The clients and APIs of other people that were held against Gatehouse, and what each is told: docs/libraries.md is made
 * of this, and the tests of this folder type it. In angle brackets stands what is somebody's own.
 */

/** `test`: each run of the tests. `command`: `npm run clients-real`, where its language is there. `read`: on that day. */
type Shown = { test: string } | { command: string } | { read: string };

export type RealClient = {
  id: string;
  /** With the version that was driven, or read. */
  name: string;
  language: 'C' | 'Erlang' | 'Go' | 'Java' | 'JavaScript' | 'Python' | 'Ruby' | 'Rust';
  part: 'app' | 'api';
  /** Commands of Gatehouse. */
  here: readonly string[];
  /** Markdown; what stands in backticks also stands in the test, but for what is in angle brackets. */
  there: string;
  /** What their quick start leaves out, and no test types. */
  better?: string;
  shownBy: Shown;
};

const REFRESHES = '--grant authorization_code --grant refresh_token';
const READ = { read: '2026-11-29' };
const web = (path: string, more = '') =>
  `clients create --name Books --redirect-uri <app>${path}${more === '' ? '' : ` ${more}`}`;
const robot = 'clients create --name Robot --type service --resource <api> --scope notes:read';
const api = (more = '') =>
  `resource-servers create --identifier <api> --scope 'notes:read=Read your notes'${more === '' ? '' : ` ${more}`}`;

export const realClients = [
  {
    id: 'openid-client',
    name: '`openid-client` 6.9',
    language: 'JavaScript',
    part: 'app',
    here: [web('/callback', REFRESHES)],
    there:
      '`client.discovery` with the issuer, `clientId` and `secret`; on `http://localhost` also `execute: [client.allowInsecureRequests]`',
    shownBy: { test: 'test/clients-real/openid-client.test.ts' },
  },
  {
    id: 'oauth4webapi',
    name: '`oauth4webapi` 3.8',
    language: 'JavaScript',
    part: 'app',
    here: [web('/callback', REFRESHES)],
    there: 'on `http://localhost`: `allowInsecureRequests`. Pushed requests and DPoP work',
    shownBy: { test: 'test/clients-real/oauth4webapi.test.ts' },
  },
  {
    id: '@auth/core',
    name: 'Auth.js (`@auth/core` 0.41)',
    language: 'JavaScript',
    part: 'app',
    here: [web('/auth/callback/gatehouse')],
    there: "`type: 'oidc'`, `issuer`, `clientId`, `clientSecret`",
    shownBy: { test: 'test/clients-real/auth-js.test.ts' },
  },
  {
    id: 'next-auth',
    name: '`next-auth` 4.24, a provider of one’s own',
    language: 'JavaScript',
    part: 'app',
    here: [web('/api/auth/callback/gatehouse')],
    there: "`wellKnown: '<issuer>/.well-known/openid-configuration'`, `idToken: true`",
    better: "`checks: ['pkce', 'state']`",
    shownBy: READ,
  },
  {
    id: 'better-auth',
    name: '`better-auth` 1.7, `genericOAuth`',
    language: 'JavaScript',
    part: 'app',
    here: [web('/api/auth/callback/gatehouse')],
    there:
      "`providerId: 'gatehouse'`, `clientId`, `clientSecret`, `discoveryUrl: '<issuer>/.well-known/openid-configuration'`",
    shownBy: { test: 'test/clients-real/better-auth.test.ts' },
  },
  {
    id: '@fastify/oauth2',
    name: '`@fastify/oauth2` 8.3',
    language: 'JavaScript',
    part: 'app',
    here: [web('/login/callback', REFRESHES)],
    there:
      '`credentials: { client: { id: clientId, secret } }`, `discovery: { issuer: <issuer> }`; it sends PKCE by itself',
    shownBy: { test: 'test/clients-real/fastify-oauth2.test.ts' },
  },
  {
    id: 'express-openid-connect',
    name: '`express-openid-connect` 3.4',
    language: 'JavaScript',
    part: 'app',
    here: [web('/callback', `--post-logout-redirect-uri <app> ${REFRESHES}`)],
    there:
      "`response_type: 'code'` and `clientSecret`: its own default is the implicit flow, which is not offered",
    shownBy: { test: 'test/clients-real/express-openid-connect.test.ts' },
  },
  {
    id: 'passport-openidconnect',
    name: '`passport-openidconnect` 0.1',
    language: 'JavaScript',
    part: 'app',
    here: [web('/callback')],
    there: '`nonce: true`, which has to do what PKCE would (RFC 9700 §2.1.1): it knows no PKCE',
    shownBy: { test: 'test/clients-real/passport-openidconnect.test.ts' },
  },
  {
    id: 'oidc-client-ts',
    name: '`oidc-client-ts` 3.5, `react-oidc-context` 3.3',
    language: 'JavaScript',
    part: 'app',
    here: [`clients create --name Books --type spa --redirect-uri <app>/callback ${REFRESHES}`],
    there:
      '`authority`, `client_id`, `redirect_uri`. To renew by the session first, [signinSilent with forceIframeAuth](../examples/spa) and the silent address as another redirect URI; by itself it takes the refresh token',
    shownBy: { test: 'test/clients-real/in-browser.test.ts' },
  },
  {
    id: 'angular-auth-oidc-client',
    name: '`angular-auth-oidc-client` 22.0',
    language: 'JavaScript',
    part: 'app',
    here: [
      `clients create --name Books --type spa --redirect-uri <app> --post-logout-redirect-uri <app> ${REFRESHES}`,
    ],
    there:
      '`authority`, `clientId`, `redirectUrl: window.location.origin`, `silentRenew: true`, `useRefreshToken: true`',
    shownBy: { test: 'test/clients-real/in-browser.test.ts' },
  },
  {
    id: '@modelcontextprotocol/sdk',
    name: '`@modelcontextprotocol/sdk` 1.32, client and server',
    language: 'JavaScript',
    part: 'app',
    here: [
      "resource-servers create --identifier <mcp> --scope 'tools:call=Call the tools'",
      `clients create --name Assistant --type native --redirect-uri http://localhost:7454/callback ${REFRESHES}`,
    ],
    there:
      'to the client: the id, by `clientInformation`; to the server: `requireBearerAuth`, `mcpAuthMetadataRouter`, and `jwtVerify` of `jose`',
    shownBy: { test: 'test/clients-real/mcp-sdk.test.ts' },
  },
  {
    id: 'express-oauth2-jwt-bearer',
    name: '`express-oauth2-jwt-bearer` 1.10',
    language: 'JavaScript',
    part: 'api',
    here: [api(), robot],
    there: '`auth({ issuerBaseURL: <issuer>, audience })`',
    shownBy: { test: 'test/clients-real/express-oauth2-jwt-bearer.test.ts' },
  },
  {
    id: 'jose',
    name: '`jose` 6',
    language: 'JavaScript',
    part: 'api',
    here: [api()],
    there: "`typ: 'at+jwt'`, `audience`, `createRemoteJWKSet`",
    shownBy: { test: 'test/clients-real/mcp-sdk.test.ts' },
  },
  {
    id: 'authlib',
    name: 'Authlib 1.9, Flask',
    language: 'Python',
    part: 'app',
    here: [web('/callback', REFRESHES)],
    there:
      "`server_metadata_url='<issuer>/.well-known/openid-configuration'`, `client_kwargs={'scope': 'openid profile email'}`",
    better: "`client_kwargs={…, 'code_challenge_method': 'S256'}`",
    shownBy: { command: 'test/clients-real/python.ts' },
  },
  {
    id: 'mozilla-django-oidc',
    name: 'mozilla-django-oidc 5.0',
    language: 'Python',
    part: 'app',
    here: [web('/oidc/callback/')],
    there: "`OIDC_RP_SIGN_ALGO = 'RS256'`",
    better: '`OIDC_USE_PKCE = True`',
    shownBy: READ,
  },
  {
    id: 'django-allauth',
    name: 'django-allauth 65, `openid_connect`',
    language: 'Python',
    part: 'app',
    here: [web('/accounts/oidc/gatehouse/login/callback/')],
    there: "`'server_url': '<issuer>'`",
    better: "`'OAUTH_PKCE_ENABLED': True`",
    shownBy: READ,
  },
  {
    id: 'social-auth-core',
    name: 'social-auth 7.0 (NetBox, Weblate, Open edX)',
    language: 'Python',
    part: 'app',
    here: [web('/complete/oidc/')],
    there: "`SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = '<issuer>'`",
    better: '`SOCIAL_AUTH_OIDC_USE_PKCE = True`',
    shownBy: READ,
  },
  {
    id: 'authlib-rs',
    name: 'Authlib 1.9, `JWTBearerTokenValidator` and `IntrospectTokenValidator`',
    language: 'Python',
    part: 'api',
    here: [api('--introspection'), robot],
    there:
      'a `JWTBearerTokenValidator` with the `issuer`, the API as `resource_server`, and the keys of `<issuer>/jwks`; or an `IntrospectTokenValidator` that asks `<issuer>/token/introspection` with the printed id and secret',
    shownBy: { command: 'test/clients-real/python.ts' },
  },
  {
    id: 'pyjwt',
    name: 'PyJWT 2.15',
    language: 'Python',
    part: 'api',
    here: [api(), robot],
    there: "`PyJWKClient('<issuer>/jwks')`, `algorithms=['ES256']`, `audience=<api>`",
    shownBy: { command: 'test/clients-real/python.ts' },
  },
  {
    id: 'go-oidc',
    name: 'coreos/go-oidc 3.21 with x/oauth2',
    language: 'Go',
    part: 'app',
    here: [web('/callback', REFRESHES)],
    there:
      '`oidc.NewProvider(ctx, "<issuer>")`; for an API as well `oauth2.SetAuthURLParam("resource", "<api>")`',
    better: '`oauth2.S256ChallengeOption` and `oauth2.VerifierOption`',
    shownBy: { command: 'test/clients-real/go.ts' },
  },
  {
    id: 'oauth2-proxy',
    name: 'oauth2-proxy 7.15',
    language: 'Go',
    part: 'app',
    here: [web('/oauth2/callback', REFRESHES)],
    there: '`--provider=oidc`, `--oidc-issuer-url=<issuer>`; it lets in only whose address is verified',
    better: '`--code-challenge-method=S256`',
    shownBy: { command: 'test/clients-real/go.ts' },
  },
  {
    id: 'goth',
    name: 'markbates/goth 1.82 (Gitea, Forgejo)',
    language: 'Go',
    part: 'app',
    here: [web('/auth/openidconnect/callback', REFRESHES)],
    there:
      '`openidConnect.New(<id>, <secret>, <callback>, "<issuer>/.well-known/openid-configuration", "profile", "email")`; it has no PKCE',
    shownBy: { command: 'test/clients-real/go.ts' },
  },
  {
    id: 'cap',
    name: 'hashicorp/cap 0.16 (Vault, Nomad, Boundary)',
    language: 'Go',
    part: 'app',
    here: [web('/oidc/callback')],
    there: '`oidc.NewConfig("<issuer>", <id>, <secret>, []oidc.Alg{oidc.RS256}, …)`',
    better: '`oidc.WithPKCE`',
    shownBy: READ,
  },
  {
    id: 'zitadel-rp',
    name: 'zitadel/oidc 3.52, as a relying party',
    language: 'Go',
    part: 'app',
    here: [web('/auth/callback')],
    there:
      '`rp.NewRelyingPartyOIDC` with a context, the issuer, id, secret, callback and scopes; for an API as well `rp.WithURLParam("resource", "<api>")`',
    better: '`rp.WithPKCE`',
    shownBy: { command: 'test/clients-real/go.ts' },
  },
  {
    id: 'kube-apiserver',
    name: 'kube-apiserver 0.37',
    language: 'Go',
    part: 'api',
    here: [
      `clients create --name Kubernetes --type native --redirect-uri http://localhost:8000 ${REFRESHES}`,
    ],
    there: '`issuer.url`, `issuer.audiences: [<id>]`, `claimMappings.username.claim: email`',
    shownBy: READ,
  },
  {
    id: 'kubelogin',
    name: 'int128/kubelogin',
    language: 'Go',
    part: 'app',
    here: [
      `clients create --name Kubernetes --type native --redirect-uri http://localhost:8000 ${REFRESHES}`,
    ],
    there: '`--oidc-issuer-url=<issuer>`, `--oidc-client-id=<id>`',
    shownBy: READ,
  },
  {
    id: 'spring-login',
    name: 'Spring Boot 3.5 and 4.0, `oauth2-client`',
    language: 'Java',
    part: 'app',
    here: [web('/login/oauth2/code/gatehouse')],
    there:
      '`spring.security.oauth2.client.registration.gatehouse.client-id=<id>`, `.client-secret=<secret>`, `.scope=openid,profile,email`, `spring.security.oauth2.client.provider.gatehouse.issuer-uri=<issuer>`; 4.0 sends PKCE by itself',
    shownBy: { command: 'test/clients-real/java.ts' },
  },
  {
    id: 'spring-api',
    name: 'Spring Boot 3.5 and 4.0, `oauth2-resource-server`',
    language: 'Java',
    part: 'api',
    here: [api('--token-type jwt'), robot],
    there:
      '`spring.security.oauth2.resourceserver.jwt.issuer-uri=<issuer>`, `spring.security.oauth2.resourceserver.jwt.audiences=<api>`; it takes no other type of token than JWT',
    shownBy: { command: 'test/clients-real/java.ts' },
  },
  {
    id: 'spring-both',
    name: 'Spring Boot 3.5 and 4.0, `oauth2-client` and `oauth2-resource-server` in one app',
    language: 'Java',
    part: 'app',
    here: [api('--token-type jwt'), web('/login/oauth2/code/gatehouse')],
    there:
      'the lines of both, `.scope=openid,profile,email,notes:read`, and `spring.security.oauth2.client.provider.gatehouse.authorization-uri=<issuer>/auth?resource=<api>`',
    shownBy: { command: 'test/clients-real/java.ts' },
  },
  {
    id: 'quarkus-login',
    name: 'Quarkus OIDC 3.20, `hybrid`',
    language: 'Java',
    part: 'app',
    here: [web('/')],
    there: '`quarkus.oidc.auth-server-url=<issuer>`',
    better: '`quarkus.oidc.authentication.pkce-required=true`',
    shownBy: READ,
  },
  {
    id: 'quarkus-api',
    name: 'Quarkus OIDC 3.20, bearer',
    language: 'Java',
    part: 'api',
    here: [api(), robot],
    there: '`quarkus.oidc.auth-server-url=<issuer>`, `quarkus.oidc.token.audience=<api>`',
    shownBy: READ,
  },
  {
    id: 'mod_auth_openidc',
    name: 'libapache2-mod-auth-openidc 2.4',
    language: 'C',
    part: 'app',
    here: [web('/secure/redirect_uri')],
    there:
      '`OIDCProviderMetadataURL <issuer>/.well-known/openid-configuration`, `OIDCScope "openid email profile"`. It wants an issuer on https',
    better: '`OIDCPKCEMethod S256`',
    shownBy: { command: 'test/clients-real/apache.ts' },
  },
  {
    id: 'mod_auth_openidc-api',
    name: 'libapache2-mod-auth-openidc 2.4, `AuthType oauth20`',
    language: 'C',
    part: 'api',
    here: [api('--introspection'), robot],
    there:
      '`OIDCOAuthVerifyJwksUri <issuer>/jwks`; or `OIDCOAuthIntrospectionEndpoint <issuer>/token/introspection`, `OIDCOAuthClientID`, `OIDCOAuthClientSecret`',
    shownBy: { command: 'test/clients-real/apache.ts' },
  },
  {
    id: 'mod_oauth2',
    name: 'libapache2-mod-oauth2 3.3, DPoP',
    language: 'C',
    part: 'api',
    here: [api(), `${robot} --dpop required`],
    there: '`OAuth2TokenVerify jwks_uri <issuer>/jwks type=dpop`, `OAuth2AcceptTokenIn header type=DPoP`',
    shownBy: READ,
  },
  {
    id: 'oidc-agent',
    name: 'oidc-agent 4.2',
    language: 'C',
    part: 'app',
    here: [`clients create --name Agent --type native --redirect-uri http://localhost:4242 ${REFRESHES}`],
    there: '`oidc-gen -m --client-id <id> --flow=code --redirect-url http://localhost:4242`',
    shownBy: READ,
  },
  {
    id: 'dovecot',
    name: 'Dovecot 2.3, OAUTHBEARER',
    language: 'C',
    part: 'api',
    here: [api('--introspection')],
    there:
      '`introspection_mode = post`, `introspection_url = https://<id>:<secret>@<host>/token/introspection`, `username_attribute = username`',
    shownBy: READ,
  },
  {
    id: 'rabbitmq',
    name: 'RabbitMQ 3.10, `rabbitmq_auth_backend_oauth2`',
    language: 'Erlang',
    part: 'api',
    here: [
      "resource-servers create --identifier <api> --audience rabbitmq --scope 'rabbitmq.read:*/*/*=Read all queues' --signing-alg RS256",
      'clients create --name Robot --type service --resource <api>',
    ],
    there: '`auth_oauth2.resource_server_id = rabbitmq`, `auth_oauth2.jwks_url = <issuer>/jwks`',
    shownBy: READ,
  },
  {
    id: 'omniauth',
    name: 'gitlab-omniauth-openid-connect 0.10 (GitLab)',
    language: 'Ruby',
    part: 'app',
    here: [web('/users/auth/openid_connect/callback')],
    there: '`issuer`, `discovery: true`, `client_options.identifier`, `.secret`; this version sends no PKCE',
    shownBy: READ,
  },
  {
    id: 'openidconnect-rs',
    name: '`openidconnect` 4',
    language: 'Rust',
    part: 'app',
    here: [web('/callback')],
    there: '`IssuerUrl`, `ClientId`, `ClientSecret`; its example sends PKCE',
    shownBy: READ,
  },
] as const satisfies readonly RealClient[];

export type ClientId = (typeof realClients)[number]['id'];
