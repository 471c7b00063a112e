/** One fact about a request, kept with the request itself (or with its context). */
export type RequestSlot<Value> = {
  get(holder: object): Value | undefined;
  set(holder: object, value: Value): void;
};

/**
 * A property under a symbol that nobody else has, and not a WeakMap: a young collection of V8 takes what a WeakMap holds
 * for alive, so a value that leads back to its request keeps all of it until the next full collection
 * (docs/decisions/speed-requests.md).
 */
export function createRequestSlot<Value>(name: string): RequestSlot<Value> {
  const key = Symbol(name);
  type Holder = { [key]?: Value };
  return {
    get: (holder) => (holder as Holder)[key],
    set: (holder, value) => {
      (holder as Holder)[key] = value;
    },
  };
}
