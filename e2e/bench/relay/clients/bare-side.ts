import { startDenoServer } from "../servers/start-server.mjs";
import { clientFrame, openWebSocket } from "./client-socket.ts";
import { createMessages, type Join, readNumbers, type Side } from "./side.ts";

/** A bare `ws` server: what nobody can be faster than who sends the same frames one by one. */
export async function startBareSide(): Promise<Side> {
  const { port, pid, stop } = await startDenoServer("bare-server.mjs");
  let rooms = 0;
  const createJoin = (path: string): Join => async ({ bodyBytes, events }) => {
    const message = createMessages(bodyBytes, ["", ""]);
    const socket = await openWebSocket({ port, path }, {
      onText: (text) => readNumbers(text, events.onMessage),
      onEnd: () => undefined,
    });
    return {
      send: (number) => socket.write(clientFrame(message(number))),
      place: () => undefined,
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
    ...{ name: "bare ws", pid, stop, isDurable: false, acknowledges: false, resumes: false },
    createRoom: () => Promise.resolve(createJoin(`/r${rooms += 1}`)),
  };
}
