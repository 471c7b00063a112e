/** `error`: something does not work, or is not safe. `warning`: it will not for long, or not as well as it could. */
export type Level = 'ok' | 'warning' | 'error';

/** One thing that was looked at. What is not `ok` says why it matters and what to do. */
export type Finding = {
  /** What was looked at: `database.clock`. */
  check: string;
  level: Level;
  what: string;
  why?: string;
  action?: string;
};

export function fine(check: string, what: string): Finding {
  return { check, level: 'ok', what };
}

export function problem(
  level: 'warning' | 'error',
  check: string,
  { what, why, action }: { what: string; why: string; action: string },
): Finding {
  return { check, level, what, why, action };
}

/**
 * What `look` finds in tables. Nothing where one is missing, because migrations that wait are a finding of their own; where
 * they cannot be read, `unread` and the reason.
 */
export async function lookAtTables(
  check: string,
  unread: { what: string; why: string; action: string },
  look: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (isTableMissing(error)) return [];
    return [problem('error', check, { ...unread, what: `${unread.what}: ${reasonOf(error)}` })];
  }
}

export function isTableMissing(error: unknown): boolean {
  return error instanceof Error && /no such (table|column)|does not exist/.test(error.message);
}

/** What was thrown, in one line. Our own errors have a sentence; nobody else's text may hold a password from a URL. */
export function reasonOf(error: unknown): string {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { sentence, code } = fault as { sentence?: string; code?: unknown };
    if (typeof sentence === 'string') return sentence;
    if (typeof code === 'string' && !('detail' in fault)) return `${code}: ${fault.message}`;
    if (!(fault.cause instanceof Error)) return fault.message;
  }
  return String(error);
}

/** Like `work`, but never longer than this. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The quickest of three, in milliseconds: the first one may have had to connect. */
export async function quickest(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let each = 0; each < 3; each += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}
