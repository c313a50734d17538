// Loaded with `node --import`: the drivers of database servers are not installed.
import { registerHooks } from "node:module";

const hidden = new Set(["pg", "mysql2"]);

registerHooks({
  resolve(specifier, context, next) {
    if (!hidden.has(specifier)) return next(specifier, context);
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: "ERR_MODULE_NOT_FOUND" });
  },
});
