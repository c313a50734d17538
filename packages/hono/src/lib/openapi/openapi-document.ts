// The OpenAPI 3.1 document of a contract.
import type { WireContract } from "@latchkey/contracts";
import type { JsonObject } from "@latchkey/core";

/** Options of {@link openApiDocument}. */
export interface OpenApiOptions {
  /** Where the contract is mounted. Default `/`. Becomes the relative server. */
  readonly path?: string;
}

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = JsonObject;

/** Makes the document. */
export function openApiDocument(_contract: WireContract, _options: OpenApiOptions = {}): OpenApiDocument {
  throw new TypeError("not built yet");
}
