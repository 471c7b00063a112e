import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './support/repository.ts';

/** Keeps the shape that docs/ARCHITECTURE.md draws: rings, front doors, no cycles, no drawers. */

/** Imports point down: from a later line to an earlier one, or to the same. */
const rings = [
  ['lib'],
  [
    'http',
    'database',
    'views',
    'mail',
    'deliveries',
    'deeds',
    'i18n',
    'audit',
    'rate-limit',
    'observability',
    'metrics',
  ],
  [
    'users',
    'invitations',
    'clients',
    'resource-servers',
    'consents',
    'mailed-codes',
    'roles',
    'keys',
    'secrets',
    'spent-ids',
    'api-keys',
    'upstream',
  ],
  ['methods', 'oidc'],
  ['access'],
  ['interaction', 'recovery', 'registration', 'required-steps', 'account'],
  ['cli', 'doctor', 'process'],
  ['src'], // main, app, config: they put the rest together
];

/** What another folder may import beside the front door `<folder>/<folder>.ts`, `errors.ts` and all of lib. */
const sideDoors: Record<string, string[]> = {
  http: [
    'body',
    'browser-secret',
    'client-address',
    'cookies',
    'csrf',
    'documents',
    'error-uri',
    'guards',
    'issuer',
    'measure',
    'outgoing',
    'page',
    'refusals',
    'request',
    'routes',
  ],
  database: ['installation', 'postgres-url', 'lease', 'left-behind', 'migrate', 'pool', 'redis', 'sweeper'],
  observability: ['logger', 'redact'],
  'mailed-codes': ['steps'],
  keys: ['root-keys'],
  views: ['brand-color', 'html', 'logo'],
  methods: ['method', 'remembered-browsers'],
  oidc: ['levels'],
  cli: ['commands'],
};

/** The frame of the commands puts together what each folder brings for it. */
const doorsForCli = ['cli', 'config', 'deeds'];

/** Not our configuration, but what the terminal and Node itself are told. */
const systemVariables = /\bprocess\.env\.(NO_COLOR|UV_THREADPOOL_SIZE)\b/g;

/** They start another program, which needs the environment that we have. */
const passesEnvironmentOn = ['src/database/backup.ts'];

/** The guarded way out, and what looks at our own installation from outside, private addresses too. */
const callsOut = ['src/http/outgoing.ts', 'src/doctor/outside.ts'];
/**
 * What ends sessions, grants, remembered browsers, links and proofs is called by `access.end` alone (`access/ends.ts`
 * says when). A folder may use its own.
 */
