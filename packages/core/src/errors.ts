// Errors: refusals of core, and what a storage implementation throws.
export * from "./lib/errors/field-problem.ts";
export * from "./lib/errors/identity-error.ts";
export * from "./lib/errors/store-error.ts";
