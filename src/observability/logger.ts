import { createRequire } from 'node:module';
import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { PinoPretty } from 'pino-pretty';
import { isClean, redact, redactText } from './redact.ts';

export type Logger = PinoLogger;

export type LoggerOptions = {
  logLevel: string;
  /** Where lines go: standard output, or standard error for commands whose output is an answer. */
  to?: 'stdout' | 'stderr';
  /** Tests give a stream of their own. */
  stream?: DestinationStream;
  /** For people instead of machines; by default on a terminal. */
  isPretty?: boolean;
};

/**
 * The log: one JSON object a line (`level`, `time` as ISO 8601, `msg`, fields such as `request.id`, `user.id`,
 * `client.id`, `duration_ms`), or readable lines on a terminal. Secrets are taken out of every field and message. No
 * worker thread: it would cost 30 MB, and lose lines when the process ends.
 */
export function createLogger({ logLevel, to = 'stdout', stream, isPretty }: LoggerOptions): Logger {
  const output = to === 'stderr' ? process.stderr : process.stdout;
  const isForPeople = isPretty ?? (stream === undefined && output.isTTY === true);
  const destination = stream ?? createBuffer(output.fd, isForPeople);
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      // `formatters.log` has made plain objects of errors already; pino's own would look for an Error again.
      serializers: { err: (error) => (error instanceof Error ? redact(error) : error) },
      hooks: {
        logMethod(given, method, level) {
          if (isClean(given[0])) {
            if (isForPeople) return method.apply(this, given);
            return void destination.write(lineOf(this, level, given));
          }
          const [first, ...others] = given;
          const parts = [first, ...others].map((part) =>
            typeof part === 'string' ? redactText(part) : part,
          );
          method.apply(this, parts as typeof given);
        },
      },
    },
    isForPeople ? createPretty(destination) : destination,
  );
}

/** As pino writes it; its general way takes five times as long, and this line comes with each request. */
function lineOf(logger: object, level: number, [fields, message]: readonly unknown[]): string {
  const bindings = (logger as { [pino.symbols.chindingsSym]?: string })[pino.symbols.chindingsSym] ?? '';
  const start = `{"level":"${pino.levels.labels[level]}","time":"${new Date().toISOString()}"${bindings}`;
  const own = JSON.stringify(fields).slice(1, -1);
  return `${start}${own && ','}${own},"msg":${JSON.stringify(message)}}\n`;
}

/** Bytes; lines beyond are dropped while none can be written. */
const MOST_WAITING = 2 ** 20;

/**
 * Lines wait for others, a tenth of a second at most, as a call of the system for each costs more than making it. All are
 * written before the process ends, unless it is killed. For people each is written at once: what is printed beside the log
 * has its place in it.
 */
function createBuffer(fd: number, isForPeople: boolean): DestinationStream {
  const batches = isForPeople ? {} : { minLength: 8192, periodicFlush: 100 };
  const buffer = pino.destination({ fd, sync: true, maxLength: MOST_WAITING, ...batches });
  // A log that cannot be written ends no server. Pino goes silent by itself when nobody reads a pipe any more (EPIPE); a
  // socket says this first. What else fails, such as a full disk, is tried again with the next line.
  buffer.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ECONNRESET') buffer.write = () => true;
  });
  // Not flushSync, which tries again for ever when nobody reads: the process would neither work nor end. What waits is less
  // than `minLength`, which is one write.
  process.on('exit', () => buffer.flush());
  return buffer;
}

/** Loaded only when a person reads: it weighs more than the rest of the logger. */
function createPretty(destination: DestinationStream): DestinationStream {
  const pretty: typeof PinoPretty = createRequire(import.meta.url)('pino-pretty');
  return pretty({
    destination: destination as never,
    sync: true,
    colorize: process.env.NO_COLOR === undefined,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'audit,request,network,status,duration_ms,parameters',
  });
}
