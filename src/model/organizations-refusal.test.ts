import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ServiceError } from '../core/service-error.ts';
import { loadServiceModel } from './load-model.ts';
import { refuseInvalidInput } from './validate.ts';

const model = loadServiceModel(join(import.meta.dirname, '../../data/models'), 'organizations');

function refusalOf(name: string, input: object): unknown {
  const operation = model.operations[name];
  if (!operation) throw new Error(`no operation ${name}`);
  try {
    refuseInvalidInput(model, operation, input);
  } catch (error) {
    if (error instanceof ServiceError) return [error.code, error.fields?.Reason, error.message];
    throw error;
  }
  return undefined;
}

const PATTERN = 'You provided a value that does not match the required pattern.';

it.each<[what: string, operation: string, input: object, reason: string, message: string]>([
  ['an id of another kind', 'DescribeHandshake', { HandshakeId: 'x-1' }, 'INVALID_PATTERN:HANDSHAKE_ID', PATTERN],
  [
    'an empty name',
    'UpdateOrganizationalUnit',
    { OrganizationalUnitId: 'ou-abcd-12345678', Name: '' },
    'MIN_LENGTH_EXCEEDED:NAME',
    'You provided a string that is shorter than the minimum length.',
  ],
  [
    'a value of a nested enumeration',
    'ListHandshakesForAccount',
    { Filter: { ActionType: 'x' } },
    'INVALID_ENUM:FILTER_ACTION_TYPE',
    'You specified an invalid value.',
  ],
  [
    'a member of Target',
    'InviteAccountToOrganization',
    { Target: { Id: 'x', Type: 'y' } },
    'INVALID_ENUM',
    'You specified an invalid value.',
  ],
  ['nothing at all', 'DescribeAccount', {}, 'INPUT_REQUIRED:ACCOUNT_ID', 'You must provide a value for the parameter.'],
  [
    'a tag without value',
    'TagResource',
    { ResourceId: '111122223333', Tags: [{ Key: 'a' }] },
    'INPUT_REQUIRED',
    'You must provide a value for the parameter.',
  ],
  [
    'a page of none',
    'ListRoots',
    { MaxResults: 0 },
    'MIN_VALUE_EXCEEDED:MAX_RESULTS',
    'You provided a number that is smaller than the minimum value.',
  ],
  [
    'too large a page',
    'ListRoots',
    { MaxResults: 21 },
    'MAX_VALUE_EXCEEDED:MAX_RESULTS',
    'You provided a number that exceeds the maximum value.',
  ],
  [
    'a description of 513 characters',
    'UpdatePolicy',
    { PolicyId: 'p-12345678', Description: 'x'.repeat(513) },
    'MAX_LENGTH_EXCEEDED:DESCRIPTION',
    'You provided a string that exceeds that maximum length.',
  ],
  [
    'an unknown state in a list',
    'ListCreateAccountStatus',
    { States: ['x'] },
    'INVALID_LIST_MEMBER:STATES',
    'You provided a list that contains at least one invalid value.',
  ],
  [
    'two things wrong: the first is told',
    'CreateAccount',
    { Email: 'x', AccountName: '' },
    'MIN_LENGTH_EXCEEDED:EMAIL',
    'You provided a string that is shorter than the minimum length.',
  ],
])('Organizations gives a reason for %s', (_, operation, input, reason, message) =>
  expect(refusalOf(operation, input)).toEqual(['InvalidInputException', reason, message]),
);

it('and none for what is right', () => expect(refusalOf('DescribeAccount', { AccountId: '111122223333' })).toBeUndefined());
