// The child's side of the channel to the parent: one question, one answer. The child ends with its parent.

/** What a child says: that it is there, an answer, or why there is none. */
export type ChildWord<Answer> =
  | { readonly ready: true; readonly port?: number }
  | { readonly answer: Answer }
  | { readonly error: string };

/** Answers the parent's questions with `work`; `port` is where the child listens, if it does. */
export function serveParent<Question, Answer>(work: (question: Question) => Promise<Answer>, port?: number): void {
  process.on("message", (question: Question) => {
    work(question).then(
      (answer) => tell<Answer>({ answer }),
      (error: unknown) =>
        tell<Answer>({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  sayReady(port);
}

/** Tells the parent that the child is there, and on which port it listens. */
export function sayReady(port?: number): void {
  process.on("disconnect", () => process.exit());
  tell({ ready: true, ...(port !== undefined && { port }) });
}

function tell<Answer>(word: ChildWord<Answer>): void {
  process.send?.(word);
}
