import { crc32 } from 'node:zlib';
import type { ModelFile, StructureEntry } from '../model/model-file.ts';
import { jsonWriters } from './aws-json.ts';
import { nameOf, structureOf } from './shapes.ts';

/**
 * The events of an answer, as `application/vnd.amazon.eventstream`: each one a message with its own headers and checksums.
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function encodeEvents(model: ModelFile, stream: StructureEntry, events: Iterable<Event>): Uint8Array {
  return Buffer.concat(Array.from(events, (event) => encodeOne(model, stream, event)));
}

/** The same for events that come one by one. */
export async function* encodeComing(model: ModelFile, stream: StructureEntry, events: AsyncIterable<Event>): AsyncGenerator<Uint8Array> {
  for await (const event of events) yield encodeOne(model, stream, event);
}

export type Event = Readonly<Record<string, unknown>>;

const encodeOne = (model: ModelFile, stream: StructureEntry, event: Event): Uint8Array =>
  Buffer.concat(Object.entries(event).map(([name, value]) => encodeEvent(model, stream, name, value)));

function encodeEvent(model: ModelFile, stream: StructureEntry, name: string, value: unknown): Uint8Array {
  const reference = stream.members[name];
  if (reference === undefined) throw new Error(`the stream has no event ${name}`);
  const shape = structureOf(model, nameOf(reference));
  const payload = Object.entries(shape.members).find(([, member]) => typeof member === 'object' && member.eventPayload)?.[0];
  const bytes = payload === undefined ? undefined : (value as Readonly<Record<string, unknown>>)[payload];
  const kind = shape.error ? 'exception' : 'event';
  return encodeMessage(
    {
      ':message-type': kind,
      [`:${kind}-type`]: name,
      ':content-type': payload === undefined ? 'application/json' : 'application/octet-stream',
    },
    payload === undefined
      ? Buffer.from(JSON.stringify(jsonWriters(model).write(nameOf(reference), value)))
      : bytes instanceof Uint8Array
        ? bytes
        : new Uint8Array(0),
  );
}

const STRING_HEADER = 7;
/** Two lengths and a checksum before the headers, a checksum after the payload. */
const PRELUDE = 12;
const CHECKSUM = 4;

function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const encoded = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
      return Buffer.concat([
        Buffer.of(nameBytes.length),
        nameBytes,
        Buffer.of(STRING_HEADER, valueBytes.length >> 8, valueBytes.length & 0xff),
        valueBytes,
      ]);
    }),
  );
  const message = Buffer.alloc(PRELUDE + encoded.length + payload.length + CHECKSUM);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(encoded.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(encoded, PRELUDE);
  message.set(payload, PRELUDE + encoded.length);
  message.writeUInt32BE(crc32(message.subarray(0, message.length - CHECKSUM)), message.length - CHECKSUM);
  return message;
}
