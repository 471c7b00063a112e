import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, run, start, withTools } from './programs.ts';
import { signInThrough } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

withTools('Go', ['go'], () => {
  let started: TestApp;
  beforeAll(async () => {
    started = await startApp();
  });
  afterAll(() => started?.close());

  test('go-oidc signs a person in by the example of its README', async () => {
    const port = await findFreePort();
    const app = `http://localhost:${port}`;
    const { clientId, secret } = await registerAs(started, 'go-oidc', { app });
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
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: "${clientId}"})
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, oauth2Config.AuthCodeURL("state"), http.StatusFound)
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
		json.NewEncoder(w).Encode(map[string]any{"claims": claims, "sub": userInfo.Subject})
	})
	must(http.ListenAndServe("localhost:${port}", nil))
}
`,
    });
    await run('go', ['mod', 'tidy'], { cwd: folder });
    await run('go', ['build', '-o', 'program', '.'], { cwd: folder });
    const program = await start(join(folder, 'program'), [], { cwd: folder, url: `${app}/nothing` });
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/login`, person);
      expect(JSON.parse(page.html)).toEqual({
        claims: { Email: person.email, Name: 'Ana Bauer' },
        sub: person.id,
      });
    } finally {
      await program.stop();
    }
  });

  test('oauth2-proxy lets a person in, with its flags for any OIDC provider', async () => {
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
      ],
      { cwd: folder, url: `${app}/ping` },
    );
    try {
      const person = await createPerson(started);
      const { page } = await signInThrough(started, `${app}/oauth2/start?rd=/oauth2/userinfo`, person);
      expect(JSON.parse(page.html)).toMatchObject({ email: person.email });
    } finally {
      await program.stop();
    }
  });
});
