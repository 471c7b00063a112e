/** The page of the own account that removes one credential; it asks for what its removal needs. */
export function removalUrl(base: string, { method, id }: { method: string; id: string }): string {
  return `${base}/account/security/${method}/remove?${new URLSearchParams({ credential: id })}`;
}
