/** The production worker on a software GPU with quicker matrix products. Built for tests only. */

import { installFastKernels } from "./fast-kernels.ts";
import { serveFetching } from "./serve-fetching.ts";

installFastKernels();

serveFetching();
