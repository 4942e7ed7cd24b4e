import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelTimelineCalls, Rates } from '../../shared/timelineProtocol.ts';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { baseStyles } from '../base/styles.ts';
import { clockTime, elapsedTime, rate } from '../text/figures.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { CHART_TEXT } from './chartTexts.ts';
import type { TimeColumn, TimeSpan } from '../rows/timeColumn.ts';
import { bucketAt, chartData, chartKey, isSteep, peaks } from './chartData.ts';
import { chartStyles, plotColours, plotFont } from './chartStyles.ts';
import type { Plot } from './plot.ts';
import { createRateModel } from './rateModel.ts';

const MICROSECONDS = 1_000_000;

/** Minimum distance in pixels that the pointer moves to choose a range. */
const DRAGGED = 4;

/** Minimum width in pixels of the mark of the visible span. */
const NARROWEST_VIEW = 3;

/**
 * Messages per second over the whole session. A click goes to a time, dragging selects the rows of a range. Events:
 * `duplex-jump`, `duplex-range`, `duplex-fail`.
 */
@customElement('duplex-chart')
export class Chart extends LitElement {
  static override styles = [baseStyles, chartStyles];

  @property({ attribute: false }) calls: Pick<PanelTimelineCalls, 'rates'> | undefined = undefined;
  @property({ attribute: false }) rows = 0;
  @property({ attribute: false }) firstRow = 0;
  @property({ attribute: false }) column: TimeColumn = { mode: 'clock', zero: undefined, startedAt: 0 };
  /** The span of time that is visible in the timeline. */
  @property({ attribute: false }) span: TimeSpan | undefined = undefined;

  /** The time under the pointer or chosen by keys, in microseconds since the session began. */
  @state() private cursor: number | undefined = undefined;

  /** Start of the range that is being chosen, in microseconds since the session began; it ends at the cursor. */
  @state() private origin: number | undefined = undefined;

  @query('.plot') private readonly host!: HTMLElement;
  @query('.view') private readonly view!: HTMLElement | null;
  @query('.range') private readonly range!: HTMLElement | null;

  #plot: Plot | undefined;
  /** Position at which the pointer's button was pressed, in pixels. */
  #pressedAt: number | undefined;
  #isLoading = false;
  #isSteep = false;
  /** The drawn rates. */
  #drawn: Rates | undefined;
  readonly #observer = new ResizeObserver(() => this.#resize());
  /** VS Code changes the style and class of the document when the theme changes. */
  readonly #themes = new MutationObserver(() => this.#plot?.setColours(plotColours(this)));

