// Bounds what V8 lets pile up of old objects between two major collections. By default that is up to three times of what lives.
import { setFlagsFromString } from "node:v8";

/**
 * How much may come on top of what lives before old objects are collected again, in percent; 8 MB may always. Of less memory a refresh would pay for
 * with CPU time (decisions/022).
 */
const growthPercent = 50;

/** Lets the old generation grow by a half of what lives, for as long as the process lives; V8 reads it after each collection. */
export function boundOldGeneration(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}
