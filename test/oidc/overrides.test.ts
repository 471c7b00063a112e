import { errors } from 'oidc-provider';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../support/app.ts';

test('refusals are errors with everything but a stack, which every other error has', async () => {
  const started = await startApp();
  onTestFinished(() => started.close());
  const cause = new TypeError('why');
  const refused = new errors.InvalidRequest('it is not right', undefined, { cause } as never);
  expect(refused).toBeInstanceOf(Error);
  expect(refused).toBeInstanceOf(errors.OIDCProviderError);
  expect(refused.stack).toBeUndefined();
  expect(`${refused}`).toBe('InvalidRequest: invalid_request');
  expect(refused).toMatchObject({
    message: 'invalid_request',
    error: 'invalid_request',
    error_description: 'it is not right',
    error_detail: 'why',
    status: 400,
    cause,
  });
  expect(new errors.InvalidToken('unknown').stack).toBeUndefined();

  const other = new Error('another');
  expect(other.stack).toContain('overrides.test.ts');
  const captured: { stack?: string } = {};
  Error.captureStackTrace(captured);
  expect(captured.stack).toContain('overrides.test.ts');
});
