import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFamilyId,
  decodeTokenIdentifier,
  encodeTokenIdentifier,
  familyCreatedAt,
  fromSessionId,
  toSessionId,
} from "./token-identifier.ts";

const familyId = fc.stringMatching(/^[0-9a-f]{22}$/);
const generation = fc.integer({ min: 0, max: 0xffff_ffff });
const kind = fc.constantFrom("access" as const, "refresh" as const);
const form = fc.constantFrom("hex" as const, "uuid" as const);

describe("token identifiers (jti)", () => {
  it("carry family, generation and kind in the free bits of a UUIDv4", () => {
    fc.assert(
      fc.property(familyId, generation, kind, form, (id, place, what, how) => {
        const identifier = { familyId: id, generation: place, kind: what };
        const jti = encodeTokenIdentifier(identifier, how);
        expect(jti).toMatch(
          how === "uuid" ? /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ : /^[0-9a-f]{32}$/,
        );
        expect(decodeTokenIdentifier(jti, how)).toEqual(identifier);
      }),
    );
  });

  it("are 48 bits of time, 40 random ones, 32 of generation and one of kind around what a UUIDv4 fixes", () => {
    const bits = (value: bigint, length: number) => value.toString(2).padStart(length, "0");
    fc.assert(
      fc.property(familyId, generation, kind, (id, place, what) => {
        const family = bits(BigInt(`0x${id}`), 88);
        const rest = `${bits(BigInt(place), 32)}${what === "refresh" ? "1" : "0"}0`;
        const all = `${family.slice(0, 48)}0100${family.slice(48, 60)}10${family.slice(60)}${rest}`;
        const hex = BigInt(`0b${all}`).toString(16).padStart(32, "0");
        const identifier = { familyId: id, generation: place, kind: what };
        expect(encodeTokenIdentifier(identifier, "hex")).toBe(hex);
        expect(encodeTokenIdentifier(identifier, "uuid").replaceAll("-", "")).toBe(hex);
      }),
    );
  });

  it("have one text each: whatever decodes is what its meaning encodes to", () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), (uuid) => {
        const decoded = decodeTokenIdentifier(uuid, "uuid");
        if (decoded !== undefined) expect(encodeTokenIdentifier(decoded, "uuid")).toBe(uuid);
      }),
    );
  });

  it.each([
    "",
    "x",
    "0123456789ab5123812345678901234",
    "A0000000-0000-4000-8000-000000000000",
    "00000000-0000-4000-8000-000000000001",
  ])("refuse %j", (jti) => {
    expect(decodeTokenIdentifier(jti, "uuid")).toBeUndefined();
    expect(decodeTokenIdentifier(jti, "hex")).toBeUndefined();
  });

  it("sort by the time of their family", () => {
    const random = (length: number) => new Uint8Array(length).fill(255);
    const id = createFamilyId(1_790_000_000_123, random);
    expect(id).toMatch(/^[0-9a-f]{22}$/);
    expect(familyCreatedAt(id)).toBe(1_790_000_000_123);
    expect(id < createFamilyId(1_790_000_000_124, (length) => new Uint8Array(length))).toBe(true);
  });

  it("name their session in 16 characters of base57", () => {
    fc.assert(
      fc.property(familyId, (id) => {
        expect(toSessionId(id)).toHaveLength(16);
        expect(fromSessionId(toSessionId(id))).toBe(id);
      }),
    );
    for (const id of ["", "0".repeat(21), "0".repeat(24), "A".repeat(22), `${"0".repeat(21)}g`])
      expect(() => toSessionId(id), id).toThrow(TypeError);
    expect(fromSessionId("0")).toBeUndefined();
    expect(fromSessionId("zzzzzzzzzzzzzzzz")).toBeUndefined();
  });
});
