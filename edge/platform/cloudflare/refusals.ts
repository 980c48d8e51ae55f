/** Answers to those who may not open a socket on Cloudflare. */

import type { Response as Answer } from "@cloudflare/workers-types";
import type { VisitRefusal } from "../../http/visitor-limits.ts";
import { Response } from "./workerd.ts";

export function refuse(status: number, text: string, retryAfterS?: number): Answer {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "cache-control": "no-store",
      "content-type": "text/plain; charset=utf-8",
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
    },
  });
}

export function refuseVisit(refusal: VisitRefusal): Answer {
  if (refusal.kind === "relay-full") return refuse(503, "The relay is full", 30);
  const waitS = Math.max(1, Math.ceil(refusal.afterMs / 1000));
  return refuse(429, "Too many connections from your network", waitS);
}
