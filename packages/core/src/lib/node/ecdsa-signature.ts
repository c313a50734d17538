// The two forms of a P-256 signature: OpenSSL's DER SEQUENCE (RFC 3279 §2.2.3) and the 64 bytes R‖S of JWS (RFC 7518 §3.4).

const size = 32;

/** R‖S of a DER signature that OpenSSL made. */
export function derToRaw(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(2 * size);
  const next = copyInteger(der, 2, raw, size);
  copyInteger(der, next, raw, 2 * size);
  return raw;
}

/** The only DER form of R‖S: shortest integers, positive. */
export function rawToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const rAt = firstDigit(raw, 0);
  const sAt = firstDigit(raw, size);
  const rSign = raw[rAt]! >> 7;
  const sSign = raw[sAt]! >> 7;
  const rLength = size - rAt + rSign;
  const sLength = 2 * size - sAt + sSign;
  const der = new Uint8Array(6 + rLength + sLength);
  der.set([0x30, 4 + rLength + sLength, 0x02, rLength]);
  der.set(raw.subarray(rAt, size), 4 + rSign);
  der.set([0x02, sLength], 4 + rLength);
  der.set(raw.subarray(sAt), 6 + rLength + sSign);
  return der;
}

/** Copies the INTEGER at `offset` so that it ends at `end` of `raw`; returns where the next one starts. */
function copyInteger(der: Uint8Array, offset: number, raw: Uint8Array, end: number): number {
  const next = offset + 2 + der[offset + 1]!;
  const from = der[offset + 2] === 0 ? offset + 3 : offset + 2;
  raw.set(der.subarray(from, next), end - (next - from));
  return next;
}

/** The first byte that is not zero of the half at `start`; its last byte where all are. */
function firstDigit(raw: Uint8Array, start: number): number {
  let at = start;
  while (at < start + size - 1 && raw[at] === 0) at++;
  return at;
}
