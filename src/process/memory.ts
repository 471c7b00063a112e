import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what loading has left: code that runs once, and pages of the heap that hold little more than garbage. V8 would
 * keep them as long as nothing presses. Takes a tenth of a second, in which nothing else runs.
 */
export function returnMemoryOfLoading(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  // Beside `last-resort` V8 keeps code that ran lately.
  void collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
