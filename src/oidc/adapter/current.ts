import { Provider } from 'oidc-provider';
import { type InFlight, inFlightOf } from './in-flight.ts';

/** The record of the request that the library is at; undefined outside of one, for example in our own pages. */
export function currentInFlight(): InFlight | undefined {
  const req = Provider.ctx?.req;
  return req && inFlightOf(req);
}

/** Keeps the grant that was read together with a code or a token: the library asks for it next. */
export function keepGrant(id: string | undefined, payload: string | undefined): void {
  const inFlight = currentInFlight();
  if (inFlight && id !== undefined && payload !== undefined) inFlight.grant = { id, payload };
}
