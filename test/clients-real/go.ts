import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, run, start, withTools } from './programs.ts';
import { signInThrough } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

/** With and without an API beside the sign-in (RFC 8707): one token is for both. */
const ASKED = [
  { what: 'signs a person in', scope: '', resource: '' },
  { what: 'signs a person in and has a token for an API', scope: 'notes:read', resource: 'resource' },
] as const;
const API = 'https://notes.example';

async function startGo(folder: string, app: string) {
  await run('go', ['mod', 'tidy'], { cwd: folder });
  await run('go', ['build', '-o', 'program', '.'], { cwd: folder });
  return start(join(folder, 'program'), [], { cwd: folder, url: `${app}/nothing` });
}

withTools('Go', ['go'], () => {
  let started: TestApp;
  beforeAll(async () => {
    started = await startApp();
    const scopes = [{ name: 'notes:read', sentence: 'Read your notes' }];
    await started.modules.resourceServers.create({ identifier: API, scopes }, SYSTEM);
  });
  afterAll(() => started?.close());

  /** Whom the token is for, and that it is no JWT where no API was asked for. */
  function expectForBoth(token: string, isForApi: boolean): void {
    if (isForApi) expect(decodeJwt(token)).toMatchObject({ aud: [API, `${started.url}/me`] });
    else expect(() => decodeJwt(token)).toThrow();
  }

  test.each(ASKED)('go-oidc $what by the example of its README', async ({ scope, resource }) => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'go-oidc', { app });
    const options = resource && `, oauth2.SetAuthURLParam("resource", "${API}")`;
    const folder = folderOf('go-oidc', {
      'go.mod': 'module example\n\ngo 1.24\n',
      'main.go': `package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, "${started.url}")
	must(err)
	oauth2Config := oauth2.Config{
		ClientID:     "${clientId}",
		ClientSecret: "${secret}",
		RedirectURL:  "${app}/callback",
		Endpoint:     provider.Endpoint(),
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"${scope && `, "${scope}"`}},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: "${clientId}"})
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, oauth2Config.AuthCodeURL("state"${options}), http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		oauth2Token, err := oauth2Config.Exchange(ctx, r.URL.Query().Get("code"))
		must(err)
		idToken, err := verifier.Verify(ctx, oauth2Token.Extra("id_token").(string))
		must(err)
		must(idToken.VerifyAccessToken(oauth2Token.AccessToken))
		var claims struct {
			Email string
			Name  string
		}
		must(idToken.Claims(&claims))
		userInfo, err := provider.UserInfo(ctx, oauth2Config.TokenSource(ctx, oauth2Token))
		must(err)
		json.NewEncoder(w).Encode(map[string]any{"claims": claims, "sub": userInfo.Subject, "token": oauth2Token.AccessToken})
	})
	must(http.ListenAndServe("localhost:${port}", nil))
}
`,
    });
    const program = await startGo(folder, app);
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/login`, person);
      const { token, ...shown } = JSON.parse(page.html);
      expect(shown).toEqual({ claims: { Email: person.email, Name: 'Ana Bauer' }, sub: person.id });
      expectForBoth(token, resource !== '');
    } finally {
      await program.stop();
    }
  });

  test('goth, which knows no PKCE, signs a person in', async () => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'goth', { app });
    const folder = folderOf('goth', {
      'go.mod': 'module example\n\ngo 1.24\n',
      'main.go': `package main

import (
	"encoding/json"
	"net/http"

	"github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
	"github.com/markbates/goth/providers/openidConnect"
)

func main() {
	gothic.Store = sessions.NewCookieStore([]byte("a long random secret of the app itself"))
	provider, err := openidConnect.New("${clientId}", "${secret}", "${app}/auth/openidconnect/callback", "${started.url}/.well-known/openid-configuration", "profile", "email")
	if err != nil {
		panic(err)
	}
	goth.UseProviders(provider)
	http.HandleFunc("/auth/openidconnect", func(w http.ResponseWriter, r *http.Request) {
		gothic.BeginAuthHandler(w, gothic.GetContextWithProvider(r, "openid-connect"))
	})
	http.HandleFunc("/auth/openidconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		user, err := gothic.CompleteUserAuth(w, gothic.GetContextWithProvider(r, "openid-connect"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		json.NewEncoder(w).Encode(user)
	})
	if err := http.ListenAndServe("localhost:${port}", nil); err != nil {
		panic(err)
	}
}
`,
    });
    const program = await startGo(folder, app);
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/auth/openidconnect`, person);
      expect(JSON.parse(page.html)).toMatchObject({
        UserID: person.id,
        Name: 'Ana Bauer',
        Email: person.email,
      });
    } finally {
      await program.stop();
    }
  });

  test.each(ASKED)('zitadel/oidc $what by the example of its relying party', async ({ scope, resource }) => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'zitadel-rp', { app });
    const options = resource && `, rp.WithURLParam("resource", "${API}")`;
    const folder = folderOf('zitadel-rp', {
      'go.mod': 'module example\n\ngo 1.24\n',
      'main.go': `package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

func main() {
	ctx := context.Background()
	key := []byte("0123456789abcdef")
	cookies := httphelper.NewCookieHandler(key, key, httphelper.WithUnsecure())
	provider, err := rp.NewRelyingPartyOIDC(ctx, "${started.url}", "${clientId}", "${secret}", "${app}/auth/callback",
		[]string{"openid", "profile", "email"${scope && `, "${scope}"`}}, rp.WithCookieHandler(cookies))
	if err != nil {
		panic(err)
	}
	http.Handle("/login", rp.AuthURLHandler(func() string { return "state" }, provider${options}))
	show := func(w http.ResponseWriter, r *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims], state string, rp rp.RelyingParty, info *oidc.UserInfo) {
		json.NewEncoder(w).Encode(map[string]any{"info": info, "token": tokens.AccessToken})
	}
	http.Handle("/auth/callback", rp.CodeExchangeHandler(rp.UserinfoCallback(show), provider))
	if err := http.ListenAndServe("localhost:${port}", nil); err != nil {
		panic(err)
	}
}
`,
    });
    const program = await startGo(folder, app);
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/login`, person);
      const { token, info } = JSON.parse(page.html);
      expect(info).toMatchObject({ sub: person.id, name: 'Ana Bauer', email: person.email });
      expectForBoth(token, resource !== '');
    } finally {
      await program.stop();
    }
  });

  async function startOauth2Proxy(...flags: string[]) {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'oauth2-proxy', { app });
    const folder = folderOf('oauth2-proxy');
    await run('go', ['install', 'github.com/oauth2-proxy/oauth2-proxy/v7@latest'], {
      cwd: folder,
      env: { GOBIN: folder },
    });
    const program = await start(
      join(folder, 'oauth2-proxy'),
      [
        '--provider=oidc',
        `--oidc-issuer-url=${started.url}`,
        `--client-id=${clientId}`,
        `--client-secret=${secret}`,
        `--redirect-url=${app}/oauth2/callback`,
        `--http-address=localhost:${port}`,
        '--cookie-secret=0123456789abcdef0123456789abcdef',
        '--cookie-secure=false',
        '--email-domain=*',
        '--upstream=static://200',
        ...flags,
      ],
      { cwd: folder, url: `${app}/ping` },
    );
    return { app, program };
  }

  test('oauth2-proxy lets a person in, with its flags for any OIDC provider', async () => {
    const { app, program } = await startOauth2Proxy();
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/oauth2/start?rd=/oauth2/userinfo`, person);
      expect(JSON.parse(page.html)).toMatchObject({ email: person.email });
    } finally {
      await program.stop();
    }
  });

  test('oauth2-proxy with --allowed-group lets in who has the role, and nobody else', async () => {
    const { app, program } = await startOauth2Proxy('--scope=openid email groups', '--allowed-group=admins');
    try {
      const { roles } = started.modules;
      await roles.create({ name: 'admins' }, SYSTEM);
      const [admin, other] = [await createPerson(started), await createPerson(started)];
      await roles.assign('admins', { userId: admin.id }, SYSTEM);
      const { page } = await signInThrough(started, `${app}/oauth2/start?rd=/oauth2/userinfo`, admin);
      expect(JSON.parse(page.html)).toMatchObject({ email: admin.email, groups: ['admins'] });
      const refused = await signInThrough(started, `${app}/oauth2/start?rd=/oauth2/userinfo`, other);
      expect(refused.page.status).toBe(403);
    } finally {
      await program.stop();
    }
  });
});
