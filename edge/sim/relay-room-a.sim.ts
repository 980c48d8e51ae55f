import { simulate } from "./sim-suite.contract.ts";

simulate(0);
