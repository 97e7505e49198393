/** The services that speak the JSON protocol, and how their targets begin. */
export const JSON_SERVICES = {
  sagemaker: 'SageMaker',
  cloudtrail: 'CloudTrail_20131101',
  organizations: 'AWSOrganizationsV20161128',
} as const;
export type JsonService = keyof typeof JSON_SERVICES;

/** @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const jsonHeaders = (service: JsonService, operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `${JSON_SERVICES[service]}.${operation}`,
});

/** An input as the JSON protocol has it: dates as seconds since the epoch, an absent member left out. */
export function jsonBody(input: object): string {
  // What has a form of its own in JSON, as dates do, comes to the replacer in that form: it is looked at before.
  return JSON.stringify(input, function (this: Record<string, unknown>, name, value) {
    const given = this[name];
    return given instanceof Date ? given.getTime() / 1000 : value;
  });
}

/** A moment of an answer, from seconds since the epoch, as the rest of the console takes them. */
export const isoOf = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
