/**
 * Tables with a `user_id`, and those of their columns that the export of the person has. Hashes and sealed secrets are left
 * out: they tell nothing and could open something.
 */
export type PersonalData = Readonly<Record<string, readonly string[]>>;
