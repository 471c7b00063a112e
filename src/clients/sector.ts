import type { Outgoing } from '../http/outgoing.ts';
import { GatehouseError } from '../lib/errors.ts';
import { clientInvalid } from './errors.ts';
import type { ClientMetadata } from './properties.ts';

/** What was read of a client's sector document: the redirect URIs that share its pairwise subjects. */
export type SectorDocument = { uri: string; redirectUris: ReadonlySet<string> };

type Checked = { metadata: ClientMetadata; sectorCheckedAt?: number };

/**
 * Whether the document at `sector_identifier_uri` has to be looked at (OIDC Core §8.1): where it was not before, or no
 * longer says all. A client that stays as it is needs no document that can be loaded.
 */
export function isSectorNews({ metadata }: Pick<Checked, 'metadata'>, before?: Checked): boolean {
  if (metadata.sector_identifier_uri === undefined) return false;
  if (before?.sectorCheckedAt === undefined) return true;
  if (before.metadata.sector_identifier_uri !== metadata.sector_identifier_uri) return true;
  return metadata.redirect_uris.some((uri) => !before.metadata.redirect_uris.includes(uri));
}

/** Loads it. Throws `clients.invalid` when it is no JSON array of texts. */
export async function loadSector(
  { sector_identifier_uri: uri }: ClientMetadata,
  outgoing: Pick<Outgoing, 'fetch'>,
): Promise<SectorDocument | undefined> {
  if (uri === undefined) return undefined;
  const answer = await outgoing
    .fetch(uri, { purpose: 'client_documents', headers: { accept: 'application/json' } })
    .catch((error: unknown) => {
      if (!(error instanceof GatehouseError)) throw error;
      throw refusal(`the document at it could not be loaded: ${String(error.detail.why)}`);
    });
  if (answer.status !== 200) throw refusal(`the document at it was answered with ${answer.status}`);
  const list: unknown = await answer.json().catch(() => undefined);
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) {
    throw refusal('the document at it must be a JSON array of redirect URIs (OIDC Core §8.1)');
  }
  return { uri, redirectUris: new Set(list) };
}

/** Throws `clients.invalid` when the document is another one, or lacks a redirect URI of this client. */
export function requireSector({ metadata }: Pick<Checked, 'metadata'>, document?: SectorDocument): void {
  const { sector_identifier_uri: uri, redirect_uris: redirectUris } = metadata;
  if (document?.uri !== uri) throw refusal('it was changed by somebody else at this moment; try again');
  const missing = redirectUris.filter((each) => !document?.redirectUris.has(each));
  if (missing.length > 0) throw refusal(`the document at it does not list ${missing.join(' and ')}`);
}

function refusal(why: string) {
  return clientInvalid({ problems: [{ field: 'sectorIdentifierUri', why }] });
}
