import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { addTotp } from './world.ts';

eachDatabase('what an operator sees of a person', (dialect) => {
  let gatehouse: Gatehouse;
  let run: ReturnType<typeof setUpCli>;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
    run = setUpCli(gatehouse.app.commands);
  });
  afterAll(() => gatehouse.close());

  test('how the person signs in, when last, and which apps are used', async () => {
    const person = await createPerson(gatehouse);
    const show = async () => (await run(['users', 'show', person.email, '--json'])).json;
    expect(await show()).toMatchObject({
      methods: ['password', 'email'],
      has_second_factor: false,
      second_factor: 'default',
      last_sign_in_at: null,
      sessions: 0,
      apps: [],
    });
    const party = await createRelyingParty(gatehouse, { name: 'Library' });
    const visitor = createVisitor(gatehouse.issuer);
    await signIn(gatehouse, party, person, {}, visitor);
    await addTotp(gatehouse, visitor);
    expect(await show()).toMatchObject({
      methods: expect.arrayContaining(['password', 'totp']),
      has_second_factor: true,
      last_sign_in_at: expect.stringMatching(/^2/),
      sessions: 1,
      apps: ['Library'],
    });
    const { stdout } = await run(['users', 'show', person.email]);
    expect(stdout).toMatch(/signs in with +.*totp/);
    expect(stdout).toMatch(/apps +Library/);
  });

  test('each session, and the end of one of them alone', async () => {
    const person = await createPerson(gatehouse);
    const party = await createRelyingParty(gatehouse, { name: 'Library' });
    const [one, other] = [createVisitor(gatehouse.issuer), createVisitor(gatehouse.issuer)];
    for (const visitor of [one, other]) await signIn(gatehouse, party, person, {}, visitor);
    const list = async () =>
      (
        (await run(['users', 'sessions', person.email, '--json'])).json as {
          sessions: { id: string; apps: string[] }[];
        }
      ).sessions;
    const [first, second] = await list();
    expect(first).toMatchObject({
      // Never taken for an option: what follows may begin with a hyphen.
      id: expect.stringMatching(/^ses_/),
      apps: ['Library'],
      browser: expect.any(String),
      network: expect.any(String),
    });

    const end = (id: string, whose = person.email) => run(['users', 'end-session', whose, id, '--json']);
    const stranger = await createPerson(gatehouse);
    for (const [id, whose] of [
      ['nothing', person.email],
      [first?.id ?? '', stranger.email],
    ] as const)
      expect((await end(id, whose)).json).toMatchObject({ error: { code: 'access.session_unknown' } });
    expect((await end(first?.id ?? '')).json).toMatchObject({ session: first?.id, ended: true });
    expect((await list()).map(({ id }) => id)).toEqual([second?.id]);
    const pages = await Promise.all([one, other].map((visitor) => visitor.open('/account')));
    expect(pages.filter(({ html }) => html.includes(person.email))).toHaveLength(1);
    expect((await end(first?.id ?? '')).json).toMatchObject({ error: { code: 'access.session_unknown' } });
  });
});
