import { createConnection } from './connection.ts';
import { type Caller, type Facts, works } from './works.ts';

/** What the bench asks of this process. `callers` work at the same time, each on a connection of its own. */
export type Slice = { variant: string; work: string; callers: number; milliseconds: number };
export type Order = { introduce: { variant: string; facts: Facts } } | { slice: Slice };
/** Pieces of work done, how long they took (milliseconds: median and 99 %), and the first wrong answer, if any. */
export type SliceResult = {
  done: number;
  seconds: number;
  median: number;
  p99: number;
  wrong: number;
  firstWrong?: string;
};

const known = new Map<string, Facts>();
/** Kept between slices, so that connections, sessions and tokens are those of a service that has been running. */
const callers = new Map<string, Caller[]>();
/** Access tokens live for five minutes, and a part of the bench may come back to a work later than that. */
const RENEWED_AFTER_MS = 120_000;
const preparedAt = new Map<string, number>();

process.on('message', async (order: Order) => {
  if ('introduce' in order) {
    known.set(order.introduce.variant, order.introduce.facts);
    process.send?.({ ok: true });
    return;
  }
  try {
    process.send?.(await measure(order.slice));
  } catch (error) {
    process.send?.({
      done: 0,
      seconds: 1,
      median: 0,
      p99: 0,
      wrong: 1,
      firstWrong: String(error),
    } satisfies SliceResult);
  }
});

console.log('ready');

async function measure({ variant, work: name, callers: count, milliseconds }: Slice): Promise<SliceResult> {
  const facts = known.get(variant);
  const work = works.find((each) => each.name === name);
  if (!facts || !work) throw new Error(`no ${variant} or no ${name}`);
  const key = `${variant} ${name}`;
  const ready = callers.get(key) ?? [];
  callers.set(key, ready);
  if (performance.now() - (preparedAt.get(key) ?? 0) > RENEWED_AFTER_MS) {
    for (const caller of ready) await work.prepare?.(caller);
    preparedAt.set(key, performance.now());
  }
  while (ready.length < count) {
    const person = facts.sessions[ready.length % facts.sessions.length];
    if (!person) throw new Error('nobody is signed in');
    const caller = { connection: createConnection(facts), facts, person: { ...person }, turn: 0 };
    await work.prepare?.(caller);
    ready.push(caller);
  }

  const durations: number[] = [];
  let wrong = 0;
  let firstWrong: string | undefined;
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(
    ready.slice(0, count).map(async (caller) => {
      while (performance.now() < end) {
        const began = performance.now();
        try {
          await work.run(caller);
          durations.push(performance.now() - began);
        } catch (error) {
          wrong += 1;
          firstWrong ??= String(error);
          if (wrong > 100) return;
          // What is lost cannot be presented again: begin anew.
          await work.prepare?.(caller).catch(() => {});
        }
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  durations.sort((a, b) => a - b);
  const at = (share: number) =>
    durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? 0;
  return {
    done: durations.length,
    seconds,
    median: at(0.5),
    p99: at(0.99),
    wrong,
    ...(firstWrong === undefined ? {} : { firstWrong }),
  };
}
