/**
 * Every figure that Prometheus may read, beside those that prom-client takes from Node itself (`process_…`, `nodejs_…`).
 * `docs/metrics.md` is made from this table. Labels hold only values from the code (routes, names, codes), so that no
 * request can make a new time series.
 */
export const catalogue = {
  gatehouse_build_info: {
    type: 'gauge',
    together: 'max',
    labels: ['version', 'node'],
    help: 'Always 1; its labels say which release runs on which Node.',
  },
  gatehouse_process_workers: {
    type: 'gauge',
    help: 'Worker processes that answered this scrape (with WORKERS above 1).',
  },

  gatehouse_http_requests_total: {
    type: 'counter',
    labels: ['method', 'route', 'status'],
    help: 'Answered requests, by the route’s pattern. `other`: without a route, or refused at once because of overload (503). Status 499: the caller closed the connection before the answer.',
  },
  gatehouse_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['method', 'route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    help: 'From the first byte of a request to the last one of its answer.',
  },
  gatehouse_http_connections_ended_total: {
    type: 'counter',
    labels: ['why'],
    help: 'Connections that were closed to make room for others. `network`: one network held half of `http.maxConnections`; `all`: `http.maxConnections` was reached.',
  },
  gatehouse_http_requests_in_flight: { type: 'gauge', help: 'Requests that are being answered now.' },

  gatehouse_outgoing_calls_total: {
    type: 'counter',
    labels: ['purpose', 'outcome'],
    help: 'Calls from Gatehouse to other servers: `answered`, `client_error`, `server_error`, `failed` (no whole answer), `refused` (an address that `http.outgoing` does not allow, or a redirect elsewhere).',
  },
  gatehouse_outgoing_call_duration_seconds: {
    type: 'histogram',
    labels: ['purpose'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    help: 'One call to another server, until its answer was read or given up.',
  },

  gatehouse_methods_answers_total: {
    type: 'counter',
    labels: ['method', 'outcome'],
    help: 'Answers to each method at the sign-in. `proved`, or why not: `wrong`, `unknown`, `expired`, `reused`, `disabled`, `slow_down`, `busy`.',
  },
  gatehouse_upstream_answers_total: {
    type: 'counter',
    labels: ['preset', 'outcome'],
    help: 'People who came back from a provider, by its preset. `proved`, or why the sign-in failed: `cancelled`, `refused`, `unreachable`, `slow`, `invalid`, `not_allowed`, `no_email`.',
  },
  gatehouse_audit_events_total: {
    type: 'counter',
    labels: ['event', 'outcome'],
    help: 'Audit events, by name (docs/audit.md). `interaction.signed_in` counts completed sign-ins.',
  },
  gatehouse_roles_left_out_total: {
    type: 'counter',
    labels: ['token'],
    help: 'Tokens from which the roles were left out, because their names together are too long for a header (docs/roles.md). `access_token`, `id_token`.',
  },
  gatehouse_api_keys_uses_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Uses of API keys: `active`, or why the key was refused: `unknown`, `revoked`, `expired`, `owner_disabled`, `network`, `scope`, `no_scope`, `rate_limited` (docs/api-keys.md).',
  },
  gatehouse_interaction_cancels_total: {
    type: 'counter',
    labels: ['step'],
    help: 'Sign-ins that people cancelled, by step: `login`, `consent`. If the person was signed in already, the audit has it, too.',
  },

  gatehouse_oidc_tokens_issued_total: {
    type: 'counter',
    labels: ['type'],
    help: 'What was issued: `authorization_code`, `access_token_jwt`, `access_token_opaque`, `client_credentials_jwt`, `client_credentials_opaque`, `refresh_token`, `id_token`.',
  },
  gatehouse_oidc_grants_total: {
    type: 'counter',
    labels: ['grant_type'],
    help: 'Token requests that succeeded.',
  },
  gatehouse_oidc_refusals_total: {
    type: 'counter',
    labels: ['endpoint', 'error', 'reason'],
    help: 'Protocol requests that were refused: the OAuth error, and what was wrong (docs/troubleshooting.md).',
  },

  gatehouse_oidc_unused_refused_total: {
    type: 'counter',
    labels: ['kind'],
    help: 'Requests that were answered with 429 because their network had started too many (`oidc.unused`): `sign_in`, `pushed_request`.',
  },
  gatehouse_oidc_unused_dropped_total: {
    type: 'counter',
    labels: ['bound'],
    help: 'Sign-ins without any proof yet that were dropped for newer ones: because of the limit of their `network`, or of all (`installation`).',
  },

  gatehouse_password_hashes_running: { type: 'gauge', help: 'Argon2 hashes that are being computed.' },
  gatehouse_password_hashes_waiting: { type: 'gauge', help: 'Argon2 hashes that wait for a processor core.' },
  gatehouse_password_hash_duration_seconds: {
    type: 'histogram',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    help: 'One Argon2 hash, without its wait.',
  },
  gatehouse_password_hashes_refused_total: {
    type: 'counter',
    help: 'Argon2 hashes that were not started, because the wait would have been too long (503).',
  },

  gatehouse_database_up: {
    type: 'gauge',
    together: 'min',
    help: '1 while the database answers this process.',
  },
  gatehouse_database_ping_seconds: {
    type: 'gauge',
    help: 'How long the database took to answer the scrape.',
  },
  gatehouse_database_connections: {
    type: 'gauge',
    labels: ['state'],
    help: 'PostgreSQL: connections of the pool that are `used` or `free`, and requests that wait for one (`waiting`).',
  },
  gatehouse_database_connections_max: { type: 'gauge', help: 'PostgreSQL: `database.poolSize`.' },
  gatehouse_database_swept_rows_total: {
    type: 'counter',
    labels: ['table'],
    help: 'Expired rows that this process removed.',
  },
  gatehouse_database_sweep_timestamp_seconds: {
    type: 'gauge',
    together: 'max',
    help: 'When this process last removed expired rows, or found that another node was removing them; at first its start.',
  },
  gatehouse_redis_up: {
    type: 'gauge',
    together: 'min',
    help: '1 while Redis answers this process. Only with REDIS_URL.',
  },
  gatehouse_redis_ping_seconds: {
    type: 'gauge',
    together: 'max',
    help: 'How long Redis took to answer the scrape.',
  },

  gatehouse_mail_queued: {
    type: 'gauge',
    together: 'max',
    help: 'Mails that wait for the mail server.',
  },
  gatehouse_mail_attempts_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Mails handed to the mail server: `sent`, `again` (it is away or busy), `never` (it refused for good).',
  },

  gatehouse_keys_age_seconds: {
    type: 'gauge',
    together: 'max',
    labels: ['alg', 'state'],
    help: 'How long ago the newest key of each algorithm reached each state.',
  },
  gatehouse_keys_overdue_seconds: {
    type: 'gauge',
    together: 'max',
    labels: ['alg'],
    help: 'How long the rotation of the current key is overdue; 0 if it is not.',
  },

  gatehouse_metrics_failures_total: {
    type: 'counter',
    labels: ['metric'],
    help: 'Figures that could not be read and were left out of the scrape.',
  },
} as const satisfies Record<string, Entry>;

export type Entry = {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: readonly string[];
  buckets?: readonly number[];
  /** How the readings of several workers become one; their sum unless said. */
  together?: 'sum' | 'max' | 'min';
};

type Catalogue = typeof catalogue;
type NameOf<Type> = {
  [Name in keyof Catalogue]: Catalogue[Name]['type'] extends Type ? Name : never;
}[keyof Catalogue];

export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

/** The labels of a metric, each of them. */
export type LabelsOf<Name extends keyof Catalogue> = Catalogue[Name] extends {
  labels: readonly (infer Label extends string)[];
}
  ? Record<Label, string>
  : Record<string, never>;
