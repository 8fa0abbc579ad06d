import { useId } from "preact/hooks";
import { path } from "../model/evaluation";

export interface Line {
  key: string;
  title: string;
  /** In [0, 1] both ways, by rising x. */
  points: (readonly [number, number])[];
  /** A line alone, or its points too. */
  dots?: boolean;
}

interface PlotProps {
  title: string;
  /** What can be read from it, for those who don't see it. */
  summary: string;
  x: string;
  y: string;
  lines: Line[];
}

const SIZE = 300;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Lines differ in dashes as well as in colour. */
const DASHES = ["", "9 4", "2 4", "12 3 2 3", "5 2 1 2 1 2", "1 3"];

/** Shares against shares, as a drawing with a legend; the numbers belong in a table beside it. */
export function Plot({ title, summary, x, y, lines }: PlotProps) {
  const id = useId();
  const tick = (n: number) => `${Math.round(100 * n)} %`;
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <svg role="img" aria-labelledby={`${id}-t ${id}-d`} viewBox={`-48 -8 ${SIZE + 76} ${SIZE + 52}`}>
        <title id={`${id}-t`}>{title}</title>
        <desc id={`${id}-d`}>{summary}</desc>
        {TICKS.map((n) => (
          <g key={n}>
            <path class="plot-grid" d={`M0 ${SIZE * (1 - n)}H${SIZE}M${SIZE * n} 0V${SIZE}`} />
            <text x={-6} y={SIZE * (1 - n) + 4} text-anchor="end">
              {tick(n)}
            </text>
            <text x={SIZE * n} y={SIZE + 16} text-anchor="middle">
              {tick(n)}
            </text>
          </g>
        ))}
        <text x={SIZE / 2} y={SIZE + 36} text-anchor="middle">
          {x}
        </text>
        <text x={-38} y={SIZE / 2} text-anchor="middle" transform={`rotate(-90 -38 ${SIZE / 2})`}>
          {y}
        </text>
        {lines.map((line, i) => (
          <g key={line.key} class="plot-line" data-line={i % DASHES.length}>
            <path d={path(line.points, SIZE)} stroke-dasharray={DASHES[i % DASHES.length]} />
            {line.dots &&
              line.points.map(([px, py]) => (
                <circle key={px} cx={px * SIZE} cy={(1 - py) * SIZE} r="3.5">
                  <title>{`${tick(px)}: ${tick(py)}`}</title>
                </circle>
              ))}
          </g>
        ))}
      </svg>
      <ul class="plain-list plot-legend small">
        {lines.map((line, i) => (
          <li key={line.key}>
            <svg viewBox="0 0 32 8" aria-hidden="true" class="plot-line" data-line={i % DASHES.length}>
              <path d="M0 4H32" stroke-dasharray={DASHES[i % DASHES.length]} />
            </svg>
            {line.title}
          </li>
        ))}
      </ul>
    </figure>
  );
}
