// Which pages of other origins may call (Fetch Standard, CORS protocol): exactly those that are named, with credentials, or all of them without.
import type { Context, MiddlewareHandler } from "hono";

const maxAgeSeconds = "600";
const methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** What a page may read beside the headers that every page may. */
const exposed = "retry-after, www-authenticate, x-request-id";

/**
 * Middleware that answers preflights and allows the origins, byte by byte; others get an answer that their browser keeps from them.
 * Named origins may send credentials; `["*"]` is any origin, never with credentials.
 * @throws TypeError for what is no origin as browsers send it (`https://app.example.com`, without a path or a default port), and for `*` beside others
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const wrong = origins.find((origin) => !isOrigin(origin) && !(origin === "*" && origins.length === 1));
  if (wrong !== undefined)
    throw new TypeError(`origins: ${wrong} is no exact origin such as https://app.example.com, nor * alone`);
  const named = new Set(origins);
  const isAny = named.has("*");
  return async (c, next) => {
    const origin = c.req.header("origin");
    const isAllowed = origin !== undefined && (isAny || named.has(origin));
    // An OPTIONS that is no preflight is the contract's to answer, and so is one of an origin that is not allowed.
    if (isAllowed && c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined) {
      return new Response(null, { status: 204, headers: preflight(c, isAny ? undefined : origin) });
    }
    await next();
    if (!isAny) c.header("vary", "Origin", { append: true });
    if (!isAllowed) return undefined;
    for (const [name, value] of Object.entries(permission(isAny ? undefined : origin))) c.header(name, value);
    c.header("access-control-expose-headers", exposed);
    return undefined;
  };
}

/** Whether this is an origin as browsers send it. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes("*");
}

// `undefined`: any origin.
function permission(origin: string | undefined): Readonly<Record<string, string>> {
  if (origin === undefined) return { "access-control-allow-origin": "*" };
  return { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" };
}

function preflight(c: Context, origin: string | undefined): Readonly<Record<string, string>> {
  const asked = c.req.header("access-control-request-headers");
  return {
    ...permission(origin),
    "access-control-allow-methods": methods,
    "access-control-max-age": maxAgeSeconds,
    ...(asked !== undefined && { "access-control-allow-headers": asked }),
    vary: "Origin, Access-Control-Request-Headers",
  };
}
