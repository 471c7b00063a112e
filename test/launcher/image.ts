import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { findInstalled } from '../support/services.ts';
import { watch } from '../support/watchdog.ts';

/**
 * Takes the steps of a Dockerfile without Docker: in a root that has a Node, npm, a shell and few tools, as `node:*-slim`
 * has, by `chroot` in a mount namespace of its own. Of the language it knows what ours uses; anything else throws.
 */

export type Instruction = { word: string; text: string };

export type Image = {
  root: string;
  env: Record<string, string>;
  workdir: string;
  user: string;
  entrypoint: string[];
  command: string[];
  healthCheck: string[];
  stopSignal: NodeJS.Signals;
  volumes: string[];
  /** What each `RUN` printed. */
  printed: string;
};

/** Beside Node and npm, what our steps and the script `gatehouse` call. All are in Debian's slim images. */
const TOOLS = ['chown', 'dirname', 'env', 'ln', 'mkdir', 'readlink', 'sh', 'touch'];
/** Of the machine, for npm: which registry, by which certificates. */
const NPM_FILES = [
  '/etc/ssl',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
  '/etc/resolv.conf',
  '/etc/hosts',
];
const NPM_VARIABLES =
  /^(npm_config_registry|npm_config_.*ca.*|node_extra_ca_certs|ssl_cert_(file|dir)|(https?|no)_proxy)$/i;

/** Why a root of its own cannot be made here; nothing where it can. */
export function whyNoRoot(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has chroot and mount namespaces';
  if (process.getuid?.() !== 0) return 'only root may chroot';
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'this machine allows no mount namespaces';
  }
}

export function readDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\s*#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  return lines.split('\n').flatMap((line) => {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (word === undefined || rest === undefined) {
      if (line.trim() !== '') throw new Error(`not an instruction: ${line}`);
      return [];
    }
    return [{ word, text: rest.trim() }];
  });
}

/** `context`: the folder with the Dockerfile, whose .dockerignore counts. `node`: the binary of the base image. */
export async function buildImage(context: string, { node }: { node: string }): Promise<Image> {
  const image: Image = {
    root: await createRoot(node),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    workdir: '/',
    user: 'root',
    entrypoint: [],
    command: [],
    healthCheck: [],
    stopSignal: 'SIGTERM',
    volumes: [],
    printed: '',
  };
  const isSent = readIgnored(readFileSync(join(context, '.dockerignore'), 'utf8'));
  for (const instruction of readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8')))
    await take(image, instruction, { context, isSent });
  return image;
}

type Context = { context: string; isSent: (path: string) => boolean };

async function take(image: Image, { word, text }: Instruction, { context, isSent }: Context): Promise<void> {
  switch (word) {
    case 'FROM':
      if (!/^node:2\d-slim$/.test(text)) throw new Error(`the base is made for node:…-slim, not for ${text}`);
      return;
    case 'ENV':
      for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.env[name] = value;
      return;
    case 'WORKDIR':
      image.workdir = text;
      mkdirSync(join(image.root, text), { recursive: true });
      return;
    case 'USER':
      image.user = text;
      return;
    case 'VOLUME':
      image.volumes.push(text);
      return;
    case 'EXPOSE':
      return;
    case 'STOPSIGNAL':
      image.stopSignal = text as NodeJS.Signals;
      return;
    case 'HEALTHCHECK':
      image.healthCheck = JSON.parse(text.replace(/^.*?CMD\s+/, ''));
      return;
    case 'ENTRYPOINT':
      image.entrypoint = JSON.parse(text);
      return;
    case 'CMD':
      image.command = JSON.parse(text);
      return;
    case 'COPY':
      copy(image, text.split(/\s+/), { context, isSent });
      return;
    case 'RUN':
      image.printed += await runStep(image, text);
      return;
    default:
      throw new Error(`this instruction is not known here: ${word}`);
  }
}

/** Of a folder the content is copied, as Docker does. */
function copy({ root, workdir }: Image, words: readonly string[], { context, isSent }: Context): void {
  const target = posix.resolve(workdir, words.at(-1) ?? '');
  for (const source of words.slice(0, -1)) {
    if (!isSent(source)) throw new Error(`.dockerignore keeps ${source} back`);
    const to = words.at(-1)?.endsWith('/') ? posix.join(target, basename(source)) : target;
    cpSync(join(context, source), join(root, to), { recursive: true });
  }
}

async function runStep(image: Image, text: string): Promise<string> {
  const [, cached, step = ''] = /^(?:--mount=type=cache,target=(\S+)\s+)?(.*)$/.exec(text) ?? [];
  const mounts = cached === undefined ? [] : [[npmCache(), cached] as const];
  const [program, ...args] = insideOf(image, ['/bin/sh', '-c', step], { mounts, isReadOnly: false });
  const { stdout, stderr } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 24 }).catch(
    (error) => {
      throw new Error(`RUN ${step}\n${error.stdout}${error.stderr}`, { cause: error });
    },
  );
  return `${stderr}${stdout}`;
}

