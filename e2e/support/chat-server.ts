/** A chat endpoint of the test's own: keeps every request, answers as the test says. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ChatPart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | readonly ChatPart[];
  }[];
}

export interface ChatServer {
  /** Up to and with the version. */
  readonly url: string;
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

export async function startChatServer(
  answer: (request: ChatRequest) => string,
): Promise<ChatServer> {
  const requests: ChatRequest[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => body += chunk);
    request.on("end", () => {
      if (request.method !== "POST") return void response.end(JSON.stringify({ data: [] }));
      const asked = JSON.parse(body) as ChatRequest;
      requests.push(asked);
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
      send({ choices: [{ index: 0, delta: { content: answer(asked) }, finish_reason: null }] });
      send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
