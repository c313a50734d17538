import { expect, it } from "vitest";
import { checkDatabaseUrl, checkFileSystem } from "./check-database-place.ts";
import { checkMasterKeys } from "./check-secrets.ts";

it("refuses SQLite on file systems of the network, by the number that Linux has for them", () => {
  const [ext4, nfs, cifs] = [0xef53, 0x6969, 0xff534d42];
  expect(checkFileSystem(ext4).severity).toBe("ok");
  expect(checkFileSystem(nfs)).toMatchObject({ id: "database-disk-local", severity: "unsafe", found: "NFS" });
  // As a signed number of 32 bits, which some platforms give.
  for (const type of [cifs, cifs | 0]) expect(checkFileSystem(type)).toMatchObject({ found: "CIFS" });
});

it("refuses a master key that nobody drew, and tells of former ones", () => {
  const drawn = crypto.getRandomValues(new Uint8Array(32));
  const broken = (...keys: readonly [Uint8Array, ...Uint8Array[]]) =>
    checkMasterKeys(keys[0], keys.slice(1))
      .filter(({ severity }) => severity !== "ok")
      .map(({ id, severity }) => [id, severity]);
  expect(broken(drawn)).toEqual([]);
  expect(broken(new Uint8Array(32))).toEqual([["master-key-random", "unsafe"]]);
  expect(broken(Buffer.alloc(32, "master"))).toEqual([["master-key-random", "unsafe"]]);
  expect(broken(drawn, drawn)).toEqual([["master-key-former", "odd"]]);
});

it.each([
  ["postgres:///latchkey?host=/var/run/postgresql", "ok"],
  ["postgres://%2Fvar%2Frun%2Fpostgresql/latchkey", "ok"],
  ["mysql://u@db.example/latchkey?socketPath=/run/mysqld.sock", "ok"],
  ["postgres://u@[::1]/latchkey", "ok"],
  ["postgres:///latchkey?host=db.example", "odd"],
  ["postgres://u:100%25%zz@db.example/latchkey?sslmode=disable", "odd"],
  ["postgres://u@db.example/latchkey?sslmode=verify-full", "ok"],
  ["mysql://u@db.example/latchkey?ssl-mode=verify_identity", "ok"],
])("judges the way to %s by where it leads: %s", async (url, severity) => {
  const findings = await checkDatabaseUrl({ dialect: "server", name: "PostgreSQL", url, pool: {} });
  expect(findings.find(({ id }) => id === "database-encrypted")?.severity).toBe(severity);
});
