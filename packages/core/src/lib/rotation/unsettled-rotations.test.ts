// What is asked of the store for rotations whose COMMIT was not answered.
import { expect, it } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import { createUnsettledRotations } from "./unsettled-rotations.ts";

function watched(fault: () => boolean = () => false) {
  const storage = createMemoryStorage();
  const asked: unknown[] = [];
  const reanchor: (typeof storage.families)["reanchor"] = async (at) => {
    if (fault()) throw new StoreUnavailableError("the database is away");
    asked.push(at);
    return true;
  };
  const unsettled = createUnsettledRotations("main", { ...storage, families: { ...storage.families, reanchor } });
  return { unsettled, asked };
}

it("each rotation of a family is settled once, and nothing of other families", async () => {
  const { unsettled, asked } = watched();
  unsettled.add({ familyId: "a", generation: 1, attemptedAt: 1000 });
  unsettled.add({ familyId: "a", generation: 2, attemptedAt: 2000 });
  unsettled.add({ familyId: "b", generation: 7, attemptedAt: 3000 });
  await unsettled.settle("a", 5000);
  await unsettled.settle("a", 6000);
  await unsettled.settle("c", 6000);
  expect(asked).toEqual([
    { realm: "main", familyId: "a", generation: 1, attemptedAt: 1000, now: 5000 },
    { realm: "main", familyId: "a", generation: 2, attemptedAt: 2000, now: 5000 },
  ]);
});

it("RT-20: what the store could not settle stays to be settled", async () => {
  let down = true;
  const { unsettled, asked } = watched(() => down);
  unsettled.add({ familyId: "a", generation: 1, attemptedAt: 1000 });
  await expect(unsettled.settle("a", 5000)).rejects.toThrow(StoreUnavailableError);
  down = false;
  await unsettled.settle("a", 6000);
  expect(asked).toHaveLength(1);
});

it("10,000 families are remembered; one more, and the oldest is forgotten", async () => {
  const { unsettled, asked } = watched();
  for (let count = 1; count <= 10_000; count++)
    unsettled.add({ familyId: `f${count}`, generation: 1, attemptedAt: count });
  await unsettled.settle("f1", 20_000);
  expect(asked).toHaveLength(1);
  unsettled.add({ familyId: "f10001", generation: 1, attemptedAt: 10_001 });
  unsettled.add({ familyId: "f10002", generation: 1, attemptedAt: 10_002 });
  await unsettled.settle("f2", 20_000);
  expect(asked).toHaveLength(1);
  await unsettled.settle("f3", 20_000);
  expect(asked).toHaveLength(2);
});
