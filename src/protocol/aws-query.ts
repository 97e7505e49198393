import type { Codec } from './match.ts';
import { QueryReader } from './query/parse.ts';
import { XmlWriter } from './query/serialize.ts';
import { escapeXml } from './query/xml.ts';
import { perModel } from './shapes.ts';

const readers = perModel((model) => new QueryReader(model));
const writers = perModel((model) => new XmlWriter(model));

const XML = 'text/xml';
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * IAM, STS. @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const awsQuery: Codec = {
  parse: ({ model, operation, parameters }) => readers(model).read(operation.input, parameters ?? NO_PARAMETERS),

  serialize({ model, operation }, output, requestId) {
    const { name } = operation;
    const result = operation.output === undefined ? '' : `<${name}Result>${writers(model).write(operation.output, output)}</${name}Result>`;
    return {
      status: 200,
      headers: { 'Content-Type': XML, 'x-amzn-RequestId': requestId },
      body: `<${name}Response xmlns="${model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
    };
  },

  serializeError({ code, shape, status, message, fields }, model, requestId) {
    const namespace = model?.xmlNamespace ? ` xmlns="${model.xmlNamespace}"` : '';
    const more = fields && model && shape !== undefined ? writers(model).write(shape, fields) : '';
    return {
      status,
      headers: { 'Content-Type': XML, 'x-amzn-RequestId': requestId },
      body: `<ErrorResponse${namespace}><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>${more}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  },
};

/**
 * EC2: flat lists, names with capitals in requests, no result element.
 * @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export const ec2Query: Codec = {
  parse: awsQuery.parse,

  serialize({ model, operation }, output, requestId) {
    const { name } = operation;
    return {
      status: 200,
      headers: { 'Content-Type': 'text/xml;charset=UTF-8', 'x-amzn-RequestId': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${model.xmlNamespace}"><requestId>${requestId}</requestId>${writers(model).write(operation.output, output)}</${name}Response>`,
    };
  },

  serializeError({ code, status, message }, _model, requestId) {
    return {
      status,
      headers: { 'Content-Type': 'text/xml;charset=UTF-8', 'x-amzn-RequestId': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    };
  },
};
