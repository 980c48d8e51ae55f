import { relayWorld } from "./relay-room.contract.ts";
import { simulate } from "./sim-suite.contract.ts";

simulate(relayWorld, 0);
