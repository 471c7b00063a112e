import { createRequire } from 'node:module';
import type pg from 'pg';
import type { HotBinding, Row } from '../hot.ts';

/** A statement that a connection has prepared, and whose columns are known from its first answer. */
export type HotStatement = {
  /** What each message that binds values to it begins with. */
  readonly head: Buffer;
  readonly columns: readonly { readonly name: string; parse(text: string): unknown }[];
};

type Field = { name: string; dataTypeID: number };
type Wire = { stream: { write(packet: Buffer): unknown } };

export function rememberStatement(
  name: string,
  fields: readonly Field[],
  parserOf: (typeId: number) => (text: string) => unknown,
): HotStatement {
  // The unnamed portal, the statement, and that all values are texts.
  const text = `\0${name}\0\0\0`;
  // Memory of its own: kept for as long as the connection, a piece of the pool of small buffers would keep all 64 KiB.
  const head = Buffer.alloc(text.length);
  head.write(text, 'latin1');
  return {
    head,
    columns: fields.map((field) => ({ name: field.name, parse: parserOf(field.dataTypeID) })),
  };
}

/** One statement to be bound and run. */
export type HotRun = { readonly statement: HotStatement; readonly bindings: readonly HotBinding[] };

/** Rows of each run that came to its end, in their order; `error`: why the others did not. */
export type HotOutcome = { found: Row[][]; error?: unknown };

/**
 * Binds and runs statements that were prepared before, as one transaction: they go out and come back together. The driver's
 * own query asks for the names and types of the columns each time, and makes four objects and three packets more.
 */
export function sendHotQueries(
  connection: Pick<pg.Client, 'query'>,
  runs: readonly HotRun[],
): Promise<HotOutcome> {
  link();
  return new Promise((resolve) => {
    connection.query(new HotQueries(runs, resolve) as unknown as pg.Query);
  });
}

/** What the driver calls while it goes through the answers of the server (pg: `client.js`). */
class HotQueries {
  readonly runs: readonly HotRun[];
  readonly resolve: (outcome: HotOutcome) => void;
  readonly rows: undefined = undefined;
  readonly found: Row[][] = [];
  current: Row[] = [];

  constructor(runs: readonly HotRun[], resolve: (outcome: HotOutcome) => void) {
    this.runs = runs;
    this.resolve = resolve;
  }

  submit({ stream }: Wire): null {
    const packets = this.runs.map(packetOf);
    packets.push(SYNC);
    stream.write(Buffer.concat(packets));
    return null;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { columns } = (this.runs[this.found.length] as HotRun).statement;
    const row: Row = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at] as HotStatement['columns'][number];
      const text = fields[at] ?? null;
      row[column.name] = text === null ? null : column.parse(text);
    }
    this.current.push(row);
  }

  handleCommandComplete(): void {
    this.found.push(this.current);
    this.current = [];
  }

  /** PostgreSQL has committed: until this message, a statement that wrote may still fail. */
  handleReadyForQuery(): void {
    this.resolve({ found: this.found });
  }

  handleError(error: unknown): void {
    // A transaction that could not be confirmed has done nothing.
    this.resolve({ found: this.found.length < this.runs.length ? this.found : [], error });
  }
}

let isLinked = false;

/** On a connection that sends ahead the driver takes nothing but its own queries, because cursors would go wrong there. */
function link(): void {
  if (isLinked) return;
  isLinked = true;
  const { Query } = createRequire(import.meta.url)('pg') as typeof pg;
  Object.setPrototypeOf(HotQueries.prototype, Query.prototype);
}

const EXECUTE = Buffer.from('E\0\0\0\x09\0\0\0\0\0', 'latin1');
const SYNC = Buffer.from('S\0\0\0\x04', 'latin1');

/** Bind and Execute in one (PostgreSQL: Frontend/Backend Protocol, Message Formats). */
function packetOf({ statement: { head }, bindings }: HotRun): Buffer {
  const texts: (string | null)[] = [];
  let size = 1 + 4 + head.length + 2 + 2 + EXECUTE.length;
  for (const value of bindings) {
    const text = value === null ? null : String(value);
    texts.push(text);
    size += 4 + (text === null ? 0 : Buffer.byteLength(text));
  }
  const packet = Buffer.allocUnsafe(size);
  packet[0] = 0x42; // B
  packet.writeInt32BE(size - EXECUTE.length - 1, 1);
  let at = 5 + head.copy(packet, 5);
  at = packet.writeInt16BE(texts.length, at);
  for (const text of texts) {
    if (text === null) {
      at = packet.writeInt32BE(-1, at);
      continue;
    }
    const length = packet.write(text, at + 4);
    packet.writeInt32BE(length, at);
    at += 4 + length;
  }
  at = packet.writeInt16BE(0, at); // the columns come as texts, too
  EXECUTE.copy(packet, at);
  return packet;
}
