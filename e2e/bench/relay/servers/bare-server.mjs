/**
 * The bare comparison: `ws` on the relay's runtime, every message to everybody in its room and no
 * more: nothing is stored, kept for latecomers, or bounded.
 */

import { WebSocketServer } from "ws";

/** @type {Map<string, Set<import("ws").WebSocket>>} */
const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket, request) => {
  const name = request.url ?? "";
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room);
  room.add(socket);
  socket.on("message", (data, isBinary) => {
    for (const member of room) member.send(data, { binary: isBinary });
  });
  socket.on("error", () => {}); // "close" follows.
  socket.on("close", () => room.delete(socket));
});
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`Serves port ${address.port}`);
});
