/** Socket.IO as its guide sets up connection state recovery, on the relay's runtime. */

import { createServer } from "node:http";
import { Server } from "socket.io";

/** Longer than any part of a run: what was missed is kept. */
const AWAY_MS_MAX = 120_000;

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  perMessageDeflate: false,
  connectionStateRecovery: { maxDisconnectionDuration: AWAY_MS_MAX, skipMiddlewares: true },
});
io.on("connection", (socket) => {
  const room = String(socket.handshake.query["room"]);
  void socket.join(room); // Of the adapter in memory: done when it returns.
  socket.on("message", (message) => io.to(room).emit("message", message));
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  if (typeof address === "object" && address !== null) console.log(`Serves port ${address.port}`);
});
