/** Servers that a test waits for. What has started is the test's own to stop. */

type Kill = () => Promise<void>;

const starting = new Set<Kill>(); // at most the servers that one test file starts at once

/** Known from before the wait: a test that is out of time runs no line after it. */
export async function whileStarting<T>(kill: Kill, becomeReady: () => Promise<T>): Promise<T> {
  starting.add(kill);
  try {
    return await becomeReady();
  } finally {
    starting.delete(kill);
  }
}

/** After each test: ends those that nobody waits for any more. */
export async function endStarting(): Promise<void> {
  await Promise.all([...starting].map((kill) => kill()));
}
