import { type PCMA, PCMU } from './session-description.ts';

/** What is heard instead of words: frequency in Hz (0 is silence) and milliseconds. */
export type Melody = readonly (readonly [number, number])[];

export const MELODIES = {
  ask: [
    [440, 200],
    [0, 100],
    [440, 200],
  ],
  wrong: [
    [220, 600],
    [0, 200],
    [440, 200],
  ],
  right: [
    [523, 150],
    [659, 150],
    [784, 300],
  ],
  over: [[220, 800]],
} as const satisfies Record<string, Melody>;

const RATE = 8000;
/** Samples of one packet: 20 ms. */
export const PACKET_SAMPLES = 160;
const LOUD = 8000;

/** Packets of 20 ms in a codec of G.711, silence at the end of the last. */
export function encodeMelody(melody: Melody, codec: typeof PCMU | typeof PCMA): Buffer[] {
  const samples = melody.flatMap(([frequency, milliseconds]) =>
    Array.from({ length: (milliseconds * RATE) / 1000 }, (_, i) => Math.round(LOUD * Math.sin((2 * Math.PI * frequency * i) / RATE))),
  );
  const encode = codec === PCMU ? toMuLaw : toALaw;
  return Array.from({ length: Math.ceil(samples.length / PACKET_SAMPLES) }, (_, i) =>
    Buffer.from(Array.from({ length: PACKET_SAMPLES }, (_, k) => encode(samples[i * PACKET_SAMPLES + k] ?? 0))),
  );
}

export const silence = (codec: typeof PCMU | typeof PCMA): Buffer => Buffer.alloc(PACKET_SAMPLES, (codec === PCMU ? toMuLaw : toALaw)(0));

/** G.711 μ-law of a sample of 16 bits. @see https://www.itu.int/rec/T-REC-G.711 */
export function toMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** G.711 A-law of a sample of 16 bits. */
export function toALaw(sample: number): number {
  const magnitude = Math.min(sample < 0 ? ~sample : sample, 32_767) >> 3;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 4);
  const mantissa = (exponent < 2 ? magnitude >> 1 : magnitude >> exponent) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}
