import { describe } from 'vitest';
import { later } from './chapters/later.ts';
import { JavaScriptTeller } from './javascript.ts';
import { journey, tell } from './journey.ts';

describe('the journey, told by the AWS SDK for JavaScript', () => {
  tell([...journey, ...later], (server) => new JavaScriptTeller(server));
});
