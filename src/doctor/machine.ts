import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, fine, problem } from './finding.ts';

/** Who can read the root key of an installation that keeps it in a file. */
export async function checkSecretKeyFile({
  rootKeys,
  dataDir,
}: {
  rootKeys?: unknown;
  dataDir: string;
}): Promise<Finding[]> {
  const check = 'secret_key';
  if (rootKeys !== undefined) return [fine(check, 'SECRET_KEY is set.')];
  const path = join(dataDir, 'secret.key');
  const found = await stat(path).catch(() => undefined);
  if (!found) return [fine(check, `${path} is made at the first start.`)];
  if (process.platform === 'win32' || (found.mode & 0o077) === 0) {
    return [fine(check, `${path} can be read by its owner alone.`)];
  }
  return [
    problem('error', check, {
      what: `${path} can be read by other accounts of this machine (mode ${(found.mode & 0o777).toString(8)}).`,
      why: 'It decrypts every private key and every secret in the database.',
      action: `chmod 600 ${path}. If others had access, put a new key first (SECRET_KEY=new,old) and run \`gatehouse keys reseal\`.`,
    }),
  ];
}

/** What is left on the disk under the embedded database. */
export async function checkDisk({
  databaseUrl,
  dataDir,
  doctor,
}: {
  databaseUrl?: string;
  dataDir: string;
  doctor: { diskMegabytes: number };
}): Promise<Finding[]> {
  if (databaseUrl !== undefined) return [];
  const check = 'disk';
  const { bavail, bsize } = await statfs(await nearestFolder(dataDir));
  const megabytes = Math.floor((bavail * bsize) / 1_048_576);
  const what = `${megabytes} MB are left on the disk of ${dataDir}.`;
  if (megabytes >= doctor.diskMegabytes) return [fine(check, what)];
  return [
    problem(megabytes < doctor.diskMegabytes / 4 ? 'error' : 'warning', check, {
      what,
      why: 'When it is full nobody can sign in: every sign-in, code and refresh is written.',
      action: 'Free some space, or lower audit.retentionSeconds. doctor.diskMegabytes sets when to warn.',
    }),
  ];
}

/** The folder itself, or what it will be made in. */
async function nearestFolder(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestFolder(dirname(path));
}
