import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { discovery, None } from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCertificate } from '../support/certificate.ts';
import { type GatehouseProcess, runCommand, startGatehouse } from '../support/processes.ts';
import { authorize, PASSWORD, type RelyingParty } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, run, withTools } from './programs.ts';

/** The part of kube-apiserver that reads the ID token, given the very file that the template prints. */
const VERIFIER = `package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/apiserver/validation"
	"k8s.io/apiserver/pkg/authentication/cel"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	"k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	must(err)
	return bytes
}

func main() {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder()
	decoded, err := runtime.Decode(decoder, read(os.Args[1]))
	must(err)
	configuration := decoded.(*apiserver.AuthenticationConfiguration)
	must(validation.ValidateAuthenticationConfiguration(cel.NewDefaultCompiler(), configuration, nil).ToAggregate())
	authority, err := dynamiccertificates.NewStaticCAContent("issuer", read(os.Args[2]))
	must(err)
	ctx, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	authenticator, err := oidc.New(ctx, oidc.Options{
		JWTAuthenticator:     configuration.JWT[0],
		CAContentProvider:    authority,
		SupportedSigningAlgs: oidc.AllValidSigningAlgorithms(),
	})
	must(err)
	for authenticator.HealthCheck() != nil && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
	}
	response, isKnown, err := authenticator.AuthenticateToken(ctx, string(read(os.Args[3])))
	must(err)
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"isKnown": isKnown, "name": response.User.GetName(), "groups": response.User.GetGroups(),
	}))
}
`;

type Made = { client_id: string; guide: { lines: string[] } };

withTools('Kubernetes', ['go'], () => {
  let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
  let gatehouse: GatehouseProcess;
  let front: ReturnType<typeof createServer>;
  let issuer: string;
  let folder: string;
  let type: (args: string[], stdin?: string) => ReturnType<typeof runCommand>;

  beforeAll(async () => {
    folder = folderOf('kubernetes', { 'go.mod': 'module example\n\ngo 1.26\n', 'main.go': VERIFIER });
    // Before anybody signs in: it takes minutes, and an ID token lives five.
    await run('go', ['mod', 'tidy'], { cwd: folder });
    await run('go', ['build', '-o', 'verifier', '.'], { cwd: folder });
    certificate = await createTestCertificate();
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(certificate.ca, 'utf8')]);
    const [port, inner] = [await findFreePort(), await findFreePort()];
    issuer = `https://localhost:${port}`;
    const env = {
      ISSUER: issuer,
      TRUST_PROXY: '1',
      SECRET_KEY: randomBytes(32).toString('base64'),
      SMTP_URL: 'none',
    };
    gatehouse = await startGatehouse({ env, port: inner });
    type = (args, stdin = '') =>
      runCommand([...args, '--json'], { env: { ...env, DATA_DIR: gatehouse.dataDir }, stdin });
    front = createServer(
      { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) },
      (incoming, answer) => {
        const headers = { ...incoming.headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' };
        const inside = request(
          { port: inner, path: incoming.url, method: incoming.method, headers },
          (response) => {
            answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
            response.pipe(answer);
          },
        );
        incoming.pipe(inside);
      },
    ).listen(port);
  });
  afterAll(async () => {
    front?.close();
    await gatehouse?.stop();
    await certificate?.remove();
  });

  test('its verifier reads the name and the groups, by the file that the template prints', async () => {
    const made = (await type(['clients', 'create', '--template', 'kubernetes'])).json() as Made;
    await type(['roles', 'create', '--name', 'admins']);
    const email = 'ana@example.com';
    await type(['users', 'create', '--email', email, '--password-stdin'], PASSWORD);
    await type(['roles', 'assign', 'admins', '--user', email]);

    const { lines } = made.guide;
    const configuration = await discovery(new URL(issuer), made.client_id, undefined, None());
    const redirectUri = 'http://localhost:8000';
    const party: RelyingParty = { clientId: made.client_id, secret: undefined, redirectUri, configuration };
    const asked = await authorize({ url: issuer }, party, { email }, { scope: 'openid email groups' });
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: party.clientId,
        code: asked.callback.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: asked.checks.pkceCodeVerifier,
      }),
    });
    const { id_token: token } = (await answer.json()) as { id_token: string };

    folderOf('kubernetes', {
      'authentication.yaml': lines
        .slice(
          0,
          lines.findIndex((line) => line.startsWith('kubectl')),
        )
        .join('\n'),
      token,
    });
    const said = await run(join(folder, 'verifier'), ['authentication.yaml', certificate.ca, 'token'], {
      cwd: folder,
    });
    expect(JSON.parse(said)).toEqual({ isKnown: true, name: email, groups: ['oidc:admins'] });
  });
});
