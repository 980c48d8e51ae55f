/** What every side of the comparison can do, so that all of them are measured by the same code. */

/** Where a member stopped reading, in its side's own words. */
export type Place = unknown;

export interface MemberEvents {
  /** A message reached this member; called in the order of arrival. */
  onMessage(number: number): void;
  /** The side has answered the message that this member sent, where it answers. */
  onAcked(number: number): void;
}

export interface Member {
  send(number: number): void;
  /** Of a member that keeps it; undefined before its first message. */
  place(): Place;
  /** The network goes away: no goodbye. */
  cut(): void;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface JoinOptions {
  /** Who: the same in a room comes back as the same. */
  readonly index: number;
  readonly bodyBytes: number;
  readonly events: MemberEvents;
  /** Goes on behind it. */
  readonly place?: Place;
  /** Whether `place` will be asked for: remembering costs the client time. */
  readonly keepsPlace?: boolean;
}

export type Join = (options: JoinOptions) => Promise<Member>;

export interface Side {
  readonly name: string;
  /** Of the server. */
  readonly pid: number;
  /** An acknowledged message is on the disk. */
  readonly isDurable: boolean;
  /** Sends an answer to each message, beside handing it on. */
  readonly acknowledges: boolean;
  /** Who comes back gets what it missed. */
  readonly resumes: boolean;
  /** Makes a room and the way into it; rejects when the join is refused or the socket ends. */
  createRoom(): Promise<Join>;
  stop(): Promise<void>;
}

const DIGITS = 21;
const NEEDLE = Buffer.from('"id":"');

/**
 * Messages of one size, alike on every side: 22 characters that hold the number, and a body like a
 * sealed one. `around` is what the side's protocol puts before and behind.
 */
export function createMessages(
  bodyBytes: number,
  around: readonly [before: string, behind: string],
): (number: number) => Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  let body = "";
  // Without order, so that nobody compresses it; `& 63` of a random walk over the alphabet.
  for (let state = 1; body.length < Math.ceil(bodyBytes * 4 / 3);) {
    state = (state * 48_271) % 2_147_483_647;
    body += alphabet[(state >> 8) & 63];
  }
  // The last character of a base64url text carries fewer bits.
  body = `${body.slice(0, -1)}A`;
  const id = `${"0".repeat(DIGITS)}A`;
  const text = `${around[0]}{"t":"append","id":"${id}","body":"${body}"}${around[1]}`;
  const template = Buffer.from(text);
  const last = template.indexOf(NEEDLE) + NEEDLE.length + DIGITS - 1;
  return (number) => {
    const message = Buffer.from(template);
    for (let at = last, left = number; left > 0; at -= 1, left = Math.floor(left / 10)) {
      message[at] = 48 + left % 10;
    }
    return message;
  };
}

/** The numbers of all messages in a text, in order. */
export function readNumbers(text: Buffer, onNumber: (number: number) => void): void {
  let at = text.indexOf(NEEDLE);
  while (at >= 0) {
    const start = at + NEEDLE.length;
    let number = 0;
    for (let digit = start + 8; digit < start + DIGITS; digit += 1) {
      number = number * 10 + (text[digit] ?? 48) - 48;
    }
    onNumber(number);
    at = text.indexOf(NEEDLE, start + DIGITS);
  }
}
