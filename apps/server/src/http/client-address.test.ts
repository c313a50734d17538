import { describe, expect, it } from "vitest";
import { createClientAddress } from "./client-address.ts";

const behindProxies = createClientAddress(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);

describe("the client's address", () => {
  it("is the socket's peer where no proxy is trusted, whatever a header says (attack class 9)", () => {
    const address = createClientAddress([]);
    expect(address("203.0.113.9", "127.0.0.1")).toBe("203.0.113.9");
    expect(address(undefined, "127.0.0.1")).toBeUndefined();
  });

  it("is the peer where the peer is not a trusted proxy", () => {
    expect(behindProxies("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  });

  it("is the first untrusted address from the right, not the leftmost that anyone can write (attack class 9)", () => {
    expect(behindProxies("10.0.0.1", "1.2.3.4, 198.51.100.1")).toBe("198.51.100.1");
    expect(behindProxies("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9,192.0.2.7")).toBe("198.51.100.1");
    expect(behindProxies("fd00::1", "2001:DB8::5")).toBe("2001:db8::5");
  });

  it("is the leftmost where all are trusted", () => {
    expect(behindProxies("10.0.0.1", "10.0.0.3, 10.0.0.2")).toBe("10.0.0.3");
  });

  it("stops at an entry that is no address", () => {
    expect(behindProxies("10.0.0.1", "1.2.3.4, unknown")).toBe("10.0.0.1");
    expect(behindProxies("10.0.0.1", "1.2.3.4, ")).toBe("10.0.0.1");
    expect(behindProxies("10.0.0.1", "")).toBe("10.0.0.1");
  });

  it("takes IPv4 in IPv6 for IPv4 and drops zones", () => {
    expect(behindProxies("::ffff:10.0.0.1", "::ffff:198.51.100.1")).toBe("198.51.100.1");
    expect(createClientAddress([])("fe80::1%eth0", undefined)).toBe("fe80::1");
  });
});
