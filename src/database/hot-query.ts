import { createRequire } from 'node:module';
import type pg from 'pg';

/** A row as it comes: its columns by their names. */
export type Row = Record<string, unknown>;
export type HotBinding = string | number | null;

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

/**
 * Binds and runs a statement that was prepared before. The driver's own query asks for the names and types of the
 * columns each time, and makes four objects and three packets more.
 */
export function sendHotQuery(
  connection: Pick<pg.Client, 'query'>,
  statement: HotStatement,
  bindings: readonly HotBinding[],
): Promise<Row[]> {
  link();
  return new Promise((resolve, reject) => {
    connection.query(new HotQuery(statement, bindings, resolve, reject) as unknown as pg.Query);
  });
}

/** What the driver calls while it goes through the answers of the server (pg: `client.js`). */
class HotQuery {
  readonly statement: HotStatement;
  readonly bindings: readonly HotBinding[];
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: unknown) => void;
  readonly rows: undefined = undefined;
  readonly found: Row[] = [];
  fault: unknown;

  constructor(
    statement: HotStatement,
    bindings: readonly HotBinding[],
    resolve: (rows: Row[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.statement = statement;
    this.bindings = bindings;
    this.resolve = resolve;
    this.reject = reject;
  }

  submit({ stream }: Wire): null {
    stream.write(packetOf(this.statement, this.bindings));
    return null;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { columns } = this.statement;
    const row: Row = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at] as HotStatement['columns'][number];
      const text = fields[at] ?? null;
      row[column.name] = text === null ? null : column.parse(text);
    }
    this.found.push(row);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.resolve(this.found);
  }

  handleError(error: unknown): void {
    this.reject(error);
  }
}

let isLinked = false;

/** On a connection that sends ahead the driver takes nothing but its own queries, because cursors would go wrong there. */
function link(): void {
  if (isLinked) return;
  isLinked = true;
  const { Query } = createRequire(import.meta.url)('pg') as typeof pg;
  Object.setPrototypeOf(HotQuery.prototype, Query.prototype);
}

const EXECUTE_AND_SYNC = Buffer.from('E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04', 'latin1');

/** Bind, Execute and Sync in one (PostgreSQL: Frontend/Backend Protocol, Message Formats). */
function packetOf({ head }: HotStatement, bindings: readonly HotBinding[]): Buffer {
  const texts: (string | null)[] = [];
  let size = 1 + 4 + head.length + 2 + 2 + EXECUTE_AND_SYNC.length;
  for (const value of bindings) {
    const text = value === null ? null : String(value);
    texts.push(text);
    size += 4 + (text === null ? 0 : Buffer.byteLength(text));
  }
  const packet = Buffer.allocUnsafe(size);
  packet[0] = 0x42; // B
  packet.writeInt32BE(size - EXECUTE_AND_SYNC.length - 1, 1);
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
  EXECUTE_AND_SYNC.copy(packet, at);
  return packet;
}
