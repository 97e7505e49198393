import { describe } from 'vitest';
import { JavaScriptTeller } from './javascript.ts';
import { journey, tell } from './journey.ts';

describe('the journey, told by the AWS SDK for JavaScript', () => {
  tell(journey, (server) => new JavaScriptTeller(server));
});
