import { expect, test } from 'vitest';
import { down, up } from '../../migrations/202611290155_spent_ids_create.ts';
import { sha256 } from '../../src/lib/secret.ts';
import { createTestDatabase, eachDatabase } from '../support/database.ts';

eachDatabase('the migration to spent ids', (dialect) => {
  test('knows from the audit who was deleted before, however many', async () => {
    const { db, close } = await createTestDatabase(dialect);
    await down(db.knex);
    const gone = Array.from({ length: 1001 }, (_, at) => `usr_${at}`);
    const deleted = gone.map((userId, at) =>
      event(`evt_${at}`, 'users.deleted', { user_id: userId }, at % 7),
    );
    const others = [
      event('evt_client', 'clients.deleted', { client_id: 'cli_gone' }, 5),
      event('evt_twice', 'clients.deleted', { client_id: 'cli_gone' }, 6),
      event('evt_nobody', 'clients.deleted', {}, 6),
      event('evt_there', 'clients.updated', { client_id: 'cli_there' }, 7),
    ];
    const rows = [...deleted, ...others];
    for (let at = 0; at < rows.length; at += 50) await db('audit_events').insert(rows.slice(at, at + 50));
    await up(db.knex);
    const hashes = await db('spent_ids').pluck('id_hash');
    expect(hashes.sort()).toEqual([...gone, 'cli_gone'].map(sha256).sort());
    await close();
  });
});

function event(id: string, name: string, whose: { user_id?: string; client_id?: string }, at: number) {
  return { id, at, event: name, outcome: 'success', actor_type: 'system', detail: '{}', ...whose };
}
