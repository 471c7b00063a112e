import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, run, start, withTools } from './programs.ts';
import { tampered, tokenOfRobot } from './robot.ts';
import { signInThrough } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

const pom = (version: string, starters: readonly string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>${version}</version>
  </parent>
  <groupId>example</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-web</artifactId>
    </dependency>
    ${starters.map((name) => starterOf(name)).join('\n    ')}
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-maven-plugin</artifactId>
      </plugin>
    </plugins>
  </build>
</project>
`;

const starterOf = (name: string) => `<dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-${name}</artifactId>
    </dependency>`;

const program = (imports: string, method: string) => `package example;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
${imports}

@SpringBootApplication
@RestController
public class Demo {
  public static void main(String[] args) {
    SpringApplication.run(Demo.class, args);
  }

  ${method}
}
`;

const LOGIN = program(
  'import org.springframework.security.oauth2.core.oidc.user.OidcUser;',
  `@GetMapping("/")
  String user(@AuthenticationPrincipal OidcUser user) {
    return String.join(", ", user.getSubject(), user.getFullName(), user.getEmail());
  }`,
);
const API = program(
  'import org.springframework.security.oauth2.jwt.Jwt;',
  `@GetMapping("/")
  Map<String, Object> claims(@AuthenticationPrincipal Jwt jwt) {
    return jwt.getClaims();
  }`,
);

const BOTH = program(
  `import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.web.SecurityFilterChain;`,
  `@Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
    http.oauth2Login(withDefaults());
    http.oauth2ResourceServer(api -> api.jwt(withDefaults()));
    return http.build();
  }

  @GetMapping("/")
  String user(
      @AuthenticationPrincipal OidcUser user,
      @RegisteredOAuth2AuthorizedClient("gatehouse") OAuth2AuthorizedClient client) {
    return user.getEmail() + " " + client.getAccessToken().getTokenValue();
  }

  @GetMapping("/notes")
  Map<String, Object> claims(@AuthenticationPrincipal Jwt jwt) {
    return jwt.getClaims();
  }`,
);

withTools('Java', ['java', 'mvn'], () => {
  describe.each(['3.5.6', '4.0.0'])('Spring Boot %s', (version) => {
    let started: TestApp;
    beforeAll(async () => {
      started = await startApp();
    });
    afterAll(() => started?.close());

    /** `properties`: the lines of application.properties, and nothing else is configured. */
    async function startSpring(
      name: string,
      port: number,
      starters: readonly string[],
      code: string,
      properties: string,
    ) {
      const folder = folderOf(join('spring', version, name), {
        'pom.xml': pom(version, starters),
        'src/main/java/example/Demo.java': code,
        'application.properties': `server.port=${port}\n${properties}`,
      });
      await run('mvn', ['--quiet', '--batch-mode', 'package'], { cwd: folder });
      return start('java', ['-jar', 'target/demo-1.jar'], {
        cwd: folder,
        url: `http://localhost:${port}/nothing`,
      });
    }

    test('signs a person in (oauth2-client)', async () => {
      const port = await findFreePort();
      const app = `http://localhost:${port}`;
      const { clientId, secret } = await registerAs(started, 'spring-login', { app });
      const spring = await startSpring(
        'login',
        port,
        ['oauth2-client'],
        LOGIN,
        `spring.security.oauth2.client.registration.gatehouse.client-id=${clientId}
spring.security.oauth2.client.registration.gatehouse.client-secret=${secret}
spring.security.oauth2.client.registration.gatehouse.scope=openid,profile,email
spring.security.oauth2.client.provider.gatehouse.issuer-uri=${started.url}
`,
      );
      try {
        const person = await createPerson(started);
        const { page } = await signInThrough(started, `${app}/`, person);
        expect(page.html).toBe(`${person.id}, Ana Bauer, ${person.email}`);
      } finally {
        await spring.stop();
      }
    });

    test('guards an API (oauth2-resource-server)', async () => {
      const port = await findFreePort();
      const api = 'https://notes.example';
      const { token, clientId } = await tokenOfRobot(started, 'spring-api', api);
      const spring = await startSpring(
        'api',
        port,
        ['oauth2-resource-server'],
        API,
        `spring.security.oauth2.resourceserver.jwt.issuer-uri=${started.url}
spring.security.oauth2.resourceserver.jwt.audiences=${api}
`,
      );
      try {
        const ask = (bearer?: string) =>
          fetch(`http://localhost:${port}/`, {
            headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
          });
        const answer = await ask(token);
        expect(answer.status).toBe(200);
        expect(await answer.json()).toMatchObject({ client_id: clientId, scope: 'notes:read' });
        expect((await ask(tampered(token))).status).toBe(401);
        expect((await ask()).status).toBe(401);
      } finally {
        await spring.stop();
      }
    });

    test('does both in one app: signs a person in, whose token its API takes', async () => {
      const port = await findFreePort();
      const [app, api] = [`http://localhost:${port}`, `https://notes-${version}.example`];
      const { clientId, secret } = await registerAs(started, 'spring-both', { app, api });
      const spring = await startSpring(
        'both',
        port,
        ['oauth2-client', 'oauth2-resource-server'],
        BOTH,
        `spring.security.oauth2.client.registration.gatehouse.client-id=${clientId}
spring.security.oauth2.client.registration.gatehouse.client-secret=${secret}
spring.security.oauth2.client.registration.gatehouse.scope=openid,profile,email,notes:read
spring.security.oauth2.client.provider.gatehouse.issuer-uri=${started.url}
spring.security.oauth2.client.provider.gatehouse.authorization-uri=${started.url}/auth?resource=${api}
spring.security.oauth2.resourceserver.jwt.issuer-uri=${started.url}
spring.security.oauth2.resourceserver.jwt.audiences=${api}
`,
      );
      try {
        const person = await createPerson(started);
        const start = `${app}/oauth2/authorization/gatehouse`;
        const { page } = await signInThrough(started, start, person);
        const [email, token = ''] = page.html.split(' ');
        expect(email).toBe(person.email);
        const ask = (bearer: string) =>
          fetch(`${app}/notes`, { headers: { authorization: `Bearer ${bearer}` } });
        const answer = await ask(token);
        expect(answer.status).toBe(200);
        expect(await answer.json()).toMatchObject({ sub: person.id, aud: [api, `${started.url}/me`] });
        expect((await ask(tampered(token))).status).toBe(401);
      } finally {
        await spring.stop();
      }
    });
  });
});
