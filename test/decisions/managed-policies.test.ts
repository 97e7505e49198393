import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openManagedPolicies } from '../../src/model/managed-policies.ts';
import { compilePolicy, contextKeys, createRequestContext, decide, policySet, validatePolicy } from '../../src/policy/index.ts';

/* AWS's own managed policies are the largest body of policies known to be good: none may be refused, none may be beyond the engine. */

const directory = new URL('../../data/managed-policies/', import.meta.url);

it.skipIf(!existsSync(directory))(
  'every AWS managed policy is valid, compiles, and allows unknown actions only where it allows everything',
  () => {
    const managed = openManagedPolicies(directory.pathname);
    const principal = {
      kind: 'user',
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/jane',
      uniqueId: 'AIDAJANEEXAMPLE000001',
    } as const;
    const request = {
      principal,
      action: 'no-such-service:Nothing',
      resource: '*',
      context: createRequestContext({ 'aws:SourceIp': '203.0.113.7' }),
    };
    const refused: string[] = [];
    const allowing: string[] = [];
    for (const { arn } of managed.list()) {
      const text = managed.document(arn);
      if (text === undefined) throw new Error(`no document for ${arn}`);
      const error = validatePolicy(text, 'managed');
      if (error) refused.push(`${arn}: ${error.message} (${error.detail})`);
      const compiled = compilePolicy(text, { kind: 'managed', source: { name: arn, arn } });
      expect(contextKeys(compiled)).toBeInstanceOf(Array);
      const { outcome } = decide(request, { identity: policySet([compiled]) });
      if (outcome === 'allowed') allowing.push(arn);
    }
    expect(refused).toEqual([]);
    // Those that allow everything, or everything but a few services: an action nobody knows is among it.
    expect(allowing.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)).sort()).toMatchInlineSnapshot(`
    [
      "AIDevOpsAgentActionsPolicy",
      "AdministratorAccess",
      "PowerUserAccess",
    ]
  `);
  },
);
