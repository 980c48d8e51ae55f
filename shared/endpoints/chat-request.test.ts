import { expect, test } from "vitest";
import type { GenerateRequest } from "../inference/mod.ts";
import { toChatBody } from "./chat-request.ts";

const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at % 251);
const image = { sha256: "0a".repeat(32), mimeType: "image/jpeg", bytes } as const;
const request: GenerateRequest = {
  ...{ requestId: "rq", persona: "ps", continueText: "", stop: [] },
  ...{ seed: 1, temperature: 0, topP: 1, tokensMax: 4 },
  segments: [
    { key: "s", role: "system", text: "Be kind." },
    { key: "u", role: "user", text: "What is this?", images: [image] },
  ],
};

test("[IN24] an endpoint is sent an image byte for byte, before the words", () => {
  const body = toChatBody(request, "m", { tokensField: "max_tokens" });
  const url = `data:image/jpeg;base64,${btoa(String.fromCharCode(...bytes))}`;
  expect(body["messages"]).toEqual([
    { role: "system", content: "Be kind." },
    {
      role: "user",
      content: [
        { type: "image_url", image_url: { url } },
        { type: "text", text: "What is this?" },
      ],
    },
  ]);
});
