import { createSocket, type Socket } from 'node:dgram';
import { connectSocket } from './connect-socket.ts';
import { KeypadEvents } from './keypad-events.ts';
import type { FarSound } from './session-description.ts';
import { encodeMelody, type Melody, PACKET_SAMPLES, silence } from './tones.ts';

const PACKET_MILLISECONDS = 20;

export interface CallSoundParts {
  readonly address: string;
  /** Ports to choose from; any when absent. */
  readonly ports?: readonly [number, number] | undefined;
  readonly bytes: (length: number) => Uint8Array;
  readonly heard: (key: string) => void;
}

/**
 * The sound of one call: keys come in, tones and silence go out. Until the other side has said where it is nothing is taken, and then from that very
 * address and port only: the system drops what others send (threat C04).
 */
export class CallSound {
  readonly #parts: CallSoundParts;
  readonly #socket: Socket;
  #sending: NodeJS.Timeout | undefined;
  #queue: Buffer[] = [];
  #isOpen = true;

  private constructor(socket: Socket, parts: CallSoundParts) {
    this.#socket = socket;
    this.#parts = parts;
  }

  /** @throws Error  no port is free */
  static async open(parts: CallSoundParts): Promise<CallSound> {
    const [low, high] = parts.ports ?? [0, 0];
    for (let port = low; ; port += 2) {
      const socket = createSocket(parts.address.includes(':') ? 'udp6' : 'udp4');
      try {
        await new Promise<void>((resolve, reject) => {
          // Stays: a promise is settled once.
          socket.on('error', reject);
          socket.bind(port, parts.address, resolve);
        });
        return new CallSound(socket, parts);
      } catch (error) {
        socket.close();
        if (port + 2 > high) throw new Error('no port is free for the sound of a call', { cause: error });
      }
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Begins to send, and to listen to the other side. */
  async connect(far: FarSound): Promise<void> {
    await connectSocket(this.#socket, far.port, far.address);
    if (!this.#isOpen) return;
    const keys = new KeypadEvents(far.events);
    const { address, port } = this.#socket.remoteAddress();
    this.#socket.on('message', (packet, from) => {
      // What was waiting when the system began to drop others' packets.
      if (from.address !== address || from.port !== port) return;
      const key = keys.read(packet);
      if (key !== undefined) this.#parts.heard(key);
    });
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(far.codec, 1);
    header.set(this.#parts.bytes(10), 2);
    let [sequence, timestamp] = [header.readUInt16BE(2), header.readUInt32BE(4)];
    const quiet = silence(far.codec);
    this.#play = (melody) => this.#queue.push(...encodeMelody(melody, far.codec));
    this.#sending = setInterval(() => {
      header.writeUInt16BE(sequence++ & 0xffff, 2);
      header.writeUInt32BE(timestamp >>> 0, 4);
      timestamp = (timestamp + PACKET_SAMPLES) >>> 0;
      this.#socket.send(Buffer.concat([header, this.#queue.shift() ?? quiet]));
    }, PACKET_MILLISECONDS);
  }

  #play: (melody: Melody) => void = () => undefined;

  /** Plays a melody after what plays already. Gives its length in milliseconds. */
  play(melody: Melody): number {
    this.#play(melody);
    return this.#queue.length * PACKET_MILLISECONDS;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#sending);
    this.#socket.close();
  }
}
