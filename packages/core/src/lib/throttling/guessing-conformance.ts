// What a provider promises of guessing, on every store and from two processes: exactly as much gets through as is allowed, and the owner gets in.
import { ensure, equal } from "../conformance/assert.ts";
import { range, stagger } from "../conformance/kit.ts";
import {
  operator,
  outcomeOf,
  passwords,
  somebody,
  type ProviderCases,
  type ProviderScene,
} from "../conformance/provider-kit.ts";
import { fresh } from "../conformance/samples.ts";

/** Registers the cases. */
export function guessingCases(cases: ProviderCases): void {
  parallelGuesses(cases);
  failuresInARow(cases);
  codes(cases);
  signUps(cases);
}

const wrong = "not the password of anybody";
const mobile = "+821012345678";
const owner = { address: "203.0.113.7" };
const stranger = { address: "198.51.100.1" };

/** How often each outcome came. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.all(calls.map(outcomeOf))) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** `count` calls at once, by both processes in turn. */
const atOnce = (
  { provider, second }: ProviderScene,
  count: number,
  call: (at: typeof provider, index: number) => Promise<unknown>,
) =>
  range(count).map(async (index) => {
    await stagger((index * 5) % 11);
    return call(index % 2 === 0 ? provider : second, index);
  });

const quick = { guessesPerAccount: { free: 2, most: 6, keptForKnownAddresses: 2 } } as const;

function parallelGuesses({ check }: ProviderCases): void {
  check(
    "NI-04, AS-05, class 9: of 200 parallel wrong guesses exactly five are judged, for a known name as for an unknown one (class 13)",
    async (scene) => {
      const { name } = await somebody(scene);
      for (const identifier of [name, fresh("nobody")]) {
        const guesses = atOnce(scene, 200, (at, index) => at.logIn({ identifier, password: `${wrong} ${index}` }));
        equal(await outcomes(guesses), { credentials_invalid: 5, rate_limited: 195 }, "the outcomes");
      }
    },
  );

  check("NI-04: the right password among 200 parallel guesses is not found out by who came later", async (scene) => {
    const { name } = await somebody(scene);
    await outcomes(range(5).map(() => scene.provider.logIn({ identifier: name, password: wrong })));
    const right = atOnce(scene, 200, (at, index) =>
      at.logIn({ identifier: name, password: index === 77 ? passwords.first : wrong }),
    );
    equal(await outcomes(right), { rate_limited: 200 }, "the outcomes");
  });

  check("right passwords are never limited, however many come at once", async (scene) => {
    const { name } = await somebody(scene);
    const logIns = atOnce(scene, 50, (at) => at.logIn({ identifier: name, password: passwords.first }, owner));
    equal(await outcomes(logIns), { ok: 50 }, "the outcomes");
  });

  check(
    "class 9: an address fails as often as it may, whatever it guesses at, and is counted by its /64",
    async (scene) => {
      const guesses = atOnce(scene, 40, (at, index) =>
        at.logIn({ identifier: fresh("nobody"), password: wrong }, { address: `2001:db8:1:2::${index.toString(16)}` }),
      );
      equal(await outcomes(guesses), { credentials_invalid: 10, rate_limited: 30 }, "the outcomes");
      const { name } = await somebody(scene);
      const logIn = (address: string) =>
        outcomeOf(scene.second.logIn({ identifier: name, password: passwords.first }, { address }));
      equal(await logIn("2001:db8:1:2:ffff::1"), "rate_limited", "a right password from there");
      equal(await logIn("2001:db8:1:3::1"), "ok", "one from the next network");
      scene.clock.advance(900_000);
      equal(await logIn("2001:db8:1:2:ffff::1"), "ok", "a right password later");
    },
    { throttling: { failuresPerAddress: { most: 10, seconds: 900 } } },
  );
}

