/** Makes the GPU of this page or worker a null GPU; must be imported before a library. */

import { installNullGpu } from "../../../browser/harness/null-gpu.ts";

installNullGpu();
