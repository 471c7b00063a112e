import type { Sealer } from '../lib/seal.ts';
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
        const renewed = renew(sealed, column.context(id));
        if (renewed === undefined) answer.unreadable.push(column.context(id));
        // A value that changed meanwhile was written by a running node, under the first root key it was given.
        else if (await store.replaceSealed(column, { id, from: sealed, to: renewed })) answer.resealed += 1;
      }
      const last = rows.at(-1);
      if (!last) return;
      afterId = last.id;
    }
  }

  function renew(sealed: string, context: string): string | undefined {
    try {
      return sealer.seal(sealer.open(sealed, context), context);
    } catch {
      return undefined;
    }
  }
}
