import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../src/core/id.ts';
import type { SipLine, SipTiming } from '../../src/server/phone/sip-call.ts';
import { STANDARD_TIMING } from '../../src/server/phone/sip-call.ts';
import { SipPhone } from '../../src/server/phone/sip-phone.ts';
import type { CallEnd, CallListener } from '../../src/services/accounts/channel.ts';

/** Whom a call tells, and what it told. */
export class Listener implements CallListener {
  readonly told: string[] = [];
  readonly #right: string;
  readonly #tries: number;
  #waiting: (() => void)[] = [];

  constructor(right: string, tries = 5) {
    this.#right = right;
    this.#tries = tries;
  }

  async answered(): Promise<number | undefined> {
    this.#tell('answered');
    return this.#tries === 0 ? undefined : 0;
  }

  async typed(_: string, digits: string, turn: number): Promise<'right' | 'wrong' | 'over'> {
    this.#tell(`typed ${digits}`);
    return digits === this.#right ? 'right' : turn + 1 < this.#tries ? 'wrong' : 'over';
  }

  async ended(_: string, how: CallEnd): Promise<void> {
    this.#tell(how);
  }

  #tell(what: string): void {
    this.told.push(what);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Waits until it was told this. */
  async until(what: string): Promise<void> {
    const late = setTimeout(() => {
      for (const wake of this.#waiting.splice(0)) wake();
    }, 50_000);
    const end = Date.now() + 50_000;
    while (!this.told.includes(what)) {
      if (Date.now() >= end) throw new Error(`was told ${this.told.join(', ')} and never ${what}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    clearTimeout(late);
  }
}

export const phoneTo = (port: number, errors: unknown[], more: Partial<SipLine> = {}, timing: Partial<SipTiming> = {}): SipPhone =>
  new SipPhone({
    line: { host: '127.0.0.1', port, user: 'sagegate', password: 'of the trunk', from: '+12065550199', ...more },
    bytes: systemRandom.bytes,
    logError: (error) => errors.push(error),
    timing: { ...STANDARD_TIMING, ...timing },
  });

export interface Sipp {
  /** Its exit code, 0 when the scenario went as written, and what it complained of. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  stop(): void;
}

/** How many ports sipp takes for what is heard: sound, pictures, and the control of each. */
export const SOUND_PORTS = 4;

/** Debian's sipp as the side that is called, with {@link SOUND_PORTS} from `soundPort` on. */
export function startSipp(sipp: string, port: number, soundPort: number, steps: string): Sipp {
  const directory = mkdtempSync(join(tmpdir(), 'sagegate-sipp-'));
  const scenario = join(directory, 'scenario.xml');
  writeFileSync(
    scenario,
    `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="called">\n${steps}\n</scenario>\n`,
  );
  const args = ['-sf', scenario, '-i', '127.0.0.1', '-p', `${port}`, '-mi', '127.0.0.1', '-mp', `${soundPort}`];
  const child: ChildProcess = spawn(
    sipp,
    [...args, '-m', '1', '-nostdin', '-nd', '-timeout', '60', '-timeout_error', '-trace_err', '-error_file', join(directory, 'errors')],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('close', (code) => {
      rmSync(directory, { recursive: true });
      resolve({ code, output: output.slice(-6000) });
    }),
  );
  return { ended, stop: () => child.kill('SIGKILL') };
}

const answer = (
  status: string,
  more = '',
  body = '',
): string => `<send${status.startsWith('200') && body !== '' ? ' retrans="500"' : ''}><![CDATA[

SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPp[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${more}${body === '' ? '' : 'Content-Type: application/sdp\n'}Content-Length: ${body === '' ? '0' : '[len]'}

${body}]]></send>`;

const SOUND = `v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
`;

const pause = (milliseconds: number): string => `<pause milliseconds="${milliseconds}"/>`;

const KEY_NAMES: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' };

/** Steps of a scenario. */
export const steps = {
  invited: '<recv request="INVITE" crlf="true"></recv>',
  ringing: answer('180 Ringing'),
  busy: answer('486 Busy Here'),
  pickUp: `${answer('200 OK', '', SOUND)}<recv request="ACK" crlf="true"></recv>`,
  pickUpWithoutKeys: `${answer('200 OK', '', SOUND.replace(/^a=.*101.*\n/gm, '').replace('0 101', '0'))}<recv request="ACK" crlf="true"></recv>`,
  acknowledged: '<recv request="ACK" crlf="true"></recv>',
  /** Asks who calls, and goes no further unless it is who it should be. */
  challenge: `${answer('401 Unauthorized', `WWW-Authenticate: Digest realm="trunk.example.com", algorithm=MD5, qop="auth", nonce="47ebe028cda119c35d4877b383027d28da013815"\n`)}
<recv request="ACK"></recv>
<recv request="INVITE" crlf="true"><action>
  <verifyauth assign_to="isWho" username="sagegate" password="of the trunk" />
</action></recv>
<nop hide="true" test="isWho" next="known"></nop>
${answer('403 Forbidden')}
<recv request="ACK"></recv>
<recv request="NOBODY"></recv>
<label id="known"/>`,
  press: (keys: string) =>
    [...keys]
      .map(
        (key) =>
          `<nop><action><exec play_pcap_audio="/usr/share/sip-tester/dtmf_2833_${KEY_NAMES[key] ?? key}.pcap"/></action></nop>${pause(400)}`,
      )
      .join('\n'),
  pause,
  leftByUs: `<recv request="BYE"></recv>${answer('200 OK')}`,
  cancelled: `<recv request="CANCEL"></recv>
<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[

SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPp[call_number]
[last_Call-ID:]
CSeq: 1 INVITE
Content-Length: 0

]]></send>
<recv request="ACK" crlf="true"></recv>`,
  hangUp: `<send retrans="500"><![CDATA[

BYE sip:sagegate@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:callee@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]
[$caller]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="200" crlf="true"></recv>`,
};
