// Swagger UI, served by the application itself: no CDN, no inline script. Needs Node, because it reads the assets from a package.
export { mountSwaggerUi } from "./lib/swagger/mount-swagger-ui.ts";
export type { SwaggerDocument, SwaggerOptions } from "./lib/swagger/mount-swagger-ui.ts";
