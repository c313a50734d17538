// The settings of a realm's limits on trying. What each means is core's; here are bounds and sentences.
import { z } from "zod";
import { wholeNumber } from "./fields.ts";
import type { ThrottlingSettings } from "./settings.ts";

const day = 86_400;

const limit = (what: string): z.ZodOptional<z.ZodNullable<z.ZodObject<{ most: z.ZodNumber; seconds: z.ZodNumber }>>> =>
  z
    .strictObject(
      {
        most: wholeNumber(1, 1_000_000, "How many at most."),
        seconds: wholeNumber(1, 365 * day, "Within how many seconds, from the first one on."),
      },
      { error: 'must be null or an object, for example {"most": 300, "seconds": 900}' },
    )
    .nullable()
    .meta({ description: what })
    .optional();

const guesses = z
  .strictObject(
    {
      free: wholeNumber(1, 100, "Failures in a row that cost no wait. Default 5."),
      most: wholeNumber(1, 100, "Failures in a row at most. Default 100."),
      keptForKnownAddresses: wholeNumber(
        0,
        50,
        "How many of them only addresses may use that the account logged in from. Default 10.",
      ),
      firstDelaySeconds: wholeNumber(1, 3600, "The wait after the last free failure; it doubles. Default 1."),
      longestDelaySeconds: wholeNumber(1, day, "The longest wait between two guesses. Default 900."),
      forgetAfterSeconds: wholeNumber(
        3600,
        365 * day,
        "After so long without a failure a row is over; so long an address stays known. Default 2592000.",
      ),
    },
    { error: 'must be null or an object, for example {"most": 50}' },
  )
  .partial();

/** The limits of one realm; `null` switches one off. */
export const throttlingSchema: z.ZodType<ThrottlingSettings> = z
  .strictObject(
    {
      guessesPerAccount: guesses
        .nullable()
        .meta({ description: "Wrong passwords and wrong codes of one account, each for itself; null = no limit." })
        .optional(),
      failuresPerAddress: limit("Wrong passwords, codes and client secrets of one address. Default 300 in 900 s."),
      messagesPerRecipient: limit("Messages to one recipient. Default 5 in 900 s."),
      messagesPerAddress: limit("Messages that one address asks for. Default null."),
      signUpsPerAddress: limit("Accounts that sign up from one address. Default null."),
      logInsPerAddress: limit("Log-ins that succeed from one address. Default null."),
    },
    { error: "must be an object of limits" },
  )
  .meta({ description: "How much may be tried; what is not named keeps its default, null switches a limit off." });
