/** web-llm's own worker, on a null GPU. */

import "./null-gpu-here.ts";
import { WebWorkerMLCEngineHandler } from "@mlc-ai/web-llm";

const handler = new WebWorkerMLCEngineHandler();
self.onmessage = (event) => handler.onmessage(event);
