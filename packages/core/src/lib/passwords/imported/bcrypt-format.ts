// bcrypt as PHP, Ruby, Flask-Bcrypt and many others store it. Of the password's UTF-8 the first 72 bytes count, as they did where the hash was made.
import { equalBytes, utf8 } from "../../kernel/bytes.ts";
import type { PasswordHashFormat, StoredPasswordHash } from "../hash-format.ts";
import type { Bcrypt } from "../key-derivation.ts";
import { importedBounds } from "./imported-bounds.ts";

const form = /^(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/;

/** `$2a$`, `$2b$` and `$2y$`. (`$2x$` marks the hashes of a faulty implementation: they are not read.) */
export function createBcryptFormat(bcrypt: Bcrypt): PasswordHashFormat {
  return { read: (encoded) => readBcrypt(bcrypt, encoded) };
}

/** Reads bcrypt's own text; `prepare` makes of the password what the origin gave to bcrypt. */
export function readBcrypt(
  bcrypt: Bcrypt,
  encoded: string,
  prepare: (password: string) => string | Promise<string> = (password) => password,
): StoredPasswordHash | undefined {
  const [, setting, digits] = form.exec(encoded) ?? [];
  const cost = Number(digits);
  if (setting === undefined || cost < 4 || cost > importedBounds.bcryptCost) return undefined;
  return {
    outdated: true,
    matches: async (password) => equalBytes(utf8(await bcrypt(await prepare(password), setting)), utf8(encoded)),
  };
}
