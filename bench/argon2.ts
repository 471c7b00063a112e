import { availableParallelism } from 'node:os';
import { passwordConfig } from '../src/methods/password/config.ts';
import { createHasher } from '../src/methods/password/hasher.ts';

/** Argon2id and nothing else, on all cores: what a password sign-in can at most reach. */
const hasher = createHasher({ config: { ...passwordConfig.parse({}), maxWaitSeconds: 60 } });
const hash = await hasher.hash('correct horse battery staple');

process.on('message', async ({ milliseconds }: { milliseconds: number }) => {
  const before = process.cpuUsage();
  const start = performance.now();
  let hashes = 0;
  await Promise.all(
    Array.from({ length: 2 * availableParallelism() }, async () => {
      while (performance.now() - start < milliseconds) {
        await hasher.verify(hash, 'correct horse battery staple');
        hashes += 1;
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  process.send?.({ hashes, seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 });
});
console.log('ready');
