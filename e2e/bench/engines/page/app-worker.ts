/** The production worker as it is, on a null GPU. */

import "./null-gpu-here.ts";
import "../../../../web/worker/inference-worker.ts";
