import { policy } from '../harness.ts';
import type { Stage } from '../services/iam/stage.ts';

export interface FederatedRoleSettings {
  readonly name?: string;
  readonly condition?: object;
  readonly actions?: readonly string[];
  readonly federated?: unknown;
  readonly may?: object;
  readonly maxSeconds?: number;
}

let count = 0;

/** Makes roles that trust an identity provider, or whatever else they are to trust; each is told its ARN. */
export const federatedRoles =
  (s: Stage, providerArn: string, action: 'sts:AssumeRoleWithSAML' | 'sts:AssumeRoleWithWebIdentity') =>
  async (settings: FederatedRoleSettings = {}): Promise<string> => {
    const { name = `federated-${++count}`, condition, actions = [action], federated = providerArn, may, maxSeconds } = settings;
    const trusts = policy({
      Effect: 'Allow',
      Principal: { Federated: federated },
      Action: actions,
      ...(condition && { Condition: condition }),
    });
    const { Role } = await s.iam.createRole({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trusts),
      ...(maxSeconds && { MaxSessionDuration: maxSeconds }),
    });
    if (may) await s.iam.putRolePolicy({ RoleName: name, PolicyName: 'may', PolicyDocument: JSON.stringify(policy(may)) });
    return Role?.Arn ?? '';
  };
