// Whether others were at work on the machine during a round.
import type { LoadResult } from "./job.ts";

const undisturbedShare = 0.9;

/** Whether the load, which never sleeps, got nearly all of its core. */
export function isUndisturbed({ loadShare }: Pick<LoadResult, "loadShare">): boolean {
  return loadShare >= undisturbedShare;
}
