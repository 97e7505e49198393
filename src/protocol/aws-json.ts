import { JsonReader } from './json/parse.ts';
import { readJson } from './json/read-json.ts';
import { JsonWriter } from './json/serialize.ts';
import type { Codec } from './match.ts';
import { perModel } from './shapes.ts';

export const jsonReaders = perModel((model) => new JsonReader(model));
export const jsonWriters = perModel((model) => new JsonWriter(model));

/**
 * SageMaker, Organizations, CloudTrail, Service Catalog. An operation without output answers an empty body.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const awsJson: Codec = {
  parse: ({ model, operation }, request) => jsonReaders(model).read(operation.input, readJson(request.body)) as object,

  serialize({ model, operation }, output, requestId) {
    return {
      status: 200,
      headers: { 'Content-Type': `application/x-amz-json-${model.jsonVersion ?? '1.1'}`, 'x-amzn-RequestId': requestId },
      body: operation.output === undefined ? '' : JSON.stringify(jsonWriters(model).write(operation.output, output)),
    };
  },

  serializeError({ code, shape, status, message, fields, messageMember }, model, requestId) {
    const more = fields && model && shape !== undefined ? (jsonWriters(model).write(shape, fields) as object) : fields;
    return {
      status,
      headers: {
        'Content-Type': `application/x-amz-json-${model?.jsonVersion ?? '1.1'}`,
        'x-amzn-RequestId': requestId,
        'x-amzn-ErrorType': code,
      },
      body: JSON.stringify({ __type: code, [messageMember ?? 'message']: message, ...more }),
    };
  },
};
