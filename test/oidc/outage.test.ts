import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailsTo } from '../flows/mailbox.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';

const STOPPED_SECONDS = 600;
const WINDOW_SECONDS = 10;

/** docs/decisions/oidc-grace-after-outage.md */
eachStorage('after a stop of all nodes', (dialect) => {
  let started: TestApp;
  beforeAll(async () => {
    started = await startApp({ dialect });
  });
  afterAll(() => started.close());

  test('longer than the window, a spent refresh token is theft, for whoever waited: 50 at once, told once', async () => {
    const { person, spent, successor, party } = await refreshAndStop();
    const { answers, useSuccessor } = await startAgainAndPresent(spent, party, WINDOW_SECONDS);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 400));
    expect(await useSuccessor(successor)).toBe(400);
    const events = await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' });
    expect(events.filter(({ userId }) => userId === person.id)).toHaveLength(1);
    expect(await mailsTo(started, person.email)).toHaveLength(1);
  });

  test('a window that is longer by it would give a thief what its owner holds, unseen', async () => {
    const { person, spent, successor, party } = await refreshAndStop();
    // The owner has the answer of before the stop. Whoever presents the spent token is somebody else.
    const longer = WINDOW_SECONDS + STOPPED_SECONDS;
    const { answers, useSuccessor } = await startAgainAndPresent(spent, party, longer);
    expect(new Set(answers.map(({ body }) => body.refresh_token))).toEqual(new Set([successor]));
    expect(await useSuccessor(successor)).toBe(200);
    const events = await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' });
    expect(events.filter(({ userId }) => userId === person.id)).toEqual([]);
  });

  /** An app that cannot authenticate refreshes, and no node serves for ten minutes. */
  async function refreshAndStop() {
    const person = await createPerson(started);
    const app = await createRelyingParty(started, { type: 'spa' });
    const party = app.clientId;
    const { tokens } = await signIn(started, app, person);
    const spent = tokens.refresh_token ?? '';
    const { body } = await refresh(started.url, party, spent);
    // The window compares the database's own times, so the rows are moved.
    const spentRows = started.modules.db('refresh_tokens').whereNotNull('consumed_at');
    await spentRows.decrement('consumed_at', STOPPED_SECONDS * 1000);
    return { person, party, spent, successor: body.refresh_token ?? '' };
  }

  async function startAgainAndPresent(spent: string, party: string, refreshGraceSeconds: number) {
    const settings = { oidc: { refreshGraceSeconds } };
    const nodes = [await started.startNode(settings), await started.startNode(settings)];
    const originOf = (index: number) => nodes[index % nodes.length]?.origin ?? '';
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(originOf(index), party, spent)),
    );
    for (const node of nodes) await node.close();
    const useSuccessor = async (token: string) => (await refresh(started.url, party, token)).status;
    return { answers, useSuccessor };
  }

  async function refresh(origin: string, clientId: string, token: string) {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: token,
    });
    const response = await fetch(`${origin}/token`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as { refresh_token?: string } };
  }
});
