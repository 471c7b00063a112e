import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { setUpCli } from '../cli/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { LOGO_SVG, makePng } from '../support/pictures.ts';
import { clientCommands, setUpClients } from './set-up.ts';

const CALLBACK = 'https://books.example/callback';
const dataUrl = (body: Buffer | string) => `data:;base64,${Buffer.from(body as string).toString('base64')}`;

eachDatabase('the logo of an app', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpClients>>;
  let folder: string;
  let run: ReturnType<typeof setUpCli>;
  beforeAll(async () => {
    given = await setUpClients(dialect);
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-logos-'));
    run = setUpCli(clientCommands(given));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await given.close();
  });

  async function file(name: string, content: Buffer | string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  async function create(...argv: string[]): Promise<string> {
    const words = ['clients', 'create', '--name', 'Books', '--redirect-uri', CALLBACK, '--json'];
    const answer = await run([...words, ...argv]);
    expect(answer).toMatchObject({ exitCode: 0 });
    return answer.json.client_id;
  }
  const update = (id: string, ...argv: string[]) => run(['clients', 'update', id, ...argv, '--json']);
  /** As a person types it, who reads what is wrong. */
  const type = (id: string, ...argv: string[]) => run(['clients', 'update', id, ...argv]);
  const rowsOf = (id: string) =>
    given.db('client_logos').where({ client_id: id }).select('name', 'type', 'body');
  const lastEvent = () => given.events.at(-1) ?? expect.fail('no event');

  test('is taken from a file when the app is registered, whatever its name is', async () => {
    const id = await create('--logo-file', await file('books.txt', LOGO_SVG), '--color', '#7a1fa2');
    const [row, ...others] = await rowsOf(id);
    expect(others).toEqual([]);
    expect([row.type, Buffer.from(row.body, 'base64').toString()]).toEqual([
      'image/svg+xml; charset=utf-8',
      LOGO_SVG,
    ]);
    expect((await given.clients.find(id))?.settings).toMatchObject({ logo: row.name, color: '#7a1fa2' });
    const { json } = await run(['clients', 'show', id, '--json']);
    expect(json).toMatchObject({ logo: row.name, color: '#7a1fa2' });
    expect(lastEvent()).toMatchObject({
      event: 'clients.created',
      detail: { after: { logo: 'set', color: '#7a1fa2' } },
    });
  });

  test('is replaced, taken away and told to the audit in words', async () => {
    const id = await create('--logo-file', await file('one.svg', LOGO_SVG));
    const [one] = await rowsOf(id);
    const replaced = await update(id, '--logo-file', await file('two.png', makePng()));
    expect(replaced.json.logo).toMatch(/^[\w-]{22}\.png$/);
    expect(lastEvent()).toMatchObject({
      event: 'clients.updated',
      detail: { fields: ['logo'], before: { logo: 'set' }, after: { logo: 'replaced' } },
    });
    expect((await rowsOf(id)).map(({ name }: { name: string }) => name)).toEqual([replaced.json.logo]);
    expect(one.name).not.toBe(replaced.json.logo);

    // A change of something else leaves it.
    expect((await update(id, '--name', 'Bücher')).json.logo).toBe(replaced.json.logo);
    expect(await rowsOf(id)).toHaveLength(1);

    expect((await update(id, '--no-logo')).json.logo).toBeNull();
    expect(lastEvent()).toMatchObject({ detail: { before: { logo: 'set' }, after: { logo: null } } });
    expect(await rowsOf(id)).toEqual([]);
  });

  test('goes with its app, and not with another that has the same picture', async () => {
    const path = await file('same.svg', LOGO_SVG);
    const [one, other] = [await create('--logo-file', path), await create('--logo-file', path)];
    await given.clients.delete(one, SYSTEM);
    expect(await rowsOf(one)).toEqual([]);
    expect(await rowsOf(other)).toHaveLength(1);
  });

  test('is a picture that was handed over, and never the name of one that is here', async () => {
    const owner = await create('--logo-file', await file('mine.svg', LOGO_SVG));
    const [{ name }] = await rowsOf(owner);
    const thief = await create();
    for (const logo of [
      name,
      `/clients/logo/${name}`,
      'https://evil.example/logo.svg',
      'data:text/html,x',
      '',
    ]) {
      await expect(given.clients.update(thief, { logo }, SYSTEM), logo).rejects.toMatchObject({
        code: 'clients.invalid',
        detail: { problems: [{ field: 'logo', why: 'must be a picture, as data:image/…;base64,…' }] },
      });
      const another = { name: 'Thief', redirectUris: [CALLBACK], logo };
      await expect(given.clients.create(another, SYSTEM), logo).rejects.toMatchObject({
        code: 'clients.invalid',
      });
    }
    expect((await given.clients.find(thief))?.settings.logo).toBeUndefined();
  });

  test('is judged by its bytes, and what is wrong is said under the name of the option', async () => {
    const id = await create();
    const script = LOGO_SVG.replace('</svg>', '<script>alert(1)</script></svg>');
    const wrong = await type(id, '--logo-file', await file('evil.svg', script));
    expect(wrong).toMatchObject({ exitCode: 1 });
    expect(wrong.stderr).toContain('--logo-file: the picture has <script>; only shapes');
    const page = await type(id, '--logo-file', await file('page.png', '<html>'));
    expect(page.stderr).toContain('--logo-file: the picture is no SVG, PNG or WebP.');
    await expect(
      given.clients.update(id, { logo: dataUrl(Buffer.alloc(20 * 1024 + 1)) }, SYSTEM),
    ).rejects.toMatchObject({
      detail: { problems: [{ field: 'logo', why: 'the picture is larger than 20 KB; make it smaller' }] },
    });
    expect(await rowsOf(id)).toEqual([]);
  });

  test('is read from a file of at most 20 KB, and from nothing else', async () => {
    const id = await create();
    const large = await file('large.png', Buffer.alloc(20 * 1024 + 1));
    for (const [path, sentence] of [
      [large, 'is larger than 20 KB; make it smaller.'],
      [folder, 'is no file.'],
      ['/dev/zero', 'is no file.'],
      [join(folder, 'none.svg'), 'cannot be read (ENOENT).'],
    ] as const) {
      expect(await type(id, '--logo-file', path)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`--logo-file: ${path} ${sentence}`),
      });
    }
  });

  test('--logo and both at once say what would be right; so does a colour that is none', async () => {
    const id = await create();
    expect((await type(id, '--logo')).stderr).toContain('--logo: needs a picture: --logo-file.');
    const path = await file('both.svg', LOGO_SVG);
    expect((await type(id, '--no-logo', '--logo-file', path)).stderr).toContain(
      '--logo: goes with no --logo-file.',
    );
    expect((await type(id, '--color', 'red')).stderr).toContain('--color: must be a colour as #rrggbb.');
    expect((await update(id, '--color', '#7A1FA2')).json.color).toBe('#7A1FA2');
    expect((await update(id, '--unset', 'color')).json.color).toBeNull();
  });

  test('stays when somebody else changed the app meanwhile', async () => {
    const id = await create('--logo-file', await file('before.svg', LOGO_SVG));
    const before = await rowsOf(id);
    const change = given.clients.update(id, { logo: dataUrl(makePng()) }, SYSTEM, { version: 7 });
    await expect(change).rejects.toMatchObject({ code: 'clients.conflict' });
    expect(await rowsOf(id)).toEqual(before);
  });
});
