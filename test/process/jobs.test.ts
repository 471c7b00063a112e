import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createJobs } from '../../src/process/jobs.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a job runs in its time, never beside itself, and again after it failed; not after the stop', async () => {
  const warned: unknown[] = [];
  const logger = { warn: (_fields: object, line: string) => void warned.push(line) };
  let runs = 0;
  let finish = (_error?: Error) => {};
  const run = () => {
    runs += 1;
    return new Promise<void>((resolve, reject) => {
      finish = (error) => (error ? reject(error) : resolve());
    });
  };
  const jobs = createJobs([{ everyMs: 1000, run, failure: 'It could not be done' }], {
    logger: logger as never,
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toBe(0);
  jobs.start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toBe(1);
  finish(new Error('not now'));
  await vi.advanceTimersByTimeAsync(1000);
  expect([runs, warned]).toEqual([2, ['It could not be done']]);
  finish();
  jobs.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toBe(2);
});
