import { css } from 'lit';
import type { PlotColours } from './plot.ts';

export const chartStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    container-type: inline-size;
    display: block;
    flex: none;
    padding: 4px 22px 2px 12px;
  }
  .line {
    align-items: center;
    display: flex;
    font-size: 11px;
    gap: 12px;
    height: 16px;
    overflow: hidden;
    white-space: nowrap;
  }
  .legend {
    align-items: center;
    color: var(--vscode-descriptionForeground);
    display: flex;
    gap: 2px;
  }
  .legend .icon {
    font-size: 12px;
  }
  .legend .icon:not(:first-child) {
    margin-left: 8px;
  }
  .in {
    color: var(--vscode-charts-blue);
  }
  .out {
    color: var(--vscode-charts-yellow);
  }
  .reading {
    font-variant-numeric: tabular-nums;
    margin-left: auto;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  @container (max-width: 340px) {
    .title {
      display: none;
    }
  }
  .plot {
    cursor: pointer;
    height: 64px;
    position: relative;
    touch-action: none;
  }
  .plot:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .view {
    background: color-mix(in srgb, var(--vscode-scrollbarSlider-background) 50%, transparent);
    border: solid var(--vscode-contrastActiveBorder, var(--vscode-descriptionForeground));
    border-width: 0 1px;
    bottom: 0;
    pointer-events: none;
    position: absolute;
    top: 0;
  }
  .range {
    background: color-mix(in srgb, var(--vscode-focusBorder) 25%, transparent);
    border: solid var(--vscode-focusBorder);
    border-width: 0 1px;
    bottom: 0;
    pointer-events: none;
    position: absolute;
    top: 0;
  }
  .u-hz .u-cursor-x {
    border-right: 1px solid var(--vscode-foreground);
  }
`;

/** The theme's colours for a canvas. */
export function plotColours(element: Element): PlotColours {
  const style = getComputedStyle(element);
  const colour = (name: string, instead: string): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || instead;
  const text = colour('descriptionForeground', style.color);
  return {
    in: colour('charts-blue', text),
    out: colour('charts-yellow', text),
    text,
    line: colour('widget-border', text),
  };
}

export function plotFont(element: Element): string {
  return `10px ${getComputedStyle(element).fontFamily}`;
}
