import { startJetStream } from "../servers/start-server.mjs";
import { type ClientSocket, openTcp } from "./client-socket.ts";
import { createMessages, type Join, type Member, readNumbers, type Side } from "./side.ts";

const STREAM = "bench";
const LINE_END = Buffer.from("\r\n");
/** Consumers that nobody reads any more are forgotten. */
const CONSUMER_IDLE_NS = 60e9;

type Session = ClientSocket & { request(subject: string, body: object): Promise<object> };
type OnMessage = (subject: string, reply: string | undefined, payload: Buffer) => void;

/** JetStream on files: one stream for all rooms, a subject each, a push consumer a member. */
export async function startJetStreamSide(folder: string) {
  const server = await startJetStream(folder);
  if ("skipped" in server) return server;
  const { port, pid, stop, syncs } = server;
  const first = await openSession(port, "setup", () => undefined);
  const config = { name: STREAM, subjects: ["r.>"], storage: "file", num_replicas: 1 };
  await first.request(`$JS.API.STREAM.CREATE.${STREAM}`, config);
  first.cut();
  let rooms = 0;
  let sessions = 0;
  const side: Side = {
    ...{ name: "JetStream", pid, stop, isDurable: true, acknowledges: true, resumes: true },
    createRoom: () => {
      const subject = `r.${rooms += 1}`;
      return Promise.resolve((options) => join(port, subject, `s${sessions += 1}`, options));
    },
  };
  return { side, syncs };
}

async function join(
  port: number,
  subject: string,
  name: string,
  { bodyBytes, events, place }: Parameters<Join>[0],
): Promise<Member> {
  let seq: number | undefined;
  const session = await openSession(port, name, (to, reply, payload) => {
    if (to.startsWith("_INBOX")) return events.onAcked(Number(to.slice(to.lastIndexOf(".") + 1)));
    // $JS.ACK.<stream>.<consumer>.<times>.<seq of the stream>. ...
    seq = Number(reply?.split(".")[5]);
    readNumbers(payload, events.onMessage);
  });
  const start = place === undefined
    ? { deliver_policy: "new" }
    : { deliver_policy: "by_start_sequence", opt_start_seq: Number(place) + 1 };
  await session.request(`$JS.API.CONSUMER.CREATE.${STREAM}`, {
    stream_name: STREAM,
    config: {
      ...start,
      deliver_subject: `d.${name}`,
      filter_subject: subject,
      ack_policy: "none",
      replay_policy: "instant",
      mem_storage: true,
      inactive_threshold: CONSUMER_IDLE_NS,
    },
  });
  const message = createMessages(bodyBytes, ["", "\r\n"]);
  const bytes = message(1).length - LINE_END.length;
  return {
    send(number) {
      const head = `PUB ${subject} _INBOX.${name}.${number} ${bytes}\r\n`;
      session.write(Buffer.concat([Buffer.from(head), message(number)]));
    },
    place: () => seq,
    cut: () => session.cut(),
    get bytesRead() {
      return session.bytesRead;
    },
    get bytesWritten() {
      return session.bytesWritten;
    },
  };
}

/** A connection that hears `_INBOX.<name>.*` and `d.<name>`. */
async function openSession(port: number, name: string, onMessage: OnMessage): Promise<Session> {
  let rest: Buffer | undefined;
  let onAnswer = (_payload: Buffer): void => {};
  const take: OnMessage = (to, reply, payload) =>
    to.endsWith(".request") ? onAnswer(payload) : onMessage(to, reply, payload);
  let onInfo = (): void => {};
  let onFail = (_error: Error): void => {};
  const info = new Promise<void>((resolve, reject) => {
    onInfo = resolve;
    onFail = reject;
  });
  info.catch(() => undefined); // Awaited below, once there is a socket.
  const onLine = (line: string): void => {
    if (line.startsWith("INFO")) onInfo();
    else if (line === "PING") socket.write(Buffer.from("PONG\r\n"));
    else if (line.startsWith("-ERR")) throw new Error(`JetStream says ${line}`);
  };
  const socket = await openTcp(port, {
    onBytes: (taken) =>
      rest = readLines(rest === undefined ? taken : Buffer.concat([rest, taken]), take, onLine),
    onEnd: () => onFail(new Error("JetStream ended the socket")),
  });
  await info;
  const hello = JSON.stringify({ verbose: false, pedantic: false, headers: false });
  socket.write(Buffer.from(`CONNECT ${hello}\r\nSUB _INBOX.${name}.* 1\r\nSUB d.${name} 2\r\n`));
  return Object.assign(socket, {
    async request(subject: string, body: object) {
      const text = JSON.stringify(body);
      const answer = new Promise<Buffer>((resolve) => onAnswer = resolve);
      socket.write(
        Buffer.from(`PUB ${subject} _INBOX.${name}.request ${text.length}\r\n${text}\r\n`),
      );
      const told = JSON.parse((await answer).toString("utf8")) as { readonly error?: object };
      if (told.error !== undefined) throw new Error(`JetStream: ${JSON.stringify(told.error)}`);
      return told;
    },
  });
}

/** Cuts the stream into lines and messages. Returns what is not whole yet, as its own copy. */
function readLines(
  bytes: Buffer,
  onMessage: OnMessage,
  onLine: (line: string) => void,
): Buffer | undefined {
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(LINE_END, at);
    if (end < 0) break;
    const line = bytes.toString("latin1", at, end);
    const start = end + LINE_END.length;
    if (!line.startsWith("MSG ")) {
      onLine(line);
      at = start;
      continue;
    }
    const words = line.split(" ");
    const length = Number(words.at(-1));
    if (bytes.length < start + length + LINE_END.length) break;
    const payload = bytes.subarray(start, start + length);
    onMessage(words[1] ?? "", words.length === 5 ? words[3] : undefined, payload);
    at = start + length + LINE_END.length;
  }
  return at === bytes.length ? undefined : Buffer.from(bytes.subarray(at));
}
