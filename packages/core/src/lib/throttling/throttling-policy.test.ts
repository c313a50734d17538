// What a realm may limit: the defaults as they are documented, and each bound at its last value.
import { expect, test } from "vitest";
import { completeThrottling, defaultThrottling, type ThrottlingDifferences } from "./throttling-policy.ts";

const refusal = (differences: ThrottlingDifferences): string => {
  try {
    completeThrottling(differences);
    return "accepted";
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
};

test("NI-04: the defaults are five free failures, at most 100 in a row, 300 failures per address and 5 messages per recipient", () => {
  expect(completeThrottling()).toEqual({
    guessesPerAccount: {
      free: 5,
      most: 100,
      keptForKnownAddresses: 10,
      firstDelaySeconds: 1,
      longestDelaySeconds: 900,
      forgetAfterSeconds: 2_592_000,
    },
    failuresPerAddress: { most: 300, seconds: 900 },
    messagesPerRecipient: { most: 5, seconds: 900 },
    messagesPerAddress: null,
    signUpsPerAddress: null,
    logInsPerAddress: null,
  });
  expect(completeThrottling({})).toEqual(defaultThrottling);
});

test("what is given takes the place of a default, and nothing else does", () => {
  const given = {
    guessesPerAccount: { most: 50 },
    failuresPerAddress: null,
    logInsPerAddress: { most: 9, seconds: 60 },
  };
  expect(completeThrottling(given)).toEqual({
    ...defaultThrottling,
    guessesPerAccount: { ...defaultThrottling.guessesPerAccount, most: 50 },
    failuresPerAddress: null,
    logInsPerAddress: { most: 9, seconds: 60 },
  });
  expect(completeThrottling({ guessesPerAccount: null })).toEqual({ ...defaultThrottling, guessesPerAccount: null });
});

test("nobody changes the limits of a realm while it runs", () => {
  const policy = completeThrottling();
  for (const part of [policy, policy.guessesPerAccount!, policy.failuresPerAddress!, policy.messagesPerRecipient!])
    expect(Object.isFrozen(part)).toBe(true);
  expect(Object.isFrozen(defaultThrottling)).toBe(true);
});

const year = 31_536_000;
test.each([
  "failuresPerAddress",
  "messagesPerRecipient",
  "messagesPerAddress",
  "signUpsPerAddress",
  "logInsPerAddress",
])("%s holds one to a million in one second to a year, whole ones", (name) => {
  const limit = (most: number, seconds: number) => refusal({ [name]: { most, seconds } });
  for (const [most, seconds] of [
    [1, 1],
    [1_000_000, year],
  ] as const)
    expect(limit(most, seconds)).toBe("accepted");
  for (const most of [0, 1_000_001, 1.5, Number.NaN, -1])
    expect(limit(most, 1)).toBe(`policy.throttling.${name}.most must be a whole number from 1 to 1000000`);
  for (const seconds of [0, year + 1, 0.5, Number.POSITIVE_INFINITY])
    expect(limit(1, seconds)).toBe(`policy.throttling.${name}.seconds must be a whole number from 1 to ${year}`);
});

test.each([
  ["free", 1, 100, { most: 100, keptForKnownAddresses: 0 }],
  ["most", 1, 100, { free: 1, keptForKnownAddresses: 0 }],
  ["keptForKnownAddresses", 0, 50, {}],
  ["firstDelaySeconds", 1, 3600, { longestDelaySeconds: 86_400 }],
  ["longestDelaySeconds", 1, 86_400, {}],
  ["forgetAfterSeconds", 3600, year, { longestDelaySeconds: 900 }],
] as const)("guessesPerAccount.%s is a whole number from %d to %d", (name, least, most, others) => {
  const limit = (value: number) => refusal({ guessesPerAccount: { ...others, [name]: value } });
  expect([limit(least), limit(most)]).toEqual(["accepted", "accepted"]);
  for (const wrong of [least - 1, most + 1, least + 0.5, Number.NaN])
    expect(limit(wrong)).toBe(
      `policy.throttling.guessesPerAccount.${name} must be a whole number from ${least} to ${most}`,
    );
});

test("limits that contradict one another are refused by name, those that just do not are taken", () => {
  const limit = (guessesPerAccount: NonNullable<ThrottlingDifferences["guessesPerAccount"]>) =>
    refusal({ guessesPerAccount });
  expect(limit({ free: 90 })).toBe("accepted");
  expect(limit({ free: 91 })).toBe(
    "policy.throttling.guessesPerAccount.free must not be more than most less keptForKnownAddresses",
  );
  expect(limit({ firstDelaySeconds: 900 })).toBe("accepted");
  expect(limit({ firstDelaySeconds: 901 })).toBe(
    "policy.throttling.guessesPerAccount.longestDelaySeconds must not be less than firstDelaySeconds",
  );
  expect(limit({ longestDelaySeconds: 3600, forgetAfterSeconds: 3600 })).toBe("accepted");
  expect(limit({ longestDelaySeconds: 3601, forgetAfterSeconds: 3600 })).toBe(
    "policy.throttling.guessesPerAccount.forgetAfterSeconds must not be less than longestDelaySeconds",
  );
});
