import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configWrong, loadConfig } from '../src/config.ts';
import { judgeVariables } from '../src/environment.ts';
import { GatehouseError } from '../src/lib/errors.ts';
import { runCommand } from './support/processes.ts';

const KEY = 'c29tZSByYW5kb20gYnl0ZXMgZm9yIGEgdGVzdCE_a1M';
const KEY_BYTES = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA';
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const production = {
  ISSUER: 'https://id.example.com',
  SECRET_KEY: KEY_BYTES,
  SMTP_URL: 'smtps://user:mail-password@mail.example.com',
};

describe('the configuration', () => {
  test('needs nothing on a developer’s machine', () => {
    expect(loadConfig({})).toMatchObject({
      issuer: 'http://localhost:3000',
      port: 3000,
      host: 'localhost',
      isLoopback: true,
      isSecure: false,
      base: '',
    });
  });

  test('links lead to the port that is listened on, where no issuer says another address', () => {
    expect(loadConfig({ PORT: '3001' })).toMatchObject({ issuer: 'http://localhost:3001', port: 3001 });
    expect(loadConfig({ PORT: '80' })).toMatchObject({ issuer: 'http://localhost', port: 80 });
    expect(loadConfig({ PORT: '0' })).toMatchObject({ issuer: 'http://localhost:3000', port: 0 });
    const said = loadConfig({ PORT: '3001', ISSUER: 'http://localhost:4000' });
    expect(said).toMatchObject({ issuer: 'http://localhost:4000', port: 3001 });
  });

  test('takes port and path from the issuer', () => {
    expect(loadConfig({ ISSUER: 'http://localhost:4711/id/' })).toMatchObject({
      issuer: 'http://localhost:4711/id',
      base: '/id',
      port: 4711,
    });
  });

  test('listens on all addresses for an issuer that is not loopback', () => {
    const config = loadConfig(production);
    expect(config.host).toBeUndefined();
    expect(config).toMatchObject({ isLoopback: false, isSecure: true, smtpUrl: production.SMTP_URL });
    expect(config.rootKeys).toHaveLength(1);
  });

  test('refuses to start outside localhost without a key, a mail server and https, all said at once', () => {
    const mistakes = mistakesOf({ ISSUER: 'https://id.example.com', PORT: 'http', LOG_LEVEL: 'loud' });
    expect(mistakes).toHaveLength(4);
    expect(mistakes.join('\n')).toMatch(/^PORT is "http"; it must be a number/m);
    expect(mistakes.join('\n')).toMatch(/^LOG_LEVEL is "loud"; it must be one of trace, debug/m);
    expect(mistakes.join('\n')).toMatch(/^SECRET_KEY is not set/m);
    expect(mistakes.join('\n')).toMatch(/^SMTP_URL is not set/m);
  });

  test.each([
    ['http://id.example.com', 'plain http is for localhost only'],
    ['ftp://id.example.com', 'it must start with https://'],
    ['https://id.example.com/?a=b', 'no query'],
    ['https://user@id.example.com', 'no user name'],
    ['https://ID.example.com', 'it must be written as https://id.example.com'],
    ['https://id.example.com:443', 'it must be written as https://id.example.com'],
    ['id.example.com', 'it must be a URL'],
    ['https://id.example.com.', 'its host ends in a dot'],
    ['https://my_id.example.com', 'its host has a _ in it'],
    ['https://id.example.com//id', 'its path has // in it'],
  ])('refuses the issuer %s', (ISSUER, why) => {
    expect(mistakesOf({ ...production, ISSUER }).join('\n')).toContain(why);
  });

  test.each([
    ['smtp://mail.example.com:465', /write smtps:\/\/…:465, or smtp:\/\/…:587/],
    ['smtps://mail.example.com:587', /write smtp:\/\/…:587, or smtps:\/\/…:465/],
    ['smtps://user:p%ss@mail.example.com', /^SMTP_URL has a % .*write %25 for %/m],
    ['smtps://user:p#ss@mail.example.com', /^SMTP_URL has a # .*write %23 for #/m],
    ['smtps://user:p?ss@mail.example.com', /^SMTP_URL has a \? .*write %3F for \?/m],
    ['smtps://', /^SMTP_URL must look like/m],
  ])('says what is wrong with the mail server %s, and what to write', (SMTP_URL, sentence) => {
    expect(mistakesOf({ ...production, SMTP_URL }).join('\n')).toMatch(sentence);
  });

  test.each([
    'smtp://mail.example.com',
    'smtp://user:p%25ss@mail.example.com:587',
    'smtp://user@example.com:p@ss@mail.example.com:2525',
    'smtps://user:pa%23ss@mail.example.com:465',
  ])('takes the mail server %s', (SMTP_URL) => {
    expect(loadConfig({ ...production, SMTP_URL }).smtpUrl).toBe(SMTP_URL);
  });

  test('never repeats a secret', () => {
    const text = mistakesOf({
      ...production,
      SECRET_KEY: KEY.slice(0, 20),
      DATABASE_URL: 'mysql://user:database-password@host/db',
      REDIS_URL: 'http://:redis-password@host',
      SMTP_URL: 'http://user:mail-password@host',
    }).join('\n');
    expect(text).toMatch(/^DATABASE_URL starts with mysql:\/\//m);
    for (const secret of ['database-password', 'redis-password', 'mail-password', KEY.slice(0, 20)]) {
      expect(text).not.toContain(secret);
    }
  });

  test('reads secrets from mounted files, and says which file cannot be read', () => {
    const path = join(folder, 'key');
    writeFileSync(path, `${KEY_BYTES}\n`);
    const { SECRET_KEY: _, ...rest } = production;
    expect(loadConfig({ ...rest, SECRET_KEY_FILE: path }).rootKeys).toHaveLength(1);
    expect(mistakesOf({ ...rest, SECRET_KEY_FILE: join(folder, 'none') }).join()).toContain('ENOENT');
    expect(mistakesOf({ ...production, SECRET_KEY_FILE: path }).join()).toContain('keep one of them');
  });

  describe('in the YAML file', () => {
    test('holds settings by section; the environment wins', () => {
      const CONFIG = yaml('logLevel: warn\nissuer: http://localhost:5000\noidc:\n  refreshGraceSeconds: 0\n');
      const config = loadConfig({ CONFIG, ISSUER: 'http://localhost:6000' });
      expect(config).toMatchObject({ logLevel: 'warn', issuer: 'http://localhost:6000' });
      expect(config.oidc.refreshGraceSeconds).toBe(0);
    });

    test('may call a setting by its former name, beside which the present one is refused', () => {
      const former = 'rateLimit:\n  programs: { points: 7 }\n';
      expect(loadConfig({ CONFIG: yaml(former) }).rateLimit.apiClients).toEqual({
        points: 7,
        perSeconds: 60,
      });
      const both = yaml(`${former}  apiClients: { points: 8 }\n`);
      expect(mistakesOf({ CONFIG: both }).join('\n')).toMatch(/^rateLimit\.programs is no setting/m);
    });

    test.each([
      ['oidc:\n  refreshGrace: 3\n', 'oidc.refreshGrace', 'did you mean oidc.refreshGraceSeconds?'],
      ['i18n:\n  default_locale: de\n', 'i18n.default_locale', 'did you mean i18n.defaultLocale?'],
      ['ISSUER: https://id.example.com\n', 'ISSUER', 'did you mean issuer?'],
      ['sessionIdleSeconds: 9\n', 'sessionIdleSeconds', 'did you mean oidc.sessionIdleSeconds?'],
      [
        'oidc:\n  levels: [{ acr: "1", provedby: [[any]] }]\n',
        'oidc.levels.0.provedby',
        'did you mean oidc.levels.provedBy?',
      ],
      ['smtpUrl: smtp://u:p@host\n', 'smtpUrl', 'it is a secret: set SMTP_URL in the environment'],
      ['colour: red\n', 'colour', 'remove it, or see config/gatehouse.yaml'],
    ])('says what an unknown key probably meant: %s', (text, key, instead) => {
      const mistakes = mistakesOf({ CONFIG: yaml(text) });
      expect(mistakes.find((mistake) => mistake.startsWith(`${key} is no setting; `))).toContain(instead);
      expect(mistakes.join('\n')).not.toContain('u:p@host');
    });

    test.each([
      ['totp:\n  digits: 7\n', 'totp.digits is 7; it must be one of 6, 8.'],
      [
        'trustProxy: nginx\n',
        'trustProxy is "nginx"; it must be a number of proxies, or a list of addresses and CIDRs.',
      ],
      ['workers: many\n', 'workers is "many"; it must be a number from 1 to 256, or auto.'],
    ])('says what a setting may be that is one of several kinds: %s', (text, mistake) => {
      expect(mistakesOf({ CONFIG: yaml(text) })).toContain(mistake);
    });

    test('names unknown keys, wrong types and impossible combinations by their path', () => {
      const mistakes = mistakesOf({
        CONFIG: yaml(
          'oidc:\n  refreshGrace: 3\n  codeGraceSeconds: "2"\n  sessionIdleSeconds: 99\n  sessionAbsoluteSeconds: 9\nport: -1\ncolour: red\ni18n:\n  defaultLocale: tlh\n',
        ),
      }).join('\n');
      expect(mistakes).toMatch(/^oidc\.refreshGrace is no setting/m);
      expect(mistakes).toMatch(/^oidc\.codeGraceSeconds is "2"; it must be a number/m);
      expect(mistakes).toMatch(/^port is -1; it must be at least 0/m);
      expect(mistakes).toMatch(/^colour is no setting/m);
      expect(
        mistakesOf({ CONFIG: yaml('oidc:\n  sessionIdleSeconds: 99\n  sessionAbsoluteSeconds: 9\n') }).join(),
      ).toContain('must not be longer than oidc.sessionAbsoluteSeconds');
      expect(mistakesOf({ CONFIG: yaml('i18n:\n  defaultLocale: tlh\n') }).join()).toContain('"tlh"');
    });

    test.each([
      ['offered: [password, pasword]', /^methods\.offered\.1 is "pasword"; it must be/m],
      ['offered: [totp, backup-codes]', /^methods\.offered has no way to say who one is/m],
      ['offered: [email]\nemail:\n  enabled: false', /^methods\.offered has no way to say who one is/m],
      ['offered: [passkey]\npasskey:\n  enabled: false', /^methods\.offered has no way to say who one is/m],
    ])('never locks everybody out: %j', (more, mistake) => {
      expect(mistakesOf({ CONFIG: yaml(`methods:\n  ${more}\n`) }).join('\n')).toMatch(mistake);
    });

    test('is wrong when its folder of words has a slip of the pen', () => {
      const words = mkdtempSync(join(folder, 'words-'));
      writeFileSync(join(words, 'en.yaml'), 'login.titel: Hi');
      expect(mistakesOf({ CONFIG: yaml(`i18n:\n  overridesDir: ${words}\n`) }).join()).toMatch(
        /en\.yaml: there is no sentence login\.titel/,
      );
    });

    test('must be readable YAML', () => {
      expect(mistakesOf({ CONFIG: join(folder, 'missing.yaml') }).join()).toContain(
        'cannot be read (ENOENT)',
      );
      expect(mistakesOf({ CONFIG: yaml('a: [1\n') }).join()).toContain('is not valid YAML');
      expect(mistakesOf({ CONFIG: yaml('a: 1\na: 2\n') }).join()).toContain('is not valid YAML');
      expect(mistakesOf({ CONFIG: yaml('- 1\n') }).join()).toContain('holds a list');
      expect(loadConfig({ CONFIG: yaml('# nothing yet\n') }).issuer).toBe('http://localhost:3000');
    });

    test.each(['gatehouse', 'development'])('config/%s.yaml is right', (name) => {
      expect(loadConfig({ CONFIG: `config/${name}.yaml` }).issuer).toBe('http://localhost:3000');
    });

    test('has an example in which everything is at its default', () => {
      expect(loadConfig({ CONFIG: 'config/gatehouse.yaml' })).toEqual(loadConfig({}));
    });

    test('has a schema for editors that knows every section', () => {
      const schema = JSON.parse(readFileSync('config/schema.json', 'utf8'));
      expect(Object.keys(schema.properties)).toEqual(
        expect.arrayContaining(['oidc', 'password', 'keys', 'brand']),
      );
    });
  });

  test('is frozen', () => {
    const config = loadConfig({});
    expect(() => {
      (config.oidc as { refreshGraceSeconds: number }).refreshGraceSeconds = 99;
    }).toThrow(TypeError);
  });

  test('`start --check` validates and ends: 0 when right, 78 with every sentence when wrong', async () => {
    const right = await runCommand(['start', '--check', '--json']);
    expect([right.exitCode, right.json()]).toEqual([0, { ok: true, issuer: 'http://localhost:3000' }]);
    const wrong = await runCommand(['start', '--check'], { env: { ISSUER: 'https://id.example.com' } });
    expect(wrong.exitCode).toBe(78);
    expect(wrong.stderr).toMatch(/SECRET_KEY is not set[\s\S]*SMTP_URL is not set/);
    const started = await runCommand(['start'], { env: { ISSUER: 'https://id.example.com' } });
    expect(started.exitCode).toBe(78);
    const misspelt = await runCommand(['start', '--check'], { env: { SMTP_URI: 'smtp://localhost' } });
    expect(misspelt).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Did you mean SMTP_URL?'),
    });
  });

  test.each([
    ['DATABASE_URI', 'DATABASE_URL'],
    ['SECRETKEY_FILE', 'SECRET_KEY_FILE'],
    ['issuer', 'ISSUER'],
    ['GATEHOUSE_PORT', 'PORT'],
  ])('%s is probably meant for %s, which is told where that is not set', (name, meant) => {
    const says = [`${name} is set and has no meaning here. Did you mean ${meant}?`];
    expect(judgeVariables({ PATH: '/bin', [name]: 'x' })).toEqual(says);
    expect(judgeVariables({ [name]: 'x', [meant]: 'y' })).toEqual([]);
    expect(judgeVariables({ [name]: '' })).toEqual([]);
  });

  test('variables of other programs are none of ours', () => {
    const others = { HOSTNAME: 'a', POST: 'b', REDIS_PORT: 'tcp://a:6379', SMTP_HOST: 'c', NODE_ENV: 'd' };
    expect(judgeVariables(others)).toEqual([]);
  });
});

function mistakesOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof GatehouseError && error.code === configWrong.code)
      return error.detail.mistakes as string[];
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function yaml(text: string): string {
  const path = join(folder, `${files.length}.yaml`);
  files.push(path);
  writeFileSync(path, text);
  return path;
}
const files: string[] = [];
