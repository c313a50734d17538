// Values that break parsers, and requests that are none.
import type { JsonValue } from "@latchkey/core";
import fc from "fast-check";

const nested = (levels: number): JsonValue => Array.from({ length: levels }).reduce<JsonValue>((inner) => [inner], "x");

/** Long texts that take long where an expression or a normaliser is careless. */
const long: readonly string[] = [
  "a".repeat(5000),
  "가".repeat(15_000),
  `e${"\u0301".repeat(20_000)}`,
  `+82${"-".repeat(50_000)}`,
  "0 ".repeat(25_000),
  "a.".repeat(25_000),
  "@".repeat(50_000),
  `${"a".repeat(64)}@${"a.".repeat(20_000)}`,
];

/** One value. */
export const nasty: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<JsonValue>(
      "",
      " ",
      "\u0000",
      "\ud800",
      "a\u0000b",
      "\ufeff",
      "\u202e",
      "' OR 1=1 --",
      '"; drop table accounts; --',
      "../../etc/passwd",
      "%00",
      "%",
      "<script>alert(1)</script>",
      "${7*7}{{7*7}}",
      "\r\nset-cookie: a=b",
      "한글",
      "💥",
      "-1",
      "1e9",
      "999999999999999",
      "2147483648",
      "9007199254740993",
      -1,
      0.5,
      1e300,
      -0,
      9_007_199_254_740_991,
      true,
      null,
      [],
      {},
      { $ne: null },
      nested(15),
      nested(200),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...long) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<JsonValue> },
);

/** Media types that fit no body, or none at all. */
export const strangeTypes: fc.Arbitrary<string | undefined> = fc.constantFrom(
  undefined,
  "",
  "text/plain",
  "application/json; charset=utf-16",
  "application/json, application/json",
  "application/jsonp",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  `multipart/form-data; boundary=${"y".repeat(300)}`,
  "application/x-www-form-urlencoded; charset=euc-kr",
  "x",
);

const bytes = (text: string, ...more: readonly number[]) =>
  new Uint8Array([...new TextEncoder().encode(text), ...more]);

/** Bodies that are no body. */
export const rawBodies: fc.Arbitrary<string | Uint8Array<ArrayBuffer>> = fc.oneof(
  fc.constantFrom<string | Uint8Array<ArrayBuffer>>(
    "",
    "{",
    "[]",
    "null",
    "0",
    '"x"',
    "{}{}",
    "[".repeat(10_000),
    '{"a":'.repeat(10_000),
    `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
    '{"username":"a","username":"b"}',
    '{"__proto__":{"roles":["ADMIN"]}}',
    '{"username":"\\ud800","password":"\\u0000"}',
    '{"a":1e999}',
    "\ufeff{}",
    "username=a&username=b",
    "username=%ff",
    "&".repeat(30_000),
    "--x\r\n\r\n--x--",
    '--x\r\ncontent-disposition: form-data; name="username"; filename="a"\r\n\r\nx\r\n--x--\r\n',
    "--x\r\n".repeat(2000),
    bytes('{"username":"', 0xff, 0xfe),
    bytes('{"username":"', 0xed, 0xa0, 0x80, 0x22, 0x7d),
  ),
  fc.uint8Array({ maxLength: 100 }).map((some) => new Uint8Array(some)),
);

const credentials = [
  "",
  "Bearer",
  "Bearer ",
  "Bearer x.y.z",
  "Bearer a b",
  "Bearer a, Bearer b",
  "bearer @access@",
  "Token abc",
  "Basic Og==",
  "Basic !!!",
  "Negotiate x",
  `Bearer ${"A".repeat(8000)}`,
] as const;

const header = (name: string, values: readonly string[]) =>
  fc.constantFrom(...values).map((value) => ({ [name]: value }));
const some = (name: string, weight: number, values: readonly string[]) =>
  fc.oneof({ weight, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: header(name, values) });

/** Headers: a good token more often than not. */
export const strangeHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: header("authorization", ["Bearer @access@"]) },
      { weight: 8, arbitrary: header("authorization", ["Bearer @administrator@"]) },
      { weight: 2, arbitrary: header("authorization", ["Basic @client@", "Bearer @refresh@"]) },
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: header("authorization", credentials) },
    ),
    some("accept", 12, ["application/json", "application/xml", "*/*;q=0", "", "x"]),
    some("accept-language", 6, ["ko", "en", "*;q=x", "ko;q=0.5,en;q=0.4", ",".repeat(5000)]),
    some("x-request-id", 12, ["a", "../../x", "request-1234", "x".repeat(5000)]),
    some("user-agent", 8, ["x".repeat(6000), "\u00ff\u00fe", "<script>"]),
    some("content-encoding", 30, ["gzip", "identity", "br, gzip"]),
    some("content-length", 40, ["0", "1", "-1", "99999999", "x"]),
    some("origin", 12, ["https://evil.example", "null"]),
    some("cookie", 12, ["sessionid=x; csrftoken=y"]),
    some("x-http-method-override", 30, ["DELETE"]),
  )
  .map((all) => Object.assign({}, ...all) as Record<string, string>);
