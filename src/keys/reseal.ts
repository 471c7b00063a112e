import { GatehouseError } from '../lib/errors.ts';
import { type Sealer, sealBroken } from '../lib/seal.ts';
import type { KeysStore, SealedColumn } from './store.ts';

/** `unreadable`: values that no root key opens, as `table.column:id`. They are left as they are. */
export type ResealAnswer = { resealed: number; unreadable: string[] };

/** Small, so that no batch holds SQLite's one writer for long (at most 20 ms). */
const BATCH = 50;

/** Renews what is sealed under an older root key, row by row, each by compare-and-set. */
export function createReseal(deps: { store: KeysStore; sealer: Sealer; columns: readonly SealedColumn[] }) {
  const { store, sealer, columns } = deps;

  return async function reseal(): Promise<ResealAnswer> {
    const answer: ResealAnswer = { resealed: 0, unreadable: [] };
    for (const column of columns) await resealColumn(column, answer);
    return answer;
  };

  async function resealColumn(column: SealedColumn, answer: ResealAnswer): Promise<void> {
    let afterId = '';
    for (;;) {
      const rows = await store.listStaleSealed(column, { prefix: sealer.prefix, afterId, limit: BATCH });
      for (const { id, sealed } of rows) {
        const context = column.context(id);
        const plain = open(sealed, context);
        if (!plain) {
          answer.unreadable.push(context);
          continue;
        }
        // A value that changed meanwhile was written by a running node, under the first root key it was given.
        const to = sealer.seal(plain, context);
        if (await store.replaceSealed(column, { id, from: sealed, to })) answer.resealed += 1;
      }
      const last = rows.at(-1);
      if (!last) return;
      afterId = last.id;
    }
  }

  function open(sealed: string, context: string): Buffer | undefined {
    try {
      return sealer.open(sealed, context);
    } catch (error) {
      if (error instanceof GatehouseError && error.code === sealBroken.code) return undefined;
      throw error;
    }
  }
}
