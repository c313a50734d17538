// `jti` names the family, the generation and the kind of a token, so that a family is known from any of its tokens and replay of any ancestor is recognised.
// 121 bits in the free bits of a UUIDv4: 48 of creation milliseconds, 40 random, 32 of generation, 1 for the kind; the last free bit is 0.
import { decodeBase57, encodeBase57 } from "../kernel/base57.ts";
import { fromHex, toHex, toHex32 } from "../kernel/bytes.ts";
import type { RandomBytes } from "../kernel/random.ts";

/** What a `jti` says. */
export interface TokenIdentifier {
  /** 22 lower-case hex digits. */
  readonly familyId: string;
  readonly generation: number;
  readonly kind: "access" | "refresh";
}

/** The two forms of a `jti`. */
export type TokenIdForm = "hex" | "uuid";

const hexPattern = /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new family id: time-ordered, so that families created together lie together on disk. */
export function createFamilyId(nowMilliseconds: number, random: RandomBytes): string {
  return nowMilliseconds.toString(16).padStart(12, "0") + toHex(random(5));
}

/** When a family was created, in milliseconds since the epoch. */
export function familyCreatedAt(familyId: string): number {
  return Number.parseInt(familyId.slice(0, 12), 16);
}

/** Writes a `jti`. */
export function encodeTokenIdentifier({ familyId, generation, kind }: TokenIdentifier, form: TokenIdForm): string {
  const low = Number.parseInt(familyId.slice(15), 16);
  const third = toHex32((2 << 30) | (low << 2) | (generation >>> 30));
  const fourth = toHex32(((generation & 0x3fffffff) << 2) | (kind === "refresh" ? 2 : 0));
  const dash = form === "uuid" ? "-" : "";
  const time = familyId.slice(0, 8) + dash + familyId.slice(8, 12);
  return `${time}${dash}4${familyId.slice(12, 15)}${dash}${third.slice(0, 4)}${dash}${third.slice(4)}${fourth}`;
}

/** Reads a `jti`; `undefined` for one that is not of this layout (another system's). */
export function decodeTokenIdentifier(jti: string, form: TokenIdForm): TokenIdentifier | undefined {
  if (!(form === "hex" ? hexPattern : uuidPattern).test(jti)) return undefined;
  const hex = form === "hex" ? jti : withoutDashes(jti);
  const third = Number.parseInt(hex.slice(16, 24), 16);
  const fourth = Number.parseInt(hex.slice(24), 16);
  if ((fourth & 1) !== 0) return undefined;
  const low = toHex32((third >>> 2) & 0x0fffffff).slice(1);
  return {
    familyId: hex.slice(0, 12) + hex.slice(13, 16) + low,
    generation: (((third & 3) << 30) | (fourth >>> 2)) >>> 0,
    kind: (fourth & 2) === 0 ? "access" : "refresh",
  };
}

function withoutDashes(uuid: string): string {
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
}

/** The session id that people see: the family in base57. */
export function toSessionId(familyId: string): string {
  const bytes = familyId.length === 22 ? fromHex(familyId) : undefined;
  if (bytes === undefined) throw new TypeError("a family id has 22 lower-case hex digits");
  return encodeBase57(bytes);
}

/** The family of a session id; `undefined` for anything else. */
export function fromSessionId(sessionId: string): string | undefined {
  const bytes = decodeBase57(sessionId, 11);
  return bytes && toHex(bytes);
}