export type Container = {
  child: ChildProcess;
  /** Runs something beside it, as `docker exec` does. */
  exec(args: readonly string[], env?: Record<string, string>): Promise<{ stdout: string; stderr: string }>;
};

/** Runs the image as `docker run --read-only --tmpfs /tmp --volume <data>:/data` does. `env` is added to the image's. */
export async function runImage(image: Image, env: Record<string, string>): Promise<Container> {
  const mounts: (readonly [string, string])[] = [];
  for (const volume of image.volumes) {
    const outside = await mkdtemp(join(tmpdir(), 'gatehouse-volume-'));
    execFileSync('chown', [`--reference=${join(image.root, volume)}`, outside]);
    mounts.push([outside, volume]);
  }
  const inside = (args: readonly string[], more: Record<string, string> = {}) =>
    insideOf({ ...image, env: { ...image.env, ...env, ...more } }, args, { mounts, isReadOnly: true });
  const [program, ...args] = inside([...image.entrypoint, ...image.command]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  watch(child, { signal: 'KILL' });
  return {
    child,
    async exec(words, more) {
      const [helper, ...rest] = inside(words, more);
      return await promisify(execFile)(helper, rest);
    },
  };
}

/** Whoever calls this becomes the program: same process, so that signals arrive. */
function insideOf(
  { root, env, workdir, user }: Image,
  args: readonly string[],
  { mounts, isReadOnly }: { mounts: readonly (readonly [string, string])[]; isReadOnly: boolean },
): [program: string, ...args: string[]] {
  const [, id = '0', , home = '/root'] = identityOf(root, user);
  const script = [
    'set -e',
    'mount --bind "$1" "$1"',
    ...(isReadOnly ? ['mount -o remount,bind,ro "$1"'] : []),
    'for each in /dev /proc; do mount --rbind "$each" "$1$each"; done',
    'mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"',
    ...mounts.map(([from, to]) => `mkdir -p "$1${to}" 2>/dev/null || :; mount --bind '${from}' "$1${to}"`),
    'root=$1; shift',
    `exec setpriv --no-new-privs chroot --userspec=${id}:${id} --groups= "$root" "$@"`,
  ].join('\n');
  const variables = Object.entries({ HOME: home, ...forNpm(), ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const enter = ['/bin/sh', '-c', 'cd "$0" && exec "$@"', workdir];
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    '/bin/sh',
    '-c',
    script,
    'sh',
    root,
    '/usr/bin/env',
    '-i',
    ...variables,
    ...enter,
    ...args,
  ];
}

function identityOf(root: string, user: string): string[] {
  const lines = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n');
  const fields = lines.map((line) => line.split(':')).find(([name]) => name === user);
  if (!fields) throw new Error(`the image has no user ${user}`);
  const [name = '', , id = '', group = '', , home = ''] = fields;
  return [name, id, group, home];
}

/** What `node:24-slim` has, as far as it is needed: Node, npm, the user `node`, a shell and some tools, with their libraries. */
async function createRoot(node: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-image-'));
  chmodSync(root, 0o755);
  for (const folder of [
    'bin',
    'dev',
    'etc',
    'home/node',
    'proc',
    'root',
    'tmp',
    'usr/bin',
    'usr/local/bin',
    'usr/local/lib',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  put(root, node, '/usr/local/bin/node');
  for (const tool of TOOLS) {
    const path = findInstalled([tool], ['/bin', '/usr/bin']);
    if (path === undefined) throw new Error(`${tool} is not installed`);
    put(root, path, `/usr/bin/${tool}`);
  }
  cpSync(join(root, 'usr/bin/sh'), join(root, 'bin/sh'));
  const npm = dirname(dirname(realpathSync(findInstalled(['npm'], []) ?? 'npm')));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  const settings = join(homedir(), '.npmrc');
  if (existsSync(settings)) cpSync(settings, join(root, 'root/.npmrc'));
  for (const path of NPM_FILES.filter((each) => existsSync(each)))
    cpSync(path, join(root, path), { recursive: true, dereference: true });
  return root;
}

/** A program, with the libraries that it is linked to, each where the loader looks for it. */
function put(root: string, program: string, to: string): void {
  cpSync(realpathSync(program), join(root, to));
  const linked = execFileSync('ldd', [program]).toString();
  for (const [library] of linked.matchAll(/\/\S+\.so\S*/g)) {
    if (existsSync(join(root, library))) continue;
    mkdirSync(join(root, dirname(library)), { recursive: true });
    cpSync(realpathSync(library), join(root, library));
  }
}

function forNpm(): Record<string, string> {
  const given = Object.entries(process.env).filter(([name]) => NPM_VARIABLES.test(name));
  return Object.fromEntries(given) as Record<string, string>;
}

function npmCache(): string {
  return execFileSync('npm', ['config', 'get', 'cache']).toString().trim();
}

/** Ours keeps everything back and lets some names through. */
function readIgnored(text: string): (path: string) => boolean {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || rest.some((line) => !line.startsWith('!')))
    throw new Error('.dockerignore is to begin with * and go on with names to let through');
  const names = rest.map((line) => line.slice(1));
  return (path) => names.includes(path);
}
