import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/core/http.ts';
import { ask, form, iam, json, rest, verdict } from './ask.ts';
import { router } from './models.ts';
import { requestOf } from './sdk.ts';

const LIST_USERS = 'Action=ListUsers&Version=2010-05-08';
const PRESIGNED =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261121%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20261121T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const CLOUDTRAIL = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

describe('requests find their operation', () => {
  it.each<[what: string, request: HttpRequest, operation: string]>([
    ['a form', iam('Action=ListUsers'), 'iam:ListUsers'],
    ['a form of EC2', form('ec2', 'Action=DescribeVpcs&Version=2016-11-15'), 'ec2:DescribeVpcs'],
    [
      'unsigned, by its version',
      requestOf(
        'POST',
        '/',
        { 'Content-Type': FORM_TYPE },
        'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=me&WebIdentityToken=abcd',
      ),
      'sts:AssumeRoleWithWebIdentity',
    ],
    [
      'presigned, in the query string',
      requestOf('GET', `/?Action=GetCallerIdentity&Version=2011-06-15&${PRESIGNED}`, {}),
      'sts:GetCallerIdentity',
    ],
    ['a charset in the media type', form('iam', LIST_USERS, { 'Content-Type': `${FORM_TYPE}; charset=UTF-8` }), 'iam:ListUsers'],
    ['a target', json('SageMaker.ListModels', '{}'), 'sagemaker:ListModels'],
    ['no body at all', json('SageMaker.ListModels', ''), 'sagemaker:ListModels'],
    ["CloudTrail's target by botocore", json(`${CLOUDTRAIL}.DescribeTrails`, '{}'), 'cloudtrail:DescribeTrails'],
    ["CloudTrail's target by the JavaScript SDK", json('CloudTrail_20131101.DescribeTrails', '{}'), 'cloudtrail:DescribeTrails'],
    ['a path', rest('POST', '/endpoints/e/invocations', 'sagemaker', 'x'), 'sagemaker-runtime:InvokeEndpoint'],
    [
      'a longer path',
      rest('POST', '/endpoints/e/async-invocations', 'sagemaker', '', { 'X-Amzn-SageMaker-InputLocation': 's3://b/k' }),
      'sagemaker-runtime:InvokeEndpointAsync',
    ],
    [
      'a path with a parameter',
      rest('GET', '/human-loops?FlowDefinitionArn=arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f', 'sagemaker'),
      'sagemaker-a2i-runtime:ListHumanLoops',
    ],
    ['a path of another service', rest('GET', '/analyzer/a', 'access-analyzer'), 'accessanalyzer:GetAnalyzer'],
    [
      'a path, unsigned',
      requestOf('POST', '/token', { 'Content-Type': 'application/json' }, '{"clientId":"a","clientSecret":"b","grantType":"c"}'),
      'sso-oidc:CreateToken',
    ],
  ])('%s', (_what, request, operation) => expect(verdict(request)).toBe(operation));

  it('a label is decoded once, and an encoded slash stays in its step', () => {
    const labelOf = (path: string) => {
      const request = rest('POST', path, 'sagemaker');
      const match = router.match(request);
      return [match.operation.name, (match.codec.parse(match, request) as Record<string, unknown>).EndpointName];
    };
    expect(labelOf('/endpoints/a%252Fb/invocations')).toEqual(['InvokeEndpoint', 'a%2Fb']);
    expect(labelOf('/endpoints/a%2Finvocations/invocations')).toEqual(['InvokeEndpoint', 'a/invocations']);
    expect(labelOf('/endpoints/%2e%2e/invocations?EndpointName=x')).toEqual(['InvokeEndpoint', '..']);
  });
});