const endings: readonly [pattern: RegExp, own: readonly string[]][] = [
  [/\bsessions\??\.(?:end|endAllOf|endBrowser|signOut)\(|\boidc\.sessions\.(?:end\w*|signOut)\b/g, []],
  [/\b(?:endAllOfUser|endSessions|endBrowser|deleteSessions|deleteGrants|deletePendingSignIns)\(/g, ['oidc']],
  [/\bconsents\??\.withdraw\b|\bgrants\??\.(?:end|endOfClient)\b/g, []],
  [/\brememberedBrowsers\??\.(?:endAllOf|endOthers|remove)\b/g, []],
  [/\b(?:deleteRememberedBrowsers|deleteOtherRememberedBrowsers)\(/g, ['methods']],
  [/\bstore\.forgetBrowsers?\(/gi, ['methods', 'src']],
  [/\blinks\??\.voidAll\b/g, []],
  [/\bdeleteLinksOf\(/g, ['users']],
  [/\bproofs\??\.endAllOf\b/g, []],
  [/\bapiKeys\??\.end(?:AllOf|Unpermitted)\b/g, []],
  [/\b(?:mailedProofs|emailChanges|email)\??\.endAllOf\b/g, ['src']],
];

/** A member that ends, checks, limits or records, and may be absent: whoever forgets it has a house that silently does not. */
const optionalDefence =
  /\b(?:audit|rateLimit|limits|access|overload|csrf|outgoing|lostDevice|leases|remembered[A-Z]\w*|(?:end|revoke|forget|void|withdraw|refuse|guard|ensure|check)(?:[A-Z]\w*)?|whenEnded)(?<!\bendAtOnce)\?(?:[:(]|\.)/g;

const drawers = /\/(index|utils?|helpers?|types|common)\.m?ts$/;

/**
 * A way to sign in is known by what it declares of itself, never by its id; samples of views show some. These may name
 * one, and why.
 */
const namedMethod =
  /(?:[=!]==\s*|\b(?:method|way|adds|touches):\s*|\.(?:find|begin|finish|enrol|rename|remove|includes)\(\s*|\bjourney, )'(?:password|passkey|totp|backup-codes|email)'/g;
const mayNameMethods: Record<string, string> = {
  'src/oidc/stored-proofs.ts':
    'a session from before there were levels can only have been begun with a password',
  'src/views/sample-facts.ts': 'samples show some',
};
/** Fields of forms, claims, columns and pages of the same name. */
const fieldsOfThatName = /\b(?:field|claim|scopes|values|type|path)\b[^\n]{0,12}$/;

type Files = Map<string, string>;

function findFaults(files: Files): string[] {
  return [...files].flatMap(([path, source]) => [
    ...importsOf(path, source).flatMap((each) => faultsOfImport(path, each)),
    ...faultsOfFile(path, source),
  ]);
}

function faultsOfImport(path: string, { specifier, target, isType }: Import): string[] {
  if (path.startsWith('migrations/')) {
    if (isType || target === 'src/database/migration.ts') return [];
    return [`${path} imports ${specifier}: a migration must never change`];
  }
  if (!/\.(ts|json)$/.test(target)) return [`${path} imports ${specifier}: write the ending .ts`];
  const [from, to] = [folderOf(path), folderOf(target)];
  if (isMethod(path) && isMethod(target) && methodOf(path) !== methodOf(target)) {
    return [`${path} imports ${specifier}: methods do not know each other`];
  }
  if (from === to) return [];
  if (ringOf(to) > ringOf(from)) return [`${path} imports ${specifier}: ${to} is above ${from}`];
  // main, app and config put the rest together: they may take any piece.
  if (from === 'src' || to === 'lib' || isFrontDoor(target)) return [];
  const doors = ['errors', 'events', ...(sideDoors[to] ?? []), ...(from === 'cli' ? doorsForCli : [])];
  if (doors.includes(posix.basename(target, '.ts'))) return [];
  return [`${path} imports ${specifier}: enter ${to} by ${to}/${to}.ts`];
}

function faultsOfFile(path: string, source: string): string[] {
  const faults: string[] = [];
  const folder = folderOf(path);
  const code = withoutComments(source);
  if (drawers.test(path)) faults.push(`${path}: name the file for what it does`);
  if (folder === 'unknown') faults.push(`${path}: its folder is in no ring (see the table in this test)`);
  const mayHoldSql = path.endsWith('/store.ts') || folder === 'database' || path.startsWith('migrations/');
  if (!mayHoldSql && /\.knex\b|\bdb\(|\bdb\.(raw|hot)\(/.test(code))
    faults.push(`${path}: SQL belongs in store.ts`);
  for (const [pattern, own] of endings) {
    if (folder === 'access' || own.includes(folder)) continue;
    for (const [call] of code.matchAll(pattern))
      faults.push(`${path} calls ${call}: only access.end ends things`);
  }
  if (!/^(?:src|views)\/methods\/[^/]+\//.test(path) && mayNameMethods[path] === undefined) {
    const [shown = ''] = code.split('export function samples');
    for (const { 0: name, index } of shown.matchAll(namedMethod))
      if (!fieldsOfThatName.test(shown.slice(Math.max(0, index - 24), index + 1)))
        faults.push(`${path} has ${name}: a method is known by what it declares`);
  }
  for (const [member] of code.matchAll(optionalDefence))
    faults.push(`${path}: ${member} is a defence, and not optional`);
  if (/\beval\(|\bnew Function\(/.test(code)) faults.push(`${path}: no code from text`);
  if (/\bfetch\(\s*['"`]https?:/.test(code)) faults.push(`${path}: no host is called by name`);
  if (!callsOut.includes(path) && /(?<![.\w])fetch\(/.test(code))
    faults.push(`${path}: calls go out by http/outgoing.ts`);
  const ownVariables = code.replace(systemVariables, '');
  if (!isComposer(path) && !passesEnvironmentOn.includes(path) && /\bprocess\.env\b/.test(ownVariables))
    faults.push(`${path}: only config.ts reads process.env`);
  return faults;
}

/** Cycles between folders, and between files. A type is an import like any other: who reads one file reads the whole circle. */
function findCycles(files: Files): string[] {
  const between = (name: (path: string) => string) => {
    const edges = new Map<string, Set<string>>();
    for (const [path, source] of files) {
      const targets = edges.get(name(path)) ?? new Set();
      for (const each of importsOf(path, source)) targets.add(name(each.target));
      targets.delete(name(path));
      edges.set(name(path), targets);
    }
    return cyclesIn(edges);
  };
  return [...between((path) => (isComposer(path) ? path : folderOf(path))), ...between((path) => path)];
}

/** Walks the graph in depth; meeting a node that is still being walked closes a cycle. */
function cyclesIn(edges: Map<string, Set<string>>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (node: string, trail: string[]) => {
    if (trail.includes(node)) cycles.push([...trail.slice(trail.indexOf(node)), node].join(' -> '));
    if (done.has(node) || trail.includes(node)) return;
    for (const next of edges.get(node) ?? []) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of edges.keys()) walk(node, []);
  return cycles;
}

interface Import {
  specifier: string;
  /** Path from the repository's root. */
  target: string;
  isType: boolean;
}

/** Relative imports only: packages are package.json's matter. */
function importsOf(path: string, source: string): Import[] {
  const statements = source.matchAll(/^(?:import|export)\b([^;'"]*)['"](\.[^'"]+)['"]/gm);
  const calls = source.matchAll(/\bimport\((\s*)['"](\.[^'"]+)['"]/g);
  return [...statements, ...calls].map(([, words = '', specifier = '']) => ({
    specifier,
    target: posix.join(posix.dirname(path), specifier),
    isType: words.trimStart().startsWith('type '),
  }));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** The pages in views/ are part of the folder src/views. */
function folderOf(path: string): string {
  if (path.startsWith('views/')) return 'views';
  if (path.startsWith('migrations/')) return 'database';
  if (isComposer(path)) return 'src';
  const folder = path.split('/')[1] ?? '';
  return rings.flat().includes(folder) ? folder : 'unknown';
}

/** The files right in src/. */
function isComposer(path: string): boolean {
  return /^src\/[^/]+\.ts$/.test(path);
}

function ringOf(folder: string): number {
  return rings.findIndex((ring) => ring.includes(folder));
}

/** Of a folder of `src`; a file that is called as its inner folder is none. */
function isFrontDoor(path: string): boolean {
  return /^src\/([^/]+)\/\1\.ts$/.test(path);
}

function isMethod(path: string): boolean {
  return /^src\/methods\/[^/]+\//.test(path);
}

function methodOf(path: string): string | undefined {
  return path.split('/')[2];
}

const patterns = ['src/**/*.ts', 'views/**/*.ts', 'migrations/*.ts'];
const ours: Files = new Map(
  globSync(patterns, { cwd: repository }).map((path) => [path, readFileSync(join(repository, path), 'utf8')]),
);

test('the code keeps to its rings, doors and names', () => {
  expect(findFaults(ours)).toEqual([]);
});

test('no folder and no file imports itself in a circle', () => {
  expect(findCycles(ours)).toEqual([]);
});

const fixture = (files: Record<string, string>): Files => new Map(Object.entries(files));

test.each([
  ['an import that points up', "import { a } from '../oidc/oidc.ts';", 'oidc is above keys'],
  [
    'an import past the front door',
    "import { a } from '../users/store.ts';",
    'enter users by users/users.ts',
  ],
  ['an import of an inner door', "import { a } from '../users/inner/inner.ts';", 'enter users by'],
  ['a type import past the front door', "import type {\n  A,\n} from '../users/names.ts';", 'enter users by'],
  ['an import at run time past the front door', "await import('../users/names.ts');", 'enter users by'],
  ['an import without its ending', "export { a } from './store';", 'write the ending .ts'],
  ['SQL outside the store', "await db('keys').select('id');", 'SQL belongs in store.ts'],
  ['an end of sessions', 'await oidc.sessions.signOut(userId);', 'only access.end ends things'],
  ['an end of grants', 'await store.deleteGrants({ userId });', 'only access.end ends things'],
  ['an end of links', 'await users.links.voidAll(userId);', 'only access.end ends things'],
  ['a method by its id', "if (way.id === 'passkey') return;", 'known by what it declares'],
  ['a method by its id, called', "await methods.finish('totp', answer);", 'known by what it declares'],
  [
    'a defence that may be forgotten',
    'rememberedBrowsers?: RememberedBrowsers;',
    'is a defence, and not optional',
  ],
  ['an end that may be forgotten', 'await deps.endAllOf?.(userId);', 'is a defence, and not optional'],
  ['code from text', "new Function('return 1')();", 'no code from text'],
  ['a call past the guard', 'await fetch(url);', 'calls go out by http/outgoing.ts'],
  [
    'a host called by name',
    "await fetch('https://example.com/');",
    'no host is called by name',
    'calls go out by',
  ],
  ['reading the environment', 'const port = process.env.PORT;', 'only config.ts reads process.env'],
])('notices %s', (_title, source, ...faults) => {
  const files = fixture({ 'src/keys/rotation.ts': source });
  expect(findFaults(files)).toEqual(faults.map((fault) => expect.stringContaining(fault)));
});

test('notices drawers, unknown folders, methods that know each other and migrations that import', () => {
  const files = fixture({
    'src/keys/utils.ts': '',
    'src/services/mailer.ts': '',
    'src/methods/totp/totp.ts': "import { a } from '../password/password.ts';",
    'migrations/202601010000_keys_create.ts': "import { a } from '../src/keys/keys.ts';",
  });
  expect(findFaults(files)).toEqual([
    expect.stringContaining('name the file for what it does'),
    expect.stringContaining('in no ring'),
    expect.stringContaining('methods do not know each other'),
    expect.stringContaining('a migration must never change'),
  ]);
});

test('notices circles between folders and between files, those of types too', () => {
  const files = fixture({
    'src/users/users.ts': "import type { A } from '../clients/clients.ts';\nimport { b } from './store.ts';",
    'src/users/store.ts': "import type { User } from './users.ts';",
    'src/clients/clients.ts': "import { c } from '../users/users.ts';",
    'src/keys/rotation.ts': "import { d } from './lease.ts';",
    'src/keys/lease.ts': "import { e } from './rotation.ts';",
    'src/mail/mail.ts': "export type { Mailbox } from './mailbox.ts';",
    'src/mail/mailbox.ts': "import type { Letter } from './mail.ts';",
  });
  expect(findCycles(files)).toEqual([
    'users -> clients -> users',
    'src/users/users.ts -> src/clients/clients.ts -> src/users/users.ts',
    'src/users/users.ts -> src/users/store.ts -> src/users/users.ts',
    'src/keys/rotation.ts -> src/keys/lease.ts -> src/keys/rotation.ts',
    'src/mail/mail.ts -> src/mail/mailbox.ts -> src/mail/mail.ts',
  ]);
});

test('lets words in comments and the doors that exist be', () => {
  const files = fixture({
    'src/keys/rotation.ts':
      "// db('keys') and process.env are not for here\nimport { a } from '../users/users.ts';",
    'src/users/users.ts': "import { b } from '../lib/ids.ts';",
    'src/app.ts': "import { c } from './keys/config.ts';\nprocess.env.PORT;",
  });
  expect(findFaults(files)).toEqual([]);
});

/** How many files know of something new: each is its own, and lines in lists that are made for it. */
test.each([
  // `built-in.ts` has this line for each that is ours; the tests hand the list to the whole server instead.
  [
    'a way to sign in',
    /\bworkplace\b/,
    'test/methods/workplace/workplace.ts',
    ['test/flows/sign-in-away.test.ts'],
  ],
  ['an event', /test\.happened/, 'test/audit/events.test.ts', []],
  ['a setting', /Where the provider asks people/, 'test/methods/workplace/workplace.ts', []],
  // `BUILT_IN.nouns` has this line for each that is built in.
  ['a noun', /\bbookmarks\b/, 'test/nouns/bookmarks.ts', ['test/nouns/plugged-noun.test.ts']],
  ['a client property', /\bdefaultMaxAge\b/, 'test/flows/client-property.test.ts', []],
  ['a source of claims', /\bcreateStars\b/, 'test/oidc/claim-sources.test.ts', []],
])('%s of the tests is one file, and known to no file of ours', (_what, name, own, users) => {
  const tests = globSync('test/**/*.ts', { cwd: repository }).map(
    (path) => [path, readFileSync(join(repository, path), 'utf8')] as const,
  );
  const naming = tests.filter(([, source]) => name.test(source)).map(([path]) => path);
  expect(naming).toContain(own);
  expect(naming.filter((path) => users.some((user) => user === path))).toEqual(users);
  expect([...ours].filter(([, source]) => name.test(withoutSamples(source))).map(([path]) => path)).toEqual(
    [],
  );
});

/** A line for each way to sign in, and nothing else: whoever names a plug-in beside the list would have to be found. */
test('each way to sign in is named in one file outside its folder', () => {
  const ids = new Set([...ours.keys()].filter(isMethod).map((path) => methodOf(path)));
  expect(ids.size).toBeGreaterThan(4);
  for (const id of ids) {
    const importing = [...ours].flatMap(([from, source]) =>
      importsOf(from, source).some(({ target }) => target === `src/methods/${id}/${id}.ts`) &&
      !from.startsWith(`src/methods/${id}/`)
        ? [from]
        : [],
    );
    expect(importing).toEqual(['src/methods/built-in.ts']);
  }
});

function withoutSamples(source: string): string {
  return source.split('export function samples')[0] ?? '';
}
