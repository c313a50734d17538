// The text format of Prometheus (version 0.0.4), as far as it is needed: counters, gauges, histograms. It knows no metric.

/** Labels of a sample. */
export type Labels = Readonly<Record<string, string | number>>;

/** A sample of a counter or gauge. */
export type Sample = readonly [labels: Labels, value: number];

/** A histogram's state: `counts[i]` observations at most `bounds[i]`, the last one beyond all of them. */
export interface HistogramSample {
  readonly labels: Labels;
  readonly bounds: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** The media type of the format. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** A counter or gauge with its samples; nothing where it has none. */
export function family(type: "counter" | "gauge", name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  return head(type, name, help) + samples.map(([labels, value]) => line(name, labels, value)).join("");
}

/** A histogram; buckets are cumulative. */
export function histogram(name: string, help: string, samples: readonly HistogramSample[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, bounds, counts, sum }) => {
    let total = 0;
    const buckets = Array.from(counts, (count, index) => {
      total += count;
      return line(`${name}_bucket`, { ...labels, le: bounds[index] ?? "+Inf" }, total);
    });
    return buckets.join("") + line(`${name}_sum`, labels, sum) + line(`${name}_count`, labels, total);
  });
  return head("histogram", name, help) + lines.join("");
}

function head(type: string, name: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
