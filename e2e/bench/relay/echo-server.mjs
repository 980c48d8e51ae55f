/** The bare comparison: `ws` on the relay's runtime, every message back to its sender, no more. */

import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`Echo is at ${address.port}`);
});
