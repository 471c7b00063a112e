const SIZES = [4, 16, 64].map((kib) => kib * 1024) as [number, number, number];
/** From one size to the next, beside linear growth: quadratic growth gives four times as much. */
const TOLERANCE = 2.5;
/** A machine that does something else just then would have to do so in each of them. */
const TRIES = 5;

/**
 * What a regular expression takes too long for, judged by how its time grows from 4 to 64 KB of what is worst for it;
 * `undefined` when that is nothing.
 */
export function findGrowth(expression: RegExp): string | undefined {
  const work = reading(expression);
  const candidates = hostileTo(expression).map((hostile) => ({ hostile, time: timer(work, hostile) }));
  // Exponential growth shows in a few letters, and 4 KB of it would never end.
  const isDoubling = ({ time }: (typeof candidates)[number]) => time(24) > 300 * (time(12) + scan());
  const doubling = candidates.find((each) => Array.from({ length: TRIES }).every(() => isDoubling(each)));
  if (doubling) return nameOf(doubling.hostile);
  const timed = candidates.map((each) => ({ ...each, ms: each.time(SIZES[0]) }));
  const worst = timed.toSorted((left, right) => right.ms - left.ms).slice(0, 3);
  const found = worst.find(({ hostile }) => isWorseThanLinear(work, hostile));
  return found && nameOf(found.hostile);
}

/**
 * Whether work on a text grows faster than the text, from 4 to 64 KB. By ratios of one moment,
 * each of several times.
 */
export function isWorseThanLinear(work: (text: string) => unknown, hostile: Hostile): boolean {
  const time = timer(work, hostile);
  const [small, middle, large] = SIZES;
  // What takes less than looking at each letter a hundred times is not measured well on a busy machine, and needs not be:
  // quadratic growth looks at each of 4,096 letters 2,000 times.
  const growsTooFast = (from: number, to: number) =>
    time(to) > Math.max(Math.min(time(from), time(from)), 100 * scan()) * (to / from) * TOLERANCE;
  const isWorse = () => growsTooFast(small, middle) || growsTooFast(middle, large);
  return Array.from({ length: TRIES }).every(isWorse);
}

let scanned: number | undefined;

/** Milliseconds in which this machine looks at each letter of 4 KB, on its best day. */
function scan(): number {
  const time = timer(reading(/(?:a|b)c/), { start: '', repeated: 'ab', end: '' });
  scanned ??= Math.min(...Array.from({ length: 50 }, () => time(SIZES[0])));
  return scanned;
}

export type Hostile = { start: string; repeated: string; end: string };

const nameOf = ({ start, repeated, end }: Hostile) => JSON.stringify(`${start}(${repeated})*${end}`);

/** Milliseconds of the processor. Only the sum is exact: which half of it was the system's is guessed by the clock's ticks. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function reading(expression: RegExp): (text: string) => unknown {
  const own = new RegExp(expression);
  return (text) => {
    own.lastIndex = 0;
    return own.global ? text.replace(own, '') : own.exec(text);
  };
}

/** Milliseconds of this thread's own processor time for a text of a size. */
function timer(work: (text: string) => unknown, { start, repeated, end }: Hostile) {
  return (size: number): number => {
    const text = start + repeated.repeat(Math.ceil(size / repeated.length)) + end;
    text.charCodeAt(size); // joins the pieces that it is made of, which is not the expression's work
    const startedAt = spent();
    work(text);
    return spent() - startedAt;
  };
}

const APART = 0xe000;

/** Repetitions of what the expression itself is made of, alone and in pairs, begun and ended in several ways. */
function hostileTo({ source }: RegExp): Hostile[] {
  const plain = source
    .replaceAll(/\\u([\da-fA-F]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\[bBwWdDsS]|\\[pP]\{[^}]*\}|\(\?(?:[:=!]|<[=!]|<\w+>)|\[(?:[^\]\\]|\\.)*\]/g, '\0')
    // Signs that stand for themselves are kept apart for a moment from those that do not.
    .replaceAll(/\\(.)/g, (_, sign) => String.fromCharCode(APART + sign.charCodeAt(0)));
  const words = [...new Set(plain.match(/[^\0()[\]{}|*+?^$]+/g))]
    .map((word) =>
      word.replaceAll(/[\ue000-\ue07f]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - APART)),
    )
    .filter((word) => word.length < 30);
  const letters = [...new Set([...OF_KINDS(source), ...words.join('')])].slice(0, 20);
  const chosen = words.filter((word) => word.length > 1).slice(0, 8);
  const pairs = letters.slice(0, 9).flatMap((one) => letters.slice(0, 9).map((other) => one + other));
  const joined = chosen.flatMap((word) => letters.slice(0, 10).map((letter) => word + letter));
  const starts = ['', ...chosen.slice(0, 3).flatMap((word) => [word, `${word}0`])];
  const each = (start: string, some: readonly string[]) =>
    some.flatMap((repeated) => ['\0', '\n!'].map((end) => ({ start, repeated, end })));
  return [...starts.flatMap((start) => each(start, letters)), ...each('', [...pairs, ...chosen, ...joined])];
}

/** One letter for each kind of which the expression takes any. */
const OF_KINDS = (source: string): string[] =>
  [
    [/\\w|a-z|\[\^/, 'a'],
    [/A-Z|\[\^/, 'A'],
    [/\\d|\\w|0-9/, '0'],
    [/\\w|\\-|-\]/, '-'],
    [/\\s|\[\^|\./, ' '],
    [/\\s/, '\t'],
    [/\\[sS]|\\n/, '\n'],
    [/\\p|\[\^/, 'é'],
    [/\[\^|\\P/, '/'],
    [/"/, '"'],
    [/\\/, '\\'],
    [/./, '.'],
    [/./, '!'],
  ].flatMap(([kind, letter]) => ((kind as RegExp).test(source) ? [letter as string] : []));
