import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadOrCreateSecretKeyFile, parseRootKeys } from '../../src/keys/root-keys.ts';

const run = promisify(execFile);
const one = randomBytes(32);
const two = randomBytes(32);

describe('SECRET_KEY', () => {
  test('is one key of 32 bytes or several, as base64url or as base64', () => {
    expect(parseRootKeys(one.toString('base64url'))).toEqual({ rootKeys: [one] });
    expect(parseRootKeys(` ${one.toString('base64')} , ${two.toString('base64url')}\n`)).toEqual({
      rootKeys: [one, two],
    });
  });

  test('names the entry and what was found, for every mistake at once', () => {
    const short = randomBytes(16).toString('base64url');
    const text = [one.toString('base64url'), short, 'häßlich', '', one.toString('base64')].join(',');
    const { problems = [] } = parseRootKeys(text);
    expect(problems).toEqual([
      'entry 2 of SECRET_KEY holds 16 bytes: 32 random ones are needed; `openssl rand -base64 32` prints such a key.',
      'entry 3 of SECRET_KEY is neither base64 nor base64url: 32 random bytes are needed; `openssl rand -base64 32` prints such a key.',
      'entry 4 of SECRET_KEY is empty: 32 random bytes are needed; `openssl rand -base64 32` prints such a key.',
      'entry 5 of SECRET_KEY repeats an earlier one: remove it.',
    ]);
  });

  test('says that a hexadecimal key has another length', () => {
    const { problems = [] } = parseRootKeys(one.toString('hex'));
    expect(problems).toEqual([
      'SECRET_KEY holds 48 bytes: 32 random ones are needed; `openssl rand -base64 32` prints such a key.',
    ]);
  });

  test('is refused when it is a placeholder', () => {
    for (const text of ['A'.repeat(43), Buffer.from('changeme'.repeat(4)).toString('base64')])
      expect(parseRootKeys(text).problems).toEqual([
        'SECRET_KEY is not random: `openssl rand -base64 32` prints such a key.',
      ]);
  });

  test('is never repeated in a sentence', () => {
    const wrong = [randomBytes(31), randomBytes(33)].map((key) => key.toString('base64url'));
    const sentences =
      parseRootKeys([...wrong, one.toString('hex'), `${wrong[0]}!`].join(',')).problems?.join() ?? '';
    for (const value of wrong) expect(sentences).not.toContain(value.slice(0, 8));
    expect(sentences).not.toContain(one.toString('hex').slice(0, 8));
  });

  test('takes any random key', () => {
    for (let at = 0; at < 5_000; at++)
      expect(parseRootKeys(randomBytes(32).toString('base64url')).problems).toBeUndefined();
  });
});

describe('secret.key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is made once, readable by its owner only, and read from then on', async () => {
    const dataDir = join(folder, 'data');
    const first = await loadOrCreateSecretKeyFile(dataDir);
    expect(first).toMatchObject({ isCreated: true, warnings: [], path: join(dataDir, 'secret.key') });
    expect((await stat(first.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const second = await loadOrCreateSecretKeyFile(dataDir);
    expect(second).toEqual({ ...first, isCreated: false });
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test('is one for all processes that start at the same moment, and never seen half written', async () => {
    const file = new URL('../../src/keys/root-keys.ts', import.meta.url).href;
    const script = `
      const { loadOrCreateSecretKeyFile } = await import(${JSON.stringify(file)});
      const answers = await Promise.all(Array.from({ length: 5 }, () => loadOrCreateSecretKeyFile(${JSON.stringify(folder)})));
      for (const { rootKeys, isCreated } of answers) console.log(rootKeys[0].toString('hex') + ' ' + isCreated);`;
    const outputs = await Promise.all(
      Array.from({ length: 8 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
    );
    const lines = outputs.flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(lines).toHaveLength(40);
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(1);
    expect(lines.filter((line) => line.endsWith('true'))).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['secret.key']);
  });

  test('may hold several keys, so that it can be changed', async () => {
    await writeFile(
      join(folder, 'secret.key'),
      `${two.toString('base64url')},${one.toString('base64url')}\n`,
      {
        mode: 0o600,
      },
    );
    expect((await loadOrCreateSecretKeyFile(folder)).rootKeys).toEqual([two, one]);
  });

  test('is warned of when other accounts can read it', async () => {
    const { path } = await loadOrCreateSecretKeyFile(folder);
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(path, mode);
      expect((await loadOrCreateSecretKeyFile(folder)).warnings).toEqual([
        `${path} can be read by other accounts (mode ${mode.toString(8)}): chmod 600 it.`,
      ]);
    }
  });

  test('is never replaced when it is broken, and the sentence says what to do without telling its content', async () => {
    const path = join(folder, 'secret.key');
    for (const content of ['', 'half-a-key', '\n']) {
      await writeFile(path, content, { mode: 0o600 });
      await expect(loadOrCreateSecretKeyFile(folder)).rejects.toMatchObject({
        code: 'keys.secret_key_file_broken',
        message: expect.stringMatching(/Restore the file, or remove it if no data depends on it\.$/),
      });
      expect(await readFile(path, 'utf8')).toBe(content);
    }
    await expect(loadOrCreateSecretKeyFile(folder)).rejects.not.toThrow('half-a-key');
  });

  test('that cannot be made is one clear sentence', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(loadOrCreateSecretKeyFile(join(folder, 'file'))).rejects.toMatchObject({
      code: 'keys.secret_key_file_broken',
      message: expect.stringMatching(
        /cannot be read or made \(ENOTDIR\): set SECRET_KEY, or make DATA_DIR writable\.$/,
      ),
    });
    await mkdir(join(folder, 'secret.key'));
    await expect(loadOrCreateSecretKeyFile(folder)).rejects.toThrow('EISDIR');
  });
});
