// The load, in a process of its own: jobs come and results go over the channel to the parent.
import type { LoadJob } from "../load/job.ts";
import { runLoad } from "../load/run-load.ts";
import { serveParent } from "../child/serve-parent.ts";

serveParent<LoadJob, unknown>(runLoad);
