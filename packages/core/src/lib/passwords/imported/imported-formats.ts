// Every format of other systems whose hashes log in here, by what the platform can compute.
import type { Platform } from "../../platform.ts";
import type { PasswordHashFormat } from "../hash-format.ts";
import { webScrypt } from "../web-scrypt.ts";
import { createBcryptFormat } from "./bcrypt-format.ts";
import { createDjangoFormat } from "./django-format.ts";
import { createFirebaseFormat } from "./firebase-format.ts";
import { createWerkzeugFormat } from "./werkzeug-format.ts";

/** The formats, in the order in which they are tried. Without bcrypt of the platform its hashes are of no known format. */
export function createImportedFormats({
  argon2id,
  scrypt = webScrypt,
  bcrypt,
}: Pick<Platform, "argon2id" | "scrypt" | "bcrypt">): readonly PasswordHashFormat[] {
  return [
    createDjangoFormat({ argon2id, scrypt, bcrypt }),
    createWerkzeugFormat(scrypt),
    createFirebaseFormat(scrypt),
    ...(bcrypt === undefined ? [] : [createBcryptFormat(bcrypt)]),
  ];
}
