/**
 * The members that have a value: `defined({ userId, clientId })` has no `clientId` when that is undefined. For optional
 * members of other types, which may be absent but not undefined (`exactOptionalPropertyTypes`):
 *
 *     return { at: now, ...defined({ userId, clientId }) };
 */
export function defined<Members extends object>(members: Members): Defined<Members> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept as Defined<Members>;
}

export type Defined<Members> = Flat<
  { [Name in keyof Members as undefined extends Members[Name] ? never : Name]: Members[Name] } & {
    [Name in keyof Members as undefined extends Members[Name] ? Name : never]?: Exclude<
      Members[Name],
      undefined
    >;
  }
>;
type Flat<Value> = { [Name in keyof Value]: Value[Name] };
