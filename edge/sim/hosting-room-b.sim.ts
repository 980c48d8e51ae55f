import { hostingWorld } from "./hosting/hosting-room.contract.ts";
import { simulate } from "./sim-suite.contract.ts";

simulate(hostingWorld, 1);
