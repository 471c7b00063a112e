/** One mistake in the configuration: a sentence that names the key, what was found and what would be right. */
export type Mistake = string;

/** All mistakes of a configuration at once. The process ends with 78 (`EX_CONFIG` of sysexits.h). */
export class ConfigurationError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

export const CONFIGURATION_EXIT_CODE = 78;