  readonly #model = createRateModel(
    () => this.calls!.rates(),
    () => this.requestUpdate(),
    (error) => emit(this, 'duplex-fail', error),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#themes.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
    this.#themes.observe(document.body, { attributeFilter: ['class'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#model.stop();
    this.#themes.disconnect();
    this.#observer.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#drawn = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows') || changed.has('firstRow')) this.#model.update(this.rows, this.firstRow);
  }

  protected override render(): TemplateResult {
    const { rates, progress } = this.#model;
    return html`
      <div class="line">
        <span class="title dim">${CHART_TEXT.chartHead}</span>
        <span class="legend"
          >${icon('arrow-down', 'in')}${SHARED_TEXT.in} ${icon('arrow-up', 'out')}${SHARED_TEXT.out}</span
        >
        <span class="reading">
          ${progress === undefined ? this.#reading(rates) : CHART_TEXT.counting(Math.floor(progress * 100))}
        </span>
      </div>
      <div
        class="plot"
        role="slider"
        tabindex="0"
        aria-label=${this.#summary(rates)}
        aria-valuemin="0"
        aria-valuemax=${Math.round((rates?.end ?? 0) / MICROSECONDS)}
        aria-valuenow=${Math.round((this.cursor ?? this.span?.from ?? 0) / MICROSECONDS)}
        aria-valuetext=${this.cursor === undefined || !rates ? nothing : this.#reading(rates)}
        @keydown=${this.#onKey}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
        @pointercancel=${() => this.#endRange()}
        @blur=${() => this.#endRange()}
      ></div>
    `;
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this.host);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { rates } = this.#model;
    if (rates !== undefined && rates !== this.#drawn && rates.in.mean.length > 0) void this.#draw(rates);
    if (changed.has('span')) this.#showSpan();
    if (this.range) this.#place(this.range, this.#chosen);
  }

  /** The rates under the cursor, or the peaks. */
  #reading(rates: Rates | undefined): string {
    if (rates === undefined || rates.in.mean.length === 0) return '';
    if (this.cursor === undefined) {
      const { in: received, out: sent } = peaks(rates);
      return CHART_TEXT.chartPeak(rate(received), rate(sent));
    }
    const chosen = this.#chosen;
    if (chosen) {
      const [from, to] = [chosen.from, chosen.to].map((time) => this.#label(time / MICROSECONDS, true));
      return CHART_TEXT.chartRange(from!, to!);
    }
    const bucket = bucketAt(rates, this.cursor);
    const of = ({ mean, max }: Rates['in']): string => {
      const [usual, most] = [rate(mean[bucket]!), rate(max[bucket]!)];
      return usual === most ? usual : CHART_TEXT.chartUpTo(usual, most);
    };
    return CHART_TEXT.chartAt(this.#label(this.cursor / MICROSECONDS), of(rates.in), of(rates.out));
  }

  #summary(rates: Rates | undefined): string {
    if (rates === undefined || rates.in.mean.length === 0) return CHART_TEXT.chartEmpty;
    const { in: received, out: sent } = peaks(rates);
    return CHART_TEXT.chartSummary(elapsedTime((rates.end - rates.start) / 1000), rate(received), rate(sent));
  }

  #label(seconds: number, withTenths = false): string {
    const { mode, startedAt } = this.column;
    if (mode === 'clock') return clockTime(startedAt + seconds * 1000).slice(0, withTenths ? 10 : 8);
    return `+${elapsedTime(seconds * 1000)}${withTenths ? `.${Math.floor(seconds * 10) % 10}` : ''}`;
  }

  async #draw(rates: Rates): Promise<void> {
    const steep = isSteep(rates);
    if (this.#plot !== undefined && steep !== this.#isSteep) {
      this.#plot.destroy();
      this.#plot = undefined;
    }
    this.#isSteep = steep;
    if (this.#plot === undefined) {
      if (this.#isLoading) return;
      this.#isLoading = true;
      try {
        await this.#create();
      } catch (error) {
        emit(this, 'duplex-fail', error);
        return;
      } finally {
        this.#isLoading = false;
      }
    }
    const latest = this.#model.rates;
    if (latest === undefined) return;
    this.#drawn = latest;
    this.#plot?.setData(chartData(latest));
  }

  async #create(): Promise<void> {
    const { createPlot, plotCss } = await import('./plot.ts');
    if (!this.isConnected) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(plotCss);
    const root = this.renderRoot as ShadowRoot;
    if (this.#drawn === undefined) root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
    this.#plot = createPlot(this.host, {
      colours: plotColours(this),
      font: plotFont(this),
      isSteep: this.#isSteep,
      label: (seconds, withTenths) => this.#label(seconds, withTenths),
      onCursor: (seconds) => (this.cursor = seconds === undefined ? undefined : seconds * MICROSECONDS),
      onDraw: () => this.#showSpan(),
    });
    for (const className of ['view', 'range']) {
      const mark = document.createElement('div');
      mark.className = className;
      mark.hidden = true;
      this.#plot.over.append(mark);
    }
  }

  #resize(): void {
    this.#plot?.setSize(this.host.clientWidth, this.host.clientHeight);
  }

  /** Marks the span that is visible in the timeline. */
  #showSpan(): void {
    const plot = this.#plot;
    const view = this.view;
    if (plot === undefined || view === null) return;
    const { span } = this;
    const { rates } = this.#model;
    // The whole session is visible, or nothing is drawn yet.
    const isAll =
      span === undefined || rates === undefined || (span.from <= rates.start && span.to >= rates.end);
    this.#place(view, isAll ? undefined : span);
  }

  #place(mark: HTMLElement, span: TimeSpan | undefined): void {
    const plot = this.#plot;
    mark.hidden = span === undefined;
    if (plot === undefined || span === undefined) return;
    const width = plot.over.clientWidth;
    const pixels = (time: number): number => Math.min(width, Math.max(0, plot.toPixels(time / MICROSECONDS)));
    const left = pixels(span.from);
    mark.style.left = `${Math.min(left, width - NARROWEST_VIEW)}px`;
    mark.style.width = `${Math.max(NARROWEST_VIEW, pixels(span.to) - left)}px`;
  }

  /** The range that is being chosen. */
  get #chosen(): TimeSpan | undefined {
    const { origin, cursor } = this;
    if (origin === undefined || cursor === undefined || origin === cursor) return undefined;
    return { from: Math.min(origin, cursor), to: Math.max(origin, cursor) };
  }

  /** The time at the pointer, in microseconds since the session began. */
  #timeAt(event: PointerEvent, plot: Plot): number {
    const left = plot.over.getBoundingClientRect().left;
    const within = Math.min(Math.max(0, event.clientX - left), plot.over.clientWidth);
    return Math.max(0, Math.round(plot.toSeconds(within) * MICROSECONDS));
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.host.setPointerCapture(event.pointerId);
    this.#pressedAt = event.clientX;
  }

  #onPointerMove(event: PointerEvent): void {
    const plot = this.#plot;
    if (plot === undefined || this.#pressedAt === undefined) return;
    if (this.origin === undefined) {
      if (Math.abs(event.clientX - this.#pressedAt) < DRAGGED) return;
      const moved = event.clientX - this.#pressedAt;
      this.origin = this.#timeAt(event, plot) - Math.round(this.#timePer(plot) * moved);
    }
    this.cursor = this.#timeAt(event, plot);
  }

  /** Microseconds per pixel. */
  #timePer(plot: Plot): number {
    return (plot.toSeconds(1) - plot.toSeconds(0)) * MICROSECONDS;
  }

  #onPointerUp(event: PointerEvent): void {
    const plot = this.#plot;
    if (plot === undefined || this.#pressedAt === undefined) return;
    const chosen = this.#chosen;
    if (chosen) emit(this, 'duplex-range', chosen);
    else emit(this, 'duplex-jump', this.#timeAt(event, plot));
    this.#endRange();
  }

  #endRange(): void {
    this.#pressedAt = undefined;
    this.origin = undefined;
    this.#setCursor(undefined);
  }

  #onKey(event: KeyboardEvent): void {
    const { rates } = this.#model;
    if (rates === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const before = this.cursor ?? this.span?.from ?? 0;
    const action = chartKey(event, before, rates);
    if (action === undefined) return;
    event.preventDefault();
    const chosen = this.#chosen;
    if ('cursor' in action) {
      this.origin = action.extends ? (this.origin ?? before) : undefined;
      this.#setCursor(action.cursor);
    } else if (chosen) {
      emit(this, 'duplex-range', chosen);
      this.#endRange();
    } else if (this.cursor !== undefined) emit(this, 'duplex-jump', this.cursor);
  }

  #setCursor(time: number | undefined): void {
    this.cursor = time;
    this.#plot?.setCursor(time === undefined ? undefined : time / MICROSECONDS);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-chart': Chart;
  }
  interface HTMLElementEventMap {
    /** Scroll to a time in microseconds since the session began. */
    'duplex-jump': CustomEvent<number>;
    /** Select the rows of these times. */
    'duplex-range': CustomEvent<TimeSpan>;
  }
}
