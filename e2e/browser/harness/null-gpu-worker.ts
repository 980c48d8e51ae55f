/**
 * The production worker on a null GPU, with the real library. Built for tests only. Its name may be
 * the number of tokens that replies take on average; else they only end at their limit.
 */

import { watchGpu } from "../../../web/worker/gpu-watch.ts";
import { installNullGpu } from "./null-gpu.ts";
import { observeLibrary } from "./observe-library.ts";
import { serveFetching } from "./serve-fetching.ts";

installNullGpu(self.name === "" ? Infinity : Number(self.name));
watchGpu(); // Outside of the null GPU: it counts what the library asked for.

serveFetching((library) => observeLibrary(library, self));
