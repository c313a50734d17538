// Latchkey on Hono: mounts a realm with its wire contract, guards an application's own routes, and makes the OpenAPI document.
// Swagger UI is the entry `@latchkey/hono/swagger` (it reads files, so it needs Node).
export { createGuard, requireAccessToken, requireRole } from "./lib/guards.ts";
export type { AuthenticatedEnv, Authentication, Guard, GuardedHandler } from "./lib/guards.ts";
export { allowOrigins } from "./lib/allow-origins.ts";
export { mountRealm } from "./lib/mount-realm.ts";
export { ownRoutes } from "./lib/own-routes.ts";
export type { BodyReader, OwnRoutes } from "./lib/own-routes.ts";
export type { AnswerRecord, ContractOptions, LogEntry, MountRealmOptions, Presenters } from "./lib/mount-options.ts";
export type { RequestSource } from "./lib/request/request-source.ts";
export { mountDocumentation } from "./lib/documentation/mount-documentation.ts";
export type { DocumentationOptions } from "./lib/documentation/mount-documentation.ts";
export { mountFrontPage } from "./lib/documentation/front-page.ts";
export type { FrontPageOptions } from "./lib/documentation/front-page.ts";
export { openApiDocument } from "./lib/openapi/openapi-document.ts";
export type { OpenApiDocument, OpenApiOptions } from "./lib/openapi/openapi-document.ts";
export { describeRoutes } from "./lib/openapi/describe-route.ts";
export type { OwnRoute } from "./lib/openapi/describe-route.ts";
export { undocumentedAnswers } from "./lib/openapi/undocumented-answers.ts";