function failuresInARow({ check }: ProviderCases): void {
  check(
    "NI-04: failures in a row end where the policy says, strangers before the owner, and a reset opens the way again",
    async (scene) => {
      const { provider, second, clock } = scene;
      const { id, name } = await somebody(scene);
      const logIn = (password: string, context: { readonly address: string }) =>
        outcomeOf(second.logIn({ identifier: name, password }, context));
      equal(await logIn(passwords.first, owner), "ok", "the owner's log-in");
      for (const failure of range(4)) {
        equal(await logIn(wrong, stranger), "credentials_invalid", `the stranger's guess ${failure}`);
        clock.advance(3_600_000);
      }
      equal(await logIn(passwords.first, stranger), "rate_limited", "the right password from an unknown address");
      for (const failure of range(2)) equal(await logIn(wrong, owner), "credentials_invalid", `the owner's ${failure}`);
      clock.advance(3_600_000);
      equal(await logIn(passwords.first, owner), "rate_limited", "the right password after six failures in all");
      await provider.resetThrottle({ accountId: id }, operator);
      clock.advance(1001);
      equal(await logIn(passwords.first, stranger), "ok", "a log-in after the reset");
    },
    { throttling: quick },
  );

  check(
    "AS 6.1.1: the owner gets in where the owner was before, whatever strangers do, and that ends the row for everybody",
    async (scene) => {
      const { second, clock } = scene;
      const { name } = await somebody(scene);
      const logIn = (password: string, context: { readonly address: string }) =>
        outcomeOf(second.logIn({ identifier: name, password }, context));
      await logIn(passwords.first, owner);
      for (const _ of range(4)) {
        await logIn(wrong, stranger);
        clock.advance(3_600_000);
      }
      equal(await logIn(passwords.first, stranger), "rate_limited", "a stranger");
      equal(await logIn(passwords.first, owner), "ok", "the owner");
      clock.advance(1001);
      equal(await logIn(passwords.first, stranger), "ok", "anybody with the password, afterwards");
    },
    { throttling: quick },
  );

  check(
    "AS 6.1.1: a sign-up makes its address known to its own account and to no other",
    async ({ provider, second, clock }) => {
      const logIn = (identifier: string, password: string, context: { readonly address: string }) =>
        outcomeOf(second.logIn({ identifier, password }, context));
      const [mine, others] = [fresh("mine"), fresh("others")];
      await provider.signUp({ identifiers: { username: mine }, password: passwords.first }, owner);
      await provider.signUp({ identifiers: { username: others }, password: passwords.first }, stranger);
      for (const name of [mine, others])
        for (const _ of range(4)) {
          await logIn(name, wrong, { address: "192.0.2.9" });
          clock.advance(3_600_000);
        }
      equal(await logIn(mine, passwords.first, owner), "ok", "where the account was made");
      equal(await logIn(others, passwords.first, owner), "rate_limited", "where another account was made");
    },
    { throttling: quick },
  );
}

function codes({ check }: ProviderCases): void {
  const policy = { logInWithCode: ["mobile"] };
  check(
    "classes 1, 9 and 14: of 50 parallel uses of one code one succeeds, and of 200 parallel guesses five are judged",
    async (scene) => {
      const { provider } = scene;
      await provider.createAccount({ identifiers: { username: fresh("person"), mobile } }, operator);
      const ask = async (): Promise<string> => {
        await provider.requestCode({ identifier: mobile });
        await provider.deliverMessages();
        return scene.codes.at(-1)!;
      };
      const code = await ask();
      const uses = atOnce(scene, 50, (at) => at.logInWithCode({ identifier: mobile, code }));
      equal(await outcomes(uses), { ok: 1, code_used: 49 }, "the uses");
      const next = await ask();
      const guess = next === "000000" ? "000001" : "000000";
      const guesses = atOnce(scene, 200, (at) => at.logInWithCode({ identifier: mobile, code: guess }));
      equal(await outcomes(guesses), { code_invalid: 4, code_exhausted: 1, rate_limited: 195 }, "the guesses");
    },
    policy,
  );

  check(
    "class 14: five messages go to a recipient in fifteen minutes, however many are asked for at once, and an unknown one is limited alike (class 13)",
    async (scene) => {
      await scene.provider.createAccount({ identifiers: { username: fresh("person"), mobile } }, operator);
      const asked = atOnce(scene, 20, (at) => at.requestCode({ identifier: mobile }));
      equal(await outcomes(asked), { ok: 5, rate_limited: 15 }, "the requests");
      const unknown = atOnce(scene, 20, (at) => at.requestCode({ identifier: "+821099999999" }));
      equal(await outcomes(unknown), { account_unknown: 5, rate_limited: 15 }, "those for nobody");
      scene.clock.advance(900_000);
      equal(await outcomeOf(scene.second.requestCode({ identifier: mobile })), "ok", "one more, later");
      for (const process of [scene.provider, scene.second]) await process.deliverMessages();
    },
    policy,
  );
}

function signUps({ check }: ProviderCases): void {
  check("classes 1 and 8: of 40 parallel sign-ups of one name in all its spellings one succeeds", async (scene) => {
    const name = fresh("zoë");
    const spellings = [name, name.toUpperCase(), name.normalize("NFD"), ` ${name} `, name.replace("z", "ｚ")];
    const tries = atOnce(scene, 40, (at, index) =>
      at.signUp({ identifiers: { username: spellings[index % spellings.length]! }, password: passwords.first }),
    );
    equal(await outcomes(tries), { ok: 1, identifier_taken: 39 }, "the outcomes");
  });

  check(
    "limits on what succeeds are off by default; where one is set, exactly as many succeed",
    async (scene) => {
      const person = () => ({ identifiers: { username: fresh("person") }, password: passwords.first });
      const signedUp = atOnce(scene, 20, (at) => at.signUp(person(), stranger));
      equal(await outcomes(signedUp), { ok: 3, rate_limited: 17 }, "the sign-ups");
      equal(await outcomeOf(scene.provider.signUp(person(), owner)), "ok", "a sign-up from elsewhere");
      const { name } = await somebody(scene);
      const logIns = atOnce(scene, 20, (at) => at.logIn({ identifier: name, password: passwords.first }, stranger));
      equal(await outcomes(logIns), { ok: 4, rate_limited: 16 }, "the log-ins");
      ensure((await scene.provider.listAccounts({})).items.length === 5, "no account of a refused sign-up stays");
    },
    { throttling: { signUpsPerAddress: { most: 3, seconds: 60 }, logInsPerAddress: { most: 4, seconds: 60 } } },
  );
}
