// What the cases of seed 003 need beside requests: entries to choose from, an administrator's decision, and the SMS in the outbox.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedReferenceData } from "@latchkey/contracts/mobile";
import type { WireCaseHooks } from "@latchkey/contracts/wire-cases";
import type { JsonValue } from "@latchkey/core";
import type { Realm } from "../../realms.ts";

type Entry = { readonly name: string; readonly emoji: string; readonly saveAs: string };

// The document's uuids are made by hand; the cases want ones that the library could have made.
const choices = {
  interests: [{ ...documentedReferenceData.interests[0]!, uuid: "fQW6UJWc5eNzvTNxSHK222" }],
  professions: documentedReferenceData.professions,
};

/** Writes what members choose from, for the setting `referenceData` of this name. */
export function writeReferenceData(folder: string, name: string): void {
  writeFileSync(join(folder, name), JSON.stringify(choices));
}

/** Hooks of the realm `mobile`. */
export function mobileHooks(realms: readonly Realm[], outboxFile: string): WireCaseHooks {
  const provider = () => realms.find(({ name }) => name === "mobile")!.provider;
  return {
    seedReferenceData: async ({ interests, professions }) => ({
      ...known(choices.interests, interests),
      ...known(choices.professions, professions),
    }),
    setUserStatus: async ({ uuid, status }) => {
      const change = { status: status === "accepted" ? "active" : "declined" } as const;
      await provider().administerAccount(String(uuid), change, { kind: "administrator" });
      return {};
    },
    readSms: async ({ to, saveCodeAs, expectText }) => {
      await provider().deliverMessages();
      const lines = readFileSync(outboxFile, "utf8").split("\n").filter(Boolean);
      const messages = lines.map((line) => JSON.parse(line) as Record<string, string>);
      const newest = messages.findLast((message) => message["to"] === to);
      if (newest === undefined) throw new Error(`no SMS to ${String(to)}`);
      const { text, code } = newest;
      if (expectText !== undefined && text !== expectText) throw new Error(`the SMS says ${text}`);
      return { [String(saveCodeAs)]: code! };
    },
  };
}

/** The entries are there already; their uuids are saved. */
function known(
  entries: readonly { readonly name: string; readonly emoji: string; readonly uuid: string }[],
  wanted: JsonValue | undefined,
): Readonly<Record<string, string>> {
  const found = ((wanted ?? []) as unknown as readonly Entry[]).map(({ name, emoji, saveAs }) => {
    const entry = entries.find((candidate) => candidate.name === name && candidate.emoji === emoji);
    if (entry === undefined) throw new Error(`no entry ${name}`);
    return [saveAs, entry.uuid] as const;
  });
  return Object.fromEntries(found);
}
