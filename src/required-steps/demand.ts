/** What is demanded, as it is typed and stored: `<step>`, or `<step>:<what of it>`, such as `terms:house` or `profile:name`. */
export type Demand = { step: string; detail?: string };

/** The id of a step; what follows is judged by the step. */
export const DEMAND = /^[a-z][a-z0-9-]{0,39}(?::[a-z0-9][a-z0-9._-]{0,99})?$/;

export function readDemand(text: string): Demand {
  const at = text.indexOf(':');
  return at < 0 ? { step: text } : { step: text.slice(0, at), detail: text.slice(at + 1) };
}
