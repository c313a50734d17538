// Requests that are too large or too deep, for one operation.
import type { DescribedOperation, FuzzedRequest } from "./document-requests.ts";

const tenMegabytes = 10_000_000;
const levels = 10_000;

/** Each with the credentials and the path of somebody who would be served. */
export function hugeBodies(operation: DescribedOperation): readonly FuzzedRequest[] {
  const path = operation.path.replaceAll(/\{[^}]*\}/g, "@id@");
  const authorization = operation.isForClients ? "Basic @client@" : "Bearer @access@";
  const make = (type: string, body: string | undefined, more: Partial<FuzzedRequest> = {}): FuzzedRequest => ({
    operation,
    method: operation.method,
    path,
    query: "",
    body,
    secrets: [],
    ...more,
    headers: { ...(body !== undefined && { "content-type": type }), authorization, ...more.headers },
  });
  const queries = [`?${"a=1&".repeat(levels)}`, `?a${"[b]".repeat(levels)}=1`, `?limit=${"9".repeat(60_000)}`];
  const asked = queries.map((query) => make("", operation.method === "GET" ? undefined : "", { query }));
  if (operation.method === "GET") return asked;
  const types = [...Object.keys(operation.bodies), "application/json", "text/plain"];
  return [...asked, ...[...new Set(types)].flatMap((type) => bodiesOf(type, make))];
}

function bodiesOf(
  type: string,
  make: (type: string, body: string, more?: Partial<FuzzedRequest>) => FuzzedRequest,
): readonly FuzzedRequest[] {
  const large = "x".repeat(tenMegabytes);
  const declared = { headers: { "content-length": String(tenMegabytes) } };
  if (type === "application/x-www-form-urlencoded")
    return [
      make(type, `username=${large}`),
      make(type, large, declared),
      make(type, "a=1&".repeat(levels)),
      make(type, `a${"[b]".repeat(levels)}=1`),
    ];
  if (type === "multipart/form-data") {
    const withBoundary = `${type}; boundary=x`;
    const part = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n';
    return [
      make(withBoundary, large),
      make(withBoundary, `${part.repeat(1000)}--x--\r\n`),
      make(withBoundary, "--x\r\n".repeat(levels)),
    ];
  }
  return [
    make(type, `{"username":"${large}"}`),
    make(type, large, declared),
    make(type, "[".repeat(levels)),
    make(type, '{"a":'.repeat(levels)),
    make(type, `{"username":${"[".repeat(levels)}${"]".repeat(levels)}}`),
    make(type, `{"username":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`),
    make(type, `{${Array.from({ length: 6000 }, (_, index) => `"f${index}":1`).join(",")}}`),
    make(type, `{"username":"${"\\u0061".repeat(levels)}"}`),
    make(type, `${" ".repeat(60_000)}{}`),
  ];
}
