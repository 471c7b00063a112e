import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isSvg, problemOfSvg } from './svg.ts';

/** A logo that was looked at: what it is, its bytes say. `name` is a hash of them and an ending, in letters of an address. */
export type Picture = { name: string; type: string; body: Buffer };

/** A logo is drawn 56 pixels wide at most; a photograph would take longer than the page. */
export const MOST_PICTURE_BYTES = 20 * 1024;
const LARGEST_SIDE = 1024;
const SMALLEST_SIDE = 16;

/** `problem` ends a sentence: "… is no SVG, PNG or WebP". */
export function judgePicture(body: Buffer): { picture: Picture } | { problem: string } {
  if (body.length > MOST_PICTURE_BYTES)
    return { problem: `is larger than ${MOST_PICTURE_BYTES / 1024} KB; make it smaller` };
  const kind = KINDS.find(({ is }) => is(body));
  if (!kind) return { problem: 'is no SVG, PNG or WebP' };
  const problem = kind.problemOf(body);
  if (problem !== undefined) return { problem };
  const print = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { picture: { name: `${print}.${kind.ending}`, type: kind.type, body } };
}

/** The form of `Picture.name`. */
export function isPictureName(text: string): boolean {
  return /^[\w-]{22}\.(?:svg|png|webp)$/.test(text);
}

type Kind = {
  ending: string;
  type: string;
  is(body: Buffer): boolean;
  problemOf(body: Buffer): string | undefined;
};

const KINDS: readonly Kind[] = [
  {
    ending: 'png',
    type: 'image/png',
    is: (body) => body.subarray(0, 8).equals(PNG_SIGNATURE),
    problemOf: problemOfPng,
  },
  {
    ending: 'webp',
    type: 'image/webp',
    is: (body) => body.toString('latin1', 0, 4) === 'RIFF' && body.toString('latin1', 8, 12) === 'WEBP',
    problemOf: problemOfWebp,
  },
  // The charset of the answer stands over one that the file declares.
  { ending: 'svg', type: 'image/svg+xml; charset=utf-8', is: isSvg, problemOf: problemOfSvg },
];

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BROKEN = 'is broken, or has something else behind the picture; save it anew';
const MOVES = 'moves; a logo must stand still';

/** PNG (W3C, third edition) §5: whole chunks from IHDR to IEND, each with its checksum, and nothing behind. */
function problemOfPng(body: Buffer): string | undefined {
  const kinds: string[] = [];
  for (let at = 8; at < body.length; ) {
    if (at + 12 > body.length) return BROKEN;
    const length = body.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > body.length || crc32(body.subarray(at + 4, end - 4)) !== body.readUInt32BE(end - 4))
      return BROKEN;
    kinds.push(body.toString('latin1', at + 4, at + 8));
    at = end;
  }
  const isOrdered = kinds[0] === 'IHDR' && kinds.at(-1) === 'IEND' && kinds.includes('IDAT');
  const areOnce = ['IHDR', 'IEND'].every((kind) => kinds.filter((each) => each === kind).length === 1);
  // §5.4: a capital begins what a reader must know.
  const areKnown = kinds.every((kind) => !/^[A-Z]/.test(kind) || CRITICAL.has(kind));
  if (!isOrdered || !areOnce || !areKnown || body.readUInt32BE(8) !== 13) return BROKEN;
  if (kinds.includes('acTL')) return MOVES;
  return problemOfSides(body.readUInt32BE(16), body.readUInt32BE(20));
}

const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

/** RFC 9649 §2: chunks that fill the file, and one picture in them. */
function problemOfWebp(body: Buffer): string | undefined {
  if (body.length < 20 || body.readUInt32LE(4) !== body.length - 8) return BROKEN;
  const sides: [width: number, height: number][] = [];
  let pictures = 0;
  for (let at = 12; at < body.length; ) {
    if (at + 8 > body.length) return BROKEN;
    const kind = body.toString('latin1', at, at + 4);
    const length = body.readUInt32LE(at + 4);
    const data = body.subarray(at + 8, at + 8 + length);
    if (data.length < length) return BROKEN;
    if (kind === 'ANIM' || kind === 'ANMF') return MOVES;
    const found = WEBP_SIDES[kind]?.(data);
    if (found === 'broken') return BROKEN;
    if (found) sides.push(found);
    if (kind === 'VP8 ' || kind === 'VP8L') pictures += 1;
    at += 8 + length + (length % 2);
  }
  if (pictures !== 1) return BROKEN;
  return sides.map((each) => problemOfSides(...each)).find((problem) => problem !== undefined);
}

type Sides = [width: number, height: number] | 'broken';

const WEBP_SIDES: Readonly<Record<string, (data: Buffer) => Sides>> = {
  // RFC 6386 §9.1: a key frame begins with its start code.
  'VP8 ': (data) =>
    data.length < 10 || data.readUIntBE(3, 3) !== 0x9d012a
      ? 'broken'
      : [data.readUInt16LE(6) & 0x3fff, data.readUInt16LE(8) & 0x3fff],
  // RFC 9649 §3.4.
  VP8L: (data) => {
    if (data.length < 5 || data[0] !== 0x2f) return 'broken';
    const bits = data.readUInt32LE(1);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  },
  // RFC 9649 §2.7.
  VP8X: (data) => (data.length < 10 ? 'broken' : [data.readUIntLE(4, 3) + 1, data.readUIntLE(7, 3) + 1]),
};

function problemOfSides(width: number, height: number): string | undefined {
  const [small, large] = [Math.min(width, height), Math.max(width, height)];
  if (small >= SMALLEST_SIDE && large <= LARGEST_SIDE) return undefined;
  return `is ${width} x ${height} pixels; it must have from ${SMALLEST_SIDE} to ${LARGEST_SIDE} each way`;
}
