import { JsonError, type JsonNode, readJson } from '../policy/json.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonRecord;
export interface JsonRecord {
  readonly [name: string]: JsonValue | undefined;
}

/**
 * A JSON object from elsewhere: its members by name, without prototype. Undefined for every other text, also for one that names a member twice or
 * nests deeply: whatever could be read in two ways is not read.
 */
export function readJsonObject(text: string): JsonRecord | undefined {
  try {
    const value = toValue(readJson(text));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

export const isRecord = (value: JsonValue | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTextList = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function toValue(node: JsonNode): JsonValue {
  switch (node.type) {
    case 'object': {
      const record: Record<string, JsonValue> = Object.create(null);
      for (const { name, value } of node.members) record[name] = toValue(value);
      return record;
    }
    case 'array':
      return node.items.map(toValue);
    case 'number':
      return Number(node.value);
    case 'boolean':
      return node.value === 'true';
    case 'null':
      return null;
    case 'string':
      return node.value;
  }
}
