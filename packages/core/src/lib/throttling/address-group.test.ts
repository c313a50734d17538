// Which addresses are one to the limits, however they are spelt, and which are none at all (class 9).
import { expect, test } from "vitest";
import { addressGroup } from "./address-group.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["UNIX", "unix"],
  ["", ""],
  // Eight numbers, none, or a gap for at least one that is 0.
  ["1:2:3:4:5:6:7:8", "1:2:3:4::/64"],
  ["::", "0:0:0:0::/64"],
  ["1::", "1:0:0:0::/64"],
  ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
  ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
  ["1::8", "1:0:0:0::/64"],
  ["ABCD:00ef::", "abcd:ef:0:0::/64"],
  ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4::/64"],
  ["1:2:3:4::1.2.3.4", "1:2:3:4::/64"],
  ["64:ff9b::255.255.255.255", "64:ff9b:0:0::/64"],
  // A zone names an interface of this machine.
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["fe80::1%a%b\nc", "fe80:0:0:0::/64"],
  ["192.0.2.1%eth0", "192.0.2.1"],
  // IPv4 that is written in IPv6 (RFC 4291 §2.5.5.2), and what is not.
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["::ffff:102:304", "1.2.3.4"],
  ["::FFFF:255.0.255.0", "255.0.255.0"],
  ["::ffff:0:0", "0.0.0.0"],
  ["::fffe:1.2.3.4", "0:0:0:0::/64"],
  ["::ffff:1.2.3.4:0", "0:0:0:0::/64"],
  ["::1:ffff:1.2.3.4", "0:0:0:0::/64"],
  ["1::ffff:1.2.3.4", "1:0:0:0::/64"],
])("class 9: %j counts as %j", (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

test.each([
  ["1:2:3:4:5:6:7"],
  ["1:2:3:4:5:6:7:8:9"],
  ["1:2:3:4:5:6:7:8::"],
  ["1:2:3:4::5:6:7:8"],
  ["::1:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7:1.2.3.4"],
  ["1::2::3"],
  [":::"],
  [":1"],
  ["1:"],
  ["1:2:3:4:5:6:7:"],
  ["::12345"],
  ["::g"],
  ["::1g"],
  ["::g1"],
  ["::1.2.3"],
  ["::1.2.3.256"],
  ["::256.2.3.4"],
  ["::1.2.3.4.5"],
  ["::1.2.3.1234"],
  ["::x1.2.3.4"],
  ["[::1]"],
])("class 9: %j is no IPv6 address, and a group of its own", (text) => {
  expect(addressGroup(text)).toBe(text);
});

test("class 11: what is no address at all is bounded in length, and well-formed", () => {
  expect(addressGroup("x".repeat(64))).toHaveLength(64);
  expect(addressGroup("x".repeat(65))).toHaveLength(64);
  expect(addressGroup(`${"x".repeat(63)}\u{1f511}`)).toBe(`${"x".repeat(63)}\ufffd`);
});
