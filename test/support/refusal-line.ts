import { expect } from 'vitest';

/** The line of the log that says why a protocol request was refused, by the reference id of its answer. It may come later. */
export async function refusalLine(
  { log }: { log(): string },
  reference: string | null,
): Promise<Record<string, unknown>> {
  const find = () =>
    log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ msg, request }) => msg === 'a protocol request was refused' && request?.id === reference);
  await expect.poll(find).toBeDefined();
  return find();
}
