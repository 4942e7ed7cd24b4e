// @ts-check
// Runs in the panel's page as text, so these functions cannot use this module.

/**
 * Watches the page until `stopWatching`: tasks over 50 ms, rows in the DOM, and the age of a message when its row is
 * painted. Messages contain the time at which they were sent, in milliseconds since the epoch.
 */
export const startWatching = `(() => {
  const watched = { tasks: [], rows: 0, ages: [], shown: 0, running: true };
  window.watched = watched;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.tasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  const list = document
    .querySelector('duplex-panel')
    .shadowRoot.querySelector('duplex-timeline-pane')
    .shadowRoot.querySelector('duplex-timeline').shadowRoot;
  let last = '';
  const look = () => {
    if (!watched.running) return;
    requestAnimationFrame(() => {
      const rows = list.querySelectorAll('.row');
      watched.rows = Math.max(watched.rows, rows.length);
      const newest = rows[rows.length - 1];
      const isNew = newest !== undefined && newest.id !== last && newest.id !== '';
      const sent = /"time":(\\d+)/.exec(newest?.querySelector('.preview')?.textContent ?? '');
      if (newest) last = newest.id;
      // A task of its own comes after the frame was painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        if (isNew && sent) {
          watched.ages.push(Date.now() - Number(sent[1]));
          watched.shown++;
        }
        look();
      };
      channel.port2.postMessage(undefined);
    });
  };
  look();
})()`;

export const stopWatching = `(() => {
  window.watched.running = false;
  return window.watched;
})()`;

/** Runs in VS Code's page and measures the time from keystrokes to their painting, with the browser's event timing. */
export const startKeyTiming = `(() => {
  const keys = [];
  window.keyTimes = keys;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'keydown') keys.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
})()`;
