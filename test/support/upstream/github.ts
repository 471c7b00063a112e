import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOn } from '../site.ts';

/**
 * A server in the shape of GitHub's OAuth (no OpenID Connect: no ID token, no discovery, no `iss`). What it answers follows
 * the public documentation, as it was stored when this was written:
 *
 * - "Authorizing OAuth apps" (https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps):
 *   `/login/oauth/authorize`, `/login/oauth/access_token`; form-encoded answers unless `Accept: application/json`; scopes
 *   with commas; the code lives ten minutes. PKCE: "GitHub supports PKCE" since July 2025 (the changelog); S256 only.
 * - "Troubleshooting OAuth app access token request errors" (…/maintaining-oauth-apps/…): errors of the token endpoint
 *   come with status 200: `bad_verification_code`, `incorrect_client_credentials`, `redirect_uri_mismatch`.
 * - "Troubleshooting authorization request errors": the person who says no comes back with `error=access_denied`,
 *   `error_description` and `error_uri`.
 * - "Get the authenticated user" (https://docs.github.com/en/rest/users/users): `id` is a number, `email` the public
 *   address or null. On an own server (GHES) the API is below `/api/v3`.
 * - "List email addresses for the authenticated user" (https://docs.github.com/en/rest/users/emails): needs `user:email`;
 *   rows of `email`, `primary`, `verified`, `visibility`; 30 a page, `per_page` up to 100, the next one by `Link`.
 */
export type GitHubShaped = Awaited<ReturnType<typeof startGitHubShaped>>;

export type PersonAtGitHub = {
  id: number;
  login: string;
  name?: string | null;
  emails: readonly { email: string; primary: boolean; verified: boolean; visibility?: string | null }[];
};

export type GitHubTrouble = {
  /** `access_denied`: the person pressed "Cancel". */
  refuses?: string;
  /** The status of the API. GitHub's rate limit is 403 with a message. */
  apiStatus?: number;
};

