// Who the client is: the socket's peer, or what trusted proxies say of it. A header that anyone can send is never believed by itself.
import { BlockList, isIP } from "node:net";

/** The client's address from the socket's peer and `X-Forwarded-For`. */
export type ClientAddress = (peer: string | undefined, forwardedFor: string | undefined) => string | undefined;

/**
 * Evaluates `X-Forwarded-For` from right to left: as long as the address at hand is a trusted proxy's, the one that it reports comes next;
 * the first address that is not trusted is the client's. An entry that is no address ends the walk.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address, bits] = entry.split("/") as [string, string?];
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");

  return (peer, forwardedFor) => {
    let address = peer === undefined ? undefined : canonical(peer);
    if (trustedProxies.length === 0 || forwardedFor === undefined) return address;
    const reported = forwardedFor.split(",");
    while (address !== undefined && isTrusted(address) && reported.length > 0) {
      const next = canonical(reported.pop()!.trim());
      if (next === undefined) break;
      address = next;
    }
    return address;
  };
}

/** Without zone, IPv4 in IPv6 as IPv4; `undefined` for what is no address. */
function canonical(entered: string): string | undefined {
  const address = entered.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}
