/**
 * Tables with rows about a person, and their columns that the person's export has. Hashes and sealed secrets are left
 * out: they tell nothing and could open something. A test compares it with the tables that there are. What has a list of
 * its own in the export (sessions, consents, audit) is told there in clearer words, and those of the ways to sign in come
 * with them (`MethodPlugIn.personalData`).
 */
export const PERSONAL_TABLES: Readonly<Record<string, readonly string[]>> = {
  access_denials: ['method', 'created_at', 'expires_at'],
  access_removals: ['methods', 'network', 'user_agent', 'created_at', 'due_at'],
  account_deletions: ['created_at', 'due_at'],
  account_email_changes: ['email', 'created_at', 'expires_at'],
  account_email_undos: ['email', 'created_at', 'expires_at'],
  // Sign-ins that are under way.
  artifacts: ['model', 'expires_at'],
  grants: ['client_id', 'is_offline', 'created_at', 'expires_at'],
  known_devices: ['expires_at'],
  mailed_proofs: ['kind', 'answers_left', 'proved_at', 'expires_at'],
  one_time_links: ['purpose', 'created_at', 'expires_at'],
  remembered_devices: ['user_agent', 'network', 'created_at', 'last_used_at', 'expires_at'],
  second_factor_people: ['rule', 'put_off', 'put_off_at'],
};

/** Tables with a `user_id` that the export tells of through the folder that owns them. */
export const EXPORTED_ELSEWHERE: readonly string[] = [
  'sessions',
  'consents',
  'audit_events',
  'user_search_keys',
];
