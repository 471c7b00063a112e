import { type Gatehouse, startGatehouse } from '../../flows/gatehouse.ts';
import type { Page } from '../../flows/visitor.ts';
import { createPerson, PASSWORD } from '../relying-party.ts';
import type { Traveller } from './traveller.ts';

/** What an operator types into `upstream create` for it. */
export type RegisteredThere = { issuer: string; clientId: string; clientSecret: string };

/** Another Gatehouse, with which people sign in to ours. */
export type OtherGatehouse = Gatehouse & {
  /** Registers ours there as an app, under this slug of ours. */
  register(ours: string, slug: string): Promise<RegisteredThere>;
  createPerson(email?: string): Promise<{ id: string; email: string }>;
  /** From its sign-in page on: password and consent, and wherever that leads. */
  signIn(traveller: Traveller, page: Page, person: { email: string }): Promise<Page>;
};

/** Settings with which a Gatehouse may call servers of this machine. */
export const CALLS_THIS_MACHINE = { http: { outgoing: { allow: ['localhost', '127.0.0.1'] } } };

export async function startOtherGatehouse(
  options: Parameters<typeof startGatehouse>[0] = {},
): Promise<OtherGatehouse> {
  const settings = { ...CALLS_THIS_MACHINE, ...options.settings };
  const other = await startGatehouse({ ...options, settings });
  return {
    ...other,

    async register(ours, slug) {
      const { client_id: clientId = '', client_secret: clientSecret = '' } = await other.command(
        'clients create',
        {
          name: 'The other house',
          'redirect-uri': [`${ours}/upstream/${slug}/callback`],
        },
      );
      return { issuer: other.url, clientId, clientSecret };
    },

    createPerson: (email) => createPerson(other, email),

    async signIn(traveller, page, { email }) {
      let at = page;
      if (hasForm(at, '/login'))
        at = await traveller.submit(at, { identifier: email, password: PASSWORD }, { form: '/login' });
      if (hasForm(at, '/consent') && at.url.startsWith(other.url))
        at = await traveller.submit(at, { decision: 'allow' }, { form: '/consent' });
      return at;
    },
  };
}

const hasForm = ({ forms }: Page, action: string) => forms.some((form) => form.action.includes(action));
