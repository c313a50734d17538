// The thread's side of `worker-bcrypt.ts`.
import { hashSync } from "bcryptjs";
import { answerRequests } from "./answer-requests.ts";
import type { BcryptRequest } from "./worker-bcrypt.ts";

answerRequests(({ password, setting }: BcryptRequest) => hashSync(password, setting));
