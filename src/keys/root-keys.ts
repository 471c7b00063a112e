import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecret } from '../lib/secret.ts';
import { secretKeyFileBroken, secretKeyFileMissing } from './errors.ts';

export type RootKeys = readonly [Buffer, ...Buffer[]];

/** `problems`: one sentence for each mistake. None of them repeats a value. */
export type ParsedRootKeys =
  | { rootKeys: RootKeys; problems?: never }
  | { problems: string[]; rootKeys?: never };

const KEY_BYTES = 32;
const HOW_TO_MAKE = '`openssl rand -base64 32` prints such a key';

/**
 * Reads `SECRET_KEY`: one root key or several after commas, the first one seals and all of them open. 32 random bytes
 * each, as base64 or base64url. `name` is what the sentences call it.
 */
export function parseRootKeys(text: string, name = 'SECRET_KEY'): ParsedRootKeys {
  const entries = text.split(',').map((entry) => entry.trim());
  const problems: string[] = [];
  const rootKeys: Buffer[] = [];
  for (const [position, entry] of entries.entries()) {
    const which = entries.length === 1 ? name : `entry ${position + 1} of ${name}`;
    const key = /^[A-Za-z0-9+/_-]*={0,2}$/.test(entry) ? Buffer.from(entry, 'base64url') : undefined;
    if (entry === '') problems.push(`${which} is empty: 32 random bytes are needed; ${HOW_TO_MAKE}.`);
    else if (!key)
      problems.push(`${which} is neither base64 nor base64url: 32 random bytes are needed; ${HOW_TO_MAKE}.`);
    else if (key.length !== KEY_BYTES)
      problems.push(
        `${which} holds ${key.length} bytes: ${KEY_BYTES} random ones are needed; ${HOW_TO_MAKE}.`,
      );
    else if (!looksRandom(key)) problems.push(`${which} is not random: ${HOW_TO_MAKE}.`);
    else if (rootKeys.some((other) => other.equals(key)))
      problems.push(`${which} repeats an earlier one: remove it.`);
    else rootKeys.push(key);
  }
  const [first, ...rest] = rootKeys;
  return problems.length > 0 || !first ? { problems } : { rootKeys: [first, ...rest] };
}

/** The first root key of `<dataDir>/secret.key`; nothing when there is none that can be read. Makes none. */
export async function readSecretKeyFile(dataDir: string): Promise<RootKeys | undefined> {
  const text = await readIfThere(join(dataDir, 'secret.key')).catch(() => undefined);
  return text === undefined ? undefined : parseRootKeys(text).rootKeys;
}

/**
 * The root keys in `<dataDir>/secret.key`, made (0600) when there is none. Processes that start at the same time agree
 * on one. `isSealed`: the database holds what an earlier key has sealed, so a missing file is an error and never made
 * anew. It has to be asked before this is called: whoever made the file has filled the database afterwards. `warnings`
 * are for the log: other accounts of this machine can read the file.
 */
export async function loadOrCreateSecretKeyFile(
  dataDir: string,
  { isSealed = false }: { isSealed?: boolean } = {},
): Promise<{ rootKeys: RootKeys; path: string; isCreated: boolean; warnings: string[] }> {
  const path = join(dataDir, 'secret.key');
  try {
    const before = await readIfThere(path);
    if (before === undefined && isSealed)
      throw secretKeyFileMissing(
        `${path} is missing, and the database was sealed with it: put the file back from your backup, or set SECRET_KEY to what it held. Nothing was changed.`,
      );
    const isCreated = before === undefined && (await createFile(dataDir, path));
    const { rootKeys, problems } = parseRootKeys(before ?? (await readFile(path, 'utf8')), path);
    if (problems)
      throw secretKeyFileBroken(
        `${problems.join(' ')} Restore the file, or remove it if no data depends on it.`,
      );
    return { rootKeys, path, isCreated, warnings: await listWarnings(path) };
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw secretKeyFileBroken(
      `${path} cannot be read or made (${cause.code}): set SECRET_KEY, or make DATA_DIR writable.`,
      {},
      cause,
    );
  }
}

/** Placeholders pass as 32 bytes; random bytes repeat themselves this much once in 10^15 keys. */
function looksRandom(key: Buffer): boolean {
  return new Set(key).size >= 18;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole under another name and then linked: the name appears once, and never with half a key behind it. */
async function createFile(dataDir: string, path: string): Promise<boolean> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${createSecret(KEY_BYTES)}\n`);
    await file.sync();
    await file.close();
    await putInPlace(draft, path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await file.close().catch(() => undefined);
    await unlink(draft);
  }
}

async function putInPlace(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    // Some mounted folders have no links. A copy that refuses to overwrite still decides for one process.
    if (!isSystemError(error) || !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code))
      throw error;
    await copyFile(draft, path, constants.COPYFILE_EXCL);
  }
}

/** Warned of and not refused: mounted secrets and Windows show modes that say little about who can read them. */
async function listWarnings(path: string): Promise<string[]> {
  const { mode } = await stat(path);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
  return [`${path} can be read by other accounts (mode ${(mode & 0o777).toString(8)}): chmod 600 it.`];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** What is wrong with `SECRET_KEY`: one sentence for each mistake. Without it, one is made on a loopback issuer alone. */
export function judgeRootKeys(
  text: string | undefined,
  { isLoopback }: { isLoopback: boolean },
): readonly string[] {
  if (text !== undefined) return parseRootKeys(text).problems ?? [];
  if (isLoopback) return [];
  return [
    `SECRET_KEY is not set; outside localhost it must hold 32 random bytes, as base64 or base64url: ${HOW_TO_MAKE}.`,
  ];
}
