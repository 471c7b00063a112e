import { operatorHere } from '../lib/actor.ts';
import type { Command } from '../lib/command.ts';
import { toTable } from '../lib/table.ts';
import { removalUnknown } from './errors.ts';
import type { LostDevice } from './lost-device.ts';

export type AccessCommandsDeps = {
  lostDevice: Pick<LostDevice, 'list' | 'approve' | 'cancel'>;
  /** By id or e-mail. Throws `users.unknown`. */
  findPerson(which: string): Promise<{ id: string; email: string }>;
};

/** `users recovery list|approve|cancel`: requests to take away what people have lost, which wait. */
export function createAccessCommands({ lostDevice, findPerson }: AccessCommandsDeps): Command[] {
  return [
    {
      name: 'users recovery list',
      summary: 'Lists requests to take away a lost second factor, the next one to take effect first.',
      async run() {
        const waiting = await Promise.all(
          (await lostDevice.list()).map(async ({ userId, methods, createdAt, dueAt, network }) => ({
            id: userId,
            email: (await findPerson(userId)).email,
            methods,
            network,
            asked_at: toTime(createdAt),
            due_at: toTime(dueAt),
          })),
        );
        const rows = waiting.map(({ email, methods, network, due_at: dueAt }) => [
          email,
          methods.join(', '),
          network,
          dueAt,
        ]);
        const text =
          rows.length === 0 ? 'No requests.' : toTable(['E-MAIL', 'LOST', 'NETWORK', 'TAKES EFFECT'], rows);
        return { json: { requests: waiting }, text };
      },
    },
    {
      name: 'users recovery approve',
      summary: 'Takes away at once what a person has asked for, and tells the person. Be sure who asks.',
      positionals: ['id|email'],
      async run({ positionals: [named = ''] }) {
        const { id, email } = await findPerson(named);
        if (!(await lostDevice.approve(id, operatorHere()))) throw removalUnknown();
        return {
          json: { id, approved: true },
          text: `Taken away from ${email}, who is signed out everywhere.`,
        };
      },
    },
    {
      name: 'users recovery cancel',
      summary: 'Stops the request of a person, and tells the person.',
      positionals: ['id|email'],
      async run({ positionals: [named = ''] }) {
        const { id, email } = await findPerson(named);
        if (!(await lostDevice.cancel({ userId: id }, operatorHere()))) throw removalUnknown();
        return { json: { id, cancelled: true }, text: `The request of ${email} is cancelled.` };
      },
    },
  ];
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
