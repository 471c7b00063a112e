import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, run, start, withTools } from './programs.ts';
import { tampered, tokenOfRobot } from './robot.ts';
import { signInThrough } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

const PACKAGES = ['Authlib==1.*', 'Flask==3.*', 'PyJWT[crypto]==2.*', 'requests==2.*'];
const API = 'https://notes.example';

withTools('Python', ['python3'], () => {
  const folder = folderOf('python');
  const python = join(folder, 'venv', 'bin', 'python');
  let started: TestApp;
  beforeAll(async () => {
    started = await startApp();
    await run('python3', ['-m', 'venv', 'venv'], { cwd: folder });
    await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { cwd: folder });
  });
  afterAll(() => started?.close());

  async function startFlask(name: string, port: number, code: string) {
    folderOf('python', { [`${name}.py`]: `${code}\napp.run(host='localhost', port=${port})\n` });
    return start(python, [`${name}.py`], { cwd: folder, url: `http://localhost:${port}/nothing` });
  }

  test('Authlib signs a person in by its Flask example', async () => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'authlib', { app });
    const program = await startFlask(
      'login',
      port,
      `
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, url_for

app = Flask(__name__)
app.secret_key = 'a long random secret of the app itself'
oauth = OAuth(app)
oauth.register(
    name='gatehouse',
    client_id='${clientId}',
    client_secret='${secret}',
    server_metadata_url='${started.url}/.well-known/openid-configuration',
    client_kwargs={'scope': 'openid profile email'},
)

@app.route('/login')
def login():
    return oauth.gatehouse.authorize_redirect(url_for('callback', _external=True))

@app.route('/callback')
def callback():
    token = oauth.gatehouse.authorize_access_token()
    renewed = oauth.gatehouse.fetch_access_token(grant_type='refresh_token', refresh_token=token['refresh_token'])
    return jsonify(user=token['userinfo'], is_other=renewed['access_token'] != token['access_token'])
`,
    );
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/login`, person);
      expect(JSON.parse(page.html)).toMatchObject({
        user: { sub: person.id, name: 'Ana Bauer', email: person.email },
        is_other: true,
      });
    } finally {
      await program.stop();
    }
  });

  test('Authlib guards an API, by the keys and by introspection', async () => {
    const port = await findFreePort();
    const { token, made } = await tokenOfRobot(started, 'authlib-rs', API);
    const program = await startFlask(
      'api',
      port,
      `
import requests
from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2.rfc7662 import IntrospectTokenValidator
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from flask import Flask

app = Flask(__name__)

class ByKeys(JWTBearerTokenValidator):
    def get_jwks(self):
        return requests.get('${started.url}/jwks').json()

class ByIntrospection(IntrospectTokenValidator):
    def introspect_token(self, token):
        auth = ('${made[0]?.introspection_id ?? ''}', '${made[0]?.introspection_secret ?? ''}')
        return requests.post('${started.url}/token/introspection', data={'token': token}, auth=auth).json()

by_keys, by_introspection = ResourceProtector(), ResourceProtector()
by_keys.register_token_validator(ByKeys(issuer='${started.url}', resource_server='${API}'))
by_introspection.register_token_validator(ByIntrospection())

@app.route('/keys')
@by_keys('notes:read')
def keys():
    return 'in'

@app.route('/introspection')
@by_introspection('notes:read')
def introspection():
    return 'in'
`,
    );
    try {
      const statusOf = async (path: string, bearer?: string) =>
        (
          await fetch(`http://localhost:${port}${path}`, {
            headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
          })
        ).status;
      for (const path of ['/keys', '/introspection']) {
        expect([path, await statusOf(path, token)]).toEqual([path, 200]);
        expect([path, await statusOf(path, tampered(token))]).toEqual([path, 401]);
        expect([path, await statusOf(path)]).toEqual([path, 401]);
      }
    } finally {
      await program.stop();
    }
  });

  test('PyJWT reads our tokens with its JWKS client, and none that was changed', async () => {
    const api = 'https://pyjwt.example';
    const { token, clientId } = await tokenOfRobot(started, 'pyjwt', api);
    folderOf('python', {
      'read.py': `
import json, sys
import jwt
from jwt import PyJWKClient

key = PyJWKClient('${started.url}/jwks').get_signing_key_from_jwt(sys.argv[1])
print(json.dumps(jwt.decode(sys.argv[1], key.key, algorithms=['ES256'], audience='${api}', issuer='${started.url}')))
`,
    });
    const read = (text: string) => run(python, ['read.py', text], { cwd: folder });
    expect(JSON.parse(await read(token))).toMatchObject({ client_id: clientId, scope: 'notes:read' });
    await expect(read(tampered(token))).rejects.toThrow(/InvalidSignatureError/);
  });
});
