import { SYSTEM } from '../../../src/lib/actor.ts';
import { methodContract } from '../../support/method-contract.ts';
import { requestFrom } from '../../support/request-info.ts';
import { ADA, otherThan, setUpEmail } from './set-up.ts';

const often: [{ points: number; perSeconds: number }] = [{ points: 1000, perSeconds: 60 }];
const limits = { address: often, knownDevice: often, browser: often, network: often };

for (const kind of ['code', 'link'] as const) {
  methodContract(`email, by its ${kind}`, async () => {
    const setUp = await setUpEmail({ config: { limits } });
    // The mail of somebody who does not exist is written and not sent: here it can be read all the same.
    const answer = () => ({ code: kind === 'code' ? setUp.last().code : setUp.tokenOf(setUp.last()) });
    return {
      ...setUp,
      method: setUp.email,
      person: setUp.ada,
      identifiers: { person: ADA, stranger: 'nobody@analytical.example' },
      right: answer,
      wrong: () => ({ code: otherThan(setUp.last().code) }),
      stranger: answer,
      disable: async () => {
        await setUp.users.disable(setUp.ada.id, SYSTEM);
      },
      request: () => requestFrom('192.0.2.1'),
    };
  });
}
