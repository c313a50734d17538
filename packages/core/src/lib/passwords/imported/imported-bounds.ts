// What an imported hash may ask of us: beyond it, verifying would be a denial of service (attack class 10), and it is read as no hash at all.

/** The bounds, each some times what the systems use today. */
export const importedBounds: {
  /** Characters of a hash of Firebase, which holds the project's parameters; the other formats are of bounded length by their form. */
  readonly length: number;
  /** Django 5.2 uses 1,000,000. */
  readonly pbkdf2Iterations: number;
  /** N × r × p, and so 256 MiB (128 × N × r bytes) at most. Werkzeug 3 uses 2¹⁸ and 32 MiB. */
  readonly scryptWork: number;
  /** The binary logarithm of the rounds. Django uses 12. */
  readonly bcryptCost: number;
} = Object.freeze({
  length: 512,
  pbkdf2Iterations: 3_000_000,
  scryptWork: 2 ** 21,
  bcryptCost: 14,
});

/** Whether scrypt allows the figures (RFC 7914 §2) and so do we. */
export function isScryptWithinBounds(cost: number, blockSize: number, parallelism: number): boolean {
  return (
    [cost, blockSize, parallelism].every((figure) => Number.isSafeInteger(figure) && figure >= 1) &&
    cost >= 2 &&
    Number.isInteger(Math.log2(cost)) &&
    cost * blockSize * parallelism <= importedBounds.scryptWork
  );
}
