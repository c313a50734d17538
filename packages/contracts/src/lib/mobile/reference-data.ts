// What members choose from. The entries of the document stand here; a server reads its own from a file.

/** Something that members are interested in. */
export interface Interest {
  readonly uuid: string;
  readonly emoji: string;
  readonly name: string;
  /** Path below `/media/`. */
  readonly image: string;
}

/** What members do for a living. */
export interface Profession {
  readonly uuid: string;
  readonly emoji: string;
  readonly name: string;
}

/** Everything to choose from, in the order in which it is shown. */
export interface ReferenceData {
  readonly interests: readonly Interest[];
  readonly professions: readonly Profession[];
}

/** The document's entries (seeds/003), with the uuids and the image that it names. */
export const documentedReferenceData: ReferenceData = Object.freeze({
  interests: [
    {
      uuid: "fQW6UJWc5eNzvTNxSHK000",
      emoji: "⛳",
      name: "골프",
      image: "images/interests/interest_P6kjacMDyoBQZXHVy3d6Q8.jpeg",
    },
    {
      uuid: "fQW6UJWc5eNzvTNxSHK001",
      emoji: "⛳",
      name: "골프",
      image: "images/interests/interest_P6kjacMDyoBQZXHVy3d6Q8.jpeg",
    },
  ],
  professions: [{ uuid: "6jPaGgDuJeeVffM7SXTBGx", emoji: "👨‍⚕️", name: "의사" }],
} satisfies ReferenceData);

const entryId = /^[0-9A-Za-z]{1,64}$/;

/** Reads what a file holds. @throws TypeError naming the entry that is none */
export function readReferenceData(value: unknown): ReferenceData {
  const { interests, professions } = (value ?? {}) as { readonly [name: string]: unknown };
  return {
    interests: readEntries("interests", interests, ["uuid", "emoji", "name", "image"]) as readonly Interest[],
    professions: readEntries("professions", professions, ["uuid", "emoji", "name"]) as readonly Profession[],
  };
}

function readEntries(list: string, value: unknown, members: readonly string[]): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`referenceData: "${list}" must be a list`);
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const given = (item ?? {}) as Readonly<Record<string, unknown>>;
    const missing = members.find((name) => typeof given[name] !== "string");
    if (missing !== undefined) throw new TypeError(`referenceData: ${list}[${index}] needs "${missing}", a text`);
    const uuid = String(given["uuid"]);
    if (!entryId.test(uuid) || seen.has(uuid))
      throw new TypeError(`referenceData: ${list}[${index}].uuid must be 1 to 64 letters and digits of its own`);
    seen.add(uuid);
  }
  return value;
}
