import uPlot from 'uplot';
import css from 'uplot/dist/uPlot.min.css';
import type { ChartData } from './chartData.ts';

// Loaded when a chart is first shown. It imports none of the page's modules, so that it stays one chunk.

export interface PlotColours {
  readonly in: string;
  readonly out: string;
  readonly text: string;
  readonly line: string;
}

export interface PlotOptions {
  readonly colours: PlotColours;
  readonly font: string;
  /** Logarithmic scale that still shows zero. */
  readonly isSteep: boolean;
  /**
   * Labels times on the axis, in seconds since the session began; with tenths of a second if the labels are that
   * close.
   */
  readonly label: (seconds: number, withTenths: boolean) => string;
  /** Called with the time under the cursor, or undefined. */
  readonly onCursor: (seconds: number | undefined) => void;
  /** Called when the positions of times may have changed. */
  readonly onDraw: () => void;
}

export interface Plot {
  setData(data: ChartData): void;
  setSize(width: number, height: number): void;
  setColours(colours: PlotColours): void;
  /** Moves the cursor's line to a time without calling `onCursor`. */
  setCursor(seconds: number | undefined): void;
  /** Converts a time to pixels from the left edge of `over`, and back. */
  toPixels(seconds: number): number;
  toSeconds(pixels: number): number;
  /** The element that lies over the drawing. */
  readonly over: HTMLElement;
  destroy(): void;
}

const AXIS_HEIGHT = 16;

/** Seconds between two labels of the axis. */
const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
];

/** Minimum width of an axis label in pixels. */
const LABEL_SPACE = 110;

export const plotCss = css;

/** Draws areas over time: a light one up to the busiest second of each bucket, a denser one up to the calmest. */
export function createPlot(parent: HTMLElement, options: PlotOptions): Plot {
  let { colours } = options;
  let isSilent = false;
  const faint = (colour: string, percent: number): string =>
    `color-mix(in srgb, ${colour} ${percent}%, transparent)`;
  const stepped = uPlot.paths.stepped!({ align: 1 });
  const most = (colour: () => string): uPlot.Series => ({
    stroke: colour,
    width: 1,
    fill: () => faint(colour(), 18),
    paths: stepped,
    points: { show: false },
  });
  const least = (colour: () => string): uPlot.Series => ({
    ...most(colour),
    stroke: 'transparent',
    width: 0,
    fill: () => faint(colour(), 24),
  });
  const received = (): string => colours.in;
  const sent = (): string => colours.out;

  const plot = new uPlot(
    {
      width: Math.max(1, parent.clientWidth),
      height: Math.max(1, parent.clientHeight),
      padding: [2, 0, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: { show: false },
      },
      scales: {
        x: { time: false, range: (_, min, max) => [min, max > min ? max : min + 1] },
        y: {
          ...(options.isSteep && { distr: 4 as const, asinh: 1 }),
          range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1],
        },
      },
      axes: [
        {
          size: AXIS_HEIGHT,
          gap: 2,
          space: LABEL_SPACE,
          incrs: STEPS,
          font: options.font,
          stroke: () => colours.text,
          grid: { show: false },
          ticks: { stroke: () => colours.line, width: 1, size: 3 },
          // Labels that would be cut off at the edges are omitted.
          values: (u, seconds, _axis, _space, step) =>
            seconds.map((each) => {
              const left = u.valToPos(each, 'x');
              const isWhole =
                left >= LABEL_SPACE / 4 && left <= u.bbox.width / uPlot.pxRatio - LABEL_SPACE / 4;
              return isWhole ? options.label(each, step < 1) : '';
            }),
        },
        { show: false },
      ],
      series: [{}, most(received), least(received), most(sent), least(sent)],
      hooks: {
        draw: [() => options.onDraw()],
        setCursor: [
          (u) => {
            const { left } = u.cursor;
            if (isSilent) return;
            options.onCursor(left === undefined || left < 0 ? undefined : u.posToVal(left, 'x'));
          },
        ],
      },
    },
    [[], [], [], [], []],
    parent,
  );

  return {
    setData: ({ x, inMax, inMin, outMax, outMin }) => plot.setData([x, inMax, inMin, outMax, outMin]),
    setSize: (width, height) => plot.setSize({ width: Math.max(1, width), height: Math.max(1, height) }),
    setColours(next) {
      colours = next;
      plot.redraw(false, true);
    },
    setCursor(seconds) {
      isSilent = true;
      plot.setCursor({ left: seconds === undefined ? -10 : plot.valToPos(seconds, 'x'), top: 0 });
      isSilent = false;
    },
    toPixels: (seconds) => plot.valToPos(seconds, 'x'),
    toSeconds: (pixels) => plot.posToVal(pixels, 'x'),
    over: plot.over,
    destroy: () => plot.destroy(),
  };
}
