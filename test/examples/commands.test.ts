import { typeCommandsOf } from '../support/typed-commands.ts';

typeCommandsOf('test/examples/commands.test.ts');
