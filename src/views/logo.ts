import { readFileSync, statSync } from 'node:fs';
import { judgePicture, MOST_PICTURE_BYTES, type Picture } from '../lib/picture.ts';

/** A logo as it is sent: `path` is its address below the issuer, another one for each content. */
export type Logo = Picture & { path: string };

/**
 * Reads the picture of `brand.logoFile`. What it is, its bytes say, not its name. Throws an `Error` whose message ends
 * the sentence "brand.logoFile is …, which …".
 */
export function readLogo(file: string): Logo {
  const judged = judgePicture(bytesOf(file));
  if ('problem' in judged) throw new Error(judged.problem);
  return { ...judged.picture, path: `/brand/logo-${judged.picture.name}` };
}

/** The picture that mails carry: many mail programs show a PNG alone. Absent: none. Throws as `readLogo` does. */
export function readMailLogo({ logoFile, mailLogoFile }: BrandFiles): Buffer | undefined {
  const file = mailLogoFile ?? logoFile;
  const logo = file === undefined ? undefined : readLogo(file);
  return logo?.type === 'image/png' ? logo.body : undefined;
}

function bytesOf(file: string): Buffer {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error('is no file');
    // One byte more tells that it is too large, whatever it became meanwhile.
    if (found.size > MOST_PICTURE_BYTES) return Buffer.alloc(MOST_PICTURE_BYTES + 1);
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new Error(`cannot be read (${code}); name a file that can`, { cause });
  }
}

/** Why a `brand.logoUrl` may not be shown, as the end of a sentence ("… is no SVG, PNG or WebP"). */
export function problemOfLogoUrl(logoUrl: string): string | undefined {
  // RFC 2397 §3. Base64 may be percent-encoded, too: its "+" and "=" often are.
  const [, base64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/is.exec(logoUrl) ?? [];
  const judged = judgePicture(Buffer.from(unescaped(data), base64 ? 'base64' : 'utf8'));
  return 'problem' in judged ? judged.problem : undefined;
}

function unescaped(data: string): string {
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

type BrandFiles = { logoFile?: string | undefined; mailLogoFile?: string | undefined };

/** What is wrong with the logos of the section `brand`. */
export function judgeBrand({ logoUrl, ...files }: BrandFiles & { logoUrl?: string | undefined }): string[] {
  const mistakes =
    logoUrl === undefined || files.logoFile === undefined
      ? []
      : ['brand.logoFile and brand.logoUrl are both set; keep one of them.'];
  for (const name of ['logoFile', 'mailLogoFile'] as const) {
    const file = files[name];
    const problem = file === undefined ? undefined : problemOf(file, name === 'mailLogoFile');
    if (problem !== undefined) mistakes.push(`brand.${name} is ${JSON.stringify(file)}, which ${problem}.`);
  }
  return mistakes;
}

function problemOf(file: string, mustBePng: boolean): string | undefined {
  try {
    const { type } = readLogo(file);
    return mustBePng && type !== 'image/png' ? 'is no PNG; many mail programs show nothing else' : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
