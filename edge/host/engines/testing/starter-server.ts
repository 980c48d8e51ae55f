/**
 * A real HTTP server with llama-server's face, as a process of its own: health, models and streamed
 * chat completions over a small model, which loads slowly, crashes, hangs or talks on demand.
 *
 * `deno run -A edge/host/engines/testing/starter-server.ts --port 8080 --test-model starter`
 *
 * Owns its slots (requests beyond them wait, as llama-server's do) and its count of what happened
 * (`GET /stats`). It writes `listening PORT` when it does.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { textsOfSchema } from "./alternatives.ts";
import { type Fault, readOptions } from "./server-options.ts";
import {
  createLetterModel,
  loadStarterModel,
  rootFolder,
  seededChance,
  type TextModel,
} from "./text-model.ts";

interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly response_format?: { readonly json_schema?: { readonly schema?: unknown } };
}

const options = readOptions(process.argv.slice(2));
const { faults } = options;
const apiKey = process.env["LLAMA_API_KEY"];
const stats = { active: 0, aborted: 0, done: 0, keysRefused: 0 };
const waiting: (() => void)[] = [];
let pending: Fault | undefined;
let tellsUsage = true;
let keepsFormat = true;
let isHung = faults.hangAt === "health";
let model: TextModel | undefined;

const never = new Promise<never>(() => undefined);

function answer(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const data of request as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(data);
  }
  return JSON.parse(text);
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = `${request.method} ${request.url}`;
  if (options.corsOrigin !== undefined) {
    response.setHeader("access-control-allow-origin", options.corsOrigin);
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
  }
  if (path === "GET /stats") return answer(response, 200, stats);
  if (path === "POST /fault") {
    takeFault(await readJson(request) as Fault);
    return answer(response, 200, {});
  }
  if (isHung) return await never;
  if (model === undefined) {
    const error = { code: 503, message: "Loading model", type: "unavailable_error" };
    return answer(response, 503, { error });
  }
  if (path === "GET /health") return answer(response, 200, { status: "ok" });
  if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
    stats.keysRefused += 1;
    const said = request.headers.authorization ?? "";
    return answer(response, 401, { error: { message: `Incorrect key: ${said}` } });
  }
  if (path === "GET /v1/models") return answer(response, 200, { data: [{ id: options.alias }] });
  if (path === "POST /v1/chat/completions") {
    return await serveChat(model, await readJson(request) as ChatBody, response);
  }
  answer(response, 404, { error: { message: "not found" } });
}

function takeFault(fault: Fault): void {
  if (fault.kind === "crash") {
    process.stderr.write("fault: told to crash\n");
    process.exit(9);
  }
  if (fault.kind === "hang") isHung = true;
  else if (fault.kind === "no-usage") tellsUsage = false;
  else if (fault.kind === "ignore-format") keepsFormat = false;
  else pending = fault;
}

async function serveChat(
  textModel: TextModel,
  body: ChatBody,
  response: ServerResponse,
): Promise<void> {
  const fault = pending;
  pending = fault?.kind === "refuse" && fault.times > 1
    ? { ...fault, times: fault.times - 1 }
    : undefined;
  if (fault?.kind === "refuse") {
    const after = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
    return answer(response, fault.status, fault.body, after);
  }
  if (fault?.kind === "slow") await sleep(fault.ms);
  if (fault?.kind === "redirect") return answer(response, 307, {}, { location: fault.to });
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await takeSlot();
  stats.active += 1;
  try {
    await makeReply(textModel, body, response, { fault, gone: gone.signal });
  } finally {
    stats.active -= 1;
    if (gone.signal.aborted && !response.writableFinished) stats.aborted += 1;
    else stats.done += 1;
    waiting.shift()?.();
  }
}

async function takeSlot(): Promise<void> {
  if (stats.active >= options.slots) await new Promise<void>((resolve) => waiting.push(resolve));
}

async function makeReply(
  textModel: TextModel,
  body: ChatBody,
  response: ServerResponse,
  { fault, gone }: { readonly fault: Fault | undefined; readonly gone: AbortSignal },
): Promise<void> {
  const prompt = body.messages.map(({ content }) => content).join("\n");
  const promptTokens = textModel.countTokens(prompt);
  if (promptTokens >= options.contextTokens) {
    const type = "exceed_context_size_error";
    const message = "the request exceeds the available context size";
    const counts = { n_prompt_tokens: promptTokens, n_ctx: options.contextTokens };
    return answer(response, 400, { error: { code: 400, message, type, ...counts } });
  }
  const schema = keepsFormat ? body.response_format?.json_schema?.schema : undefined;
  const alternatives = schema === undefined ? undefined : textsOfSchema(schema);
  const reply = await textModel.open(prompt, alternatives);
  if (reply === undefined || (schema !== undefined && alternatives === undefined)) {
    return answer(response, 400, { error: { message: "cannot keep this response format" } });
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choices: readonly unknown[], more = {}): void => {
    response.write(`data: ${JSON.stringify({ model: options.alias, choices, ...more })}\n\n`);
  };
  const chance = seededChance(body.seed);
  let tokens = 0;
  let finish = "length";
  send([{ delta: { role: "assistant" }, finish_reason: null }]);
  // As llama-server does: a full context ends the reply.
  const tokensMax = Math.min(body.max_tokens, textModel.contextTokens - promptTokens);
  while (tokens < tokensMax && !gone.aborted) {
    if (fault !== undefined && "afterTokens" in fault && fault.afterTokens === tokens) {
      if (fault.kind === "cut") return void response.destroy();
      if (fault.kind === "silent") return await fallSilent(response, gone, fault.pingMs);
      response.write(fault.bytes);
    }
    if (faults.hangAt === "token") return await new Promise((end) => response.once("close", end));
    const content = await reply.next(chance, body.temperature);
    if (content === undefined) {
      finish = "stop";
      break;
    }
    tokens += 1;
    send([{ delta: { content }, finish_reason: null }]);
    await sleep(faults.tokenMs ?? 0);
  }
  if (gone.aborted) return;
  send([{ delta: {}, finish_reason: finish }]);
  const usage = { prompt_tokens: promptTokens, completion_tokens: tokens };
  if (tellsUsage) send([], { usage });
  response.end("data: [DONE]\n\n");
}

/** Says nothing more, but for comments, which llama-server sends to keep a line open. */
async function fallSilent(
  response: ServerResponse,
  gone: AbortSignal,
  pingMs: number | undefined,
): Promise<void> {
  if (pingMs === undefined) return await new Promise((end) => response.once("close", end));
  while (!gone.aborted) {
    response.write(": ping\n\n");
    await sleep(pingMs);
  }
}

async function start(): Promise<void> {
  if (faults.ignoreTerm === true) process.on("SIGTERM", () => undefined);
  if (faults.outputBytes !== undefined) {
    const line = `${"chatter ".repeat(16).trimEnd()}\n`;
    for (let bytes = 0; bytes < faults.outputBytes; bytes += line.length) {
      for (const output of [process.stdout, process.stderr]) {
        if (!output.write(line)) await new Promise((resolve) => output.once("drain", resolve));
      }
    }
  }
  if (faults.crashAt === "start") crash("start");
  await sleep(faults.listenAfterMs ?? 0);
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(options.port, options.host, resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`listening ${port}\n`);
  await sleep(faults.loadingMs ?? 0);
  if (faults.crashAt === "loading") crash("loading");
  model = options.model === "starter" ? await loadStarterModel(rootFolder()) : createLetterModel();
  process.stdout.write("ready\n");
}

function crash(where: string): never {
  process.stderr.write(`fault: crash at ${where}\n`);
  process.exit(9);
}

void start();
