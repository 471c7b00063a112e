import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A logo as it is sent: `path` is its address below the issuer, another one for each content. */
export type Logo = { path: string; type: string; body: Buffer };

/** Each page asks for it once a day; a photograph would take longer than the page. */
const MOST_BYTES = 100_000;

/**
 * Reads the picture of `brand.logoFile`. What it is, its bytes say, not its name. Throws an `Error` whose message ends
 * the sentence "brand.logoFile is …, which …".
 */
export function readLogo(file: string): Logo {
  const body = bytesOf(file);
  const kind = KINDS.find(({ is }) => is(body));
  if (!kind) throw new Error('is no picture that browsers show; it must be SVG, PNG, JPEG or WebP');
  const print = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { path: `/brand/logo-${print}.${kind.ending}`, type: kind.type, body };
}

function bytesOf(file: string): Buffer {
  let body: Buffer;
  try {
    if (statSync(file).size > MOST_BYTES) throw new RangeError(`is larger than ${MOST_BYTES / 1000} KB`);
    body = readFileSync(file);
  } catch (cause) {
    if (cause instanceof RangeError) throw new Error(`${cause.message}; make it smaller`, { cause });
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new Error(`cannot be read (${code}); name a file that can`, { cause });
  }
  return body;
}

type Kind = { ending: string; type: string; is: (body: Buffer) => boolean };

const startsWith =
  (...bytes: number[]) =>
  (body: Buffer) =>
    bytes.every((byte, index) => body[index] === byte);

const KINDS: readonly Kind[] = [
  { ending: 'png', type: 'image/png', is: startsWith(0x89, 0x50, 0x4e, 0x47) },
  { ending: 'jpg', type: 'image/jpeg', is: startsWith(0xff, 0xd8, 0xff) },
  { ending: 'webp', type: 'image/webp', is: (body) => body.toString('latin1', 8, 12) === 'WEBP' },
  {
    ending: 'svg',
    type: 'image/svg+xml',
    is: (body) =>
      /^(?:\s|<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|<!DOCTYPE[^>]*>)*<svg[\s>]/i.test(body.toString()),
  },
];

/** What is wrong with the logo of the section `brand`. */
export function judgeBrand({
  logoFile,
  logoUrl,
}: {
  logoFile?: string | undefined;
  logoUrl?: string | undefined;
}): string[] {
  if (logoFile === undefined) return [];
  const mistakes =
    logoUrl === undefined ? [] : ['brand.logoFile and brand.logoUrl are both set; keep one of them.'];
  try {
    readLogo(logoFile);
  } catch (error) {
    mistakes.push(`brand.logoFile is ${JSON.stringify(logoFile)}, which ${(error as Error).message}.`);
  }
  return mistakes;
}
