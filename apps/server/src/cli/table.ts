// Aligned columns for people. Widths count columns of a terminal, so that Korean names align.
import { stripVTControlCharacters } from "node:util";

/** Rows below their titles, two blanks between columns; control characters of the data never reach the terminal. */
export function formatTable(titles: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [titles, ...rows].map((row) => row.map(cellText));
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, widths[column]! - displayWidth(cell))))
      .join("  ")
      .trimEnd();
  return `${cells.map(line).join("\n")}\n`;
}

/** A moment for people and scripts: RFC 3339 in UTC, seconds. */
export function formatTime(milliseconds: number | null): string {
  return milliseconds === null ? "-" : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return stripVTControlCharacters(text).replace(/\p{C}/gu, "\uFFFD");
}

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : /\p{M}/u.test(character)
        ? 0
        : 1;
  return width;
}
