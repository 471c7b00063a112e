import { userInfo } from 'node:os';
import type { RequestInfo } from './request-info.ts';
import { isPlainText } from './text.ts';

/** Who does something: a person (`usr_…`), a client (`cli_…`), somebody at the command line, or Gatehouse itself. */
export type Actor = { type: 'person' | 'client' | 'operator' | 'system'; id: string };

/** Who makes a change, and in which request if it is one: part of every deed, and of its audit event. */
export type ChangedBy = { actor: Actor; request?: RequestInfo };

/** Who makes an account: somebody who is there, or the very person (`themselves`), who has no id before. */
export type MadeBy = ChangedBy | { actor: 'themselves'; request?: RequestInfo };

/** A person who does something about their own account. */
export function byPerson(id: string, request?: RequestInfo): ChangedBy {
  return { actor: { type: 'person', id }, ...(request && { request }) };
}

/** What Gatehouse does by itself: when it starts, or because it is due. Said by who does it, and nobody's default. */
export const SYSTEM: ChangedBy = { actor: { type: 'system', id: 'gatehouse' } };

const LONGEST_NAME = 64;

/** Who typed the command that runs in this process: the name of their account on this machine, as it says who they are. */
export function operatorHere(account: () => { username: string; uid: number } = userInfo): ChangedBy {
  return { actor: { type: 'operator', id: nameOf(account) } };
}

function nameOf(account: () => { username: string; uid: number }): string {
  try {
    const { username, uid } = account();
    const isName = username.length > 0 && username.length <= LONGEST_NAME && isPlainText(username);
    return isName ? username : `uid:${uid}`;
  } catch {
    // A container may run under a number that has no account.
    return `uid:${process.getuid?.() ?? 'unknown'}`;
  }
}
