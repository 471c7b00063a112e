import type { Artifact } from './stored.ts';

/* What artifacts and refresh tokens have in common, in both stores. */

/** With one value: the grace time in milliseconds. */
export const IS_IN_GRACE = 'case when consumed_at > now_ms() - ? then 1 else 0 end as is_in_grace';

/** The grant is what the library asks for next. */
export const WITH_GRANT = 'left join grants on grants.id = t.grant_id and grants.expires_at > now_ms()';

/** A row of these columns, with its grant. */
export type ArtifactRow = {
  grant_payload: string | null;
  payload: string;
  consumed_at: number | null;
  held_by?: string | null;
  is_in_grace: number;
};

/** The row as the adapter knows it. */
export function artifactOf(row: ArtifactRow): Artifact {
  return {
    payload: row.payload,
    isInGrace: Number(row.is_in_grace) === 1,
    ...(row.grant_payload === null ? {} : { grant: row.grant_payload }),
    ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at }),
    ...(row.held_by ? { heldBy: row.held_by } : {}),
  };
}
