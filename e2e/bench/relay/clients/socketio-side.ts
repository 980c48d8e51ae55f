import { startDenoServer } from "../servers/start-server.mjs";
import { clientFrame, type ClientSocket, openWebSocket } from "./client-socket.ts";
import { createMessages, type Join, readNumbers, type Side } from "./side.ts";

interface SocketIoPlace {
  readonly pid: string;
  readonly offset: string;
}

/** Packets of Engine.IO 4 with one of Socket.IO 5 inside, as text. */
const [OPEN, PING, CONNECT, EVENT] = ["0", "2", "40", "42"] as const;
const PONG = Buffer.from("3");

/** Socket.IO with connection state recovery: kept in memory, lost with the process. */
export async function startSocketIoSide(): Promise<Side> {
  const { port, pid, stop } = await startDenoServer("socketio-server.mjs");
  let rooms = 0;
  const createJoin = (room: string): Join => async (options) => {
    const { bodyBytes, events, place, keepsPlace = false } = options;
    const message = createMessages(bodyBytes, [`${EVENT}["message",`, "]"]);
    let own: { pid: string; offset: string | undefined } | undefined;
    let onReady = (): void => {};
    let onFail = (_error: Error): void => {};
    const ready = new Promise<void>((resolve, reject) => {
      onReady = resolve;
      onFail = reject;
    });
    ready.catch(() => undefined); // Awaited below, once there is a socket.
    const onText = (text: Buffer, { write }: ClientSocket): void => {
      const kind = text.toString("latin1", 0, 2);
      if (kind === EVENT) {
        if (keepsPlace && own !== undefined) own.offset = readOffset(text);
        readNumbers(text, events.onMessage);
      } else if (kind === CONNECT) {
        own = { ...JSON.parse(text.toString("utf8", 2)) as { pid: string }, offset: undefined };
        onReady();
      } else if (kind.startsWith(OPEN)) {
        const from = place === undefined ? "" : JSON.stringify(place);
        write(clientFrame(Buffer.from(`${CONNECT}${from}`)));
      } else if (kind === PING) write(clientFrame(PONG));
    };
    const address = `/socket.io/?EIO=4&transport=websocket&room=${room}`;
    const socket = await openWebSocket({ port, path: address }, {
      onText,
      onEnd: () => onFail(new Error("Socket.IO ended the socket")),
    });
    await ready;
    return {
      send: (number) => socket.write(clientFrame(message(number))),
      place: () => own?.offset === undefined ? undefined : own as SocketIoPlace,
      cut: () => socket.cut(),
      get bytesRead() {
        return socket.bytesRead;
      },
      get bytesWritten() {
        return socket.bytesWritten;
      },
    };
  };
  return {
    ...{ name: "Socket.IO", pid, stop, isDurable: false, acknowledges: false, resumes: true },
    createRoom: () => Promise.resolve(createJoin(`r${rooms += 1}`)),
  };
}

/** The last argument of an event. */
function readOffset(text: Buffer): string {
  const arguments_ = JSON.parse(text.toString("utf8", EVENT.length)) as unknown[];
  return String(arguments_.at(-1));
}