describe('requests that call nothing, or two things', () => {
  it.each<[what: string, request: HttpRequest, verdict: string]>([
    ['an unknown action', iam('Action=NoSuchThing'), '400 InvalidAction'],
    ['an action of another version', form('iam', 'Action=ListUsers&Version=2011-06-15'), '400 InvalidAction'],
    ['no version', form('iam', 'Action=ListUsers'), '400 InvalidAction'],
    ['P04 an action of the language', iam('Action=constructor'), '400 InvalidAction'],
    ['P04 an action of the language', iam('Action=__proto__'), '400 InvalidAction'],
    ['an action in another case', iam('Action=listUsers'), '400 InvalidAction'],
    ['an unknown target', json('SageMaker.NoSuchThing', '{}'), '400 UnknownOperationException'],
    ['P04 a target of the language', json('SageMaker.constructor', '{}'), '400 UnknownOperationException'],
    ['P04 a target of the language', json('__proto__.ListModels', '{}'), '400 UnknownOperationException'],
    ['a target without a prefix', json('ListModels', '{}'), '400 UnknownOperationException'],
    ['P02 the prefix of another service', json('AWSOrganizationsV20161128.ListModels', '{}'), '400 UnknownOperationException'],
    [
      'P02 a target and an action',
      json('SageMaker.ListModels', LIST_USERS, { 'Content-Type': FORM_TYPE }),
      '400 UnknownOperationException',
    ],
    [
      'P02 a target and an action in the query string',
      requestOf('POST', `/?${LIST_USERS}`, { 'X-Amz-Target': 'SageMaker.ListModels', 'Content-Type': 'application/x-amz-json-1.1' }, '{}'),
      '400 UnknownOperationException',
    ],
    [
      'P02 a target by GET',
      requestOf('GET', '/', { 'X-Amz-Target': 'SageMaker.ListModels', 'Content-Type': 'application/x-amz-json-1.1' }),
      '400 UnknownOperationException',
    ],
    [
      'P02 a target at a path',
      requestOf('POST', '/x', { 'X-Amz-Target': 'SageMaker.ListModels', 'Content-Type': 'application/x-amz-json-1.1' }, '{}'),
      '400 UnknownOperationException',
    ],
    [
      'P01 an action in the query string and in the body',
      requestOf('POST', '/?Action=GetUser', { 'Content-Type': FORM_TYPE }, LIST_USERS),
      '400 InvalidAction',
    ],
    ['P01 the same, encoded', requestOf('POST', '/?A%63tion=GetUser', { 'Content-Type': FORM_TYPE }, LIST_USERS), '400 InvalidAction'],
    ['P01 the action twice', iam('Action=ListUsers&Action=GetUser'), '400 MalformedInput'],
    ['P01 the action twice, encoded', iam('Action=ListUsers&%41ction=GetUser'), '400 MalformedInput'],
    ['P01 the version twice', iam('Action=ListUsers&Version=2011-06-15'), '400 MalformedInput'],
    ['P01 a parameter twice', iam('Action=GetUser&UserName=a&UserName=b'), '400 MalformedInput'],
    [
      'P01 the action twice in the query string',
      requestOf('GET', '/?Action=GetCallerIdentity&Version=2011-06-15&Action=GetSessionToken', {}),
      '400 MalformedInput',
    ],
    ['P14 a form at a path', requestOf('POST', '/x', { 'Content-Type': FORM_TYPE }, LIST_USERS), '400 InvalidAction'],
    ['P14 an action at a path', requestOf('GET', `/x?${LIST_USERS}`, {}), '400 InvalidAction'],
    ['P14 an action at //', requestOf('GET', `//?${LIST_USERS}`, {}), '400 InvalidAction'],
    [
      'P03 JSON sent as a form',
      requestOf('POST', '/', { 'Content-Type': FORM_TYPE }, '{"Action":"ListUsers"}'),
      '403 MissingAuthenticationToken',
    ],
    [
      'P03 a tab in the media type',
      json('SageMaker.ListModels', '{}', { 'Content-Type': 'application/x-amz-json-1.1\ta' }),
      '400 UnknownOperationException',
    ],
    [
      'P03 another charset',
      json('SageMaker.ListModels', '{}', { 'Content-Type': 'application/x-amz-json-1.1; charset=utf-16' }),
      '400 UnknownOperationException',
    ],
    [
      'P03 multipart',
      requestOf('POST', '/', { 'Content-Type': 'multipart/form-data; boundary=x' }, LIST_USERS),
      '403 MissingAuthenticationToken',
    ],
    ['P03 a form with no media type', requestOf('POST', '/', {}, LIST_USERS), '403 MissingAuthenticationToken'],
    ['nothing', requestOf('GET', '/', {}), '403 MissingAuthenticationToken'],
    ['an unknown path', rest('GET', '/nothing/here', 'access-analyzer'), '404 UnknownOperationException'],
    ['a path by another method', rest('DELETE', '/endpoints/e/invocations', 'sagemaker'), '404 UnknownOperationException'],
    ['a path with an empty label', rest('POST', '/endpoints//invocations', 'sagemaker'), '404 UnknownOperationException'],
    ['a path in another case', rest('POST', '/Endpoints/e/invocations', 'sagemaker'), '404 UnknownOperationException'],
    ['a path with more at its end', rest('POST', '/endpoints/e/invocations/', 'sagemaker'), '404 UnknownOperationException'],
    ['a path of a service that was not signed for', rest('GET', '/analyzer/a', 'sagemaker'), '404 UnknownOperationException'],
    ['a label that is not UTF-8', rest('POST', '/endpoints/%ff/invocations', 'sagemaker'), '400 SerializationException'],
    ['EC2 has its own form of errors', form('ec2', 'Action=NoSuchThing&Version=2016-11-15'), '400 InvalidAction'],
  ])('%s: %3$s', (_what, request, expected) => expect(verdict(request)).toBe(expected));

  it('the sentence repeats little of what was sent', () => {
    const body = ask(iam(`Action=${encodeURIComponent(`\u001b[31m<b>${'x'.repeat(10_000)}`)}`)).refusal?.body.toString() ?? '';
    expect(body).toContain('Could not find operation ?[31m&lt;b&gt;xxx');
    expect(body).toContain('for version 2010-05-08');
    expect(body.length).toBeLessThan(600);
  });
});