export async function startGitHubShaped() {
  let person: PersonAtGitHub = {
    id: 583231,
    login: 'octocat',
    name: 'monalisa octocat',
    emails: [{ email: 'octocat@github.example', primary: true, verified: true, visibility: 'private' }],
  };
  let trouble: GitHubTrouble = {};
  const apps = new Map<string, { secret: string; callback: string }>();
  const codes = new Map<
    string,
    { clientId: string; redirectUri: string; challenge: string; scope: string }
  >();
  const tokens = new Map<string, { person: PersonAtGitHub; scope: string }>();
  const requests: string[] = [];

  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', origin);
    const path = url.pathname.replace(/^\/api\/v3/, '');
    requests.push(path);
    if (path === '/login/oauth/authorize') return authorize(url, res);
    if (path === '/login/oauth/access_token' && req.method === 'POST') return token(req, res);
    if (path === '/user' || path === '/user/emails') return api(path, url, req, res);
    return sendJson(res, 404, { message: 'Not Found' });
  });
  const { origin, close } = await listenOn(server);

  function authorize({ searchParams }: URL, res: ServerResponse): unknown {
    const clientId = searchParams.get('client_id') ?? '';
    const app = apps.get(clientId);
    if (!app) return sendJson(res, 404, { message: 'Not Found' });
    const asked = searchParams.get('redirect_uri') ?? app.callback;
    // "The redirect_uri's host and port must exactly match the callback URL, its path must reference a subdirectory of it."
    const isBelow = asked === app.callback || asked.startsWith(`${app.callback}/`);
    const back = new URL(isBelow ? asked : app.callback);
    const state = searchParams.get('state');
    const error = isBelow ? trouble.refuses : 'redirect_uri_mismatch';
    if (error !== undefined) {
      back.searchParams.set('error', error);
      back.searchParams.set('error_description', 'The user has denied your application access.');
      back.searchParams.set(
        'error_uri',
        '/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/',
      );
    } else {
      const code = randomBytes(10).toString('hex');
      codes.set(code, {
        clientId,
        redirectUri: asked,
        challenge: searchParams.get('code_challenge') ?? '',
        scope: searchParams.get('scope') ?? '',
      });
      back.searchParams.set('code', code);
    }
    if (state !== null) back.searchParams.set('state', state);
    return res.writeHead(302, { location: back.href }).end();
  }

  async function token(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const fields = new URLSearchParams(await read(req));
    const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const [user = '', password = ''] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
    const clientId = fields.get('client_id') ?? decodeURIComponent(user);
    const secret = fields.get('client_secret') ?? decodeURIComponent(password);
    const code = codes.get(fields.get('code') ?? '');
    const refuse = (error: string, error_description: string) =>
      send(req, res, { error, error_description, error_uri: `/apps/managing-oauth-apps/#${error}` });
    if (apps.get(clientId)?.secret !== secret)
      return refuse(
        'incorrect_client_credentials',
        'The client_id and/or client_secret passed are incorrect.',
      );
    if (code?.clientId !== clientId || !(await isVerifier(fields.get('code_verifier'), code.challenge)))
      return refuse('bad_verification_code', 'The code passed is incorrect or expired.');
    const redirectUri = fields.get('redirect_uri');
    if (redirectUri !== null && redirectUri !== code.redirectUri)
      return refuse(
        'redirect_uri_mismatch',
        'The redirect_uri MUST match the registered callback URL for this application.',
      );
    codes.delete(fields.get('code') ?? '');
    const accessToken = `gho_${randomBytes(18).toString('hex')}`;
    tokens.set(accessToken, { person, scope: code.scope });
    return send(req, res, {
      access_token: accessToken,
      scope: code.scope.split(/[ ,]+/).join(','),
      token_type: 'bearer',
    });
  }

  function api(path: string, url: URL, req: IncomingMessage, res: ServerResponse): unknown {
    const given = /^(?:Bearer|token) (.+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
    const found = tokens.get(given);
    // "All API requests MUST include a valid User-Agent header."
    if (!req.headers['user-agent'])
      return sendJson(res, 403, { message: 'Request forbidden by administrative rules.' });
    if (trouble.apiStatus) return sendJson(res, trouble.apiStatus, { message: 'API rate limit exceeded' });
    if (!found) return sendJson(res, 401, { message: 'Bad credentials' });
    const { id, login, name = null, emails } = found.person;
    const shown = emails.find(({ primary, visibility }) => primary && visibility === 'public');
    if (path === '/user')
      return sendJson(res, 200, {
        login,
        id,
        node_id: Buffer.from(`04:User${id}`).toString('base64'),
        avatar_url: `${origin}/images/error/octocat_happy.gif`,
        html_url: `${origin}/${login}`,
        type: 'User',
        site_admin: false,
        name,
        email: shown?.email ?? null,
      });
    if (!/(^|[ ,])user(:email)?($|[ ,])/.test(found.scope))
      return sendJson(res, 404, { message: 'Not Found' });
    const perPage = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100);
    const page = Number(url.searchParams.get('page') ?? 1);
    const rows = emails.slice((page - 1) * perPage, page * perPage);
    if (emails.length > page * perPage) {
      const next = new URL(url);
      next.searchParams.set('page', String(page + 1));
      res.setHeader('link', `<${next.href}>; rel="next"`);
    }
    return sendJson(
      res,
      200,
      rows.map(({ visibility = null, ...row }) => ({ ...row, visibility })),
    );
  }

  return {
    /** What `--issuer` says of an own GitHub server. */
    issuer: origin,
    origin,
    requests,

    /** Registers ours there as an OAuth app, under this slug of ours. */
    async register(ours: string, slug: string) {
      const clientId = `Ov23li${randomBytes(7).toString('hex')}`;
      const clientSecret = randomBytes(20).toString('hex');
      apps.set(clientId, { secret: clientSecret, callback: `${ours}/upstream/${slug}/callback` });
      return { issuer: origin, clientId, clientSecret };
    },

    signInAs(who: PersonAtGitHub): void {
      person = who;
    },
    be(next: GitHubTrouble): void {
      trouble = next;
    },

    close,
  };
}

async function isVerifier(verifier: string | null, challenge: string): Promise<boolean> {
  if (challenge === '') return true;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier ?? ''));
  return Buffer.from(digest).toString('base64url') === challenge;
}

async function read(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(req: IncomingMessage, res: ServerResponse, answer: Record<string, string>): unknown {
  if (/json/.test(req.headers.accept ?? '')) return sendJson(res, 200, answer);
  return res
    .writeHead(200, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })
    .end(new URLSearchParams(answer).toString());
}

function sendJson(res: ServerResponse, status: number, document: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(document));
}
