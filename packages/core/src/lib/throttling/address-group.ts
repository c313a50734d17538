// Which addresses count as one: IPv4 by itself, also where it is written in IPv6; IPv6 by its /64, which is what one subscriber gets.

/** The group of an address as text; an address of no known form is a group of its own. */
export function addressGroup(address: string): string {
  const text = address.replace(/%.*$/s, "").toLowerCase();
  const groups = text.includes(":") ? ipv6Groups(text) : undefined;
  if (groups === undefined) return text.slice(0, 64).toWellFormed();
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight numbers of an IPv6 address (RFC 4291 §2.2), its end in dotted form or not. */
function ipv6Groups(text: string): readonly number[] | undefined {
  const [head, tail, ...rest] = text.split("::");
  if (rest.length > 0) return undefined;
  const left = numbers(head!);
  const right = tail === undefined ? [] : numbers(tail);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function numbers(part: string): readonly number[] | undefined {
  if (part === "") return [];
  const found: number[] = [];
  for (const word of part.split(":")) {
    const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(word)?.slice(1).map(Number);
    if (dotted?.every((byte) => byte < 256)) found.push(dotted[0]! * 256 + dotted[1]!, dotted[2]! * 256 + dotted[3]!);
    else if (/^[0-9a-f]{1,4}$/.test(word)) found.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return found;
}
