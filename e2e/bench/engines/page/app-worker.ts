/** The production worker on a null GPU, its library as it is. */

import "./null-gpu-here.ts";
import { serveFetching } from "../../../browser/harness/serve-fetching.ts";

serveFetching();
