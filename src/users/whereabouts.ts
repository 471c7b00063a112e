/** How a person gets in, when they did last, and where they are signed in. Times in milliseconds. */
export type Whereabouts = {
  methods: readonly { method: string; count: number }[];
  secondFactor: { rule: string; has: boolean };
  lastSignInAt?: number | undefined;
  sessions: number;
  apps: readonly string[];
};
