/**
 * A chat endpoint that streams words at a set rate, to any page, until that goes: the product's own
 * way from a server's tokens to the screen, without a model that would take the machine.
 */

import { createServer } from "node:http";

/** In every reply, and in nothing else that the bench says. */
export const STREAMED = "held their heads up";
const WORDS = `the rain came over the hill and the roses by the wall ${STREAMED}`.split(" ");

/**
 * @param {{ wordsPerS: number }} rate of each reply
 * @returns {Promise<{ baseUrl: string, open: () => number, stop: () => Promise<void> }>}
 */
export async function startTalkServer({ wordsPerS }) {
  let open = 0;
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    response.setHeader("access-control-allow-private-network", "true");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (request.method === "GET") {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify({ object: "list", data: [{ id: "talker" }] }));
    }
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      open += 1;
      const send = (/** @type {object} */ choice) =>
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
      let said = 0;
      const timer = setInterval(() => {
        const word = `${WORDS[said % WORDS.length]}${said % 60 === 59 ? ".\n\n" : " "}`;
        send({ delta: { content: word }, finish_reason: null });
        said += 1;
      }, 1_000 / wordsPerS);
      response.once("close", () => {
        open -= 1;
        clearInterval(timer);
      });
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    open: () => open,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(() => done(undefined)));
    },
  };
}
