// Black-box cases of the replaced systems and what runs them: against any server, in this process or over a socket. For tests.
export type {
  WireCase,
  WireCaseAnswer,
  WireCaseHook,
  WireCaseHooks,
  WireCaseRequest,
  WireCaseStep,
  WireCaseTarget,
} from "./lib/wire-cases/wire-case.ts";
export { runWireCase } from "./lib/wire-cases/run-wire-case.ts";
